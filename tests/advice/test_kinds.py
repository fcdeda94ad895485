"""Advice that takes figures of use, adds a resource, or is a plan; each worked by hand."""

from decimal import Decimal
from typing import Any

import pytest

from farebox.advice.advise import Advised, advise
from farebox.bill.assumptions import exactly
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, Value
from farebox.graph import Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket
from tests.advice.advising import DAY, INSTANCE, VOLUME, advised, resource, told

NAT = "aws:ec2/natGateway:NatGateway"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
BUCKET = "aws:s3/bucket:Bucket"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def figures(**given: int) -> dict[str, Value]:
    return {key: exactly(Decimal(value)) for key, value in given.items()}


def kinds(found: Advised) -> list[str]:
    return [one.idea.kind for one in found.found]


NAT_USE = {"nat": figures(monthly_data_processed_gb=1000, monthly_s3_dynamodb_gb=700)}


def test_what_goes_to_s3_past_a_nat_gateway_saves_its_gb() -> None:
    found = advised(resource(NAT, "nat", subnetId="a"), use=NAT_USE)
    # By hand: 700 GB x 0.045 = 31.50; the endpoints are free.
    [(name, change, usd)] = told(found)
    assert (name, usd) == ("nat", Decimal("31.5"))
    assert change.startswith("add ec2.VpcEndpoint for s3 and dynamodb")
    assert [each.type for each in found.found[0].idea.added] == [ENDPOINT, ENDPOINT]


def test_no_endpoint_is_advised_where_there_is_one_or_where_no_share_is_given() -> None:
    nat = resource(NAT, "nat", subnetId="a")
    there = resource(ENDPOINT, "s3", serviceName="com.amazonaws.us-east-1.s3")
    assert not told(advised(nat, there, use=NAT_USE))
    whole = {"nat": figures(monthly_data_processed_gb=1000)}
    assert not told(advised(nat, use=whole))
    assert not told(advised(nat))


@pytest.mark.parametrize(
    ("service", "saved"), [("s3", [Decimal("14.6")]), ("logs", [])]
)
def test_an_interface_endpoint_to_s3_is_worth_a_gateway_and_no_other_is(
    service: str, saved: list[Decimal]
) -> None:
    endpoint = resource(
        ENDPOINT,
        "e",
        vpcEndpointType="Interface",
        serviceName=f"com.amazonaws.us-east-1.{service}",
        subnetIds=["a", "b"],
    )
    # By hand: two zones x 730 h x 0.01.
    assert [usd for *_, usd in told(advised(endpoint, wide=True))] == saved


def test_logs_that_are_kept_for_ever_are_worth_a_retention_where_use_is_given() -> None:
    log = resource(LOG_GROUP, "log")
    use = {"log": figures(monthly_data_ingested_gb=73, storage_gb=1072)}
    found = advised(log, use=use, wide=True)
    # By hand: 73 x 30 / (365 / 12) = 72 GB stay of 1072; 1000 x 0.03 = 30.
    assert told(found) == [("log", "retentionInDays: 30", Decimal(30))]
    assert not told(advised(log, wide=True))
    kept = resource(LOG_GROUP, "log", retentionInDays=90)
    assert not told(advised(kept, use=use, wide=True))


COLD: dict[str, Value] = {
    "standard": figures(
        storage_gb=10_000,
        monthly_tier_1_requests=100_000,
        monthly_tier_2_requests=1_000_000,
        monthly_data_read_gb=100,
        monthly_data_written_gb=365,
    )
}


def test_a_bucket_that_is_seldom_read_is_worth_a_colder_class() -> None:
    found = advised(resource(BUCKET, "b"), use={"b": COLD}, wide=True)
    # By hand, today: 10,000 x 0.023 = 230; 1,000,000 GETs x 0.0000004 = 0.40.
    # GLACIER_IR at once: 10,000 x 0.004 = 40; 100,000 moves x 0.00002 = 2; 1,000,000
    # GETs x 0.00001 = 10; 100 GB x 0.03 = 3: 55, so 230.40 - 55 = 175.40 less.
    # STANDARD_IA after 30 days: 365 x 30 / (365 / 12) = 360 GB x 0.023 = 8.28 stay,
    # 9,640 x 0.0125 = 120.50; moves x 0.00001 = 1; GETs x 0.000001 = 1; 100 x 0.01 = 1:
    # 131.78, so 98.62 less.
    assert [
        (kind, usd) for kind, (*_, usd) in zip(kinds(found), told(found), strict=True)
    ] == [
        ("S3 GLACIER_IR", Decimal("175.4")),
        ("S3 STANDARD_IA", Decimal("98.62")),
    ]


@pytest.mark.parametrize("lacks", ["monthly_data_read_gb", "monthly_tier_1_requests"])
def test_no_class_is_advised_without_every_figure_that_decides(lacks: str) -> None:
    standard = COLD["standard"]
    assert isinstance(standard, dict)
    known: dict[str, Value] = {key: v for key, v in standard.items() if key != lacks}
    use = {"b": {"standard": known}}
    assert not told(advised(resource(BUCKET, "b"), use=use, wide=True))


def test_a_bucket_that_is_read_whole_each_day_stays_in_standard() -> None:
    standard = COLD["standard"]
    assert isinstance(standard, dict)
    hot = {**standard, **figures(monthly_data_read_gb=300_000)}
    assert not told(
        advised(resource(BUCKET, "b"), use={"b": {"standard": hot}}, wide=True)
    )


def test_iops_far_over_the_peak_are_cut_to_a_fifth_over_it() -> None:
    volume = resource(
        VOLUME, "v", type="gp3", size=100, iops=10_000, availabilityZone="a"
    )
    # By hand: 4000 x 1.2 = 4800; (10,000 - 4,800) x 0.005 = 26.
    found = advised(volume, use={"v": figures(peak_iops=4000)})
    assert told(found) == [("v", "iops: 10000 -> 4800", Decimal(26))]
    # 9000 x 1.2 is over what is there; and without a peak nothing is known.
    assert not told(advised(volume, use={"v": figures(peak_iops=9000)}))
    assert not told(advised(volume))


def test_a_public_address_is_advised_against_where_a_nat_gateway_is_there() -> None:
    box: dict[str, Any] = {
        "instanceType": "r6a.large",
        "associatePublicIpAddress": True,
        "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 8},
    }
    web, nat = resource(INSTANCE, "web", **box), resource(NAT, "nat", subnetId="a")
    # By hand: 730 h x 0.005.
    said = ("web", "associatePublicIpAddress: true -> false", Decimal("3.65"))
    assert said in told(advised(web, nat))
    assert said not in told(advised(web))


def test_development_needs_one_nat_gateway_a_network() -> None:
    def zone(name: str, network: str) -> tuple[Resource, Resource]:
        subnet = resource("aws:ec2/subnet:Subnet", f"net-{name}", vpcId=network)
        return subnet, resource(NAT, f"nat-{name}", subnetId=f"net-{name}")

    both = (*zone("a", "vpc-1"), *zone("b", "vpc-1"), *zone("c", "vpc-2"))
    # By hand: the second of vpc-1 alone, 730 h x 0.045.
    change = "remove it, and route its subnets to the first one"
    assert told(advised(*both, stack="dev")) == [("nat-b", change, Decimal("32.85"))]
    assert not told(advised(*both, stack="prod"))
    use = {"nat-b": figures(monthly_data_processed_gb=5)}
    assert not told(advised(*both, stack="dev", use=use))


def test_a_plan_for_what_runs_all_month_saves_the_difference_of_rates() -> None:
    box = resource(
        INSTANCE,
        "web",
        instanceType="m7g.large",
        associatePublicIpAddress=False,
        rootBlockDevice={"volumeType": "gp3", "volumeSize": 8},
    )
    graph = ResourceGraph([box], project="p", stack="prod")
    basket = Basket(graph, NO_USAGE, Terms(on=DAY))
    book = embedded_book()
    found = advise(basket, basket.at(book), book)
    # By hand: 730 h x (0.0816 on demand - 0.054 reserved for a year) = 20.148.
    [plan] = [one for one in found.found if one.idea.plan is not None]
    assert (plan.idea.name, plan.usd_saved) == ("whole stack", Decimal("20.148"))
    assert "--plan standard-1yr-no-upfront" in plan.idea.change
    assert found.usd_saved == plan.usd_saved
