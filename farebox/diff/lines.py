"""Which charge of one side is which charge of the other, and whether it moved."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

from farebox.bill.statement import LineItem, Unpriced
from farebox.prices import PriceKey
from farebox.prices.aliases import usual_name

NOISE = Decimal("1e-12")
"""What two figures may differ by and still be the same: the last digits of a share of
a tier depend on what else is in the tier."""

Pair = tuple[LineItem | None, LineItem | None]


def pair_lines(first: Sequence[LineItem], second: Sequence[LineItem]) -> list[Pair]:
    """Each line of either side once, with its counterpart where it has one.

    Lines belong together when key, unit and description are the same; what is left
    when key and unit are: then the description holds what changed.
    """
    if len(first) == len(second) and all(
        one.key == two.key and one.description == two.description
        for one, two in zip(first, second, strict=True)
    ):
        return list(zip(first, second, strict=True))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for with_description in (True, False):
        waiting: dict[Hashable, list[int]] = {}
        for place, line in enumerate(second):
            if place not in taken:
                waiting.setdefault(_identity(line, with_description), []).append(place)
        for places in waiting.values():
            places.reverse()
        for place, line in enumerate(first):
            places = waiting.get(_identity(line, with_description), [])
            if place not in partner and places:
                partner[place] = places.pop()
                taken.add(partner[place])
    pairs: list[Pair] = [
        (line, second[partner[place]] if place in partner else None)
        for place, line in enumerate(first)
    ]
    pairs += [(None, x) for place, x in enumerate(second) if place not in taken]
    return pairs


def figures_differ(one: LineItem, two: LineItem) -> bool:
    """Whether two lines charge another quantity, rate, sum or range."""
    return any(
        abs(before - after) > NOISE
        for before, after in (
            (one.quantity, two.quantity),
            (one.usd_per_unit, two.usd_per_unit),
            (one.usd_low, two.usd_low),
            (one.usd_high, two.usd_high),
        )
    )


def bare_key(key: PriceKey) -> tuple[str, ...]:
    """The key without the region's prefix, for comparing a rule's with a book's."""
    bare = usual_name(key.service, key.region, key.usage_type)
    bought = (key.purchase, key.zone_id, key.term)
    return key.service, key.region, bare, key.operation, *bought


def same_key(one: PriceKey | None, two: PriceKey) -> bool:
    """Whether two keys are the same charge of the bill."""
    return one is not None and (one == two or bare_key(one) == bare_key(two))


def gap_signatures(gaps: Iterable[Unpriced]) -> Counter[Hashable]:
    """What is unpriced, comparable between an estimate and a statement's file.

    A file names neither purchase nor zone of an unpriced charge, and reasons name
    the price book: neither decides.
    """
    return Counter(
        (gap.code, gap.unit, gap.usage_key, bare_key(gap.key)[:4])
        if gap.key
        else (gap.code, gap.reason)
        for gap in gaps
    )


def _identity(line: LineItem, with_description: bool) -> Hashable:
    what = line.description if with_description else ""
    return bare_key(line.key), line.unit, what
