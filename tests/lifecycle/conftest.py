"""Where simulations live: in memory where the machine has a disk there.

Processes die in them, the kernel never does, so a disk that waits for its platters would
add nothing but minutes.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that the disk in memory must have free."""


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone after the test, on a disk in memory if there is one."""
    if not IN_MEMORY.is_dir() or shutil.disk_usage(IN_MEMORY).free < ROOM:
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="lifecycle-", dir=IN_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
