"""The guards: what is refused, which rows are named, and what is let through."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.prices import Price, PriceKey, Purchase, Source, Tier
from farebox.prices.deliveries import Comparison, DatedPrice, Delivery, Slice
from farebox.prices.refreshed import Refusal
from pricing_fetch.refresh.guards import refusals
from pricing_fetch.refresh.tally import NO_ON_DEMAND, OUT_OF_BOUNDS, ZERO_UNSAID, Tally

REGION = "us-east-1"
SOURCE = Source("https://example.com/list.csv", "2026-11-23")
R6A = {"r6a.large": "0.1134", "r6a.xlarge": "0.2268", "r6a.2xlarge": "0.4536"}
LISTED = {name: Decimal(usd) for name, usd in R6A.items()}


def price(
    usage_type: str,
    usd: str,
    *,
    operation: str = "",
    purchase: Purchase = "on-demand",
    zone: str = "",
    unit: str = "Hrs",
    note: str = "",
) -> Price:
    key = PriceKey("AmazonEC2", REGION, usage_type, operation, purchase, zone)
    tiers = tuple(
        Tier(Decimal(start), Decimal(dollars))
        for start, _, dollars in (
            part.partition(":") for part in (usd if ":" in usd else f"0:{usd}").split()
        )
    )
    return Price(key, tiers, unit, Source(SOURCE.url, SOURCE.as_of, note=note))


def box(name: str, usd: str) -> Price:
    return price(f"BoxUsage:{name}", usd, operation="RunInstances")


def spot(name: str, usd: str, zone: str = "use1-az1") -> Price:
    return price(f"SpotUsage:{name}", usd, purchase="spot", zone=zone)


def judged(
    *,
    before: Iterable[Price],
    delivered: Iterable[Price],
    purchase: Purchase = "on-demand",
    first: bool = False,
    whole: bool = True,
    spot_is_fresh: bool = True,
    listed: Mapping[str, Decimal] = LISTED,
) -> tuple[Refusal, ...]:
    """The verdict on a delivery, compared here by the plainest code there is."""
    part = Slice("AmazonEC2", REGION, purchase)
    delivery = Delivery("a source", SOURCE, part if whole else None)
    tally = Tally(lambda region: listed, delivery.left_out)
    came = {d.price.key: d for d in tally.through(map(DatedPrice, delivered))}
    had = {p.key: p for p in before}
    same = {
        key
        for key, dated in came.items()
        if key in had
        and (had[key].tiers, had[key].unit) == (dated.price.tiers, dated.price.unit)
    }
    comparison = Comparison(
        delivery,
        new=tuple(dated for key, dated in came.items() if key not in had),
        changed=tuple(
            (had[key], dated)
            for key, dated in came.items()
            if key in had and key not in same
        ),
        gone=tuple(p for key, p in had.items() if key not in came) if whole else (),
        unchanged_count=len(same),
    )
    return refusals(
        comparison,
        tally,
        first=first,
        spot_is_fresh=spot_is_fresh,
        on_demand=lambda region: listed,
    )


def rules(found: tuple[Refusal, ...]) -> list[str]:
    return [refusal.rule for refusal in found]


def volumes(count: int, usd: str = "0.1") -> list[Price]:
    return [price(f"EBS:Volume.{number}", usd) for number in range(count)]


def test_a_list_may_lose_five_per_cent_of_its_prices_and_no_more() -> None:
    before = volumes(100)
    assert judged(before=before, delivered=before[5:]) == ()
    (refusal,) = judged(before=before, delivered=before[6:])
    assert (refusal.rule, refusal.count) == ("coverage", 6)
    assert str(refusal) == (
        "6 of 100 prices are gone, more than 5 %: "
        "AmazonEC2 us-east-1 EBS:Volume.0, 0.1 before; "
        "AmazonEC2 us-east-1 EBS:Volume.1, 0.1 before; "
        "AmazonEC2 us-east-1 EBS:Volume.2, 0.1 before; and 3 more"
    )


def test_every_price_of_a_kind_gone_is_refused_however_few_they_are() -> None:
    nat = price("NatGateway-Hours", "0.045")
    (refusal,) = judged(before=[*volumes(100), nat], delivered=volumes(100))
    assert refusal.rule == "family"
    assert "every price of NatGateway-Hours is gone" in str(refusal)


def test_spot_pools_may_come_and_go_up_to_a_half() -> None:
    # 0.4 to 0.45 of r6a.large's 0.1134, twenty zones.
    before = [spot("r6a.large", "0.05", f"use1-az{n}") for n in range(20)]
    assert judged(before=before, delivered=before[10:], purchase="spot") == ()
    found = judged(before=before, delivered=before[11:], purchase="spot")
    assert rules(found) == ["coverage"]


def test_single_look_ups_take_nothing_away() -> None:
    assert judged(before=volumes(9), delivered=volumes(1), whole=False) == ()


def test_a_whole_source_without_any_price_is_refused_even_the_first_time() -> None:
    found = judged(before=volumes(3), delivered=[], first=True)
    assert rules(found) == ["nothing"]


def test_the_first_real_list_may_lack_the_embedded_spellings() -> None:
    before = [*volumes(3), price("Odd:Spelling", "1")]
    found = judged(before=before, delivered=volumes(2), first=True)
    assert found == ()


def test_a_list_price_that_moves_by_more_than_thirty_per_cent_is_named() -> None:
    before = [*volumes(9), price("NatGateway-Hours", "0.045")]
    # 0.045 x 1.3 = 0.0585 is the most.
    for usd, refused in (("0.0585", False), ("0.0586", True), ("0.0314", True)):
        after = [*volumes(9), price("NatGateway-Hours", usd)]
        found = judged(before=before, delivered=after)
        assert rules(found) == (["moved"] if refused else [])
    assert "NatGateway-Hours from 0.045 to 0.0314 (-30 %)" in str(found[0])


def test_the_thirty_per_cent_hold_for_the_first_real_list_too() -> None:
    found = judged(
        before=[price("NatGateway-Hours", "0.045")],
        delivered=[price("NatGateway-Hours", "0.45")],
        first=True,
    )
    assert rules(found) == ["moved"]


def test_a_later_tier_that_moves_is_seen() -> None:
    # 0.085 to 0.05 is -41 %, the first tier stays.
    found = judged(
        before=[price("Out-Bytes", "0:0.09 10240:0.085")],
        delivered=[price("Out-Bytes", "0:0.09 10240:0.05")],
    )
    assert rules(found) == ["moved"]


def test_single_spot_pools_may_jump_and_the_median_may_not() -> None:
    zones = [f"use1-az{n}" for n in range(5)]
    before = [spot("r6a.large", "0.04", zone) for zone in zones]
    jumped = [spot("r6a.large", "0.08", zone) for zone in zones]
    # Two of five doubled: the median moved by 0. Three of five: by 100 %.
    for count, expected in ((2, []), (3, ["moved"])):
        after = jumped[:count] + before[count:]
        found = judged(before=before, delivered=after, purchase="spot")
        assert rules(found) == expected
    old = judged(before=before, delivered=jumped, purchase="spot", spot_is_fresh=False)
    assert old == ()


@pytest.mark.parametrize(
    ("usd", "fits"),
    # 0.09 x 0.1134 = 0.010206
    [
        ("0.010206", True),
        ("0.010205", False),
        ("0.1134", True),
        ("0.1135", False),
    ],
)
def test_spot_lies_between_nine_per_cent_of_on_demand_and_on_demand(
    usd: str, fits: bool
) -> None:
    good = [spot("r6a.xlarge", "0.1", f"use1-az{n}") for n in range(9)]
    found = judged(
        before=good, delivered=[*good, spot("r6a.large", usd)], purchase="spot"
    )
    assert rules(found) == ([] if fits else ["spot-bounds"])
    if not fits:
        assert f"from 0.1134 to {usd}" in str(found[0])


def test_spot_that_did_not_change_is_held_against_on_demand_that_did() -> None:
    before = [spot("r6a.large", "0.1")]
    found = judged(
        before=before,
        delivered=before,
        purchase="spot",
        listed={"r6a.large": Decimal("0.09")},
    )
    assert "spot-bounds" in rules(found)


def test_spot_that_nothing_vouches_for_and_bare_zeros_are_left_out() -> None:
    delivery = Delivery("a source", SOURCE)
    tally = Tally(lambda region: LISTED, delivery.left_out)
    came = [
        spot("x9z.large", "0.1"),
        spot("r6a.large", "0.9", zone=""),
        price("Bytes", "0"),
        price("Bytes-In", "0", note="free: the list says so"),
        spot("r6a.large", "0.05"),
    ]
    passed = [d.price.usd_per_unit for d in tally.through(map(DatedPrice, came))]
    assert passed == [Decimal(0), Decimal("0.05")]
    assert delivery.left_out == {NO_ON_DEMAND: 1, OUT_OF_BOUNDS: 1, ZERO_UNSAID: 1}


def test_a_price_that_became_0_is_refused_with_and_without_the_sources_word() -> None:
    nat = price("NatGateway-Hours", "0.045")
    free = price("NatGateway-Hours", "0", note="free: the list says so")
    bare = price("NatGateway-Hours", "0")
    assert rules(judged(before=[nat], delivered=[free, *volumes(99)])) == ["free"]
    found = judged(before=[nat, *volumes(99)], delivered=[bare, *volumes(99)])
    assert rules(found) == ["zero", "family"]
    assert "from 0.045 to 0 (-100 %)" in str(found[0])


def test_another_unit_is_refused_and_not_reckoned_as_a_move() -> None:
    found = judged(
        before=[price("Throughput", "0.04", unit="MiBps-Mo")],
        delivered=[price("Throughput", "40.96", unit="GiBps-mo")],
    )
    assert rules(found) == ["unit"]
    assert "the first from MiBps-Mo to GiBps-mo" in str(found[0])


def test_a_row_at_the_dedicated_rate_is_refused_beside_its_family_in_the_store() -> (
    None
):
    # 0.4536 x 1.1: only this row came new; the others are the store's.
    before = [box(name, usd) for name, usd in R6A.items() if name != "r6a.2xlarge"]
    listed = {name: usd for name, usd in LISTED.items() if name != "r6a.2xlarge"}
    found = judged(
        before=before,
        delivered=[*before, box("r6a.2xlarge", "0.49896")],
        listed=listed,
    )
    assert rules(found) == ["linearity"]
    assert "BoxUsage:r6a.2xlarge" in str(found[0])
    assert "1.1000 times its part" in str(found[0])


def test_a_family_whose_prices_all_move_together_stays_linear() -> None:
    before = [box(name, usd) for name, usd in R6A.items()]
    after = [box(name, str(Decimal(usd) * 2 / 3)) for name, usd in R6A.items()]
    found = judged(before=before, delivered=after)
    assert rules(found) == ["moved"]  # a third less, and nothing else


def test_a_price_off_the_line_that_was_accepted_once_is_not_held_up_again() -> None:
    prices = [box(name, usd) for name, usd in R6A.items()]
    odd = box("r6a.4xlarge", "1.2")
    before = [*prices, odd, price("NatGateway-Hours", "0.045")]
    after = [*prices, odd, price("NatGateway-Hours", "0.046")]
    listed = {**LISTED, "r6a.4xlarge": Decimal("1.2")}
    assert judged(before=before, delivered=after, listed=listed) == ()


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "d"]),
        st.decimals(min_value="0.0001", max_value="9", places=4),
        min_size=1,
    )
)
def test_a_list_that_says_the_same_again_is_never_refused(
    figures: dict[str, Decimal],
) -> None:
    prices = [price(name, str(usd)) for name, usd in figures.items()]
    assert judged(before=prices, delivered=prices) == ()
