"""A disk that fails at any call of a write: the store has the old prices, or the new.

FAREBOX_DISK_STRIDE=1 fails every call of a refresh; by default every third.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("failing_disk.c")
STRIDE = os.environ.get("FAREBOX_DISK_STRIDE", "3")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The failing disk, compiled. Without a C compiler the test is skipped."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        reason = "needs a C compiler on Linux (Debian: gcc, libc6-dev)"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    made = tmp_path_factory.mktemp("disk") / "failing_disk.so"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-O1",
        "-o",
        str(made),
        str(SOURCE),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return made


def test_a_disk_that_fails_at_any_call_leaves_the_old_prices_or_the_new(
    library: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.every_call", library, tmp_path, STRIDE],
        capture_output=True,
        text=True,
        env={**os.environ, "LD_PRELOAD": str(library)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"a refresh of {found['calls']} calls, each failed: {found['seen']}")
    assert found["calls"] > 20
    assert set(found["seen"]) <= {"done, new", "refused, old", "refused, new"}
    assert found["seen"]["refused, old"] > 10
