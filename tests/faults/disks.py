"""A disk that is too small: a real one where this user may mount it, else a limit."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.child import Terms


class SmallDisk:
    """A folder with little room left; `terms` are those of a child that writes there."""

    def __init__(self, folder: Path, spare_bytes: int) -> None:
        self._folder = folder
        self.terms = Terms()
        used = sum(_room(file) for file in folder.rglob("*"))
        before = folder.rename(folder.with_name(f"{folder.name}-before"))
        folder.mkdir(0o700)
        self.is_mounted = self._mount("size=" + str(used + spare_bytes))
        if not self.is_mounted:
            self.terms = Terms(file_bytes=spare_bytes)
        shutil.copytree(before, folder, dirs_exist_ok=True)

    def make_room(self) -> None:
        """What the message asks for."""
        self.terms = Terms()
        if self.is_mounted:
            assert self._mount("remount,size=64m")

    def close(self) -> None:
        """Take the disk away, with what is on it."""
        if self.is_mounted:
            subprocess.run(["umount", str(self._folder)], check=True)

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self._folder)]
        try:
            return subprocess.run(command, capture_output=True).returncode == 0
        except OSError:
            return False


@contextmanager
def small_disk(folder: Path, *, spare_bytes: int) -> Iterator[SmallDisk]:
    """Give `folder` a disk of its own with that much room beside what it has.

    Without the right to mount one (root has it), the child may write no file larger
    than that instead.
    """
    disk = SmallDisk(folder, spare_bytes)
    try:
        yield disk
    finally:
        disk.close()


def _room(file: Path) -> int:
    """The room that a file takes, in whole pages."""
    return -(-file.stat().st_size // 4096) * 4096
