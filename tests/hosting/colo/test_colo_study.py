"""Crossovers, bands and payback over the project's own tiers."""

from datetime import date
from decimal import Decimal
from math import inf, isfinite
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray

from farebox.hosting.colo.cloud_points import PURCHASES, cloud_point, curve_users
from farebox.hosting.colo.colo import OPTIONS, PLAIN, Demand
from farebox.hosting.colo.colo_inputs import replaced, shipped_inputs
from farebox.hosting.colo.colo_study import ColoStudy, colo_study
from farebox.hosting.colo.crossovers import Curve, scan_users, stays_cheaper_from
from farebox.hosting.errors import ConfigError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource, read_tiers
from farebox.hosting.tiers.overhead import PAPER
from farebox.hosting.tiers.tiers import TierTerms, cost_at
from farebox.prices import PriceBook, PriceKey
from farebox.prices.curated import curated_book
from farebox.prices.embedded import embedded_book

ROOT = Path(__file__).parents[3]
TERMS = TierTerms(book=embedded_book(), on=date(2026, 11, 23), overhead=PAPER)


@pytest.fixture(scope="module")
def tiers() -> tuple[TierSource, ...]:
    return read_tiers(ROOT)


@pytest.fixture(scope="module")
def study(tiers: tuple[TierSource, ...]) -> ColoStudy:
    return colo_study(tiers, TERMS, shipped_inputs(), seed=1, draws=2_000)


Array = NDArray[np.float64]


def found(line: Array, other: Array, scan: Array) -> float:
    """Where `other` stays cheaper; both are fixed USD plus USD a user."""

    def difference(users: Array) -> Array:
        usd: Array = (other[0] / users + other[1]) - (line[0] / users + line[1])
        return usd

    differences = [np.array([difference(users)]) for users in scan]
    return float(stays_cheaper_from(scan, differences, difference)[0])


def test_a_crossover_by_hand() -> None:
    # By hand: 5 a user against 40,000 and 1 a user: N = 40,000 / (5 - 1) = 10,000.
    scan = scan_users((100, 1_000_000))
    at = found(np.array([0, 5]), np.array([40_000, 1]), scan)
    assert at == pytest.approx(10_000, rel=1e-4)


def test_what_never_crosses_is_infinite_and_what_always_does_is_the_first() -> None:
    scan = scan_users((100, 1_000_000))
    assert found(np.array([0, 1]), np.array([40_000, 5]), scan) == inf
    assert found(np.array([0, 5]), np.array([0, 1]), scan) == 100


def test_cheaper_for_a_while_is_not_yet_a_crossover() -> None:
    # The cloud costs 4 up to 1,000 users, 2 up to 50,000, then 4; the other always 3.
    scan = scan_users((100, 1_000, 50_000, 1_000_000))

    def difference(users: Array) -> Array:
        return np.where((users > 1_000) & (users < 50_000), 3.0 - 2, 3.0 - 4)

    differences = [np.array([difference(users)]) for users in scan]
    at = stays_cheaper_from(scan, differences, difference)
    assert at[0] == pytest.approx(50_000, rel=1e-3)


def test_a_curve_is_exact_for_a_fixed_sum_and_a_sum_a_user() -> None:
    # By hand: 1,000 USD and 3 a user: 13 at 100 users, 4 at 1,000, 5 at 500.
    curve = Curve((100, 1_000), [np.array([13.0, 13.0]), np.array([4.0, 4.0])])
    assert curve.at(500) == pytest.approx([5.0, 5.0])
    assert curve.at(np.array([100.0, 500.0])) == pytest.approx([13.0, 5.0])
    # Outside of its knots it stands still.
    assert curve.at(5_000) == pytest.approx([4.0, 4.0])


def test_spot_is_the_tiers_own_statement(
    study: ColoStudy, tiers: tuple[TierSource, ...]
) -> None:
    for users, band in zip(study.users, study.usd_per_user_month["spot"], strict=True):
        cost = cost_at(tiers, users, TERMS)
        assert band.likely == pytest.approx(float(cost.infra.likely), rel=1e-9)
        assert band.low <= float(cost.infra.likely) <= band.high


def test_on_demand_is_the_plans_machines_at_the_books_price(
    tiers: tuple[TierSource, ...],
) -> None:
    # By hand: 650 VMs x 730 h x 1.8144 / 100,000 users = 8.609328
    point = cloud_point(tiers, 100_000, TERMS, shipped_inputs())
    key = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.8xlarge", "RunInstances")
    usd_per_hour = TERMS.book.price(key).usd_per_unit
    by_hand = Decimal(650 * 730) * usd_per_hour / 100_000
    assert point.hours["on-demand"][1] == pytest.approx(float(by_hand), rel=1e-12)
    assert by_hand == Decimal("8.609328")


@pytest.mark.parametrize(
    ("given", "off"),
    [
        # By hand, of 650 x 730 h x 1.8144 / 100,000 = 8.609328: the book's rates of
        # 1.31453 and 0.94646 an hour leave 6.23744485 and 4.4909527 of it.
        ({}, (2.37188315, 4.1183753)),
        # 30 % as given, the other still from the book.
        ({"plan_1_year_off": Decimal("0.3")}, (2.5827984, 4.1183753)),
    ],
)
def test_a_plan_is_the_books_rate_or_takes_its_given_share_off_the_hours_only(
    tiers: tuple[TierSource, ...],
    given: dict[str, Decimal],
    off: tuple[float, float],
) -> None:
    inputs = replaced(shipped_inputs(), given)
    point = cloud_point(tiers, 100_000, TERMS, inputs)
    figures = {name: one.likely for name, one in inputs.items()}
    usd = {name: point.usd_per_user_month(name, figures, {}) for name in PURCHASES}
    assert usd["on-demand"] - usd["plan-1-year"] == pytest.approx(off[0])
    assert usd["on-demand"] - usd["plan-3-year"] == pytest.approx(off[1])
    rest = usd["spot"] - point.hours["spot"][1]
    assert usd["on-demand"] - point.hours["on-demand"][1] == pytest.approx(rest)


def test_a_plan_that_the_book_lacks_takes_the_stated_share_off(
    tiers: tuple[TierSource, ...],
) -> None:
    # By hand: 27 % and 50 % of 8.609328.
    terms = structs.replace(TERMS, book=curated_book())
    point = cloud_point(tiers, 100_000, terms, shipped_inputs())
    inputs = {"plan_1_year_off": 0.27, "plan_3_year_off": 0.5}
    usd = {name: point.usd_per_user_month(name, inputs, {}) for name in PURCHASES}
    assert usd["on-demand"] - usd["plan-1-year"] == pytest.approx(2.32451856)
    assert usd["on-demand"] - usd["plan-3-year"] == pytest.approx(4.304664)


def test_a_tier_that_mixes_purchases_is_still_compared_one_by_one(
    tiers: tuple[TierSource, ...],
) -> None:
    mixed = tuple(
        structs.replace(tier, config=structs.replace(tier.config, on_demand_percent=50))
        for tier in tiers
    )
    one, other = (
        cloud_point(each, 10_000, TERMS, shipped_inputs()) for each in (tiers, mixed)
    )
    assert one.hours == other.hours


def test_machines_without_a_price_are_refused_not_counted_as_nothing(
    tiers: tuple[TierSource, ...],
) -> None:
    prices = [price for price in TERMS.book if price.key.purchase != "spot"]
    terms = structs.replace(
        TERMS, book=PriceBook(prices, book_id="sha256:test", kind="file")
    )
    with pytest.raises(ConfigError, match=r"machines cannot be compared.*spot"):
        cloud_point(tiers, 100_000, terms, shipped_inputs())


def test_more_users_than_a_stack_holds_are_several_stacks(
    tiers: tuple[TierSource, ...],
) -> None:
    two = cloud_point(tiers, 2_000_000, TERMS, shipped_inputs())
    one = cloud_point(tiers, 1_000_000, TERMS, shipped_inputs())
    assert (one.stacks, two.stacks) == (1, 2)
    assert two.hours == one.hours


def test_bands_are_in_order_and_hold_the_median(study: ColoStudy) -> None:
    for bands in (
        *study.usd_per_user_month.values(),
        *study.ratios.values(),
        *study.payback_months.values(),
        *((one.users,) for one in study.crossovers),
    ):
        for band in bands:
            assert band.low <= band.likely <= band.high
            assert band.low <= band.median <= band.high


def test_a_crossover_brackets_the_equality(study: ColoStudy) -> None:
    tiers = read_tiers(ROOT)
    checked = 0
    for one in study.crossovers:
        users = one.users.likely
        if not isfinite(users) or users <= study.first_users:
            continue
        # 10 % around it: machines, servers and people come in whole numbers, so the
        # figures of single user counts are a saw around the curve.
        near = colo_study(
            tiers,
            TERMS,
            shipped_inputs(),
            users=(int(users * 0.9), int(users * 1.1)),
            seed=1,
            draws=0,
        ).usd_per_user_month
        before, after = (
            near[one.to][k].likely - near[one.from_][k].likely for k in (0, 1)
        )
        assert before > 0 > after, f"{one.from_} to {one.to} at {users}"
        checked += 1
        if checked == 3:
            break
    assert checked


def test_ratio_and_payback_follow_from_the_likely_figures(study: ColoStudy) -> None:
    place = study.users.index(100_000)
    usd = study.usd_per_user_month
    cloud, own = usd["on-demand"][place].likely, usd["colo"][place].likely
    assert study.ratios["on-demand"][place].likely == pytest.approx(cloud / own)
    # What colo costs to run is all but its capital: 0.0202764 of capex a month.
    capex = study.capex_usd[place].likely
    running = own * 100_000 - capex * 0.02027639
    months = capex / (cloud * 100_000 - running)
    assert study.payback_months["on-demand"][place].likely == pytest.approx(
        months, rel=1e-4
    )


def test_the_same_seed_gives_the_same_study(
    study: ColoStudy, tiers: tuple[TierSource, ...]
) -> None:
    again = colo_study(tiers, TERMS, shipped_inputs(), seed=1, draws=2_000)
    assert again == study
    other = colo_study(tiers, TERMS, shipped_inputs(), seed=2, draws=2_000)
    for name in OPTIONS:
        mine, theirs = (x.usd_per_user_month[name][3] for x in (study, other))
        assert mine.likely == theirs.likely
        assert mine.low != theirs.low
        assert mine.low == pytest.approx(theirs.low, rel=0.03)


def test_packing_moves_colo_as_a_swing_of_its_own(study: ColoStudy) -> None:
    # 100,000 users at 1.6 GiB of the cloud: 1.28 at 0.8 times: 1,536/1.28 x 0.85 =
    # 1,020 a server, 99 busy and 5 spare; 2.24 at 1.4 times: 582.86 a server, 172 busy
    # and 9 spare, against 123 and 7. Servers, not the cloud, become dearer by it.
    (swing,) = [one for one in study.swings if one.name == "packing_ratio"]
    place = study.users.index(100_000)
    likely = study.usd_per_user_month["colo"][place].likely
    assert swing.at_low < likely < swing.at_high
    assert study.servers["colo"][place] == 123 + 7
    for ratio, servers in ((0.8, 99 + 5), (1.4, 172 + 9)):
        figures = {name: one.likely for name, one in shipped_inputs().items()}
        fleet = OPTIONS["colo"](
            100_000, Demand(10, 2, 1.6), {**figures, "packing_ratio": ratio}, PLAIN
        )
        assert fleet.servers == servers
        usd = swing.at_low if ratio < 1 else swing.at_high
        assert fleet.usd_per_month / 100_000 == pytest.approx(usd)


def test_servers_take_the_memory_of_the_clouds_own_packing(study: ColoStudy) -> None:
    # 50,000 users of the 50k tier, 218 on 256 GiB: 1.1743 each, so 1,536 / 1.1743 x 0.85
    # = 1,111.8 a server: 45 busy, 3 spare.
    place = study.users.index(50_000)
    assert study.points[place].gib_per_user == pytest.approx(256 / 218)
    assert study.servers["colo"][place] == 45 + 3


def test_dearer_people_put_the_crossover_off(
    study: ColoStudy, tiers: tuple[TierSource, ...]
) -> None:
    dearer = replaced(shipped_inputs(), {"fte": Decimal(4)})
    other = colo_study(tiers, TERMS, dearer, seed=1, draws=0)
    before, after = (
        next(c for c in x.crossovers if (c.from_, c.to) == ("spot", "colo"))
        for x in (study, other)
    )
    assert after.users.likely > 1.5 * before.users.likely
    # The tornado of the first study says the same of the same input.
    swing = next(one for one in before.swings if one.name == "fte")
    assert swing.at_high == pytest.approx(after.users.likely, rel=1e-6)


def test_relay_and_proxies_fit_on_a_spare_server(
    tiers: tuple[TierSource, ...],
) -> None:
    for tier in tiers:
        plan = plan_tier(tier.config, users=tier.users, region=tier.region)
        gib = sum(
            nodes.nodes * instance_type(nodes.instance_type).memory_gib
            for nodes in (plan.relay, plan.proxies)
        )
        assert gib < 1_536


def test_tiers_that_host_nobody_say_so(tiers: tuple[TierSource, ...]) -> None:
    nobody = tuple(tier for tier in tiers if not tier.config.hosted)
    with pytest.raises(ConfigError, match="no tier hosts users"):
        curve_users(nobody)


def test_one_tier_alone_is_enough(tiers: tuple[TierSource, ...]) -> None:
    only = tuple(tier for tier in tiers if tier.name == "10k")
    alone = colo_study(only, TERMS, shipped_inputs(), users=(5_000,), seed=1, draws=0)
    assert alone.usd_per_user_month["spot"][0].likely > 0
    assert (alone.first_users, alone.last_users) == (100, 10_000)
