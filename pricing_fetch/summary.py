"""What a refresh tells: while it runs, and when it is done."""

from decimal import Decimal
from typing import Literal, Protocol

from msgspec import Struct

from farebox.prices.values import PriceKey
from pricing_fetch.guards import Refusal

Outcome = Literal["kept", "unchanged", "failed", "refused"]
"""What became of a source: let in, nothing new, did not answer well, or held back."""


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


class Change(Struct, frozen=True):
    """A price that moved: US dollars a unit, before and after."""

    key: PriceKey
    unit: str
    old_usd: Decimal
    new_usd: Decimal

    @property
    def share(self) -> Decimal:
        """How far it moved, as a share of the old price."""
        return self.new_usd / self.old_usd - 1


class SourceResult(Struct, frozen=True, kw_only=True):
    """What became of one source. The counts are of prices."""

    name: str
    kind: str
    outcome: Outcome
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    facts: int = 0
    stale: int = 0
    """Prices of this source, as the store has them now, that are past their age limit."""
    left_out: dict[str, int] = {}
    byte_count: int = 0
    seconds: float = 0.0
    as_of: str = ""
    """When the prices that the store has now were true; empty where it has none."""
    version: str = ""
    sentence: str = ""
    """Why it failed."""
    refusals: tuple[Refusal, ...] = ()
    accepted: bool = False
    """Whether it was let in although a guard refused it."""

    @property
    def is_good(self) -> bool:
        """Whether the store now has what the source gave."""
        return self.outcome in ("kept", "unchanged")


class Summary(Struct, frozen=True, kw_only=True):
    """What a refresh did. `book_before` is the newest book when it began."""

    store: str
    book_id: str
    book_before: str
    seen_at: str
    dry_run: bool
    sources: tuple[SourceResult, ...]
    changes: tuple[Change, ...]
    seconds: float

    @property
    def not_good(self) -> tuple[SourceResult, ...]:
        """The sources that failed or were refused."""
        return tuple(source for source in self.sources if not source.is_good)
