"""Each difference between a bill and its estimate has its cause, to the cent."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.billed.causes import compare
from farebox.billed.charges import COSTS, Charge, Parents
from farebox.billed.owners import Owners
from farebox.billed.says import SAYS
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
        "net_amortised": Decimal(usd),
        "free": Decimal(0),
        **fields,
    }
    return Charge(**values)  # type: ignore[arg-type]


def causes_of(
    *billed: Charge,
    cost: str = "unblended",
    hours: Decimal = HOURS,
    part: Decimal = Decimal(1),
) -> dict[str, Decimal]:
    graph = stack()
    statement = estimate(graph, frozen_book(), on=date(2026, 11, 23))
    held = compare(
        statement,
        Owners(graph),
        billed,
        month="2026-10",
        hours=hours,
        cost=cost,  # type: ignore[arg-type]
        part=part,
    )
    assert held.billed_usd == dict(held.totals)[held.cost]
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
    given = charge("744", "0", "84.3696", free=Decimal("84.3696"))
    assert causes_of(given)["free allowance"] == Decimal("-84.3696")


def test_a_private_rate_is_a_discount_and_not_a_free_allowance() -> None:
    # 744 h at a list price of 0.1134, billed at 0.09: 84.3696 - 66.96 = 17.4096.
    found = causes_of(charge("744", "66.96", "84.3696"))
    assert found["discount"] == Decimal("-17.4096")
    assert "free allowance" not in found


def test_a_discount_on_the_whole_bill_stands_between_net_and_gross() -> None:
    # 9 % off 84.3696 = 7.593264.
    one = charge("744", "84.3696", net=Decimal("76.776336"))
    assert causes_of(one, cost="net")["discount"] == Decimal("-7.593264")
    assert "discount" not in causes_of(one, cost="unblended")


def test_the_list_price_of_spot_is_named_and_the_lists_sum_stays_the_bills() -> None:
    # Spot at 0.03, listed at on demand's 0.1134: 744 h are 22.32 and 84.3696.
    spot = charge("744", "22.32", "84.3696", purchase="spot")
    assert causes_of(spot, cost="listed")["spot"] == Decimal("62.0496")
    assert "spot" not in causes_of(spot)


def test_half_of_an_open_month_is_no_lack_of_use() -> None:
    # 15 of 30 days: 365 of 730 h are 41.391 estimated; 360 h billed are 40.824.
    found = causes_of(charge("360", "40.824"), hours=Decimal(720), part=Decimal("0.5"))
    assert found["open month"] == Decimal("-41.391")
    assert found["hours"] == Decimal("-0.567")
    assert set(found) == {"open month", "hours", "not on the bill"}


def test_rows_without_a_resource_are_held_against_their_key() -> None:
    billed = charge("744", "84.3696", resource="")
    assert set(causes_of(billed)) == {"hours", "not on the bill"}


def test_what_is_not_in_the_state_is_told_apart_by_tag_and_account() -> None:
    other = "i-0fffffffffffffff"
    found = causes_of(
        charge("744", "84.3696"),
        charge("1", "1", resource=other, parents=Parents(stack="s", project="p")),
        charge("1", "2", resource=other, parents=Parents(stack="t", project="p")),
        charge("1", "3", resource=other, account="999999999999"),
        charge("1", "4", resource=other, parents=Parents(policy="policy-1")),
        charge("1", "5", resource="", usage_type="Requests-Tier9"),
        charge("1", "6", class_="late"),
    )
    assert [found[x] for x in ("no longer in the state", "of other stacks")] == [1, 2]
    assert [found[x] for x in ("of other accounts", "made by others")] == [3, 4]
    assert [found[x] for x in ("no resource named", "late rows")] == [5, 6]


def test_what_no_line_has_is_told_by_whose_it_is() -> None:
    found = causes_of(
        charge("5", "1", usage_type="CPUCredits:t3"),
        charge("5", "2", resource="i-0fffffffffffffff"),
        charge("1", "3", class_="tax"),
        charge("1", "4", class_="unclassified"),
        charge("1", "5", class_="marketplace"),
        charge("1", "0", class_="split"),
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
                ["usage", "tax", "credit", "commitment", "fee", "discount", "late"]
            ),
            purchase=st.sampled_from(["on-demand", "spot", "reserved", "savings-plan"]),
            resource=st.sampled_from(["", ID, "i-0ffffffffffffffff", "vol-12345678"]),
            usage_type=st.sampled_from(
                ["BoxUsage:r6a.large", "USE1-BoxUsage:r6a.large", "EBS:VolumeUsage.gp3"]
            ),
            net=MONEY,
            net_amortised=MONEY,
            amortised=MONEY,
            free=MONEY,
            parents=st.sampled_from(
                [Parents(), Parents(stack="t"), Parents(auto_scaling_group="g")]
            ),
        ),
        max_size=12,
    ),
    st.sampled_from(COSTS),
    st.sampled_from([Decimal(1), Decimal("0.25")]),
)
def test_causes_add_up_to_the_whole_difference(
    billed: list[Charge], cost: str, part: Decimal
) -> None:
    assert set(causes_of(*billed, cost=cost, part=part)) <= set(SAYS)
