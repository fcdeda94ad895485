"""Each difference between a bill and its estimate has its cause, to the cent."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.billed.causes import SAYS, compare
from farebox.billed.charges import COSTS, Charge, Parents
from farebox.billed.owners import Owners
from farebox.graph import Resource, ResourceGraph
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book

INSTANCE = "aws:ec2/instance:Instance"
ID = "i-0a1b2c3d4e5f60001"
HOURS = Decimal(744)


def stack() -> ResourceGraph:
    inputs = {
        "instanceType": "r6a.large",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 8},
    }
    one = Resource("urn::web", INSTANCE, "web", inputs, "us-east-1", id=ID)
    return ResourceGraph([one], project="p", stack="s")


def charge(
    amount: str, usd: str, listed: str | None = None, **fields: object
) -> Charge:
    values: dict[str, object] = {
        "account": "012345678901",
        "class_": "usage",
        "service": "AmazonEC2",
        "region": "us-east-1",
        "usage_type": "BoxUsage:r6a.large",
        "operation": "RunInstances",
        "purchase": "on-demand",
        "resource": ID,
        "unit": "Hrs",
        "parents": Parents(),
        "amount": Decimal(amount),
        "unblended": Decimal(usd),
        "amortised": Decimal(usd),
        "listed": Decimal(usd if listed is None else listed),
        "net": Decimal(usd),
        **fields,
    }
    return Charge(**values)  # type: ignore[arg-type]


def causes_of(*billed: Charge, cost: str = "unblended") -> dict[str, Decimal]:
    graph = stack()
    statement = estimate(graph, frozen_book(), on=date(2026, 11, 23))
    held = compare(
        statement,
        Owners(graph),
        billed,
        month="2026-10",
        hours=HOURS,
        cost=cost,  # type: ignore[arg-type]
    )
    assert sum(usd for _, usd in held.causes) == held.difference_usd
    return {cause: usd.normalize() for cause, usd in held.causes}


def test_a_longer_month_is_hours_and_nothing_else() -> None:
    # By hand: 730 h x 0.1134 = 82.782 estimated, 744 x 0.1134 = 84.3696 billed: 1.5876.
    # Nothing was billed for the root volume: 8 GB x 0.08 = 0.64.
    assert causes_of(charge("744", "84.3696")) == {
        "hours": Decimal("1.5876"),
        "not on the bill": Decimal("-0.64"),
    }


def test_half_a_month_is_quantity_and_another_rate_is_price() -> None:
    # 372 h at 0.12 = 44.64; at the estimate's 0.1134 they are 42.1848: price 2.4552.
    found = causes_of(charge("372", "44.64"))
    assert found["quantity"] == Decimal("-42.1848")
    assert found["price"] == Decimal("2.4552")


def test_a_covered_hour_is_a_commitment_and_not_a_price() -> None:
    covered = charge("744", "0", "84.3696", purchase="reserved")
    assert causes_of(covered)["commitment"] == Decimal("-84.3696")


def test_what_free_tiers_give_is_an_allowance() -> None:
    assert causes_of(charge("744", "0", "84.3696"))["free allowance"] == Decimal(
        "-84.3696"
    )


def test_what_no_line_has_is_told_by_whose_it_is() -> None:
    found = causes_of(
        charge("5", "1", usage_type="CPUCredits:t3"),
        charge("5", "2", resource="i-0fffffffffffffff"),
        charge("1", "3", class_="tax"),
        charge("1", "4", class_="unclassified"),
        charge("1", "5", class_="marketplace"),
        charge("1", "6", class_="split"),
    )
    assert found["not estimated"] == 1
    assert found["not in the stack"] == 2
    assert [found[x] for x in ("tax", "not classified", "marketplace")] == [3, 4, 5]


MONEY = st.decimals("-1000", "1000", places=6)


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            charge,
            st.decimals("0", "5000", places=3).map(str),
            MONEY.map(str),
            st.one_of(st.none(), MONEY.map(str)),
            class_=st.sampled_from(
                ["usage", "tax", "credit", "commitment", "fee", "discount", "split"]
            ),
            purchase=st.sampled_from(["on-demand", "spot", "reserved", "savings-plan"]),
            resource=st.sampled_from(["", ID, "i-0ffffffffffffffff", "vol-12345678"]),
            usage_type=st.sampled_from(
                ["BoxUsage:r6a.large", "USE1-BoxUsage:r6a.large", "EBS:VolumeUsage.gp3"]
            ),
            net=MONEY,
            amortised=MONEY,
        ),
        max_size=12,
    ),
    st.sampled_from(COSTS),
)
def test_causes_add_up_to_the_whole_difference(billed: list[Charge], cost: str) -> None:
    assert set(causes_of(*billed, cost=cost)) <= set(SAYS)
