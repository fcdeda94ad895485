"""What a tier needs of each limit, and at how many users it breaks."""

from functools import cache

import pytest

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.plan.headroom import Headroom, LimitUse, headroom
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.plan_values import TierPlan
from farebox.reports.hosting.limits import limits_page
from farebox.reports.page.as_text import as_text
from tests.hosting.projects import ROOT


@cache
def found(tier: str) -> Headroom:
    return headroom(read_tier(ROOT, tier))


def use(limits: Headroom, name: str) -> LimitUse:
    return next(one for one in limits.limits if one.name.startswith(name))


def plan(tier: str, users: int) -> TierPlan:
    source = read_tier(ROOT, tier)
    return plan_tier(source.config, users=users, region=source.region)


def need(tier: str, users: int, name: str) -> float:
    return next(one.need for one in plan(tier, users).quotas if one.name == name)


def test_gp3_storage_breaks_first_and_long_before_the_plan() -> None:
    # 1,250 volumes x 800 GiB + 785 machines x 30 + 11 proxies x 8 + 6 nodes x 20 over
    # 1,024 is 999.8 TiB; AWS starts accounts at 50.
    limits = found("100k")
    gp3 = use(limits, "gp3 storage")
    assert gp3.need == pytest.approx(999.8, abs=0.1)
    assert gp3.share == pytest.approx(20, abs=0.01)
    assert limits.first == gp3
    assert limits.breaks_at == gp3.users_at_limit
    most = gp3.users_at_limit
    assert most is not None
    assert need("100k", most, gp3.name) <= 50
    assert need("100k", most + 1, gp3.name) > 50


def test_the_plan_is_refused_beyond_its_volumes() -> None:
    # 4,500 volumes of 80 users are 360,000 users.
    refusal = found("100k").refusal
    assert refusal is not None
    assert refusal.users == 360_000
    assert "4,501 of them volumes" in refusal.sentence
    with pytest.raises(PlanError):
        plan("100k", 360_001)


def test_a_quota_of_the_account_replaces_the_default() -> None:
    source = read_tier(ROOT, "1k")
    limits = headroom(source, quotas={"L-7A658B76": 1_000, "L-34B43A08": 400})
    assert use(limits, "gp3 storage").limit == 1_000
    spot = use(limits, "Spot vCPUs")
    # 21 machines at most x 16 vCPUs
    assert (spot.need, spot.limit, spot.share) == (336, 400, 0.84)
    assert limits.first == spot
    # 25 machines x 16 are 400: 24 of three zones with half of all users each.
    assert spot.users_at_limit is not None
    assert need("1k", spot.users_at_limit, spot.name) <= 400


def test_a_quota_of_nothing_is_broken_from_the_first_user() -> None:
    source = read_tier(ROOT, "1k")
    limits = headroom(source, quotas={"L-34B43A08": 0, "L-7A658B76": 1_000})
    spot = use(limits, "Spot vCPUs")
    assert (spot.share, spot.broken, spot.users_at_limit) == (None, True, 0)
    assert limits.limits[0] == limits.first == spot
    assert "has broken already: it holds to 0 users" in " ".join(
        as_text(limits_page(limits)).split()
    )


def test_an_unknown_quota_of_an_account_has_no_share() -> None:
    spot = use(found("1k"), "Spot vCPUs")
    assert (spot.limit, spot.share, spot.users_at_limit) == (None, None, None)


def test_limits_of_one_machine_do_not_grow_with_users() -> None:
    limits = found("1k")
    users = use(limits, "Users of a machine")
    # 80 are packed; 100 would keep the kill target.
    assert (users.need, users.limit, users.grows) == (80, 100, False)
    assert use(limits, "Data volumes of a machine").limit == 26
    assert use(limits, "User ports").limit == 2_048


def test_the_most_used_limit_comes_first() -> None:
    shares = [one.share or 0 for one in found("10k").limits]
    assert shares == sorted(shares, reverse=True)


def test_a_self_hosted_tier_ends_with_its_relay() -> None:
    limits = found("self-hosted")
    assert limits.first is None
    assert limits.refusal is not None
    assert limits.breaks_at == limits.refusal.users
    assert "relay needs" in limits.refusal.sentence


def test_other_users_may_be_asked_for() -> None:
    more = headroom(read_tier(ROOT, "10k"), users=20_000)
    assert more.users == 20_000
    assert use(more, "gp3").need > use(found("10k"), "gp3").need
    with pytest.raises(PlanError):
        headroom(read_tier(ROOT, "10k"), users=200_000)


def test_an_unknown_code_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"L-34B43A08 \(Spot vCPUs"):
        headroom(read_tier(ROOT, "1k"), quotas={"L-1": 5})
