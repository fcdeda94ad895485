"""A user's month by line, worked by hand, and why it differs from the paper's row."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from farebox.hosting.errors import ConfigError
from farebox.hosting.paper import paper
from farebox.hosting.plan.tier_files import read_tier, read_tiers
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.overhead import PAPER, STAFFED
from farebox.hosting.tiers.scaled_usage import scaled_usage
from farebox.hosting.tiers.tier_gaps import causes, difference
from farebox.hosting.tiers.tier_swings import aws_swings, swings
from farebox.hosting.tiers.tiers import (
    INFRA_LINES,
    LINES,
    TierCost,
    cost_at,
    line_of,
    tier_cost,
    tier_for,
)
from farebox.prices.aliases import bare_key
from farebox.rules.allowances import FREE_PER_MONTH, allowance_name
from tests.hosting.projects import ROOT, terms

TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")


@cache
def cost(tier: str) -> TierCost:
    return tier_cost(read_tier(ROOT, tier), terms())


def test_the_lines_of_100k_are_those_worked_by_hand() -> None:
    lines = {name: found.likely for name, found in cost("100k").lines.items()}
    # 1,250 volumes x 800 GiB x 0.08 / 100,000
    assert lines["storage"] == Decimal("0.80")
    # 1,000,000 GiB x 40 % x (1 + 1 % x 6) = 424,000 x 0.05 / 100,000
    assert lines["snapshots"] == Decimal("0.212")
    # 200,000 GB: 100 free, 10,240 x 0.09 + 40,960 x 0.085 + 102,400 x 0.07 +
    # 46,300 x 0.05 = 13,886.20 / 100,000
    assert lines["egress"] == Decimal("0.138862")
    # 216,000 GB on both sides x 0.01 / 100,000
    assert lines["inter-zone"] == Decimal("0.0432")
    # 180,000 / 100,000, and 2.9 % of 10 + 0.30
    assert lines["overhead"] == Decimal("1.8")
    assert lines["card fee"] == Decimal("0.59")
    assert lines["tokens"] == lines["nat"] == 0


@pytest.mark.parametrize("tier", TIERS)
def test_the_infrastructure_is_the_whole_statement(tier: str) -> None:
    found = cost(tier)
    assert set(found.lines) == set(LINES)
    statement, users = found.statement, Decimal(found.users)
    infra = found.infra
    for ours, usd in (
        (infra.low, statement.usd_low),
        (infra.likely, statement.usd_per_month),
        (infra.high, statement.usd_high),
    ):
        assert abs(ours - usd / users) < Decimal("1e-15")
    assert found.total.low <= found.total.likely <= found.total.high


def test_a_margin_is_what_is_left_of_the_price() -> None:
    found = cost("100k")
    assert found.margin is not None
    assert found.margin.likely == 1 - found.total.likely / 10
    assert found.margin.low == 1 - found.total.high / 10


def test_who_hosts_itself_pays_nothing_and_carries_no_team() -> None:
    found = cost("self-hosted")
    assert found.margin is None
    for line in ("compute", "storage", "overhead", "card fee"):
        assert found.lines[line].high == 0
    assert found.lines["relay"].likely > 0


def test_the_papers_own_arithmetic() -> None:
    # 0.23 x 730 / 80 and 0.45 x 730 / 160; the paper writes 1.50.
    hours = Decimal(730)
    small, large = map(paper.machine_like, (Decimal(128), Decimal(256)))
    assert small.usd_per_user_month(hours) == Decimal("2.09875")
    assert large.usd_per_user_month(hours) == Decimal("2.053125")
    # 1.50 + 0.80 + 0.50 + 0.50
    infra = paper.stated_infra()
    assert infra == Decimal("3.30")
    team = PAPER.usd_per_user_month(100_000)
    row = paper.rows()[100_000]
    assert (infra + team.low, infra + team.high) == (
        row.usd.low,
        row.usd.high,
    )


@pytest.mark.parametrize("users", [50_000, 100_000, 1_000_000])
def test_the_papers_margins_follow_from_its_costs(users: int) -> None:
    # 1 - 7 / 10 = 0.30, 1 - 5 / 10 = 0.50; 0.43 and 0.55; 0.60 and 0.80
    row = paper.rows()[users]
    assert row.margin is not None
    assert row.margin.low == 1 - row.usd.high / 10
    assert row.margin.high == 1 - row.usd.low / 10


def test_the_papers_margin_at_10k_does_not() -> None:
    # 1 - 12 / 10 = -0.20; the paper writes 0.
    row = paper.rows()[10_000]
    assert row.margin is not None
    assert row.margin.low == 0
    assert 1 - row.usd.high / 10 == Decimal("-0.2")


@pytest.mark.parametrize("tier", TIERS)
def test_the_causes_add_up_to_the_whole_difference(tier: str) -> None:
    found = cost(tier)
    gap = difference(found)
    assert gap is not None
    parts = sum(cause.usd_per_user_month for cause in causes(found))
    assert abs(parts - gap) < Decimal("1e-9")


def test_the_causes_of_100k_are_those_worked_by_hand() -> None:
    found = {(x.cause, x.line): x.usd_per_user_month for x in causes(cost("100k"))}
    # 2.053125 - 1.50
    assert found["arithmetic", "compute"] == Decimal("0.553125")
    # 650 machines x 256 GiB / 100,000 = 1.664 GiB a user, 0.064 more than 1.6; the mean
    # spot price of the five zones is 0.55822 for 256 GiB.
    hours = Decimal(650 * 730)
    usd = sum(
        line.usd_per_month
        for line in cost("100k").statement.lines
        if line.key.usage_type == "SpotUsage:r6a.8xlarge"
    )
    per_gib_hour = usd / hours / 256
    packing = found["packing", "compute"]
    assert abs(packing - per_gib_hour * Decimal("0.064") * 730) < Decimal("1e-12")
    price = (per_gib_hour - Decimal("0.45") / 256) * Decimal("1.6") * 730
    assert abs(found["price", "compute"] - price) < Decimal("1e-12")
    # The row leaves 5.10 - 3.30 = 1.80 for the team, which is what it costs.
    assert ("team", "overhead") not in found
    assert found["missing line", "card fee"] == Decimal("0.59")
    assert found["use", "egress"] == Decimal("0.138862") - Decimal("0.50")


def test_a_tier_that_the_paper_does_not_have_has_no_difference() -> None:
    other = tier_cost(read_tier(ROOT, "10k"), terms(), users=12_000)
    assert difference(other) is None
    assert causes(other) == ()


def test_other_teams_and_prices_change_their_lines_only() -> None:
    source = read_tier(ROOT, "10k")
    other = tier_cost(source, terms(price="20", overhead=STAFFED))
    for name in INFRA_LINES:
        assert other.lines[name] == cost("10k").lines[name]
    # 2.9 % of 20 + 0.30
    assert other.lines["card fee"].likely == Decimal("0.88")
    # 3 x 17,000 + 2 x 7,000 = 65,000 / 10,000
    assert other.lines["overhead"].likely == Decimal("6.5")


def test_the_nearest_tier_answers_for_another_user_count() -> None:
    sources = read_tiers(ROOT)
    assert [tier_for(sources, n).name for n in (1, 3_000, 4_000, 70_000, 71_000)] == [
        "1k",
        "1k",
        "10k",
        "50k",
        "100k",
    ]
    twice = cost_at(sources, 20_000, terms())
    # Traffic is scaled with users: 2 x 18,000 GB between zones on both sides at 0.01.
    assert twice.lines["inter-zone"] == cost("10k").lines["inter-zone"]
    assert twice.lines["overhead"].likely == 9
    with pytest.raises(ConfigError, match="at least 1 user"):
        cost_at(sources, 0, terms())
    with pytest.raises(ConfigError, match="no tier hosts users"):
        tier_for([read_tier(ROOT, "self-hosted")], 10)


def test_scaled_usage_leaves_percentages_and_logs_alone() -> None:
    usage = read_tier(ROOT, "1k").usage
    twice = scaled_usage(usage, Decimal(2))

    def check(before: Any, after: Any, key: str) -> None:
        if isinstance(before, Mapping):
            for name, value in before.items():
                check(value, after[name], f"{key}.{name}".lstrip("."))
            return
        # Alarms are a stack's, however many users it has.
        stays = (
            *("snapshot", "monthly_data_ing", "storage", "standard.storage"),
            "monthly_requests",
        )
        factor = 1 if key.startswith(stays) else 2
        assert after.likely == before.likely * factor, key

    for before, after in zip(usage.entries, twice.entries, strict=True):
        check(before.values, after.values, "")


def test_the_widest_ranges_are_named_first() -> None:
    found = swings(cost("100k"))
    assert [one.line for one in found] == ["overhead", "compute", "snapshots"]
    widths = [one.usd_per_user_month.width for one in found]
    assert widths == sorted(widths, reverse=True)
    # The paper's team: 1.20 to 2.40.
    assert found[0].usd_per_user_month == Range(
        Decimal("1.2"), Decimal("1.8"), Decimal("2.4")
    )


def test_a_tier_without_machines_to_price_is_a_lower_bound_and_says_so() -> None:
    source = read_tier(ROOT, "1k")
    # m7a has no spot price in the embedded book.
    config = replace(source.config, instance_types=("m7a.8xlarge",))
    found = tier_cost(replace(source, config=config), terms())
    assert found.lower_bound
    assert any(entry.code == "no-price" for entry in found.statement.unpriced)


@pytest.mark.parametrize(
    ("tier", "users", "storage"),
    [
        ("1k", 1_000, "gp3"),
        ("1k", 743, "efs"),
        ("10k", 23_000, "gp3"),
        ("self-hosted", 5_000, "gp3"),
        ("1m", 1_000_000, "gp3"),
    ],
)
def test_volumes_counted_together_cost_what_each_costs(
    tier: str, users: int, storage: Any
) -> None:
    source = read_tier(ROOT, tier)
    source = replace(source, config=replace(source.config, storage=storage))
    each = tier_cost(source, terms(), users=users)
    together = tier_cost(source, replace(terms(), each_volume=False), users=users)
    assert together.lines == each.lines
    assert together.plan == each.plan
    assert aws_swings(together) == aws_swings(each)
    assert together.lower_bound is each.lower_bound
    fewer = len(together.statement.lines) < len(each.statement.lines)
    assert fewer is bool(each.plan.ebs_volumes)


def test_what_was_measured_is_told_apart_from_what_is_assumed() -> None:
    found = cost("10k")
    lines = [
        replace(line, usage="measured") if line.usage == "usage-file" else line
        for line in found.statement.lines
    ]
    measured = replace(found, statement=replace(found.statement, lines=tuple(lines)))
    names = {one.input for one in aws_swings(found)}
    told = {one.input for one in aws_swings(measured)} - names
    assert told
    assert all(name.removesuffix(", measured") in names for name in told)


def test_no_charge_of_a_volume_has_tiers_or_an_allowance() -> None:
    # `_counted` multiplies the charges of one volume, which is right for such prices only.
    charges = [
        line
        for line in cost("100k").statement.lines
        if line_of(line) in ("storage", "snapshots")
    ]
    assert {line.key.usage_type.rpartition("-")[2] for line in charges} >= {
        "EBS:VolumeUsage.gp3",
        "EBS:SnapshotUsage",
    }
    for key in {line.key for line in charges}:
        price = terms().book.find(key)
        assert price is not None
        assert len(price.tiers) == 1
        assert allowance_name(key.service, bare_key(key).usage_type) not in (
            FREE_PER_MONTH
        )
