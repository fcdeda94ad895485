"""The main path: every resource once, totals of lines, ranges from re-runs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import Statement, unaccounted
from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import UNKNOWN_REGION, Resource, ResourceGraph
from farebox.prices import Price, PriceBook, PriceKey, Tier
from farebox.rating.estimate import estimate
from farebox.rules.errors import MissingRegion
from tests.casebook import SOURCE, frozen_book

BOOK = frozen_book()
DAY = date(2026, 11, 23)
NAT = "aws:ec2/natGateway:NatGateway"


def resource(name: str, type_: str = NAT, **fields: object) -> Resource:
    values: dict[str, object] = {"raw_inputs": {}, "region": "us-east-1", **fields}
    return Resource(urn=f"urn::{name}", type=type_, name=name, **values)  # type: ignore[arg-type]


def priced(*resources: Resource, usage: UsageFile | None = None) -> Statement:
    graph = ResourceGraph(resources, project="p", stack="s")
    return estimate(graph, BOOK, usage or UsageFile(), on=DAY)


def data_processed(low: int, likely: int, high: int) -> UsageFile:
    gb = Assumption(Decimal(low), Decimal(likely), Decimal(high), status="usage-file")
    return UsageFile(resources=[Entry("nat-*", {"monthly_data_processed_gb": gb})])


def test_a_nat_gateway_is_billed_by_the_hour_and_by_the_gb() -> None:
    # By hand: 730 h x 0.045 + 100 GB x 0.045 = 32.85 + 4.50
    statement = priced(resource("nat-a"), usage=data_processed(100, 100, 100))
    assert statement.usd_per_month == Decimal("37.35")


def test_the_range_of_the_total_comes_from_rerunning_the_estimate() -> None:
    # By hand: 32.85 + 50 x 0.045 = 35.10; + 100 x 0.045 = 37.35; + 400 x 0.045 = 50.85
    statement = priced(resource("nat-a"), usage=data_processed(50, 100, 400))
    figures = (statement.usd_low, statement.usd_per_month, statement.usd_high)
    assert figures == (Decimal("35.10"), Decimal("37.35"), Decimal("50.85"))


def test_use_without_a_figure_is_told_with_its_rate_and_is_not_zero() -> None:
    statement = priced(resource("nat-a"))
    (gap,) = statement.unpriced
    assert gap.code == "no-usage"
    assert gap.usd_per_unit == Decimal("0.045")
    assert gap.usage_key == "monthly_data_processed_gb"
    assert statement.lower_bound


def test_traffic_that_no_usage_file_gives_is_said_not_to_be_in_the_total() -> None:
    said = "Traffic to the internet, between zones and between regions is not"
    assert any(note.startswith(said) for note in priced(resource("nat")).notes)
    one = Assumption(Decimal(1), Decimal(1), Decimal(1), status="usage-file")
    given = Entry("us-east-1", {"monthly_outbound_internet_gb": one})
    usage = UsageFile(account=[given])
    assert not priced(resource("nat"), usage=usage).notes
    key = resource("key", "aws:kms/key:Key")
    assert not priced(key).notes


def test_a_type_without_a_rule_is_unpriced_and_makes_the_total_a_lower_bound() -> None:
    statement = priced(resource("q", "aws:quantum/computer:Computer"))
    (gap,) = statement.unpriced
    assert gap.code == "no-rule"
    assert statement.lower_bound


def test_a_missing_price_is_reported_not_zero() -> None:
    statement = priced(resource("nat-a", region="ap-east-1"))
    assert {gap.code for gap in statement.unpriced} == {"no-price"}
    assert not statement.lines


def test_a_missing_price_is_named_as_the_bill_of_its_region_would() -> None:
    for region, prefix in (("eu-west-1", "EU-"), ("us-east-1", ""), ("mars-1", "")):
        gone = estimate(
            ResourceGraph([resource("nat-a", region=region)]),
            PriceBook([], book_id="sha256:t", kind="file"),
            on=DAY,
        )
        keys = {gap.key.usage_type for gap in gone.unpriced if gap.key}
        assert keys == {f"{prefix}NatGateway-Hours", f"{prefix}NatGateway-Bytes"}


def test_a_price_in_another_unit_is_no_price_and_is_not_converted() -> None:
    key = PriceKey("AmazonEC2", "us-east-1", "NatGateway-Hours", "NatGateway")
    tiers = (Tier(Decimal(0), Decimal("0.045")),)
    book = PriceBook([Price(key, tiers, "GB", SOURCE)], book_id="sha256:t", kind="file")
    graph = ResourceGraph([resource("nat-a")])
    reasons = [gap.reason for gap in estimate(graph, book, on=DAY).unpriced]
    assert any("per GB, and the charge is metered in Hrs" in text for text in reasons)


def test_no_region_at_all_is_an_error_with_the_way_out() -> None:
    with pytest.raises(MissingRegion, match="--region"):
        priced(resource("nat-a", region=None))


def test_a_region_known_only_after_deployment_is_an_unknown_input() -> None:
    (gap,) = priced(resource("nat-a", region=UNKNOWN_REGION)).unpriced
    assert gap.code == "unknown-input"


def test_a_resource_that_is_only_read_is_free() -> None:
    (free,) = priced(resource("nat-a", operation="read")).free
    assert free.code == "data"


def test_each_lot_gets_its_share_of_every_tier() -> None:
    # By hand: tiers 0.10 up to 100, then 0.05; lots of 150 and 50, 200 in all.
    #   100 at 0.10 shared 75 : 25, 100 at 0.05 shared 75 : 25 = 7.50 + 2.50 + 3.75 + 1.25
    tiers = (Tier(Decimal(0), Decimal("0.10")), Tier(Decimal(100), Decimal("0.05")))
    key = PriceKey("AmazonEC2", "us-east-1", "NatGateway-Bytes", "NatGateway")
    hourly = PriceKey("AmazonEC2", "us-east-1", "NatGateway-Hours", "NatGateway")
    free = (Tier(Decimal(0), Decimal(0)),)
    book = PriceBook(
        [Price(key, tiers, "GB", SOURCE), Price(hourly, free, "Hrs", SOURCE)],
        book_id="sha256:t",
        kind="file",
    )
    usage = UsageFile(
        resources=[
            Entry(name, {"monthly_data_processed_gb": Assumption(gb, gb, gb)})
            for name, gb in (("a", Decimal(150)), ("b", Decimal(50)))
        ]
    )
    graph = ResourceGraph([resource("a"), resource("b")])
    statement = estimate(graph, book, usage, on=DAY)
    lines = [
        (line.subject.name, line.quantity, line.usd_per_month)
        for line in statement.lines
        if line.unit == "GB"
    ]
    assert lines == [
        ("a", Decimal(75), Decimal("7.5")),
        ("a", Decimal(75), Decimal("3.75")),
        ("b", Decimal(25), Decimal("2.5")),
        ("b", Decimal(25), Decimal("1.25")),
    ]


def test_an_allowance_is_given_once_over_all_regions() -> None:
    # By hand: 300 GB and 100 GB to the internet; the 100 free GB are shared 75 : 25,
    #   so 225 x 0.09 + 75 x 0.12 = 20.25 + 9.00 = 29.25
    def egress(region: str, usd: str) -> Price:
        key = PriceKey("AWSDataTransfer", region, "DataTransfer-Out-Bytes")
        return Price(key, (Tier(Decimal(0), Decimal(usd)),), "GB", SOURCE)

    book = PriceBook(
        [egress("us-east-1", "0.09"), egress("ap-southeast-1", "0.12")],
        book_id="sha256:t",
        kind="file",
    )
    usage = UsageFile(
        account=[
            Entry(region, {"monthly_outbound_internet_gb": Assumption(gb, gb, gb)})
            for region, gb in (
                ("us-east-1", Decimal(300)),
                ("ap-southeast-1", Decimal(100)),
            )
        ]
    )
    graph = ResourceGraph([])
    assert estimate(graph, book, usage, on=DAY).usd_per_month == Decimal("29.25")
    # By hand, without the allowance: 300 x 0.09 + 100 x 0.12 = 39
    whole = estimate(graph, book, usage, Terms(on=DAY, free_tier=False))
    assert whole.usd_per_month == 39


def test_the_order_of_registration_does_not_change_the_statement() -> None:
    items = [
        resource("nat-b"),
        resource("nat-a"),
        resource("role", "aws:iam/role:Role"),
    ]
    assert priced(*items) == priced(*reversed(items))


TYPES = st.sampled_from(
    [
        NAT,
        "aws:ebs/volume:Volume",
        "aws:ec2/instance:Instance",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:iam/role:Role",
        "aws:none/such:Such",
        "pulumi:pulumi:Stack",
    ]
)


@given(st.lists(TYPES, max_size=12), st.decimals("0.1", "744", places=1))
def test_every_resource_is_priced_free_or_unpriced_and_totals_are_sums(
    types: list[str], hours: Decimal
) -> None:
    resources = [
        resource(f"r{place}", type_, raw_inputs={"size": 10, "type": "gp3"})
        for place, type_ in enumerate(types)
    ]
    graph = ResourceGraph(resources)
    statement = estimate(graph, BOOK, terms=Terms(on=DAY, hours_per_month=hours))
    assert not unaccounted([item.urn for item in resources], statement)
    lines = statement.lines
    assert statement.usd_per_month == sum(x.quantity * x.usd_per_unit for x in lines)
    assert all(x.usd_low <= x.usd_per_month <= x.usd_high for x in lines)


def test_the_day_alone_stands_for_its_terms_and_neither_is_an_error() -> None:
    graph = ResourceGraph([resource("nat-1", raw_inputs={"subnetId": "subnet-1"})])
    assert estimate(graph, BOOK, on=DAY) == estimate(graph, BOOK, terms=Terms(on=DAY))
    with pytest.raises(TypeError, match="needs terms, or the day"):
        estimate(graph, BOOK)
