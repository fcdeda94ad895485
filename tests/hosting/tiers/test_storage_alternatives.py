"""What other places for users' data would cost: the table of docs/operating.md."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from farebox.bill.terms import Terms
from farebox.bill.usage_file import parse_usage
from farebox.graph import Resource, ResourceGraph
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.tiers.tiers import tier_cost
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate
from tests.hosting.projects import ROOT, terms

USED = Decimal(4)
"""GiB that a user keeps of its 10, as the tiers' snapshots have it: 40 %."""
WRITTEN = Decimal("1.2")
"""GB that a user writes a month: 1 % of 4 a day, 30 days."""
KEPT = Decimal("4.24")
"""GB of backups a user: 4, and 1 % of it for each of six days."""
DOCS = (ROOT / "docs" / "operating.md").read_text()


def usd(type_: str, usage: str, **inputs: Any) -> Decimal:
    """A month of 1,000 users' data on one resource, per user."""
    graph = ResourceGraph(
        [Resource(f"urn::{type_}::data", type_, "data", inputs, "us-east-1")]
    )
    known = parse_usage(f"version: 1\nresource_usage:\n  data: {usage}\n")
    statement = estimate(
        graph,
        embedded_book(),
        known,
        Terms(on=date(2026, 11, 23), free_tier=False),
    )
    assert not statement.unpriced
    return statement.usd_per_month / 1000


def on_efs(**inputs: Any) -> Decimal:
    usage = (
        f"{{storage_gb: {USED * 1000}, monthly_elastic_throughput_read_gb: {USED * 1000},"
        f" monthly_elastic_throughput_write_gb: {WRITTEN * 1000}}}"
    )
    file_system = "aws:efs/fileSystem:FileSystem"
    return usd(file_system, usage, throughputMode="elastic", **inputs)


def in_s3() -> Decimal:
    usage = (
        f"{{standard: {{storage_gb: {KEPT * 1000}, monthly_tier_1_requests: 1000000,"
        " monthly_tier_2_requests: 0}}"
    )
    return usd("aws:s3/bucket:Bucket", usage)


def shown(line: str, *figures: Decimal) -> None:
    """The docs have a row with these figures, in cents and their tenths."""
    (row,) = [row for row in DOCS.splitlines() if row.startswith(f"| {line}")]
    for figure in figures:
        assert f"{figure:.3f}" in row, (row, figure)


def test_efs_costs_more_for_what_is_used_than_gp3_for_what_is_reserved() -> None:
    # 4 GB x 0.30 = 1.20; reads 4 x 0.03 = 0.12; writes 1.2 x 0.06 = 0.072
    regional = on_efs()
    assert regional == Decimal("1.392")
    shown("EFS, regional", regional)
    # 4 x 0.16 = 0.64; reads and writes cost the same.
    one_zone = on_efs(availabilityZoneName="us-east-1a")
    assert one_zone == Decimal("0.832")
    shown("EFS, one zone", one_zone)


def test_backups_in_s3_cost_half_of_snapshots() -> None:
    # 4.24 x 0.023 = 0.09752, and a thousand PUTs a user x 0.000005 = 0.005
    assert in_s3() == Decimal("0.10252")
    shown("S3, a backup", in_s3())


@pytest.mark.parametrize("tier", ["1k", "100k"])
def test_gp3_and_its_snapshots_are_the_tiers_own_lines(tier: str) -> None:
    lines = tier_cost(read_tier(ROOT, tier), terms()).lines
    shown(f"gp3, {tier}", lines["storage"].likely, lines["snapshots"].likely)
