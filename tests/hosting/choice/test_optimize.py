"""The search for the cheapest choice: against plans, and against trying everything."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from farebox.hosting.choice.choice_question import (
    KILLS,
    ON_DEMAND_VCPUS,
    POOL,
    SPOT_VCPUS,
    Limits,
    Question,
    question_of,
)
from farebox.hosting.choice.choice_search import Search
from farebox.hosting.choice.choices import (
    Choice,
    Machine,
    downtime_minutes_per_user_year,
    usd_per_month,
)
from farebox.hosting.choice.machine_market import Market, as_configured, market
from farebox.hosting.choice.movers import choice_movers
from farebox.hosting.choice.optimize import (
    NoChoice,
    binds,
    cheapest_choices,
    config_of,
    settings_of,
)
from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource, read_tier
from farebox.hosting.spot.purchase_mixes import LEVELS, Mix, figures, likely, one_at
from farebox.hosting.spot.spot_fleet import fleet_of
from farebox.hosting.spot.spot_inputs import spot_inputs
from farebox.prices.embedded import embedded_book

ROOT = Path(__file__).parents[3]
HOURS = Decimal(730)
WEST = ("euw1-az1", "euw1-az2", "euw1-az3")


@cache
def source(tier: str) -> TierSource:
    return read_tier(ROOT, tier)


def asked(tier: str = "100k", users: int | None = None, **limits: Any) -> Question:
    return question_of(
        source(tier),
        embedded_book(),
        hours=HOURS,
        inputs=spot_inputs(),
        limits=Limits(**limits),
        users=users,
    )


def in_the_west(users: int, **limits: Any) -> Question:
    """A small space: three zones, machines that a brute force can get through."""
    base = source("1k")
    config = replace(
        base.config, zone_ids=WEST, instance_types=("r6a.4xlarge",), users_per_vm=80
    )
    return question_of(
        replace(base, region="eu-west-1", config=config),
        embedded_book(),
        hours=HOURS,
        inputs=spot_inputs(),
        limits=Limits(**limits),
        users=users,
    )


def only(question: Question, names: Sequence[str]) -> Market:
    whole = market(question, embedded_book())
    machines = [one for one in whole.machines if one.one.instance_type in names]
    return replace(whole, machines=tuple(machines))


def machine(question: Question, name: str) -> Machine:
    (found,) = only(question, (name,)).machines
    return found


# --- one choice -----------------------------------------------------------------


def test_a_choice_by_hand() -> None:
    # 100,000 on r6a.8xlarge, 160 a machine, 5 zones: 130 machines a zone (of 125 x
    # 1.04). Hours: 130 x 730 x (0.6699+0.6307+0.4894+0.4698+0.5313) = 264,875.39;
    # roots and addresses 650 x 6.05 = 3,932.50; 1,250 volumes of 800 GiB x 0.08 = 80,000;
    # overlap 0.3566749 x 10/60 x 20,000 x 2.7911 / 160 = 20.7399
    question = asked()
    choice = Choice(
        machine=machine(question, "r6a.8xlarge"),
        zone_ids=("use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"),
        mix=Mix(100),
        users_per_vm=160,
    )
    search = Search(question)
    lines = usd_per_month(question, choice, search.size(choice))
    assert lines["hours"] == Decimal("264875.39")
    assert lines["root volumes and addresses"] == Decimal("3932.5")
    assert lines["data volumes"] == 80_000
    assert float(lines["overlap"]) == pytest.approx(20.7399, abs=1e-4)


def test_the_spot_prices_of_other_zones_move_a_choice_most() -> None:
    # Two zones of five; 50,000 x 1.04 / 830 = 62.7, so 63 machines in each. At low both
    # pay the cheapest zone's 0.4698, at high the dearest's 0.6699.
    question = asked()
    choice = Choice(
        machine=machine(question, "r6a.8xlarge"),
        zone_ids=("use1-az4", "use1-az5"),
        mix=Mix(100),
        users_per_vm=830,
    )
    size = Search(question).size(choice)
    found = choice_movers(question, choice, size)
    first = found["usd_per_user_month"][0]
    assert first.name == "spot price"
    hours = [
        usd_per_month(question, choice, size, one_at("spot price", level))["hours"]
        for level in LEVELS
    ]
    assert hours == [
        730 * 63 * 2 * Decimal("0.4698"),
        730 * 63 * (Decimal("0.4894") + Decimal("0.4698")),
        730 * 63 * 2 * Decimal("0.6699"),
    ]
    assert first.at_low < first.at_high


def test_on_demand_has_nothing_that_moves_it() -> None:
    question = asked()
    choice = Choice(
        machine=machine(question, "r6a.8xlarge"),
        zone_ids=("use1-az4", "use1-az5"),
        mix=Mix(0),
        users_per_vm=830,
    )
    found = choice_movers(question, choice, Search(question).size(choice))
    assert set(found.values()) == {()}


def test_on_demand_machines_of_a_zone_are_rounded_up_as_auto_scaling_does() -> None:
    # 130 machines, 25 % on demand: 32.5, so 33 at 1.8144 and 97 on spot, in each zone
    question = asked()
    choice = Choice(
        machine=machine(question, "r6a.8xlarge"),
        zone_ids=("use1-az1", "use1-az2"),
        mix=Mix(75),
        users_per_vm=400,
    )
    # 50,000 x 1.04 / 400 = 130
    hours = usd_per_month(question, choice, Search(question).size(choice))["hours"]
    spot = Decimal("0.6699") + Decimal("0.6307")
    assert hours == 730 * (97 * spot + 33 * 2 * Decimal("1.8144"))


def test_the_tier_as_it_stands_costs_what_spot_says_and_its_volumes() -> None:
    for tier in ("1k", "10k", "50k", "100k", "1m"):
        question = asked(tier)
        now = as_configured(question, embedded_book())
        assert now is not None
        fleet = fleet_of(
            source(tier), embedded_book(), hours=HOURS, inputs=spot_inputs()
        )
        search = Search(question)
        compute = figures(fleet, Mix(100), fleet.headroom, likely).usd_per_user_month
        lines = usd_per_month(question, now, search.size(now))
        found = (search.usd(now) - lines["data volumes"]) / question.users
        assert float(found) == pytest.approx(float(compute), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    users=st.integers(200, 60_000),
    users_per_vm=st.integers(1, 200),
    zones=st.integers(2, 5),
    spot_percent=st.sampled_from([100, 75, 0]),
)
def test_a_choice_has_the_machines_volumes_and_quotas_of_its_plan(
    users: int, users_per_vm: int, zones: int, spot_percent: int
) -> None:
    question = asked(users=users)
    one = machine(question, "r6a.8xlarge")
    choice = Choice(
        machine=one,
        zone_ids=one.zone_ids[:zones],
        mix=Mix(spot_percent),
        users_per_vm=users_per_vm,
    )
    search = Search(question)
    try:
        plan = plan_tier(
            config_of(question.config, choice), users=users, region="us-east-1"
        )
    except PlanError:
        # The stack's own limits, and nothing else, may refuse such a plan.
        assert search.refused(choice) & {"volumes of a stack", "resources of a stack"}
        return
    size = search.size(choice)
    assert tuple(zone.vms for zone in plan.zones) == size.vms
    assert tuple(zone.max_vms for zone in plan.zones) == size.max_vms
    assert plan.volumes is not None
    assert (plan.data_volumes, plan.volumes.gib) == (size.volumes, size.volume_gib)
    needs = {need.code or need.name: need.need for need in plan.quotas}
    uses = search.measures(choice)
    assert uses[SPOT_VCPUS][0] == pytest.approx(needs["L-34B43A08"])
    assert uses[ON_DEMAND_VCPUS][0] == pytest.approx(needs["L-1216C47A"])
    assert uses["resources of a stack"][0] == needs["Pulumi resources in the stack"]


# --- the search -----------------------------------------------------------------

SMALL = ("r6a.4xlarge", "m6a.4xlarge", "r5.4xlarge")


@settings(max_examples=25, deadline=None)
@given(
    users=st.integers(150, 4_000),
    pool_percent=st.sampled_from([None, 34.0, 51.0]),
    vm_percent=st.sampled_from([None, 3.0, 20.0]),
    session_kills=st.sampled_from([None, 0.05, 0.12]),
    downtime_minutes=st.sampled_from([None, 12.0, 24.5, 25.5]),
    spot_vcpus=st.sampled_from([None, 200, 600]),
    top=st.integers(1, 3),
)
def test_pruning_finds_what_trying_everything_finds(
    users: int, top: int, **limits: Any
) -> None:
    question = in_the_west(users, **limits)
    sellers = only(question, SMALL)
    answers: list[list[Any]] = []
    for prune in (True, False):
        try:
            found = cheapest_choices(Search(question), sellers, top=top, prune=prune)
        except NoChoice as error:
            answers.append([str(error)])
        else:
            answers.append([(one.rank, one.usd_per_month) for one in found])
    assert answers[0] == answers[1]


def test_the_cheapest_choice_is_that_of_plans_and_prices_alone() -> None:
    # Nothing of the search: each plan by plan_tier, each price from the book.
    question = in_the_west(2_000, rests=("on-demand",))
    one = machine(question, "r6a.4xlarge")
    cheapest = []
    for count in (2, 3):
        for zones in combinations(WEST, count):
            for n in range(88, one.cap + 1):
                config = replace(question.config, zone_ids=zones, users_per_vm=n)
                plan = plan_tier(config, users=2_000, region="eu-west-1")
                assert plan.volumes is not None
                usd = plan.data_volumes * plan.volumes.gib * Decimal("0.088")
                for zone in plan.zones:
                    hour = one.usd_spot[zone.zone_id] * 730
                    usd += zone.vms * (hour + 30 * Decimal("0.088") + Decimal("3.65"))
                cheapest.append((usd, -count, n, zones))
    found = Search(question).best_of(one)
    assert found is not None
    least = min(cheapest)
    assert (found.choice.users_per_vm, found.choice.zone_ids) == (least[2], least[3])
    # All that the search adds is the overlap: 0.13353 x 10/60 x 0.6 x 2,000/90
    assert 0 < found.usd_per_month - least[0] < Decimal("0.4")


def test_more_freedom_never_costs_more() -> None:
    free = in_the_west(3_000)
    best = cheapest_choices(Search(free), only(free, SMALL), top=1)[0]
    for limits in (
        {"pool_percent": 34.0},
        {"vm_percent": 1.0},
        {"session_kills": 0.05},
        {"rests": ("on-demand",), "downtime_minutes": 5.0},
    ):
        bound = in_the_west(3_000, **limits)
        found = cheapest_choices(Search(bound), only(bound, SMALL), top=1)[0]
        assert found.usd_per_month >= best.usd_per_month


def test_a_limit_on_downtime_takes_users_from_a_machine() -> None:
    # 948 users on an r6a.32xlarge feel 93.0 minutes, for they start one after the
    # other; with at most 91 there are fewer on a machine, all else alike.
    limits: dict[str, Any] = {"pool_percent": 20.0, "rests": ("on-demand",)}
    free, bound = asked(**limits), asked(**limits, downtime_minutes=91.0)
    most = Search(free).best_of(machine(free, "r6a.32xlarge"))
    fewer = Search(bound).best_of(machine(bound, "r6a.32xlarge"))
    assert most is not None
    assert fewer is not None
    assert fewer.choice.zone_ids == most.choice.zone_ids
    assert fewer.choice.mix == most.choice.mix == Mix(100)
    assert fewer.choice.users_per_vm < most.choice.users_per_vm == 948
    minutes = [
        downtime_minutes_per_user_year(question, found.choice)
        for question, found in ((free, most), (bound, fewer))
    ]
    # 4.2800993 x (0.16 x 2 + 0.84 x 20 + (474.5 x 0.5 + 6.5 x 6) / 60) on 12 volumes
    assert minutes[0] == pytest.approx(4.2800993 * (17.12 + 276.25 / 60), abs=1e-4)
    assert minutes[1] <= 91


def test_a_choice_keeps_every_limit_that_was_asked() -> None:
    question = asked(
        pool_percent=25.0, vm_percent=1.0, session_kills=0.25, spot_vcpus=4_000
    )
    search = Search(question)
    for found in cheapest_choices(search, market(question, embedded_book()), top=5):
        choice = found.choice
        uses = search.measures(choice)
        assert len(choice.zone_ids) >= 4
        assert uses[POOL][0] <= 25
        assert choice.users_per_vm <= 1_000
        assert uses[KILLS][0] <= 0.25
        assert uses[SPOT_VCPUS][0] <= 4_000
        assert not search.refused(choice)


def test_what_binds_is_what_makes_it_cheaper_when_lifted() -> None:
    question = in_the_west(3_000, pool_percent=34.0)
    search = Search(question)
    found = search.best_of(machine(question, "r6a.4xlarge"))
    assert found is not None
    named = {one.limit: one.usd_per_user_month for one in binds(search, found)}
    assert {"memory", POOL} <= set(named)
    free = in_the_west(3_000)
    best = Search(free).best_of(machine(free, "r6a.4xlarge"))
    assert best is not None
    saved = (found.usd_per_month - best.usd_per_month) / 3_000
    assert named[POOL] == saved > 0


def test_types_are_left_out_for_a_reason_and_counted() -> None:
    question = asked("10k", architecture="x86_64")
    found = market(question, embedded_book())
    assert sum(found.excluded.values()) + len(found.machines) == 323
    assert found.excluded["of another architecture"] == 97
    # The book has zone prices of a dozen types only; the others are not for spot.
    with_spot = [one for one in found.machines if one.usd_spot]
    assert found.without_spot == {
        "without a spot price per zone": len(found.machines) - len(with_spot)
    }
    assert all(one.one.architecture == "x86_64" for one in found.machines)
    assert not any(one.one.instance_type.startswith("t3") for one in found.machines)


def test_a_machine_takes_as_many_users_as_the_plan_would_pack() -> None:
    question = asked("10k")
    for name, users, binding in (
        ("r6a.4xlarge", 100, "memory"),
        ("r6a.8xlarge", 218, "memory"),
        ("r6a.48xlarge", 520, "attachments"),
    ):
        one = machine(question, name)
        assert (one.cap, one.binding) == (users, binding)
        assert one.one == instance_type(name)


def test_nothing_keeps_the_limits_and_the_nearest_is_named() -> None:
    # Five zones of 20 % are the most that all can have with relay and proxies.
    question = asked("10k", pool_percent=5.0)
    with pytest.raises(NoChoice, match=r"users in one pool 20 % \(.* in 5 zones"):
        cheapest_choices(Search(question), market(question, embedded_book()), top=5)
    question = asked("10k", vm_percent=0.001)
    with pytest.raises(NoChoice, match=r"users on one machine .*, not 0.001"):
        cheapest_choices(Search(question), market(question, embedded_book()), top=5)


def test_one_user_is_lost_with_its_machine_whatever_is_chosen() -> None:
    question = asked("1k", users=1, vm_percent=10.0)
    with pytest.raises(NoChoice, match="users on one machine 100 %"):
        cheapest_choices(Search(question), market(question, embedded_book()), top=5)


def test_two_limits_that_nothing_keeps_are_said_together() -> None:
    question = asked("10k", pool_percent=5.0, vm_percent=0.001)
    with pytest.raises(NoChoice, match="nor all but one"):
        cheapest_choices(Search(question), market(question, embedded_book()), top=1)


def test_no_type_left_says_what_left_them_out() -> None:
    question = asked("10k")
    nobody = market(question, embedded_book())
    nobody = replace(nobody, machines=(), excluded={"burstable": 323})
    with pytest.raises(NoChoice, match="323 burstable"):
        cheapest_choices(Search(question), nobody, top=1)


@pytest.mark.parametrize("limit", ["pool_percent", "session_kills", "spot_vcpus"])
def test_a_limit_below_nothing_is_refused(limit: str) -> None:
    with pytest.raises(ConfigError, match=f"{limit} must be 0 or more"):
        asked("100k", None, **{limit: -1})


def test_a_tier_that_hosts_nobody_cannot_be_optimized() -> None:
    with pytest.raises(ConfigError, match="hosts no user"):
        asked("self-hosted")


def test_only_what_differs_is_a_setting() -> None:
    question = asked("10k")
    choice = Choice(
        machine=machine(question, "r6a.8xlarge"),
        zone_ids=question.config.zone_ids,
        mix=Mix(100),
        users_per_vm=218,
    )
    assert settings_of(question.config, choice) == {
        "instance_types": ("r6a.8xlarge",),
        "users_per_vm": 218,
    }
