"""What is doubtful about a price, which the note of its source begins with.

The note of a source that states a price of 0 begins with `free:` (reading.py); in the
same way a doubtful price carries its doubt wherever it goes: into a file, the store, a
statement.
"""

from collections.abc import Iterable, Sequence

from farebox.prices.values import Price, Source

BY_NAME = "by name: "
"""The usage type was made from AWS's name of the rate, and seen in no list or bill."""

FIRST_TIER = "first tier: "
"""The rate of the list's first tier; what the list has beyond it was not read."""

_SAYS = {
    BY_NAME: "under a usage type made from the name of the rate, seen in no list or bill",
    FIRST_TIER: "with the first tier of the list only; it may go on with others",
}
_MOST_NAMED = 3


def notes_on(prices: Iterable[Price]) -> list[str]:
    """A sentence for each kind of doubt about prices that a statement stands on."""
    found: dict[str, list[str]] = {}
    for price in prices:
        doubt = doubt_of(price.source)
        if doubt:
            found.setdefault(doubt, []).append(str(price.key))
    return [
        _sentence(says, sorted(found[start]))
        for start, says in _SAYS.items()
        if start in found
    ]


def doubt_of(source: Source) -> str:
    """How the note of a doubtful source begins; empty where nothing is doubtful."""
    for start in _SAYS:
        if source.note.startswith(start) or f"; {start}" in source.note:
            return start
    return ""


def _sentence(says: str, keys: Sequence[str]) -> str:
    count = "1 price is" if len(keys) == 1 else f"{len(keys):,} prices are"
    more = ", ..." if len(keys) > _MOST_NAMED else ""
    return f"{count} {says}: {', '.join(keys[:_MOST_NAMED])}{more}"
