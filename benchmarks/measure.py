"""Times whole processes: seconds of wall clock and peak memory, the best of several."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct


class Run(Struct, frozen=True):
    """One process: wall clock seconds and peak resident memory in MiB.

    `core_seconds` are those of processors, which another program does not make longer.
    """

    seconds: float
    mib: float
    core_seconds: float = 0.0


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run a command to its end, without its output. Raises where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said = process.stderr.read().decode() if process.stderr else ""
            sys.exit(f"bench: {' '.join(command)} failed: {said[-2000:]}")
    worked = usage.ru_utime + usage.ru_stime
    return Run(seconds, usage.ru_maxrss / 1024, worked)


def best_of_each(
    commands: Mapping[str, Sequence[str]],
    *,
    times: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> dict[str, Run]:
    """The fastest of `times` runs of each command, taken in turns.

    In turns, so that what else the machine does falls on all of them alike.
    """
    best: dict[str, Run] = {}
    for _ in range(times):
        for name, command in commands.items():
            found = run(command, cwd=cwd, env=env)
            if name not in best or found.seconds < best[name].seconds:
                best[name] = found
    return best


def ratio_line(
    what: str, ours: Run, reference: Run, reference_name: str, aim: str
) -> str:
    """One line of the report: the ratio first, then what it is made of."""
    ratio = ours.seconds / reference.seconds
    return (
        f"{ratio:6.2f}x  {what:<42} {ours.seconds:7.3f} s {ours.mib:6.0f} MiB   against "
        f"{reference.seconds:7.3f} s {reference.mib:6.0f} MiB {reference_name}   (aim {aim})"
    )
