"""What a refresh of the prices did: by source, with what was refused and what moved."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.prices.values import PriceKey

Rule = Literal[
    "nothing",
    "coverage",
    "family",
    "linearity",
    "unit",
    "zero",
    "free",
    "spot-bounds",
    "moved",
]
"""What a guard holds a source against; docs/prices.md has a line on each."""

IMPOSSIBLE: frozenset[Rule] = frozenset({"zero", "spot-bounds"})
"""Rules whose rows are never written, whatever the user accepts."""

SHOWN = 3
"""How many rows a sentence names; the others are counted."""

Outcome = Literal["kept", "unchanged", "not sold there", "failed", "refused"]
"""What became of a source: let in, nothing new, AWS does not sell the service in the
region, did not answer well, or held back."""


class Row(Struct, frozen=True):
    """A row that a refusal stands on; None for no price before, or none now."""

    key: PriceKey
    old: Decimal | None
    new: Decimal | None

    def __str__(self) -> str:
        if self.new is None:
            return f"{self.key}, {_plain(self.old)} before"
        if self.old is None:
            return f"{self.key} at {_plain(self.new)}"
        text = f"{self.key} from {_plain(self.old)} to {_plain(self.new)}"
        if not self.old:
            return text
        return f"{text} ({(self.new / self.old - 1) * 100:+.0f} %)"


class Refusal(Struct, frozen=True):
    """Why a source is not let in, and the first of the rows that it stands on."""

    rule: Rule
    because: str
    rows: tuple[Row, ...] = ()
    count: int = 0

    def __str__(self) -> str:
        if not self.rows:
            return self.because
        named = "; ".join(map(str, self.rows[:SHOWN]))
        more = self.count - min(len(self.rows), SHOWN)
        return f"{self.because}: {named}" + (f"; and {more:,} more" if more else "")


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
    """Why it failed, or what holds where a service is not sold."""
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
        return tuple(
            source for source in self.sources if source.outcome in ("failed", "refused")
        )


def _plain(usd: Decimal | None) -> str:
    """Every digit that says something."""
    return "nothing" if usd is None else f"{usd.normalize():f}"
