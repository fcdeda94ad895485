"""What costs more than people expect: each found, each with the way out."""

from typing import Any

import pytest

from farebox.graph import Resource
from farebox.graph.values import UNKNOWN_TEXT
from farebox.guard import surprises
from farebox.guard.budgets import Finding
from tests.guard.stacks import (
    EIP,
    GROUP,
    INSTANCE,
    NAT,
    SUBNET,
    VPC,
    graph,
    priced,
    resource,
    urn,
    volume,
)


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    assert "Way out: " in finding.message
    return finding


def network(*zones: str, vpc: str = "vpc") -> list[Resource]:
    """A VPC with a subnet and a NAT gateway in each zone, before deployment."""
    made = [resource(VPC, vpc)]
    for zone in zones:
        subnet = urn(SUBNET, f"{vpc}-{zone}")
        made += [
            resource(
                SUBNET,
                f"{vpc}-{zone}",
                vpcId=UNKNOWN_TEXT,
                needs={"vpcId": [urn(VPC, vpc)]},
            ),
            resource(
                NAT,
                f"{vpc}-nat-{zone}",
                subnetId=UNKNOWN_TEXT,
                needs={"subnetId": [subnet]},
            ),
        ]
    return made


def test_one_nat_gateway_a_vpc_is_no_surprise() -> None:
    found = graph(*network("a"), *network("a", vpc="other"))
    assert surprises.nat_per_zone(priced(found), found) == []


def test_a_nat_gateway_per_zone_is_a_surprise() -> None:
    found = graph(*network("a", "b", "c"), *network("a", vpc="other"))
    finding = only(surprises.nat_per_zone(priced(found), found))
    # 3 x 730 x 0.045 = 98.55
    assert finding.message.startswith(
        "3 NAT gateways serve one VPC: vpc-nat-* (3). 98.55 USD a month."
    )
    assert finding.urn == urn(NAT, "vpc-nat-a")


def test_nat_gateways_in_subnets_from_elsewhere_count_as_one_vpc() -> None:
    found = graph(
        resource(NAT, "nat-1", subnetId="subnet-1"),
        resource(NAT, "nat-2", subnetId="subnet-2"),
    )
    assert only(surprises.nat_per_zone(priced(found), found))


def test_a_regional_nat_gateway_is_in_several_zones() -> None:
    gateway = resource(NAT, "nat", availabilityMode="regional", vpcId="vpc-1")
    found = graph(gateway)
    finding = only(surprises.nat_per_zone(priced(found), found))
    assert "nat is a regional NAT gateway" in finding.message


def test_gp2_volumes_are_one_finding_with_their_sum() -> None:
    found = graph(
        volume("data-1", 100, type="gp2"),
        volume("data-2", 50, type="gp2"),
        volume("new", 100),
    )
    finding = only(surprises.gp2_volumes(priced(found)))
    # 150 GiB x 0.10 = 15
    assert finding.message.startswith("data-* (2) (ebs.Volume): gp2 storage")
    assert "15.00 USD a month" in finding.message
    assert finding.urn is None


def test_a_volume_without_a_type_is_gp2() -> None:
    found = graph(resource("aws:ebs/volume:Volume", "plain", size=10))
    assert only(surprises.gp2_volumes(priced(found))).urn == urn(
        "aws:ebs/volume:Volume", "plain"
    )


def test_an_address_that_nothing_uses_is_a_surprise() -> None:
    nat = resource(
        NAT,
        "nat",
        allocationId=UNKNOWN_TEXT,
        needs={"allocationId": [urn(EIP, "used")]},
    )
    found = graph(resource(EIP, "idle"), resource(EIP, "used"), nat)
    finding = only(surprises.unattached_addresses(priced(found)))
    # 730 x 0.005 = 3.65
    assert finding.urn == urn(EIP, "idle")
    assert "3.65 USD a month" in finding.message


@pytest.mark.parametrize(
    ("type_", "is_old"),
    [
        ("m4.large", True),
        ("t1.micro", True),
        ("m5.large", False),
        ("m7g.xlarge", False),
    ],
)
def test_previous_generation_is_by_family(type_: str, is_old: bool) -> None:
    found = graph(resource(INSTANCE, "it", instanceType=type_))
    assert bool(surprises.previous_generation(found)) == is_old


MIXED: dict[str, Any] = {
    "mixedInstancesPolicy": {
        "launchTemplate": {
            "overrides": [{"instanceType": "m7g.large"}, {"instanceType": "m4.large"}]
        }
    }
}


def test_types_inside_of_a_mixed_instances_policy_are_seen() -> None:
    found = graph(resource(GROUP, "group", **MIXED))
    assert "m4.large" in only(surprises.previous_generation(found)).message


@pytest.mark.parametrize(
    ("allowed", "holds"),
    [
        (["m7g", "m4"], True),
        (["m7g.large", "m4.*"], True),
        (["m*"], True),
        (["m7g"], False),
        (["m7g.xlarge", "m4"], False),
        (["m7"], False),
    ],
)
def test_a_type_a_family_and_a_pattern_allow(allowed: list[str], holds: bool) -> None:
    found = graph(resource(GROUP, "group", **MIXED))
    assert (surprises.not_allowed(found, allowed) == []) == holds


@pytest.mark.parametrize(
    "inputs",
    [
        {"instanceType": UNKNOWN_TEXT},
        {"mixedInstancesPolicy": {"a": [{"instanceRequirements": {"vcpuCount": {}}}]}},
    ],
)
def test_a_type_that_nobody_knows_yet_is_not_allowed(inputs: dict[str, Any]) -> None:
    found = graph(resource(GROUP, "group", **inputs))
    finding = only(surprises.not_allowed(found, ["m7g"]))
    assert "not known before deployment" in finding.message


def test_types_of_other_services_are_not_judged() -> None:
    found = graph(resource("aws:emr/cluster:Cluster", "emr", instanceType="m4.large"))
    assert surprises.not_allowed(found, ["m7g"]) == []


def test_a_metered_charge_without_usage_names_its_rate() -> None:
    found = graph(resource(NAT, "nat", subnetId="subnet-1"))
    finding = only(surprises.no_usage(priced(found)))
    assert "$0.045 per GB" in finding.message
    given = priced(found, usage={"monthly_data_processed_gb": 100})
    assert surprises.no_usage(given) == []


def test_an_unknown_size_is_unpriced_and_not_a_lack_of_usage() -> None:
    found = graph(volume("later", UNKNOWN_TEXT))
    finding = only(surprises.unpriced(priced(found)))
    assert "later (ebs.Volume)" in finding.message
    assert surprises.no_usage(priced(found)) == []
