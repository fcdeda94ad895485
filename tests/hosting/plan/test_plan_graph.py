"""The plan as a graph says what the program says: one plan, one statement."""

from decimal import Decimal
from pathlib import Path

import pytest

from farebox.bill.statement import Statement
from farebox.bill.usage_file import read_usage
from farebox.graph import Resource
from farebox.graph.offline.program import read_program
from farebox.hosting.plan.plan_graph import plan_graph
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource, read_tier
from farebox.hosting.tiers.tiers import tier_statement
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate
from tests.hosting.projects import ON, ROOT, copied, edit, terms


def by_program(project: Path, tier: str) -> Statement:
    """What `fare price TIER` says: the program runs, its resources are priced."""
    graph = read_program(project, tier)
    usage = read_usage(project / f"stacks/{tier}.usage.yaml")
    return estimate(graph, embedded_book(), usage, on=ON)


def figures(statement: Statement) -> list[tuple[object, ...]]:
    """Every line as subject, key and figures, in an order of its own."""
    return sorted(
        (
            line.subject.urn or "",
            str(line.key),
            line.description,
            line.quantity.normalize(),
            line.usd_low.normalize(),
            line.usd_high.normalize(),
            line.usage,
        )
        for line in statement.lines
    )


def gaps(statement: Statement) -> list[tuple[str, ...]]:
    return sorted(
        (entry.subject.urn or "", entry.code, entry.reason)
        for entry in statement.unpriced
    )


@pytest.mark.parametrize("tier", ["self-hosted", "1k", "100k"])
def test_the_plans_statement_is_the_programs_line_by_line(tier: str) -> None:
    program = by_program(ROOT, tier)
    _, plan = tier_statement(read_tier(ROOT, tier), terms())
    assert figures(plan) == figures(program)
    assert not plan.unpriced
    assert (plan.usd_low, plan.usd_per_month, plan.usd_high) == (
        program.usd_low,
        program.usd_per_month,
        program.usd_high,
    )


def test_a_changed_config_moves_the_plan_and_the_program_alike(tmp_path: Path) -> None:
    # 80 users a machine become 60: 334 / 60 x 1.04 = 5.8, so 6 machines a zone, not 5.
    # Gateways, on-demand machines and bought speed change prices in other ways.
    project = copied(tmp_path)
    before = tier_statement(read_tier(project, "1k"), terms())[1]
    edit(project, "1k", "users_per_vm: 80", "users_per_vm: 60")
    edit(project, "1k", "nat_gateways: false", "nat_gateways: true")
    edit(project, "1k", "on_demand_base: 0", "on_demand_base: 4")
    edit(project, "1k", "iops: 3000", "iops: 3100")
    source = read_tier(project, "1k")
    _, plan = tier_statement(source, terms())
    program = by_program(project, "1k")
    assert figures(plan) == figures(program)
    assert plan.usd_per_month > before.usd_per_month
    groups = [one for one in _graph(source) if one.name.startswith("spot-pool-use1")]
    assert [one.input("desiredCapacity") for one in groups] == [6, 6, 6]
    # Each gateway's bytes have no usage here, in both.
    assert gaps(plan) == gaps(program)
    assert len(plan.unpriced) == 3


def test_a_tier_on_efs_is_planned_as_the_program_builds_it(tmp_path: Path) -> None:
    project = copied(tmp_path)
    edit(project, "1k", "hosted: true", "hosted: true\n    storage: efs")
    usage = project / "stacks/1k.usage.yaml"
    usage.write_text(
        usage.read_text()
        + "  user-files: {storage_gb: 4000, monthly_elastic_throughput_read_gb: 4000,"
        " monthly_elastic_throughput_write_gb: 1200}\n"
        "  user-files-locked: {monthly_efs_backup_gb: 4240}\n"
        "  user-files-vault: {monthly_ebs_snapshot_gb: 0}\n"
    )
    _, plan = tier_statement(read_tier(project, "1k"), terms())
    program = by_program(project, "1k")
    assert figures(plan) == figures(program)
    assert not plan.unpriced
    by_service = {line.key.service: line.usd_per_month for line in plan.lines}
    assert by_service["AWSBackup"] == Decimal("243.8")  # 4,240 x 0.0575


def _graph(source: TierSource) -> tuple[Resource, ...]:
    plan = plan_tier(source.config, users=source.users, region=source.region)
    return plan_graph(plan).resources
