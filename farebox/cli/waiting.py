"""A line on a terminal that says what a command waits for, and then goes away."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal


@contextmanager
def asking_aws(seconds: Decimal) -> Iterator[None]:
    """Say that AWS is asked, and for how many seconds at most; only to a terminal."""
    shown = sys.stderr.isatty()
    if shown:
        what = f"asking AWS for the prices used here, {seconds:f} s at most …"
        print(f"\r\033[K{what}", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
