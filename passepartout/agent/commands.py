"""Runs a program of the machine, for at most so long, without a shell."""

import subprocess
from collections.abc import Sequence
from typing import Protocol


class Failed(Exception):
    """A program ended with an error, or not in time."""


class Run(Protocol):
    """Runs a program; its output. Raises Failed, unless its code is in `ok`."""

    def __call__(
        self, *command: str, seconds: float = 60, ok: Sequence[int] = (0,)
    ) -> str:
        """See the class."""


def run(*command: str, seconds: float = 60, ok: Sequence[int] = (0,)) -> str:
    """See `Run`. A program that hangs in the kernel is left behind, not waited for."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as why:
            process.kill()
            # A process in an uninterruptible wait never ends: no `wait` here.
            process.returncode = -9
            raise Failed(f"{command[0]} took longer than {seconds:.0f} s") from why
    if process.returncode not in ok:
        said = err.strip().splitlines()[-1:] or [f"code {process.returncode}"]
        raise Failed(f"{command[0]}: {said[0]}")
    return out
