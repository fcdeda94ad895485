"""Look-ups in a book, rates over tiers, and how old a book is."""

from datetime import date
from decimal import Decimal

import pytest

from farebox.prices import (
    AmbiguousPrice,
    PriceBook,
    PriceKey,
    PriceNotFound,
    Source,
    UnitMismatch,
)
from tests.prices.books import box, price, spot

EGRESS = {"0": "0.09", "10240": "0.085", "51200": "0.07", "153600": "0.05"}


def book_of(*prices: object) -> PriceBook:
    return PriceBook(prices, book_id="sha256:test", kind="file")  # type: ignore[arg-type]


def test_a_price_is_found_by_its_usage_type_with_or_without_the_prefix() -> None:
    listed = price("EU-EBS:VolumeUsage.gp3", "0.088", region="eu-west-1", unit="GB-Mo")
    book = book_of(listed)
    bare = PriceKey("AmazonEC2", "eu-west-1", "EBS:VolumeUsage.gp3")
    billed = PriceKey("AmazonEC2", "eu-west-1", "EU-EBS:VolumeUsage.gp3")
    assert book.price(bare) is listed
    assert book.price(billed) is listed


def test_us_east_1_is_found_with_its_prefix_although_the_book_has_none() -> None:
    book = book_of(box("r6a.large", "0.1134"))
    key = PriceKey("AmazonEC2", "us-east-1", "USE1-BoxUsage:r6a.large", "RunInstances")
    assert book.price(key).usd_per_unit == Decimal("0.1134")


def test_kms_has_the_region_s_whole_name_for_its_prefix() -> None:
    listed = price("us-east-1-KMS-Keys", "1", service="awskms", unit="Keys")
    assert book_of(listed).price(PriceKey("awskms", "us-east-1", "KMS-Keys")) is listed


def test_a_price_is_found_without_its_operation_where_that_does_not_decide() -> None:
    # Two operations of one usage type at one price, as AWS lists some requests.
    same = (
        price("Requests-Tier1", "0.005", operation="Put"),
        price("Requests-Tier1", "0.005", operation="Post"),
    )
    key = PriceKey("AmazonEC2", "us-east-1", "Requests-Tier1")
    assert book_of(*same).price(key).usd_per_unit == Decimal("0.005")
    other = price("Requests-Tier1", "0.006", operation="List")
    with pytest.raises(AmbiguousPrice, match=r"3 prices .* \(List, Post, Put\)"):
        book_of(*same, other).price(key)


def test_a_list_that_tells_no_operations_apart_answers_for_each() -> None:
    listed = price("NatGateway-Hours", "0.045", operation="")
    key = PriceKey("AmazonEC2", "us-east-1", "NatGateway-Hours", "NatGateway")
    assert book_of(listed).price(key) is listed


def test_the_figure_of_a_whole_region_is_no_zone_s_spot_price() -> None:
    region_feed = spot("r6a.large", "0.0432", zone_id="")
    book = book_of(box("r6a.large", "0.1134"), region_feed)
    assert book.spot_zones("us-east-1", "r6a.large") == ()
    assert book.zone_ids == {}


@pytest.mark.parametrize(
    "key",
    [
        PriceKey("AmazonEC2", "us-east-2", "BoxUsage:r6a.large", "RunInstances"),
        PriceKey("AmazonEC2", "us-east-1", "EU-BoxUsage:r6a.large", "RunInstances"),
        PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.large", "RunInstances:0002"),
        PriceKey("AmazonECS", "us-east-1", "BoxUsage:r6a.large", "RunInstances"),
        PriceKey(
            "AmazonEC2", "us-east-1", "BoxUsage:r6a.large", "RunInstances", "reserved"
        ),
        PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.xlarge", "RunInstances"),
    ],
)
def test_another_region_operation_service_or_purchase_never_answers(
    key: PriceKey,
) -> None:
    book = book_of(box("r6a.large", "0.1134"))
    with pytest.raises(PriceNotFound, match="has no price for"):
        book.price(key)
    assert book.find(key) is None


def test_a_spot_price_is_of_one_zone_only() -> None:
    book = book_of(spot("r6a.large", "0.041", "use1-az1"))
    key = PriceKey(
        "AmazonEC2", "us-east-1", "SpotUsage:r6a.large", "", "spot", "use1-az2"
    )
    with pytest.raises(PriceNotFound, match="spot in use1-az2"):
        book.price(key)


def test_two_prices_of_one_key_are_ambiguous_even_with_different_prefixes() -> None:
    book = book_of(
        price("NatGateway-Hours", "0.045"), price("USE1-NatGateway-Hours", "0.05")
    )
    for usage_type in ("NatGateway-Hours", "USE1-NatGateway-Hours"):
        key = PriceKey("AmazonEC2", "us-east-1", usage_type)
        with pytest.raises(AmbiguousPrice, match="2 prices"):
            book.price(key)
        with pytest.raises(AmbiguousPrice):
            book.find(key)


@pytest.mark.parametrize(
    ("quantity", "usd"),
    [
        ("0", "0"),
        ("100", "9"),  # 100 x 0.09
        ("10240", "921.6"),  # 10,240 x 0.09
        ("10241", "921.685"),  # and 1 x 0.085
        ("51200", "4403.2"),  # 921.60 + 40,960 x 0.085
        ("200000", "13891.2"),  # 4,403.20 + 102,400 x 0.07 + 46,400 x 0.05
    ],
)
def test_a_quantity_walks_through_the_tiers(quantity: str, usd: str) -> None:
    egress = price("DataTransfer-Out-Bytes", EGRESS, unit="GB")
    assert egress.rate(Decimal(quantity), "GB") == Decimal(usd)


def test_a_quantity_in_another_unit_is_refused() -> None:
    with pytest.raises(UnitMismatch, match="priced per Hrs, but the quantity is in GB"):
        box("r6a.large", "0.1134").rate(Decimal(1), "GB")


def test_a_book_knows_its_zones_and_instance_types() -> None:
    book = book_of(
        box("r6a.large", "0.1134"),
        box("r5.large", "0.126"),
        spot("r6a.large", "0.0656", "use1-az2"),
        spot("r6a.large", "0.041", "use1-az1"),
    )
    assert book.instance_types == {"r6a.large", "r5.large"}
    assert book.spot_zone_ids == {("us-east-1", "r6a.large"): ("use1-az1", "use1-az2")}
    assert book.zone_ids == {"us-east-1": ("use1-az1", "use1-az2")}


def test_spot_is_stale_after_a_week_and_list_prices_after_half_a_year() -> None:
    seen = Source("https://example.test/x", "2026-06-01T10:00:00Z")
    year = Source("https://example.test/y", "2026")
    book = book_of(
        price("a", "1", source=seen),
        price("b", "1", source=year),
        price("c", "1", source=seen, purchase="spot", zone_id="use1-az1"),
    )
    # June 8 is 7 days after June 1; a bare year counts from January 1, 158 days before
    assert book.stale(date(2026, 6, 8)) == 0
    assert book.stale(date(2026, 6, 9)) == 1
    # January 1 + 180 days = June 30; June 1 + 180 days = November 28
    assert book.stale(date(2026, 7, 1)) == 2
    assert book.stale(date(2026, 11, 28)) == 2
    assert book.stale(date(2026, 11, 29)) == 3
    assert book.as_of == "2026-06-01T10:00:00Z"


def test_an_empty_book_has_no_date() -> None:
    assert book_of().as_of == ""
    assert book_of().stale(date(2026, 1, 1)) == 0
