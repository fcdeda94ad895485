"""Users' directories on one mounted volume.

    users/<user>                    the user's home, an XFS project
    arriving/<user>                 being unpacked; a home only after one rename
    arriving/<user>-<time>          brought back from a backup
    gone/<user>-<version>-<time>    what is no home any more, until it is swept

A rename is whole or not there, so a crash leaves a home or none, never half of one.
"""

import os
import shutil
from pathlib import Path

MARK = ".volume"
"""A file in the volume's root. A mount point that lost its volume does not have it."""


class NoData(Exception):
    """The volume does not have what it should have."""


class Homes:
    """The directories below a volume's root."""

    def __init__(self, root: Path) -> None:
        """Use the volume that is mounted at `root`."""
        self._root = root

    def mark(self, volume: str) -> None:
        """Write whose root this is, once it is known to be mounted."""
        for name in ("users", "arriving", "gone"):
            (self._root / name).mkdir(exist_ok=True)
        mark = self._root / MARK
        if not mark.exists() or mark.read_text() != volume:
            mark.write_text(volume)

    def home(self, user: int) -> Path:
        """A user's home. Raises NoData when the volume or the home is not there."""
        self._check_mounted()
        home = self._root / "users" / str(user)
        if not home.is_dir():
            raise NoData(
                f"the data of user {user} are not on this volume: restore a snapshot"
                " that has them, or remove and add the user to begin anew"
            )
        return home

    def first_home(self, user: int, version: int, now: float) -> Path:
        """An empty home for a user that never ran here; one left behind is put away."""
        self._check_mounted()
        self.put_away(user, version, now)
        home = self._root / "users" / str(user)
        home.mkdir(mode=0o700)
        _keep(home.parent)
        return home

    def _check_mounted(self) -> None:
        if not (self._root / MARK).exists():
            raise NoData(f"nothing is mounted at {self._root}")

    def users(self) -> set[int]:
        """Users that have a home here."""
        found = (self._root / "users").iterdir()
        return {int(one.name) for one in found if one.name.isdecimal()}

    def put_away(self, user: int, version: int, now: float) -> None:
        """Let a home be none any more; its data stay until they are swept."""
        home = self._root / "users" / str(user)
        if home.is_dir():
            home.rename(self._root / "gone" / f"{user}-{version}-{int(now)}")
            _keep(home.parent)

    def unpack(self, user: int) -> Path:
        """An empty directory for a user's data on arrival."""
        place = self._root / "arriving" / str(user)
        if place.exists():
            shutil.rmtree(place)
        place.mkdir()
        return place

    def arrive(self, user: int, version: int, now: float) -> None:
        """Let what was unpacked be the user's home; an older one is put away."""
        _write_out(self._root / "arriving" / str(user))
        self.put_away(user, version, now)
        (self._root / "arriving" / str(user)).rename(self._root / "users" / str(user))
        _keep(self._root / "users")

    def brought(self, user: int, version: int, name: str) -> bool:
        """Whether what was brought back is there, or is the home already."""
        if (self._root / "arriving" / name).is_dir():
            return True
        away = any(self._root.glob(f"gone/{user}-{version}-*"))
        return away and (self._root / "users" / str(user)).is_dir()

    def restore(self, user: int, version: int, now: float, name: str) -> None:
        """Let what was brought back be the home; nothing where it is already.

        What the home was is put away, an empty directory where there was none: by it
        `brought` knows that this came through.
        """
        place, home = self._root / "arriving" / name, self._root / "users" / str(user)
        if not place.is_dir():
            return
        if not home.is_dir():
            mark = self._root / "gone" / f"{user}-{version}-{int(now)}"
            mark.mkdir(exist_ok=True)
        self.put_away(user, version, now)
        place.rename(home)
        _keep(home.parent)

    def sweep(self, before: float) -> None:
        """Delete what was put away before a time."""
        for place in (self._root / "gone").iterdir():
            since = place.name.rpartition("-")[2]
            if since.isdecimal() and int(since) <= before:
                shutil.rmtree(place)


def _keep(folder: Path) -> None:
    """Write a directory's entries to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write_out(folder: Path) -> None:
    """Write all that is below a directory to the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        _keep(Path(parent))
