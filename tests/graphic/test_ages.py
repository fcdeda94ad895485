"""How old the prices of a statement are, by hand: the sample is of 2026-11-23."""

from msgspec import structs

from farebox.bill.statement import LineItem, Statement
from farebox.prices import PriceKey, Source
from farebox.reports.graphic.ages import ages_of, price_ages
from tests.reports.samples import statement


def line(service: str, as_of: str, usage_type: str, purchase: str = "") -> LineItem:
    key = PriceKey(service, "us-east-1", usage_type, "", purchase or "on-demand")  # type: ignore[arg-type]
    source = Source("https://example.test", as_of)
    return structs.replace(statement().lines[0], key=key, source=source)


def of(*lines: LineItem) -> Statement:
    return structs.replace(statement(), lines=lines)


AGED = of(
    # 180 days before 2026-11-23 is 2026-05-27: no older than the limit.
    line("AmazonRDS", "2026-05-27", "new"),
    line("AmazonS3", "2026-05-26", "old"),
    line("AmazonS3", "2026-11-01", "new"),
    # Spot: 8 days of 7.
    line("AmazonEC2", "2026-11-15", "SpotUsage:a", "spot"),
    line("AmazonEC2", "2026-11-15", "BoxUsage:a"),
)


def test_a_price_is_past_its_limit_on_the_day_after() -> None:
    found = {one.name: one for one in ages_of(AGED)}
    s3 = found["Amazon Simple Storage Service"]
    assert (s3.days, s3.limit, s3.prices, s3.past) == (181, 180, 2, ("old",))
    assert found["Amazon Relational Database Service"].past == ()
    spot = found["Amazon Elastic Compute Cloud, spot"]
    assert (spot.days, spot.limit, spot.past) == (8, 7, ("SpotUsage:a",))
    assert found["Amazon Elastic Compute Cloud"].days == 8


def test_the_nearest_to_its_limit_comes_first_and_the_picture_says_which() -> None:
    chart = price_ages(AGED)
    assert chart is not None
    # 8/7 = 1.14, 181/180 = 1.006, 180/180 = 1, 8/180 = 0.04.
    assert [row[4:] for row in chart.rows] == [
        ("8", "7", "SpotUsage:a"),
        ("181", "180", "old"),
        ("180", "180", ""),
        ("8", "180", ""),
    ]
    assert "Storage Service (old)" in chart.says
    assert "Relational" not in chart.says


def test_fresh_prices_are_said_to_be_fresh() -> None:
    chart = price_ages(of(line("AmazonS3", "2026-11-23", "x")))
    assert chart is not None
    assert "No price in use is older than its limit." in chart.says
    assert price_ages(of()) is None
