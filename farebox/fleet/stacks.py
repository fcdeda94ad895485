"""The stacks of a fleet: documents of a folder, or the states of a Pulumi backend.

A backend in a folder or a bucket keeps a state for each stack below `.pulumi/stacks`,
and beside it backups and history, which are not stacks of their own.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from farebox.fleet.errors import FleetError

DOCUMENTS = re.compile(r"\.json(\.gz)?$")
BACKEND = Path(".pulumi") / "stacks"


class Found(Struct, frozen=True):
    """One stack, and what it is called in the fleet.

    `path` is its document, or with `ref` the folder of its program, whose `stack` is
    priced as it was at that commit. `error` says why there is none of them.
    """

    name: str
    path: Path
    ref: str = ""
    stack: str = ""
    error: str = ""

    def content_id(self) -> str:
        """The hash of what is priced, by which a fleet that goes on knows it."""
        if self.ref:
            said = f"{self.ref}\0{self.path.resolve()}\0{self.stack}"
            return sha256(said.encode()).hexdigest()
        return sha256(self.path.read_bytes()).hexdigest()


def stacks_in(source: Path) -> list[Found]:
    """The stacks of a folder or of one file, by name. Raises FleetError for none."""
    if source.is_file():
        return [Found(source.name, source)]
    if not source.is_dir():
        raise FleetError(f"{source}: there is no such file or folder")
    folder = source / BACKEND if (source / BACKEND).is_dir() else source
    found = sorted(documents(folder), key=lambda one: one.name)
    if not found:
        raise FleetError(
            f"{source} holds no preview or state (*.json, *.json.gz): save each stack's "
            "`pulumi stack export` there, or give the folder of a file backend"
        )
    return found


def documents(folder: Path, head: str = "") -> Iterator[Found]:
    """The documents below a folder, called by their paths behind `head`."""
    for path in folder.rglob("*"):
        if DOCUMENTS.search(path.name) and path.is_file():
            yield Found(f"{head}{path.relative_to(folder).as_posix()}", path)


def inside(folder: Path, name: str, suffix: str = "") -> Path:
    """A place below a folder for what others have named. Raises FleetError."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise FleetError(f"{name[:80]!r} is no name of a stack")
    return folder / f"{name}{suffix}"
