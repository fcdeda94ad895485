"""What the journals of users' machines cost a tier that keeps them."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Entry, UsageFile
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.configs import tier_config
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.plan.watch_graph import MACHINES_LOG
from farebox.hosting.plan_values import MachineLogs
from farebox.hosting.tiers.machine_logs import with_machine_logs
from farebox.hosting.tiers.scaled_usage import scaled_usage
from farebox.hosting.tiers.tiers import TierCost, tier_cost
from tests.hosting.plan.test_plan_graph import by_program, figures
from tests.hosting.projects import ROOT, copied, edit, terms


def cost(users: int | None = None, **logs: Any) -> TierCost:
    source = read_tier(ROOT, "1k")
    config = replace(source.config, machine_logs=MachineLogs(**logs) if logs else None)
    return tier_cost(replace(source, config=config), terms(), users=users)


def test_a_tier_that_switches_it_on_pays_for_what_comes_in_and_stays() -> None:
    # 15 machines x 0.01 GB + 1,000 users x 0.0014 GB = 1.55 GB at 0.50; the 0.12 GB
    # that stay are, with the relay's 1.8, within the 5 GB that an account has free.
    before, after = cost(), cost(days=14)
    assert before.plan.vms == 15
    grown = after.lines["observability"].likely - before.lines["observability"].likely
    assert grown * 1_000 == Decimal("0.775")
    rest = {**after.lines, "observability": before.lines["observability"]}
    assert rest == before.lines
    assert not after.lower_bound


def entry(plan_users: int, **logs: Any) -> dict[str, Assumption]:
    source = read_tier(ROOT, "1k")
    config = replace(source.config, machine_logs=MachineLogs(**logs))
    plan = plan_tier(config, users=plan_users, region=source.region)
    (found,) = with_machine_logs(UsageFile(), plan).resources
    assert found.pattern == MACHINES_LOG
    return {k: one for k, one in found.values.items() if isinstance(one, Assumption)}


def test_a_bound_of_users_lines_bounds_what_they_can_cost() -> None:
    ingested = "monthly_data_ingested_gb"
    # 1,000 users x 0.084 GB of 60 lines a minute, and 15 machines x 0.2 GB.
    assert entry(1_000, user_lines=60)[ingested].high == Decimal("87")
    assert entry(1_000, user_lines=30)[ingested].high == Decimal("45")
    # Without users' lines it is the machines alone, 15 x 0.01.
    machines = entry(1_000, user_lines=0)[ingested]
    assert (machines.likely, machines.high) == (Decimal("0.15"), Decimal("3.0"))
    assert entry(1_000)[ingested].status == "assumed"


def test_longer_kept_is_more_stored() -> None:
    stored = [entry(1_000, days=days)["storage_gb"].likely for days in (30, 60)]
    assert stored == [Decimal("0.2655"), Decimal("0.531")]


def test_what_the_tiers_own_file_says_of_the_log_wins() -> None:
    source = read_tier(ROOT, "1k")
    config = replace(source.config, machine_logs=MachineLogs())
    ten = exactly(Decimal(10))
    own = Entry(MACHINES_LOG, {"monthly_data_ingested_gb": ten, "storage_gb": ten})
    usage = UsageFile(
        types=source.usage.types,
        resources=[*source.usage.resources, own],
        account=source.usage.account,
    )
    after = tier_cost(replace(source, config=config, usage=usage), terms())
    grown = after.lines["observability"].likely - cost().lines["observability"].likely
    # 10 x 0.50, and 10 + 1.806 GB stay, of which 5 are free, at 0.03.
    assert grown * 1_000 == Decimal("5.20418")
    # What one tier's log was measured at grows with its users; the relay's log does not.
    own = Entry(MACHINES_LOG, {"storage_gb": ten, "monthly_metrics": ten})
    twice = scaled_usage(UsageFile(resources=[own]), Decimal(2)).resources[0].values
    assert twice == {"storage_gb": exactly(Decimal(20)), "monthly_metrics": ten}


def test_the_plan_has_the_log_that_the_program_builds(tmp_path: Any) -> None:
    project = copied(tmp_path)
    edit(project, "1k", "hosted: true", "hosted: true\n    machine_logs: {days: 30}")
    usage = project / "stacks/1k.usage.yaml"
    usage.write_text(
        usage.read_text()
        + f"  {MACHINES_LOG}: {{monthly_data_ingested_gb: 2, storage_gb: 0.3}}\n"
    )
    plan = tier_cost(read_tier(project, "1k"), terms()).statement
    assert figures(plan) == figures(by_program(project, "1k"))


@pytest.mark.parametrize(
    ("logs", "sentence"),
    [
        ({"days": 10}, "machine_logs.days is wrong: it must be one of 1, 3, 5, 7, 14"),
        ({"user_lines": -1}, "machine_logs.user_lines is wrong: it must be"),
        ({"day": 7}, "no key machine_logs.day; the nearest is machine_logs.days"),
    ],
)
def test_a_block_that_cannot_be_meant_is_refused(
    logs: dict[str, int], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        tier_config({"zone_ids": ["use1-az1"], "machine_logs": logs})


def test_a_tier_that_hosts_nobody_has_no_machines_to_log() -> None:
    source = read_tier(ROOT, "self-hosted")
    config = replace(source.config, machine_logs=MachineLogs())
    with pytest.raises(ConfigError, match="but machine_logs is given"):
        plan_tier(config, users=source.users, region=source.region)
