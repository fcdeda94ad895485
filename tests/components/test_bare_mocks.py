"""A tier's program runs under the SDK's own mocks, which `make bench` compares with."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_tier_runs_under_the_bare_mocks_of_the_bench() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_mocks", str(ROOT), "1k"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
