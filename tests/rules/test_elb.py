"""Laws of load balancers: capacity units are the largest of their dimensions."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.bill.statement import Statement
from farebox.graph import Resource
from farebox.graph.values import UNKNOWN_TEXT
from tests.rules.network import resource, statement_of

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
AMOUNTS = st.integers(0, 10_000_000)


def _units(statement: Statement) -> Decimal:
    [quantity] = [
        line.quantity for line in statement.lines if line.key.usage_type == "LCUUsage"
    ]
    return quantity


def _listener(protocol: str) -> Resource:
    return Resource(
        f"{LISTENER}::{protocol}",
        LISTENER,
        protocol,
        {"protocol": protocol, "loadBalancerArn": UNKNOWN_TEXT},
        "us-east-1",
        dependencies={"loadBalancerArn": [f"{BALANCER}::it"]},
    )


def _network() -> Resource:
    return resource(BALANCER, loadBalancerType="network", internal=True)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_all_dimensions_together_cost_what_the_dearest_costs_alone(
    new: int, active: int, gb: int, rules: int
) -> None:
    usage = {
        "new_connections": new,
        "active_connections": active,
        "processed_bytes_gb": gb,
        "rule_evaluations": rules,
    }
    balancer = resource(BALANCER, internal=True)
    alone = [
        _units(statement_of(balancer, usage={key: value}))
        for key, value in usage.items()
    ]
    assert _units(statement_of(balancer, usage=usage)) == max(alone)


@pytest.mark.parametrize(
    ("protocols", "units"),
    [
        # By hand, 80,000 new flows a second: / 800 TCP = 100, / 400 UDP = 200, / 50 TLS = 1,600
        (["TCP"], 100),
        (["UDP"], 200),
        (["TCP_UDP"], 200),
        (["TLS"], 1600),
        (["TCP", "TLS", "UDP"], 1600),
        ([], 100),
    ],
)
def test_a_network_balancer_counts_by_its_dearest_protocol(
    protocols: list[str], units: int
) -> None:
    statement = statement_of(
        _network(),
        *map(_listener, protocols),
        hours="1",
        usage={"new_connections": 80_000},
    )
    assert _units(statement) == units


def test_a_network_balancer_is_not_counted_in_units_of_an_application_one() -> None:
    # By hand: 100,000 active connections are 1 NLCU and 33.3 LCU
    usage = {"active_connections": 100_000}
    assert _units(statement_of(_network(), hours="1", usage=usage)) == 1
    other = resource(BALANCER, internal=True)
    assert _units(statement_of(other, hours="1", usage=usage)) > 33


def test_bytes_of_a_month_cost_the_same_in_any_number_of_hours() -> None:
    balancer = resource(BALANCER, internal=True)
    for hours in ("0", "1", "730"):
        statement = statement_of(
            balancer, hours=hours, usage={"processed_bytes_gb": 500}
        )
        assert _units(statement) == 500


def test_the_line_names_the_dimension_that_binds() -> None:
    statement = statement_of(
        _network(), usage={"new_connections": 800, "active_connections": 1}
    )
    [line] = [x for x in statement.lines if x.key.usage_type == "LCUUsage"]
    assert line.because.startswith("new_connections binds: 800")
    assert "counted as TCP" in line.because


@pytest.mark.parametrize(
    "inputs",
    [
        {"internal": True, "subnets": ["a"]},
        {"ipAddressType": "dualstack-without-public-ipv4", "subnets": ["a"]},
        {"customerOwnedIpv4Pool": "pool", "subnets": ["a"]},
        {"loadBalancerType": "gateway", "subnets": ["a"]},
    ],
)
def test_a_balancer_without_public_addresses_is_not_charged_for_any(
    inputs: dict[str, Any],
) -> None:
    lines = statement_of(resource(BALANCER, **inputs)).lines
    assert not [line for line in lines if "PublicIPv4" in line.key.usage_type]


def test_a_balancer_in_unknown_subnets_has_an_unknown_number_of_addresses() -> None:
    gaps = statement_of(resource(BALANCER, subnets=UNKNOWN_TEXT)).unpriced
    assert any("how many subnets" in gap.reason for gap in gaps)


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        # One zone, one Elastic IP that it can have: only the Elastic IP is charged.
        (("a",), {"c": 730}),
        # Two subnets and one Elastic IP may be one zone or two: not told.
        (("a", "b"), {"c": 730}),
    ],
)
def test_mappings_that_are_unknown_as_a_whole_are_counted_only_where_one_is_possible(
    subnets: tuple[str, ...], expected: dict[str, int]
) -> None:
    subnet, eip = "aws:ec2/subnet:Subnet", "aws:ec2/eip:Eip"
    others = [
        Resource(f"{kind}::{name}", kind, name, {}, "us-east-1")
        for kind, name in (*((subnet, name) for name in subnets), (eip, "c"))
    ]
    balancer = Resource(
        f"{BALANCER}::it",
        BALANCER,
        "it",
        {"loadBalancerType": "network", "subnetMappings": UNKNOWN_TEXT},
        "us-east-1",
        dependencies={"subnetMappings": [item.urn for item in others]},
    )
    statement = statement_of(balancer, *others)
    addresses = {
        line.subject.name: line.quantity
        for line in statement.lines
        if "PublicIPv4" in line.key.usage_type
    }
    assert addresses == expected
    told = [gap.reason for gap in statement.unpriced if "any of a, b" in gap.reason]
    assert len(told) == len(subnets) - 1
