"""A tier's pools and purchase mixes, worked by hand and against its statement."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from msgspec import structs

from farebox.hosting.choice.movers import movers
from farebox.hosting.colo.machine_hours import plan_prices
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.tier_files import TierSource, read_tier
from farebox.hosting.ranges import Range
from farebox.hosting.spot.purchase_mixes import (
    Mix,
    RiskLimits,
    assess,
    cheapest,
    figures,
    headrooms,
    likely,
)
from farebox.hosting.spot.spot_fleet import TierFleet, fleet_of, on_demand_percent
from farebox.hosting.spot.spot_inputs import spot_inputs
from farebox.hosting.tiers.overhead import PAPER
from farebox.hosting.tiers.tiers import TierTerms, tier_cost
from farebox.prices import Price, PriceBook, Tier
from farebox.prices.curated import curated_book
from farebox.prices.embedded import embedded_book
from farebox.reports.hosting.plan_rates import plan_sentence

ROOT = Path(__file__).parents[3]
HOURS = Decimal(730)


@cache
def source(tier: str) -> TierSource:
    return read_tier(ROOT, tier)


@cache
def fleet(tier: str = "100k") -> TierFleet:
    return fleet_of(source(tier), curated_book(), hours=HOURS, inputs=spot_inputs())


def without(drop: Callable[[Price], bool]) -> PriceBook:
    kept = [price for price in curated_book() if not drop(price)]
    return PriceBook(kept, book_id="sha256:test", kind="file")


def test_each_pool_has_its_price_its_bucket_and_its_share() -> None:
    pools = fleet().pools
    assert [(pool.zone_id, str(pool.usd_per_hour)) for pool in pools] == [
        ("use1-az1", "0.6699"),
        ("use1-az2", "0.6307"),
        ("use1-az4", "0.4894"),
        ("use1-az5", "0.4698"),
        ("use1-az6", "0.5313"),
    ]
    # 0.6699 / 256 = 0.002616796875; five equal zones
    assert pools[0].usd_per_gib_hour == Decimal("0.002616796875")
    assert {pool.share for pool in pools} == {Decimal("0.2")}
    assert {pool.bucket.label for pool in pools if pool.bucket} == {">20%"}


def test_a_zones_machines_may_come_from_every_pool_of_its_price_band() -> None:
    # use1-az2, 4xlarge: r6a 0.3704, r7a 0.5641, r5 0.2794; twice the cheapest is 0.5588
    here = [pool for pool in fleet("10k").pools if pool.zone_id == "use1-az2"]
    shares = {pool.instance_type: pool.share for pool in here}
    assert shares["r5.4xlarge"] == shares["r6a.4xlarge"] == Decimal("17.5") / 105
    assert shares["r7a.4xlarge"] == 0
    # All of a zone's machines may have come from one of them.
    assert fleet("10k").largest_pool == pytest.approx(1 / 3)


def test_likely_spot_is_the_mean_of_the_band_low_its_floor_high_the_dearest() -> None:
    # 10k, USD an hour: az2 (0.3704 + 0.2794)/2 = 0.3249; az4 (0.3634 + 0.5472 + 0.3314)/3
    # = 0.414; az6 (0.3774 + 0.3706 + 0.2898)/3 = 0.345933; mean of zones 0.361611.
    # Floors (0.2794 + 0.3314 + 0.2898)/3 = 0.3002, dearest (0.5641 + 0.5472 + 0.3774)/3
    # = 0.496233. x 730 x 105 / 10,000 users = 7.665 hours a user; beside them root and
    # address 6.05 x 105 / 10,000 = 0.063525; overlap 0.3566749 / 6 / 100 an hour's price.
    found = assess(fleet("10k"), Mix(100), 0.04).usd_per_user_month
    for usd, hour in (
        (found.low, 0.3002),
        (found.likely, 0.3616111),
        (found.high, 0.4962333),
    ):
        assert float(usd) == pytest.approx(hour * 7.665 + 0.063525, abs=5e-3)


def test_spot_of_the_100k_tier_by_hand() -> None:
    # Mean of the five prices 0.55822; x 730 = 407.5006 a machine; root 30 x 0.08 = 2.40
    # and address 730 x 0.005 = 3.65; 650 machines: 413.5506 x 650 / 100,000 = 2.6880789.
    # Overlap 0.3566749 x 10/60 x 0.55822 / 160 = 0.0002074.
    found = assess(fleet(), Mix(100), 0.04)
    assert float(found.usd_per_user_month.likely) == pytest.approx(2.6882863, abs=1e-7)
    # Lost pool 20 %, so 25 % spares are needed; 4 % hold 16 %: q = 0.84.
    # 160 containers on 2 volumes: (80.5 x 0.5 + 1.5 x 6) / 60 = 0.8208333 minutes.
    # 12 x 0.3566749 x (0.16 x 2 + 0.84 x 20 + 0.8208333) = 76.7885 minutes
    assert float(found.downtime_minutes_per_user_year.likely) == pytest.approx(
        76.7885, abs=1e-4
    )
    assert not found.holds_a_pool


def test_with_spares_for_the_largest_pool_few_go_the_slow_way() -> None:
    own, held = headrooms(fleet(), Mix(100))
    assert own == 0.04
    assert held == pytest.approx(0.25)
    found = assess(fleet(), Mix(100), held)
    # 12 x 0.3566749 x (0.9 x 2 + 0.1 x 20 + 0.8208333) = 19.7776
    assert float(found.downtime_minutes_per_user_year.likely) == pytest.approx(
        19.7776, abs=1e-4
    )
    assert found.holds_a_pool
    # Five zones of 20,000 x 1.25 / 160 = 156.25, so 157: 785 machines.
    # (407.5006 + 6.05) x 785 / 100,000 + 0.0002074 = 3.2465796
    assert float(found.usd_per_user_month.likely) == pytest.approx(3.2465796, abs=1e-7)


def test_on_demand_and_plans_are_never_interrupted() -> None:
    # 1.8144 x 730 = 1324.512; + 6.05 = 1330.562; x 650 / 100,000 = 8.648653
    found = assess(fleet(), Mix(0), 0.04)
    assert found.usd_per_user_month.likely == Decimal("8.648653")
    assert found.cold_restarts_per_user_year == Range(*[Decimal(0)] * 3)
    # 3 years: (0.9072 x 730 + 6.05) x 650 / 100,000 = 4.343989
    plan = assess(fleet(), Mix(0, "plan-3-year"), 0.04)
    assert plan.usd_per_user_month.likely == Decimal("4.343989")
    assert headrooms(fleet(), Mix(0)) == (0.04,)


def test_a_plan_is_the_books_own_rate_where_it_has_one() -> None:
    # The books differ in committed rates alone: the curated rows are in both.
    mine = fleet_of(source("100k"), embedded_book(), hours=HOURS, inputs=spot_inputs())
    assert mine.plans["plan-3-year"].key.term == "convertible-3yr-no-upfront"
    assert mine.plans["plan-1-year"].source.as_of == "2025-04-24"
    # r6a.8xlarge: 0.94646 x 730 = 690.9158; + 6.05 = 696.9658; x 650 / 100,000
    # = 4.5302777, before 4.343989; 1.31453 x 730 = 959.6069; 965.6569 x 0.0065.
    three = assess(mine, Mix(0, "plan-3-year"), 0.04).usd_per_user_month
    one = assess(mine, Mix(0, "plan-1-year"), 0.04).usd_per_user_month
    assert three.low == three.likely == three.high == Decimal("4.5302777")
    assert one.likely == Decimal("6.27676985")


def test_a_compute_plan_goes_before_a_convertible_reservation() -> None:
    on_demand = fleet().on_demand
    key = structs.replace(
        on_demand.key, purchase="savings-plan", term="compute-1yr-no-upfront"
    )
    plan = structs.replace(
        on_demand, key=key, tiers=(Tier(Decimal(0), Decimal("1.3")),)
    )
    book = PriceBook([*curated_book(), plan], book_id="test", kind="file")
    found = plan_prices(book, on_demand, spot_inputs())
    assert found == {"plan-1-year": plan}


def test_a_share_that_a_person_gives_goes_before_the_books_rate(
    tmp_path: Path,
) -> None:
    file = tmp_path / "spot.yaml"
    file.write_text("plan_3_year_off: 0.6\n")
    mine = fleet_of(
        source("100k"), embedded_book(), hours=HOURS, inputs=spot_inputs(file)
    )
    assert list(mine.plans) == ["plan-1-year"]
    # 1.8144 x 0.4 x 730 = 529.8048; + 6.05 = 535.8548; x 650 / 100,000
    found = assess(mine, Mix(0, "plan-3-year"), 0.04).usd_per_user_month
    assert found.likely == Decimal("3.4830562")
    said = plan_sentence(mine.plans, mine.inputs)
    assert "3 years at 60 % off on demand (your input)" in said
    assert "1 year at 1.31453 USD an hour (convertible-1yr-no-upfront of" in said
    assert "50 % off on demand (assumed, not in the book)" in (
        plan_sentence(fleet().plans, fleet().inputs)
    )


@pytest.mark.parametrize("tier", ["1k", "10k", "50k", "100k", "1m"])
def test_a_tiers_spot_costs_what_its_statement_says_plus_the_overlap(tier: str) -> None:
    terms = TierTerms(book=curated_book(), on=date(2026, 11, 23), overhead=PAPER)
    compute = tier_cost(source(tier), terms).lines["compute"].likely
    found = figures(fleet(tier), Mix(100), fleet(tier).headroom, likely)
    overlap = found.usd_per_user_month - compute
    # At most 0.3566749 x 10/60 x 2.06 / 951 or 0.34 / 80: a quarter of a cent.
    assert 0 < overlap < Decimal("0.0025")


def test_levels_are_in_order_and_come_from_bucket_price_and_inputs() -> None:
    for mix in (Mix(100), Mix(50, "plan-3-year"), Mix(0, "plan-1-year")):
        for headroom in headrooms(fleet("10k"), mix):
            found = assess(fleet("10k"), mix, headroom)
            for felt in (
                found.usd_per_user_month,
                found.downtime_minutes_per_user_year,
                found.session_kills_per_user_year,
            ):
                assert felt.low <= felt.likely <= felt.high
    # Kills at the top bucket's ends: 12 x 0.1 x -ln(0.8) and x -ln(0.6)
    kills = assess(fleet(), Mix(100), 0.04).session_kills_per_user_year
    assert float(kills.low) == pytest.approx(0.2677723, abs=1e-7)
    assert float(kills.high) == pytest.approx(0.6129908, abs=1e-7)


def test_the_cheapest_mix_without_limits_is_spot_with_the_tiers_own_spares() -> None:
    best = cheapest(fleet(), RiskLimits(), ("on-demand", "plan-1-year", "plan-3-year"))
    assert (best.mix, best.headroom) == (Mix(100), 0.04)


def test_a_kill_limit_takes_as_much_spot_as_it_allows() -> None:
    # 0.2 / 0.4280099 = 46.7 %, so 46 %
    target = RiskLimits(session_kills=0.2)
    best = cheapest(fleet(), target, ("on-demand", "plan-1-year", "plan-3-year"))
    assert best.mix == Mix(46, "plan-3-year")
    assert cheapest(fleet(), target, ("on-demand",)).mix == Mix(46, "on-demand")


def test_the_cheapest_mix_is_the_best_of_all_that_meet_the_target() -> None:
    target = RiskLimits(downtime_minutes=15.0, session_kills=0.35)
    best = cheapest(fleet("50k"), target, ("on-demand", "plan-3-year"))
    others = [
        found.usd_per_user_month
        for percent in range(0, 101, 10)
        for rest in ("on-demand", "plan-3-year")
        for headroom in headrooms(fleet("50k"), Mix(percent, rest))
        if target.holds(
            found := figures(fleet("50k"), Mix(percent, rest), headroom, likely)
        )
    ]
    assert best.downtime_minutes_per_user_year.likely <= 15
    assert all(best.usd_per_user_month.likely <= usd for usd in others)


def test_no_interruption_at_all_leaves_no_spot() -> None:
    best = cheapest(fleet(), RiskLimits(session_kills=0), ("on-demand",))
    assert best.mix == Mix(0)


@pytest.mark.parametrize("limit", [-0.1, float("nan")])
def test_a_limit_below_nothing_is_refused(limit: float) -> None:
    with pytest.raises(ConfigError, match="0 or more"):
        RiskLimits(downtime_minutes=limit)


def test_a_book_without_a_zones_spot_price_leaves_spot_out_and_says_why() -> None:
    book = without(lambda price: price.key.zone_id == "use1-az5")
    found = fleet_of(source("100k"), book, hours=HOURS, inputs=spot_inputs())
    assert "no spot price for r6a.8xlarge in use1-az5" in found.without_spot
    with pytest.raises(ConfigError, match="use1-az5, so spot cannot be judged"):
        figures(found, Mix(50), 0.04, likely)
    assert cheapest(found, RiskLimits(), ("on-demand",)).mix == Mix(0)


def test_a_book_without_the_types_on_demand_price_is_refused() -> None:
    book = without(lambda price: "BoxUsage:r6a.8xlarge" in price.key.usage_type)
    with pytest.raises(ConfigError, match="no on-demand price for r6a"):
        fleet_of(source("100k"), book, hours=HOURS, inputs=spot_inputs())


def test_a_tier_that_hosts_nobody_has_no_machines() -> None:
    with pytest.raises(ConfigError, match="hosts no user"):
        fleet_of(
            source("self-hosted"), curated_book(), hours=HOURS, inputs=spot_inputs()
        )


def test_what_moves_downtime_most_is_how_long_the_slow_way_takes() -> None:
    found = movers(fleet(), Mix(100), 0.04, "downtime_minutes_per_user_year")
    assert [one.name for one in found][:2] == ["slow_minutes", "reclaimed a month"]
    # 12 x 0.3566749 x (0.16 x 2 + 0.84 x 60 + 0.8208333) = 220.5999
    assert float(found[0].at_high) == pytest.approx(220.5999, abs=1e-4)


def test_a_base_on_demand_counts_as_percent_rounded_up() -> None:
    from msgspec.structs import replace

    # 10 of 650, and 5 % of the other 640: 42 of 650 are 6.46 %, so 7
    plan = replace(fleet().plan, on_demand_base=10, on_demand_percent=5)
    assert on_demand_percent(plan) == 7


def test_inputs_of_ones_own_replace_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "spot.yaml"
    file.write_text(
        "slow_minutes: {low: 5, likely: 10, high: 15}\noverlap_minutes: 0\n"
    )
    mine = spot_inputs(file)
    assert (mine["slow_minutes"].likely, mine["overlap_minutes"].high) == (10, 0)
    assert mine["plan_3_year_off"].likely == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slow_minute: 3", "the nearest is slow_minutes"),
        ("slow_share: 1.5", "at most 1"),
        ("fast_minutes: -1", "0 or more"),
        ("fast_minutes: [", "not YAML"),
        ("plan_1_year_off: {low: 0.3, likely: 0.2, high: 0.4}", "must lie between"),
    ],
)
def test_wrong_inputs_give_one_sentence_with_the_file(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "spot.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        spot_inputs(file)
    assert said in str(refused.value)
    assert "spot.yaml" in str(refused.value)
