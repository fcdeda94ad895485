"""What other places for users' data would cost: the table of docs/operating.md."""

from decimal import Decimal
from functools import cache

import pytest
from msgspec import structs

from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.tiers.storage import LOSES, Place, places
from tests.hosting.projects import ROOT, terms

DOCS = (ROOT / "docs" / "operating.md").read_text()
TIERS = ("1k", "10k", "50k", "100k", "1m")


@cache
def found(tier: str) -> dict[str, Place]:
    return {one.name: one for one in places(read_tier(ROOT, tier), terms())}


def shown(line: str, *figures: Decimal) -> None:
    """The docs have a row with these figures, in cents and their tenths."""
    (row,) = [row for row in DOCS.splitlines() if row.startswith(f"| {line} |")]
    for figure in figures:
        assert f"{figure:.3f}" in row, (row, figure)


def likely(place: Place) -> tuple[Decimal, Decimal]:
    assert place.data is not None
    assert place.backups is not None
    return place.data.likely, place.backups.likely


@pytest.mark.parametrize("tier", TIERS)
def test_efs_costs_more_for_what_is_used_than_gp3_for_what_is_reserved(
    tier: str,
) -> None:
    place = found(tier)["efs"]
    # 4 GB x 0.30 = 1.20; reads 4 x 0.03 = 0.12; writes 1.2 x 0.06 = 0.072
    # Backups 4.24 x 0.0575 = 0.2438
    assert likely(place) == (Decimal("1.392"), Decimal("0.2438"))
    assert not place.lower_bound
    shown("EFS, every tier", *likely(place))


@pytest.mark.parametrize("tier", TIERS)
def test_gp3_and_its_snapshots_are_the_tiers_own_lines(tier: str) -> None:
    shown(f"gp3, {tier}", *likely(found(tier)["gp3"]))


def test_backups_in_s3_cost_half_of_snapshots() -> None:
    # 4.24 x 0.023 = 0.09752, and a thousand PUTs a user x 0.000005 = 0.005
    place = found("1k")["s3"]
    assert likely(place)[1] == Decimal("0.10252")
    shown("S3, a backup of each user a day instead of snapshots", likely(place)[1])


def test_a_place_is_told_with_all_that_aws_then_charges() -> None:
    gp3, efs = found("1k")["gp3"], found("1k")["efs"]
    assert gp3.infra is not None
    assert efs.infra is not None
    # Nothing but the data and their backups moves: the machines are the same.
    moved = sum(likely(efs)) - sum(likely(gp3))
    assert abs(efs.infra.likely - gp3.infra.likely - moved) < Decimal("0.0001")


def test_a_tier_that_cannot_have_a_place_says_why() -> None:
    source = read_tier(ROOT, "1k")
    assert source.config.volumes is not None
    config = structs.replace(
        source.config,
        instance_types=("r6a.48xlarge",),
        users_per_vm=1_100,
        volumes=structs.replace(source.config.volumes, users_per_volume=100),
    )
    asked = places(structs.replace(source, config=config), terms())
    efs = {one.name: one for one in asked}["efs"]
    assert efs.both is None
    assert "32,768 open on EFS" in efs.refused
    assert not places(read_tier(ROOT, "self-hosted"), terms())


@pytest.mark.parametrize("name", LOSES)
def test_every_place_says_what_it_loses(name: str) -> None:
    assert found("1k")[name].loses
