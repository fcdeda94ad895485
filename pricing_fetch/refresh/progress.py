"""Who is told how a refresh goes on."""

from typing import Protocol


class Progress(Protocol):
    """Is told how a refresh goes on; the first two from several threads."""

    def asking(self, name: str) -> None:
        """A source is asked now."""

    def bytes_done(self, name: str, done: int, total: int | None) -> None:
        """So many bytes of a source have come, of so many where that is known."""

    def answered(self, name: str, how: str) -> None:
        """A source has answered: `fetched`, `nothing new`, or `failed: …`."""

    def storing(self, name: str) -> None:
        """What a source gave is held against the store now."""

    def stored(self, name: str, outcome: str) -> None:
        """It was let in, or refused."""


class Silent:
    """A Progress that shows nothing."""

    def asking(self, name: str) -> None:
        """Nothing."""

    def bytes_done(self, name: str, done: int, total: int | None) -> None:
        """Nothing."""

    def answered(self, name: str, how: str) -> None:
        """Nothing."""

    def storing(self, name: str) -> None:
        """Nothing."""

    def stored(self, name: str, outcome: str) -> None:
        """Nothing."""
