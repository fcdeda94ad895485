"""A price that ends before its list does rates its own tiers; the rest is a gap."""

from decimal import Decimal

import pytest

from farebox.bill.statement import LineItem, Subject, Unpriced
from farebox.prices import Price, PriceBook, PriceKey, Tier
from farebox.rating import rating
from farebox.rating.rating import Rater
from farebox.rating.tier_lines import Lot
from farebox.rules.charges import Metered
from tests.casebook import SOURCE

STORAGE = PriceKey("AmazonS3", "us-east-1", "TimedStorage-ByteHrs")


def tiers(text: str) -> tuple[Tier, ...]:
    parts = [part.split(":") for part in text.split()]
    return tuple(Tier(Decimal(start), Decimal(usd)) for start, usd in parts)


def rated(
    listed: str, *quantities: str, low: str = ""
) -> tuple[list[LineItem], list[Unpriced]]:
    """Lines and gaps of buckets that hold so many GB, at a list's storage tiers."""
    price = Price(STORAGE, tiers(listed), "GB-Mo", SOURCE)
    lots = []
    for number, quantity in enumerate(quantities):
        likely = Decimal(quantity)
        metered = Metered(STORAGE, likely, "GB-Mo", "Standard storage", "why")
        subject = Subject(f"urn:{number}", "aws:s3/bucket:Bucket", f"b{number}")
        lots.append(Lot(subject, metered, Decimal(low or quantity), likely, likely))
    rater = Rater(PriceBook([price], book_id="", kind="file"), free_tier=True)
    return rater.lines(lots)


def test_inside_its_first_tier_a_price_is_a_plain_figure() -> None:
    # 51,200 GB x 0.023 = 1,177.60; the next tier begins at 51,200
    lines, gaps = rated("0:0.023", "51200")
    assert [line.usd_per_month for line in lines] == [Decimal("1177.60")]
    assert gaps == []


def test_what_lies_beyond_the_book_s_first_tier_has_no_price() -> None:
    # 600,000 - 51,200 = 548,800 GB
    lines, (gap,) = rated("0:0.023", "600000")
    assert [(line.quantity, line.usd_per_month) for line in lines] == [
        (Decimal(51200), Decimal("1177.60"))
    ]
    assert (gap.code, gap.key, gap.usd_per_unit) == ("no-price", STORAGE, None)
    assert gap.reason == (
        "Standard storage: 548,800 GB-Mo lie beyond 51,200 GB-Mo, from where the list "
        "has another rate, which the price book lacks"
    )


def test_of_three_tiers_two_are_rated_where_the_book_has_two() -> None:
    # 51,200 x 0.023 + 460,800 x 0.022 = 1,177.60 + 10,137.60; 88,000 GB are left
    lines, (gap,) = rated("0:0.023 51200:0.022", "600000")
    assert sum(line.usd_per_month for line in lines) == Decimal("11315.20")
    assert "88,000 GB-Mo lie beyond 512,000 GB-Mo" in gap.reason


def test_a_list_whose_tiers_begin_elsewhere_is_whole() -> None:
    # 100 x 0.03 + 900 x 0.01 = 12
    lines, gaps = rated("0:0.03 100:0.01", "1000")
    assert sum(line.usd_per_month for line in lines) == 12
    assert gaps == []


def test_each_bucket_has_its_share_of_what_lies_beyond() -> None:
    # 80,000 in all, 28,800 beyond: a quarter and three quarters of it
    lines, gaps = rated("0:0.023", "20000", "60000")
    assert [line.quantity for line in lines] == [Decimal(12800), Decimal(38400)]
    assert ["7,200 GB-Mo lie" in gaps[0].reason, "21,600" in gaps[1].reason] == [
        True,
        True,
    ]


def test_a_quantity_that_may_reach_beyond_says_up_to() -> None:
    price = Price(STORAGE, tiers("0:0.023"), "GB-Mo", SOURCE)
    metered = Metered(STORAGE, Decimal(100), "GB-Mo", "Standard storage", "why")
    subject = Subject("urn:a", "aws:s3/bucket:Bucket", "a")
    lot = Lot(subject, metered, Decimal(100), Decimal(100), Decimal(60000))
    rater = Rater(PriceBook([price], book_id="", kind="file"), free_tier=True)
    (line,), (gap,) = rater.lines([lot])
    # at most 51,200 x 0.023
    assert (line.usd_per_month, line.usd_high) == (Decimal("2.3"), Decimal("1177.6"))
    assert "up to 8,800 GB-Mo lie beyond" in gap.reason


def test_what_else_a_missing_type_could_be_is_looked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def matches(*given: object) -> list[str]:
        asked.append(given)
        return ["m7i.large"]

    monkeypatch.setattr(rating, "get_close_matches", matches)
    key = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m7i.lagre", "RunInstances")
    known = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m7i.large", "RunInstances")
    book = PriceBook(
        [Price(known, tiers("0:0.1"), "Hrs", SOURCE)], book_id="", kind="file"
    )
    lots = [
        Lot(
            Subject(f"urn:{number}", "aws:ec2/instance:Instance", "a"),
            Metered(key, Decimal(730), "Hrs", "instance", "why"),
            *[Decimal(730)] * 3,
        )
        for number in range(50)
    ]
    _, missing = Rater(book, free_tier=True).lines(lots)
    assert len(missing) == 50
    assert "did you mean m7i.large?" in missing[-1].reason
    assert len(asked) == 1
