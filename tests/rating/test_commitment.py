"""Reservations cover whole machines, cost the same at every level, and lose nothing."""

from datetime import date
from decimal import Decimal

import pytest

from farebox.bill.statement import Statement
from farebox.graph import Resource, ResourceGraph
from farebox.prices.commitments import RESERVATIONS, Way
from farebox.prices.embedded import embedded_book
from farebox.rating.commitment import Commitment, committed
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book

BOOK = embedded_book()
THREE_YEARS = Way("standard", 3, "all")


def instances(count: int, kind: str = "m5.large") -> Statement:
    inputs = {
        "instanceType": kind,
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 8},
    }
    template = Resource(
        "urn::lt",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "lt",
        {"instanceType": kind, "networkInterfaces": []},
        "us-east-1",
        id="lt",
    )
    group = Resource(
        "urn::asg",
        "aws:autoscaling/group:Group",
        "asg",
        {
            "minSize": count,
            "maxSize": count + 1,
            "desiredCapacity": count,
            "launchTemplate": {"id": "lt", "version": "$Latest"},
            "availabilityZones": ["us-east-1a"],
        },
        "us-east-1",
    )
    one = Resource("urn::i", "aws:ec2/instance:Instance", "i", inputs, "us-east-1")
    found = [template, group] if count > 1 else [one]
    graph = ResourceGraph(found, project="p", stack="s")
    return estimate(graph, BOOK, on=date(2026, 11, 23))


def hours(statement: Statement, purchase: str) -> Decimal:
    return sum(
        (
            line.quantity
            for line in statement.lines
            if line.key.purchase == purchase and "BoxUsage" in line.key.usage_type
        ),
        Decimal(0),
    )


def test_a_machine_is_reserved_whole_and_the_rest_stays_on_demand() -> None:
    before = instances(3)
    after = committed(before, BOOK, Commitment(THREE_YEARS, Decimal(70)))
    # By hand: 70 % of 3 machines are 2.1: two are reserved, 2 x 730 h.
    assert hours(after, "reserved") == 1460
    assert hours(after, "on-demand") == 730
    assert after.usd_per_month < before.usd_per_month
    assert any("2 machines are reserved (standard-3yr-all" in n for n in after.notes)
    # By hand: the rate x 26,280 hours x 2 machines, paid at once.
    [line] = [one for one in after.lines if one.key.purchase == "reserved"]
    paid = f"{line.usd_per_unit * 26_280 * 2:,.2f} USD of it are paid at once"
    assert any(paid in note for note in after.notes)


def test_what_is_reserved_costs_the_same_at_every_level() -> None:
    after = committed(instances(3), BOOK, Commitment(THREE_YEARS))
    [line] = [one for one in after.lines if one.key.purchase == "reserved"]
    assert line.usd_low == line.usd_per_month == line.usd_high
    # A fourth machine at the high level is on demand.
    [rest] = [
        one
        for one in after.lines
        if one.key.purchase == "on-demand" and "BoxUsage" in one.key.usage_type
    ]
    assert not rest.quantity
    assert not rest.usd_low
    assert rest.usd_high == 730 * rest.usd_per_unit


@pytest.mark.parametrize("how", RESERVATIONS, ids=lambda how: how.term)
def test_every_term_is_cheaper_than_on_demand_and_nothing_is_lost(
    how: Way,
) -> None:
    before = instances(1)
    after = committed(before, BOOK, Commitment(how))
    assert after.usd_per_month < before.usd_per_month
    assert hours(after, "reserved") + hours(after, "on-demand") == 730
    others = [one for one in before.lines if "BoxUsage" not in one.key.usage_type]
    assert [
        one for one in after.lines if "BoxUsage" not in one.key.usage_type
    ] == others


def test_a_type_without_a_committed_rate_stays_and_is_counted() -> None:
    before = instances(1, "m7g.large")
    after = committed(before, BOOK, Commitment(Way("convertible", 3, "no")))
    odd = committed(before, frozen_book(), Commitment(THREE_YEARS))
    assert odd.lines == before.lines
    assert any(
        "No rate of standard-3yr-all-upfront is known for 1 charge," in n
        for n in odd.notes
    )
    assert after.usd_per_month <= before.usd_per_month
