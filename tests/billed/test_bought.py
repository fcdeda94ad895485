"""An estimate that is bought as the bill was: plans and discounts on the like basis."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.bill.adjustments_file import Adjustment, PlanRate
from farebox.bill.statement import Statement
from farebox.billed.bills import import_delivery
from farebox.billed.causes import Comparison, compare
from farebox.billed.charges import COSTS, Charge, Cost
from farebox.billed.owners import Owners
from farebox.billed.sources import deliveries
from farebox.cli.main import run
from farebox.prices.commitments import SAVINGS_PLANS
from farebox.rating.adjusted import adjusted
from farebox.rating.commitment import Commitment, committed
from farebox.rating.estimate import estimate
from tests.billed import shop
from tests.billed.scene import Scene
from tests.billed.test_causes import HOURS, charge, stack
from tests.casebook import frozen_book

TERM = "compute-1yr-no-upfront"
RATE = PlanRate(
    term=TERM,
    service="AmazonEC2",
    region="us-east-1",
    usage_type="BoxUsage:r6a.large",
    usd_per_unit=Decimal("0.08"),
    source="our console",
    operation="RunInstances",
)
CONTRACT = Adjustment(name="EDP", percent=Decimal(10))


def bought(coverage: int = 100, discounts: tuple[Adjustment, ...] = ()) -> Statement:
    """The stack of `test_causes` under a plan at 0.08 where the list has 0.1134."""
    [how] = [one for one in SAVINGS_PLANS if one.term == TERM]
    book = frozen_book()
    plain = estimate(stack(), book, on=date(2026, 11, 23))
    plan = Commitment(how, Decimal(coverage), (RATE,))
    return adjusted(committed(plain, book, plan) if coverage else plain, discounts)


def held(statement: Statement, *billed: Charge, cost: Cost) -> Comparison:
    owners = Owners(stack())
    found = compare(statement, owners, billed, month="2026-10", hours=HOURS, cost=cost)
    assert sum(usd for _, usd in found.causes) == found.difference_usd
    return found


def causes(found: Comparison) -> dict[str, Decimal]:
    return {cause: usd.normalize() for cause, usd in found.causes}


# 744 h at 0.08 are 59.52, 84.3696 by the list, and 53.568 after 10 % off.
COVERED = charge(
    "744",
    "84.3696",
    purchase="savings-plan",
    amortised=Decimal("59.52"),
    net=Decimal("84.3696"),
    net_amortised=Decimal("53.568"),
)


def test_a_plan_that_covers_as_it_was_expected_is_no_difference() -> None:
    found = held(bought(), COVERED, cost="amortised")
    # 58.40 of 730 h are 59.52 of 744: 1.12. Without the plan: -24.8496 of commitment.
    assert causes(found) == {
        "hours": Decimal("1.12"),
        "not on the bill": Decimal("-0.64"),
    }
    plain = held(bought(coverage=0), COVERED, cost="amortised")
    assert causes(plain)["commitment"] == Decimal("-24.8496")


def test_a_plan_that_covers_half_of_what_was_expected_is_commitment() -> None:
    half = charge("372", "42.1848")
    covered = charge(
        "372", "42.1848", purchase="savings-plan", amortised=Decimal("29.76")
    )
    found = causes(held(bought(), half, covered, cost="amortised"))
    # 29.76 - 42.1848 came off where -24.8496 was expected.
    assert found["commitment"] == Decimal("12.4248")
    assert "price" not in found
    assert "quantity" not in found


def test_a_negotiated_discount_is_held_against_what_it_took_off() -> None:
    expected = bought(discounts=(CONTRACT,))
    # Estimated: 730 h x 0.08 less 10 % = 52.56, and 0.64 less 10 %.
    assert expected.usd_per_month == Decimal("53.136")
    found = held(expected, COVERED, cost="net_amortised")
    assert causes(found) == {
        "hours": Decimal("1.008"),
        "not on the bill": Decimal("-0.576"),
    }
    [pair] = [p for p in found.pairs if "BoxUsage" in p.key.usage_type]
    assert (pair.estimated, pair.billed) == (Decimal(730), Decimal(744))
    # Before discounts the bill lacks what the estimate took off: 10 % of 59.52.
    before = causes(held(expected, COVERED, cost="amortised"))
    assert before["discount"] == Decimal("5.952")


MONEY = st.decimals("0", "1000", places=6)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.builds(
            charge,
            st.decimals("0", "5000", places=3).map(str),
            MONEY.map(str),
            purchase=st.sampled_from(["on-demand", "reserved", "savings-plan"]),
            amortised=MONEY,
            net_amortised=MONEY,
        ),
        max_size=5,
    ),
    st.sampled_from([0, 50, 100]),
    st.sampled_from([(), (CONTRACT,), (CONTRACT, CONTRACT)]),
    st.sampled_from(COSTS),
)
def test_causes_add_up_however_the_estimate_is_bought(
    billed: list[Charge], coverage: int, discounts: tuple[Adjustment, ...], cost: Cost
) -> None:
    held(bought(coverage, discounts), *billed, cost=cost)


def test_the_command_takes_a_plan_and_a_file_of_discounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    scene = Scene("us-east-2", "2026-10")
    said = {"instanceType": "m5.large", "associatePublicIpAddress": False}
    scene.has("aws:ec2/instance:Instance", "web", "i-0e1b2c3d4e5f60001", said)
    # 744 h x 0.096 = 71.424, and 64.2816 after 10 %.
    web = ("BoxUsage:m5.large", "RunInstances", "i-0e1b2c3d4e5f60001", "744", "71.424")
    scene.bills(*web, None, "64.2816")
    shop.cur2_csv(scene.rows, Path("bill.csv"))
    bills = tmp_path / "data" / "bills"
    bills.mkdir(parents=True)
    import_delivery(deliveries(Path("bill.csv"))[0], bills)
    Path("state.json").write_bytes(scene.state())
    Path("edp.yaml").write_text(
        "version: 1\nadjustments:\n  - {name: EDP, percent: 10, usage_type: '*BoxUsage*'}\n"
    )
    asked = ("--month", "2026-10", "--adjustments", "edp.yaml", "--format", "json")
    more = ("--cost", "net-amortised", "--prices", "embedded", "--on", "2026-11-23")
    assert run(["bill", "compare", "state.json", *asked, *more]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    named = {one["cause"] for one in document["causes"]}
    # 14 h more, and no volume on the bill: nothing is left of the discount.
    assert "discount" not in named
    assert "hours" in named
