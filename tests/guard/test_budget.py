"""Budgets of a stack, its users, components and tags; figures worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.bill.budget import Budget, spending
from farebox.graph.values import UNKNOWN_TEXT
from farebox.guard.budgets import (
    Finding,
    biggest_lines,
    component_budgets,
    stack_budget,
    tag_budgets,
    user_budget,
)
from tests.guard.stacks import (
    NAT,
    component,
    graph,
    priced,
    resource,
    urn,
    volume,
)

PART = "shop:parts:Part"

# 100 GiB and 50 GiB of gp3 at 0.08: 8 and 4 USD.
TWO_VOLUMES = graph(volume("data", 100), volume("logs", 50))


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_stack_within_its_budget_has_no_finding() -> None:
    statement = priced(TWO_VOLUMES)
    assert stack_budget(statement, Decimal(12)) == []
    assert stack_budget(statement, Decimal("12.01")) == []


def test_a_stack_over_its_budget_says_by_how_much_where_and_what_to_do() -> None:
    finding = only(stack_budget(priced(TWO_VOLUMES), Decimal(10)))
    lines = finding.message.splitlines()
    # 12 - 10 = 2, which is 20 % of 10.
    assert lines[0] == (
        "The stack costs 12.00 USD a month: 2.00 (20.0 %) over the budget of 10.00."
    )
    assert lines[2].strip() == "8.00  data (ebs.Volume): gp3 storage, 100 GB-Mo"
    assert lines[3].split()[0] == "4.00"
    assert lines[-1].startswith("Way out: ")
    assert finding.urn is None


def test_a_budget_of_nothing_forbids_any_cost() -> None:
    finding = only(stack_budget(priced(TWO_VOLUMES), Decimal(0)))
    assert "12.00 over the budget of 0.00" in finding.message
    assert stack_budget(priced(graph()), Decimal(0)) == []


def test_a_total_that_leaves_charges_out_is_at_least_so_much() -> None:
    unknown = volume("later", UNKNOWN_TEXT)
    statement = priced(graph(volume("data", 100), unknown))
    finding = only(stack_budget(statement, Decimal(5)))
    assert "costs at least 8.00 USD" in finding.message
    assert "Charges without a figure, not in this sum: 1." in finding.message


def test_usd_per_user_is_the_total_over_the_users() -> None:
    statement = priced(TWO_VOLUMES, users=100)
    # 12 / 100 = 0.12
    assert user_budget(statement, Decimal("0.12")) == []
    finding = only(user_budget(statement, Decimal("0.10")))
    assert finding.message.startswith(
        "With 100 users the stack costs 0.1200 USD a user and month: 0.0200 (20.0 %) "
        "over the budget of 0.1000."
    )


def test_a_budget_per_user_without_users_is_a_finding() -> None:
    finding = only(user_budget(priced(TWO_VOLUMES), Decimal(1)))
    assert "nothing says how many users" in finding.message
    assert "farebox:users" in finding.message


def test_a_component_is_charged_for_what_is_in_its_components_too() -> None:
    outer, inner = component("outer"), component("inner", urn(PART, "outer"))
    found = graph(
        outer,
        inner,
        volume("a", 100, parent=urn(PART, "outer")),
        volume("b", 50, parent=urn(PART, "inner")),
        volume("c", 1000),
    )
    statement = priced(found)
    # outer has a and b: 8 + 4; inner has b: 4; c is in neither.
    within = {"outer": Decimal(12), "inner": Decimal(4)}
    assert component_budgets(statement, found, within) == []
    finding = only(component_budgets(statement, found, {"outer": Decimal(11)}))
    assert "Component outer costs 12.00 USD a month: 1.00" in finding.message
    assert "c (" not in finding.message


def test_a_budget_of_several_components_is_shared_by_them() -> None:
    found = graph(
        component("pool-1"),
        component("pool-2"),
        volume("a", 100, parent=urn(PART, "pool-1")),
        volume("b", 100, parent=urn(PART, "pool-2")),
    )
    # 8 + 8 = 16
    assert component_budgets(priced(found), found, {"pool-*": Decimal(16)}) == []
    assert component_budgets(priced(found), found, {"pool-*": Decimal(15)})


def test_a_budget_of_a_component_that_is_not_there_guards_nothing() -> None:
    found = graph(component("network"), volume("a", 1))
    budgets = {"netwrok": Decimal(1)}
    finding = only(component_budgets(priced(found), found, budgets))
    assert "netwrok guards nothing" in finding.message
    assert "Its components: network." in finding.message


TAGGED = graph(
    volume("a", 100, tags={"team": "search", "stage": "live"}),
    volume("b", 50, tags={"team": "search"}),
    volume("c", 25, tags={"team": "mail"}),
    volume("d", 25, tags={"team": UNKNOWN_TEXT}),
    volume("e", 25),
)


@pytest.mark.parametrize(
    ("tag", "usd"),
    # By hand: a 8, b 4, c 2; what d is tagged is not known, and e is not tagged.
    [("team=search", 12), ("team=*", 14), ("team", 14), ("stage=live", 8)],
)
def test_a_tag_is_charged_for_what_carries_it(tag: str, usd: int) -> None:
    statement = priced(TAGGED)
    assert tag_budgets(statement, TAGGED, {tag: Decimal(usd)}) == []
    finding = only(tag_budgets(statement, TAGGED, {tag: Decimal(usd - 1)}))
    assert f"What is tagged {tag} costs {usd}.00 USD a month" in finding.message


def test_a_budget_of_a_tag_that_nothing_has_guards_nothing() -> None:
    finding = only(tag_budgets(priced(TAGGED), TAGGED, {"team=sales": Decimal(1)}))
    assert "team=sales guards nothing" in finding.message
    assert "team=mail" in finding.message


def test_alike_resources_are_one_line_and_the_rest_is_summed() -> None:
    many = [volume(f"volume-{number}", 100) for number in range(20)]
    others = [
        volume(name, size) for name, size in zip("abcdef", range(1, 7), strict=True)
    ]
    lines = biggest_lines(priced(graph(*many, *others)))
    # 20 x 8 = 160; f, e, d, c cost 0.48, 0.40, 0.32, 0.24; b and a 0.16 + 0.08 = 0.24.
    assert lines[0].split()[:3] == ["160.00", "volume-*", "(20)"]
    assert [line.split()[0] for line in lines[1:5]] == ["0.48", "0.40", "0.32", "0.24"]
    assert lines[5].split() == ["0.24", "2", "more"]


@given(st.integers(1, 16_000), st.decimals(0, 2000, places=2))
def test_a_finding_is_made_exactly_where_fare_price_breaks_its_budget(
    gib: int, usd: Decimal
) -> None:
    statement = priced(graph(volume("data", gib)))
    holds = spending(statement, Budget(usd)).holds
    assert (stack_budget(statement, usd) == []) == holds


def test_a_nat_gateway_without_usage_makes_the_component_a_lower_bound() -> None:
    found = graph(
        component("network"), resource(NAT, "nat", parent=urn(PART, "network"))
    )
    finding = only(component_budgets(priced(found), found, {"network": Decimal(1)}))
    # 730 x 0.045 = 32.85; the GB that it processes have a rate and no figure.
    assert "costs at least 32.85 USD" in finding.message
