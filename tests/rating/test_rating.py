"""Rating behind a free allowance: whatever a list says itself, it is given once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.bill.statement import LineItem, Subject
from farebox.prices import Price, PriceBook, PriceKey, Tier
from farebox.rating.rating import Rater
from farebox.rating.tier_lines import Lot
from farebox.rules.allowances import FREE_PER_MONTH
from farebox.rules.charges import Metered
from tests.casebook import SOURCE

ZERO = Decimal(0)
RATE, LATER = Decimal("0.5"), Decimal("0.25")
UNIT = "units"
SUBJECT = Subject(None, "account", "all")


def lines_of(
    name: tuple[str, str],
    tiers: tuple[Tier, ...],
    *quantities: Decimal,
    free_tier: bool = True,
) -> list[LineItem]:
    service, usage_type = name
    key = PriceKey(service, "us-east-1", usage_type)
    book = PriceBook([Price(key, tiers, UNIT, SOURCE)], book_id="sha256:t", kind="file")
    lots = [
        Lot(SUBJECT, Metered(key, q, UNIT, "use", "why"), q, q, q) for q in quantities
    ]
    lines, missing = Rater(book, free_tier=free_tier).lines(lots)
    assert not missing
    return lines


def tiers_after(free: Decimal) -> tuple[Tier, ...]:
    """Tiers behind a free part of that size; two of them, as big as the allowance."""
    paid = (Tier(free, RATE), Tier(free * 2, LATER))
    return (Tier(ZERO, ZERO), *paid) if free else paid[:1]


@pytest.mark.parametrize("name", sorted(FREE_PER_MONTH), ids="/".join)
@given(
    share=st.decimals(min_value=0, max_value=5, places=2),
    listed=st.sampled_from(["0", "0.5", "1", "2"]),
    lots=st.integers(1, 3),
)
def test_an_allowance_is_given_once_though_the_list_has_a_first_tier_at_0(
    name: tuple[str, str], share: Decimal, listed: str, lots: int
) -> None:
    allowance = FREE_PER_MONTH[name]
    used = share * allowance
    free_of_list = Decimal(listed) * allowance
    tiers = tiers_after(free_of_list)
    lines = lines_of(name, tiers, *[used / lots] * lots)
    # What is paid is what is above the allowance, at the first rate for as much as the
    # list has at it, and the list's own free part does not count.
    paid = max(ZERO, used - allowance)
    first = min(paid, free_of_list) if free_of_list else paid
    owed = first * RATE + (paid - first) * LATER
    total = sum((line.quantity * line.usd_per_unit for line in lines), ZERO)
    assert abs(total - owed) <= Decimal("1e-15") * allowance
    quantity = sum((line.quantity for line in lines), ZERO)
    assert abs(quantity - used) <= Decimal("1e-15") * allowance
    # Free is what is called free, and nothing else.
    for line in lines:
        is_free = not line.usd_per_unit
        assert line.description == ("use, free" if is_free else "use")
        assert ("free allowance of the account" in line.because) == is_free


@pytest.mark.parametrize("name", sorted(FREE_PER_MONTH), ids="/".join)
def test_without_the_free_tier_a_lists_own_counts_neither(
    name: tuple[str, str],
) -> None:
    used = FREE_PER_MONTH[name] * 3
    tiers = tiers_after(FREE_PER_MONTH[name])
    lines = lines_of(name, tiers, used, free_tier=False)
    # One allowance's worth at the first rate, the other two at the later one.
    owed = used / 3 * RATE + used / 3 * 2 * LATER
    assert sum(line.quantity * line.usd_per_unit for line in lines) == owed


def test_a_first_tier_at_0_without_an_allowance_is_the_prices_own() -> None:
    # 100 GB a month of an account's ordinary price: 150 - 100 = 50 at 0.50 = 25.
    tiers = (Tier(ZERO, ZERO), Tier(Decimal(100), RATE))
    lines = lines_of(("AmazonSomething", "Use-Bytes"), tiers, Decimal(150))
    assert sum(line.quantity * line.usd_per_unit for line in lines) == 25
    assert [line.description for line in lines] == ["use", "use"]


def test_what_is_free_altogether_stays_free() -> None:
    name = sorted(FREE_PER_MONTH)[0]
    lines = lines_of(name, (Tier(ZERO, ZERO),), FREE_PER_MONTH[name] * 9)
    assert not any(line.usd_per_unit for line in lines)


def test_usage_types_that_share_an_allowance_get_it_once_in_proportion() -> None:
    # 3,072 GB from the US and 1,024 from Europe share 1,024 GB: 768 and 256 are free.
    # Paid: 2,304 + 768 = 3,072 GB at 0.50 = 1,536.
    keys = [
        PriceKey("AmazonCloudFront", "global", f"{edge}-DataTransfer-Out-Bytes")
        for edge in ("US", "EU")
    ]
    prices = [Price(key, (Tier(ZERO, RATE),), UNIT, SOURCE) for key in keys]
    book = PriceBook(prices, book_id="sha256:t", kind="file")
    quantities = (Decimal(3072), Decimal(1024))
    lots = [
        Lot(SUBJECT, Metered(key, q, UNIT, "use", "why"), q, q, q)
        for key, q in zip(keys, quantities, strict=True)
    ]
    lines, missing = Rater(book, free_tier=True).lines(lots)
    assert not missing
    assert [line.quantity for line in lines] == [768, 2304, 256, 768]
    assert sum(line.quantity * line.usd_per_unit for line in lines) == 1536
