"""A month with plans, reservations, discounts, spot, drift and late rows, told to the cent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE
from farebox.billed.bills import import_delivery
from farebox.billed.causes import Comparison
from farebox.billed.charges import COSTS
from farebox.billed.sources import deliveries
from farebox.graph.document import read_document
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket
from farebox.quote.bill_comparison import billed_month, held_against
from tests.billed.shop import (
    ROWS,
    cur2_csv,
    cur2_parquet,
    legacy_csv,
    state,
    summed,
)

SHAPES = {
    "bill.csv": cur2_csv,
    "bill.parquet": cur2_parquet,
    "legacy.csv": legacy_csv,
}


@pytest.fixture(params=sorted(SHAPES))
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Comparison]:
    path = tmp_path / "in" / request.param
    path.parent.mkdir()
    SHAPES[request.param](ROWS, path)
    bills = tmp_path / "bills"
    [month] = import_delivery(deliveries(path)[0], bills)
    assert (month.rows, month.aside, month.closed) == (len(ROWS), 0, True)
    graph = read_document(state(), name="state.json", region=None)
    on = date(2026, 11, 23)
    statement = Basket(graph, NO_USAGE, Terms(on=on)).at(embedded_book())
    billed = billed_month(bills, "2026-09")
    return lambda cost: held_against(statement, graph, billed, cost)  # type: ignore[arg-type]


def causes(found: Comparison) -> dict[str, Decimal]:
    assert sum(usd for _, usd in found.causes) == found.difference_usd
    return {str(cause): usd.normalize() for cause, usd in found.causes}


def test_every_way_of_counting_is_the_whole_bill(
    held: Callable[[str], Comparison],
) -> None:
    column = {
        "unblended": "line_item_unblended_cost",
        "listed": "pricing_public_on_demand_cost",
        "net": "line_item_net_unblended_cost",
    }
    # Amortised, by hand: the negation (-43.416) and 28.80 of the fee of 36 go, covered use
    # is 28.80 for 43.416; the reservation's use is 36 for 0, its fee 4 for 40.
    unblended = summed("line_item_unblended_cost")
    amortised = unblended + Decimal("43.416") - Decimal("28.80")
    amortised += Decimal("28.80") - Decimal("43.416") + 36 - 36
    for cost in COSTS:
        found = held(cost)
        causes(found)
        assert found.billed_usd == dict(found.totals)[cost]
        if cost in column:
            assert found.billed_usd == summed(column[cost])
    assert held("amortised").billed_usd == amortised
    # Net: 9 % off the hours on demand (3.90744) and off the plan's (28.80 - 26.208).
    net = amortised - Decimal("3.90744") - Decimal("2.592")
    assert held("net_amortised").billed_usd == net


def test_each_kind_of_row_has_its_cause(held: Callable[[str], Comparison]) -> None:
    found = causes(held("unblended"))
    expected = {
        "late rows": "0.2412",
        "marketplace": "7.2",
        "tax": "19",
        "credits": "-11.5",
        "not classified": "0.77",
        "not in the stack": "2.8944",
        "no longer in the state": "0.1206",
        "of other stacks": "0.1206",
        "of other accounts": "0.1206",
    }
    assert {name: found[name] for name in expected} == {
        name: Decimal(usd) for name, usd in expected.items()
    }
    # By hand: -43.416 taken back, 36 and 40 of commitments, 29 of support.
    assert found["fees and commitments"] == Decimal("61.584")
    # A reserved hour is billed at nothing: 54.72 of list price.
    assert found["commitment"] == Decimal("-54.72")
    # The contract's own row, and nothing else: S3 has no line without a usage file.
    assert found["discount"] == Decimal("-3")


def test_covered_use_costs_its_part_of_the_plan(
    held: Callable[[str], Comparison],
) -> None:
    found = causes(held("amortised"))
    # 28.80 for 43.416, and 36 for 54.72 of the reservation.
    assert found["commitment"] == Decimal("-33.336")
    # Support, and what nobody used: 7.20 of the plan and 4 of the reservation.
    assert found["fees and commitments"] == Decimal("40.2")


def test_the_list_price_of_spot_is_told_apart(
    held: Callable[[str], Comparison],
) -> None:
    found = held("listed")
    [spot] = [u for u in found.unmatched if u.charge.purchase == "spot"]
    assert (spot.owner.name, spot.owner.how) == ("workers", "parent")
    assert spot.charge.operation == "RunInstances"


def test_every_resource_has_its_rows_whatever_shares_its_name(
    held: Callable[[str], Comparison],
) -> None:
    found = held("amortised")
    whose = {
        (one.charge.service, one.charge.usage_type.partition("-")[2]): one.owner.name
        for one in found.unmatched
        if one.owner.how == "id"
    }
    # A policy has the bucket's id, an address the function's; a version and an index
    # have longer ARNs than what they are of; traffic is filed under another service.
    assert whose == {
        ("AmazonS3", "TimedStorage-ByteHrs"): "assets",
        ("AWSLambda", "Request"): "orders",
        ("AmazonDynamoDB", "TimedStorage-ByteHrs"): "carts",
        ("AWSDataTransfer", "USE1-AWS-Out-Bytes"): "web",
    }
    pairs = {(p.name, p.key.usage_type): p for p in found.pairs}
    assert pairs["web", "LoadBalancerUsage"].billed_usd == Decimal("19.44")
    assert pairs["web", "BoxUsage:m7i.large"].billed == 720
    assert pairs["shopdb", "InstanceUsage:db.t4g.medium"].billed_usd == 36


def test_what_was_launched_is_told_by_tag_or_by_quantity(
    held: Callable[[str], Comparison],
) -> None:
    found = held("amortised")
    [snapshot] = [u for u in found.unmatched if "Snapshot" in u.charge.usage_type]
    assert (snapshot.owner.name, snapshot.owner.how) == ("nightly", "parent")
    assert snapshot.cause == "made by the stack, not estimated"
    # The group's root volume has neither id nor tag: its 8 GB are the estimate's.
    assert found.matched_by_key_usd == Decimal("0.7616")
    [volume] = [
        p for p in found.pairs if p.name == "workers" and "gp3" in p.key.usage_type
    ]
    assert volume.billed == 8
