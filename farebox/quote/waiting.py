"""What may be told while a program runs or AWS is asked; here nothing is."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal


class Waiting:
    """Waits in silence; a command passes one that tells a terminal (`cli/waiting`)."""

    def running(self, stack: str) -> AbstractContextManager[Callable[[int], None]]:
        """Entered while the program of a stack runs; called with its resources so far."""
        return nullcontext(lambda _: None)

    def asking(self, seconds: Decimal) -> AbstractContextManager[None]:
        """Entered while AWS is asked for prices, for so many seconds at most."""
        return nullcontext()


SILENT = Waiting()
