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
    """One document, and what it is called in the fleet: its path below the source."""

    name: str
    path: Path

    def content_id(self) -> str:
        """The hash of the document, by which a fleet that goes on knows it."""
        return sha256(self.path.read_bytes()).hexdigest()


def stacks_in(source: Path) -> list[Found]:
    """The stacks of a folder or of one file, by name. Raises FleetError for none."""
    if source.is_file():
        return [Found(source.name, source)]
    if not source.is_dir():
        raise FleetError(f"{source}: there is no such file or folder")
    folder = source / BACKEND if (source / BACKEND).is_dir() else source
    found = sorted(_documents(folder), key=lambda one: one.name)
    if not found:
        raise FleetError(
            f"{source} holds no preview or state (*.json, *.json.gz): save each stack's "
            "`pulumi stack export` there, or give the folder of a file backend"
        )
    return found


def _documents(folder: Path) -> Iterator[Found]:
    for path in folder.rglob("*"):
        if DOCUMENTS.search(path.name) and path.is_file():
            yield Found(path.relative_to(folder).as_posix(), path)
