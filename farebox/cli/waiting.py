"""A line on a terminal that says what a command waits for, and then goes away."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from farebox.quote.waiting import Waiting

EVERY = 50
"""Resources from one count to the next, so that the terminal does not slow the run."""


class OnTerminal(Waiting):
    """Tells it on standard error, where that is a terminal."""

    @contextmanager
    def running(self, stack: str) -> Iterator[Callable[[int], None]]:
        """Count the resources of the program that runs."""
        what = f"running the program of stack {stack}"

        def count(resources: int) -> None:
            if resources % EVERY == 0:
                _show(f"{what}: {resources:,} resources" if resources else f"{what} …")

        count(0)
        try:
            yield count
        finally:
            _show("")

    @contextmanager
    def asking(self, seconds: Decimal) -> Iterator[None]:
        """Say that AWS is asked, and for how many seconds at most."""
        _show(f"asking AWS for the prices used here, {seconds:f} s at most …")
        try:
            yield
        finally:
            _show("")


ON_TERMINAL = OnTerminal()


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Count what is done of how many, a line at a time."""

    def tell(done: int, all_: int) -> None:
        if done % EVERY == 0 or done == all_:
            _show(f"{what}: {done:,} of {all_:,}")

    try:
        yield tell
    finally:
        _show("")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is being done, as long as it is."""
    _show(what)
    try:
        yield
    finally:
        _show("")


def _show(line: str) -> None:
    """Put the line in place of the one before, or take that away."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
