"""Whether the disk has room for all lists of a refresh, before they fill it.

All of them lie there together until the store has them.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from pricing_fetch.errors import NoRoom


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Room:
    """The bytes that the downloads under way still need; threads share one."""

    def __init__(self, free: Callable[[Path], int] = _free) -> None:
        self._free = free
        self._lock = Lock()
        self._missing: dict[Path, int] = {}

    def take(self, path: Path, missing: int) -> None:
        """A download begins that lacks so many bytes. Raises NoRoom before the first."""
        with self._lock:
            # One that is tried again is counted once.
            self._missing.pop(path, None)
            needed = sum(self._missing.values()) + missing
            free = needed
            with suppress(OSError):
                free = self._free(path.parent)
            if needed > free:
                raise NoRoom(
                    f"{path.parent}: the price lists need {_mb(needed)} MB there "
                    f"together, and {_mb(free)} MB are free; make room, name another "
                    "folder with FAREBOX_DATA_DIR, or refresh fewer regions at a time"
                )
            self._missing[path] = missing

    def came(self, path: Path, missing: int) -> None:
        """So many bytes are still to come of a download."""
        with self._lock:
            if path in self._missing:
                self._missing[path] = missing

    def done(self, path: Path) -> None:
        """The download is whole, or broke."""
        with self._lock:
            self._missing.pop(path, None)


def _mb(count: int) -> str:
    return f"{count / 1e6:,.1f}"
