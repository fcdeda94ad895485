"""docs/sources.md: how many sources each service's prices have, and of which days."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from farebox.prices import Price, PriceKey
from farebox.prices.aliases import bare_key
from farebox.prices.doubts import doubt_of
from farebox.prices.embedded import EmbeddedBook

FILE = Path(__file__).parents[2] / "docs" / "sources.md"

_HEAD = """\
# Sources of the book

Made by `make facts`. For each service of the embedded book: how many prices it has, of how
many a second source has the same figure, how many stand on one source only, how many are
doubtful (`by name:`, `first tier:`; docs/prices.md), and the oldest and newest day. A second
source is another table or feed than the one that the price names, read for the same key; a
figure that two parts of one project have counts once. Where sources differ, both stand in
`tests/facts/conflicts.csv` with what was kept and why.

| service | prices | two sources | one source only | doubtful | oldest | newest |
|---|---|---|---|---|---|---|
"""


def page(book: EmbeddedBook, twice: Collection[PriceKey]) -> str:
    """The page; `twice` are the bare keys that a second source has at the same price."""
    by_service: dict[str, list[Price]] = {}
    for price in book:
        by_service.setdefault(price.key.service, []).append(price)
    total: Counter[str] = Counter()
    lines = []
    for service, prices in sorted(by_service.items()):
        two = sum(bare_key(price.key) in twice for price in prices)
        doubtful = sum(bool(doubt_of(price.source)) for price in prices)
        days = sorted(price.source.as_of[:10] for price in prices)
        total.update(prices=len(prices), two=two, doubtful=doubtful)
        lines.append(
            f"| {service} | {len(prices):,} | {two:,} | {len(prices) - two:,}"
            f" | {doubtful:,} | {days[0]} | {days[-1]} |\n"
        )
    lines.append(
        f"| all | {total['prices']:,} | {total['two']:,}"
        f" | {total['prices'] - total['two']:,} | {total['doubtful']:,} | | |\n"
    )
    return _HEAD + "".join(lines)
