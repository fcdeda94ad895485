"""A file's project and what its last preview costs, priced again when the preview changes."""

from pathlib import Path

from msgspec import Struct

from farebox.agents.asked import Priced
from farebox.agents.reading import read
from farebox.editor.costs import Cost, costs_of
from farebox.errors import FareboxError

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


class LastPreview(Struct, frozen=True):
    """The costs of a preview and when it was written; `why_not` where there are none."""

    costs: tuple[Cost, ...] = ()
    written_ns: int = 0
    why_not: str = ""


class Projects:
    """The projects of an editor, each priced once for every state of its preview."""

    def __init__(self, document: str, asked: Priced) -> None:
        """`document` is the preview's path below the folder of Pulumi.yaml."""
        self._document = document
        self._asked = asked
        self._priced: dict[tuple[Path, int, int], LastPreview] = {}

    def last_preview(self, folder: Path) -> LastPreview:
        """What the project in a folder costs, by its preview; never an exception."""
        path = folder / self._document
        try:
            there = path.stat()
        except OSError:
            way = f"pulumi preview --json --show-sames > {self._document}"
            return LastPreview(why_not=f"no {self._document} to price yet: {way}")
        key = (path, there.st_mtime_ns, there.st_size)
        if key not in self._priced:
            self._priced = {k: v for k, v in self._priced.items() if k[0] != path}
            self._priced[key] = self._read(folder, there.st_mtime_ns)
        return self._priced[key]

    def _read(self, folder: Path, written_ns: int) -> LastPreview:
        try:
            found = read(folder, self._document, self._asked)
            costs = costs_of(found.basket.at(found.book))
        except (FareboxError, OSError) as error:
            return LastPreview(why_not=" ".join(str(error).split()))
        return LastPreview(tuple(costs), written_ns)


def project_of(file: Path) -> Path | None:
    """The nearest folder above a file that has a Pulumi project, or None."""
    for folder in file.parents:
        if any((folder / name).is_file() for name in PROJECT_FILES):
            return folder
    return None
