"""How spot capacity spreads over pools and zones, and what is said of a missing price."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.bill.statement import Statement
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.fleets import on_demand_units
from farebox.rules.machines.pools import Pool, in_price_band
from tests.casebook import frozen_book, statement_of

BOOK = frozen_book()
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SUBNET = "aws:ec2/subnet:Subnet"


def group(
    zones: list[str],
    types: list[str],
    strategy: str | None = "price-capacity-optimized",
    *,
    sizes: tuple[int, int, int] = (6, 6, 6),
    pools: int | None = None,
    usage: dict[str, Any] | None = None,
    fallback: bool = False,
) -> Statement:
    """The statement of a spot group over zones by id, with these overrides."""
    distribution: dict[str, Any] = {"onDemandPercentageAboveBaseCapacity": 0}
    if strategy is not None:
        distribution["spotAllocationStrategy"] = strategy
    if pools is not None:
        distribution["spotInstancePools"] = pools
    specification = {"launchTemplateName": "vm", "version": "$Latest"}
    overrides = [{"instanceType": kind} for kind in types]
    template = {
        "launchTemplateSpecification": specification,
        "overrides": overrides,
    }
    resources: list[dict[str, Any]] = [
        {"type": TEMPLATE, "name": "vm", "inputs": {"name": "vm"}},
        *(
            {
                "type": SUBNET,
                "name": zone,
                "id": f"subnet-{zone}",
                "inputs": {"availabilityZoneId": zone},
            }
            for zone in zones
        ),
        {
            "type": "aws:autoscaling/group:Group",
            "name": "pool",
            "inputs": {
                "minSize": sizes[0],
                "desiredCapacity": sizes[1],
                "maxSize": sizes[2],
                "vpcZoneIdentifiers": [f"subnet-{zone}" for zone in zones],
                "mixedInstancesPolicy": {
                    "instancesDistribution": distribution,
                    "launchTemplate": template,
                },
            },
        },
    ]
    case: dict[str, Any] = {
        "resources": resources,
        "on_demand_fallback": fallback,
        "usage": {"pool": usage} if usage else {},
    }
    return statement_of(case, BOOK)


def hours_by_pool(statement: Statement) -> dict[tuple[str, str], Decimal]:
    """Likely hours per (type, zone) of the lines that are instances."""
    return {
        (line.key.usage_type.partition(":")[2], line.key.zone_id): line.quantity
        for line in statement.lines
        if "Usage:r6a" in line.key.usage_type and line.quantity
    }


BOTH = ["use1-az1", "use1-az2"]
TYPES = ["r6a.8xlarge", "r6a.4xlarge"]


@pytest.mark.parametrize(
    ("strategy", "pools", "expected"),
    [
        # 6 instances x 730 h = 4,380 h, 2,190 in each zone. Both types are within twice
        # the cheapest of the zone (0.44 and 0.67; 0.37 and 0.63), so 1,095 each.
        ("price-capacity-optimized", None, {(t, z): 1095 for t in TYPES for z in BOTH}),
        # r6a.4xlarge is cheaper in both zones.
        ("lowest-price", 1, {("r6a.4xlarge", z): 2190 for z in BOTH}),
        # AWS spreads lowest-price over two pools of each zone unless told otherwise.
        ("lowest-price", None, {(t, z): 1095 for t in TYPES for z in BOTH}),
        (None, None, {(t, z): 1095 for t in TYPES for z in BOTH}),
        ("capacity-optimized", None, {(t, z): 1095 for t in TYPES for z in BOTH}),
        (
            "capacity-optimized-prioritized",
            None,
            {("r6a.8xlarge", z): 2190 for z in BOTH},
        ),
    ],
)
def test_each_strategy_picks_its_pools_in_each_zone(
    strategy: str | None, pools: int | None, expected: dict[tuple[str, str], int]
) -> None:
    assert hours_by_pool(group(BOTH, TYPES, strategy, pools=pools)) == expected


def test_a_balanced_group_is_rated_at_the_mean_of_the_pools_that_may_be_taken() -> None:
    # By hand, one zone, 6 x 730 = 4,380 h. r6a.large 0.04, r6a.4xlarge 0.44: eleven
    # times as dear, so out of the band, and only the high end has it.
    far = group(["use1-az1"], ["r6a.large", "r6a.4xlarge"])
    assert hours_by_pool(far) == {("r6a.large", "use1-az1"): 4380}
    # 0.44 and 0.67: 2,190 h each, 963.60 + 1,467.30; floor 4,380 x 0.44 = 1,927.20,
    # dearest 4,380 x 0.67 = 2,934.60.
    near = group(["use1-az1"], TYPES)
    spot = [line for line in near.lines if line.key.purchase == "spot"]
    assert sum(line.usd_per_month for line in spot) == Decimal("2430.90")
    assert sum(line.usd_low for line in spot) == Decimal("1927.20")
    assert sum(line.usd_high for line in spot) == Decimal("2934.60")
    assert all("each as likely (assumed)" in line.because for line in spot)


def test_the_band_reaches_to_twice_the_cheapest_and_no_further() -> None:
    usd = {"a": Decimal("0.10"), "b": Decimal("0.20"), "c": Decimal("0.2001")}

    assert in_price_band(usd) == ["a", "b"]
    assert in_price_band({"only": Decimal(9)}) == ["only"]


def test_a_pool_without_a_price_leaves_its_zone_to_the_others_and_is_noted() -> None:
    statement = group(["use1-az6"], TYPES)

    # r6a.4xlarge has no price in use1-az6: 6 x 730 hours of r6a.8xlarge.
    assert hours_by_pool(statement) == {("r6a.8xlarge", "use1-az6"): 4380}
    said = "no spot price for r6a.4xlarge in use1-az6"
    assert any(said in note for note in statement.notes)


def test_a_prioritized_pool_without_a_price_is_not_replaced_by_another() -> None:
    types = ["r6a.4xlarge", "r6a.8xlarge"]
    statement = group(["use1-az6"], types, "capacity-optimized-prioritized")

    assert hours_by_pool(statement) == {}
    assert [entry.code for entry in statement.unpriced] == ["no-price"]


def test_a_zone_without_any_price_is_a_gap_for_its_share_alone() -> None:
    statement = group(["use1-az1", "use1-az4"], ["r6a.4xlarge"])

    # Half of 6 in use1-az1: 3 x 730; the other half has no price, and no range either.
    assert hours_by_pool(statement) == {("r6a.4xlarge", "use1-az1"): 2190}
    assert statement.usd_low == statement.usd_per_month == statement.usd_high
    assert [entry.code for entry in statement.unpriced] == ["no-price"]
    assert "use1-az4" in statement.unpriced[0].reason
    assert statement.lower_bound


def test_a_missing_price_is_on_demand_where_the_user_asked_for_that() -> None:
    statement = group(["use1-az1", "use1-az4"], ["r6a.4xlarge"], fallback=True)

    assert hours_by_pool(statement) == {
        ("r6a.4xlarge", "use1-az1"): 2190,
        ("r6a.4xlarge", ""): 2190,
    }
    on_demand = [x for x in statement.lines if x.key.purchase == "on-demand"]
    assert "on demand instead, as asked" in on_demand[0].because
    assert not statement.unpriced


def test_instances_of_the_usage_file_move_the_likely_figure_only() -> None:
    usage = {"instances": 5}
    statement = group(["use1-az1"], ["r6a.large"], sizes=(2, 4, 8), usage=usage)
    line = statement.lines[0]

    # Likely 5, low 2 and high 8 instances: x 730 h x 0.04.
    assert line.quantity == 3650
    assert (line.usd_low, line.usd_high) == (Decimal("58.40"), Decimal("233.60"))
    assert line.usage == "usage-file"


def test_more_instances_than_a_group_may_run_are_refused() -> None:
    usage = {"instances": 9}
    with pytest.raises(InvalidInput, match="instances 9 in the usage file, above its"):
        group(["use1-az1"], ["r6a.large"], sizes=(2, 4, 8), usage=usage)


def test_ten_instances_over_three_zones_are_not_rounded() -> None:
    zones = ["use1-az1", "use1-az2", "use1-az6"]
    statement = group(zones, ["r6a.8xlarge"], sizes=(10, 10, 10))
    lines = [line for line in statement.lines if line.key.purchase == "spot"]

    # 10 / 3 x 730 h in each zone at 0.67, 0.63 and 0.53: 7,300 x 0.61 = 4,453.
    assert round(sum(line.usd_per_month for line in lines), 6) == 4453
    roots = next(x for x in statement.lines if "EBS" in x.key.usage_type)
    assert roots.quantity == 80  # 10 x 8 GiB, exactly


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*BOTH, "use1-az6", "use1-az4"]), min_size=1, unique=True),
    st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
    st.sampled_from(
        [None, "price-capacity-optimized", "capacity-optimized", "lowest-price"]
    ),
    st.lists(st.integers(0, 9), min_size=3, max_size=3).map(sorted),
)
def test_low_is_never_above_likely_nor_likely_above_high(
    zones: list[str], types: list[str], strategy: str | None, sizes: list[int]
) -> None:
    low, likely, high = sizes
    statement = group(zones, types, strategy, sizes=(low, likely, high))
    tiny = Decimal("1E-12")

    assert statement.usd_low <= statement.usd_per_month + tiny
    assert statement.usd_per_month <= statement.usd_high + tiny


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 100))
def test_on_demand_units_cover_the_base_and_never_exceed_the_group(
    units: int, base: int, percent: int
) -> None:
    found = on_demand_units(Decimal(units), Decimal(base), Decimal(percent))

    assert min(units, base) <= found <= units
    assert found == int(found)
    # Rounded up: one unit less would be below the share that was asked for.
    above = max(units - base, 0)
    assert 0 <= (found - min(units, base)) * 100 - above * percent < 100


@given(st.integers(0, 400), st.integers(2, 100))
def test_weighted_instances_cover_the_capacity_with_none_to_spare(
    units: int, weight: int
) -> None:
    found = Pool("r6a.large", Decimal(weight)).instances(Decimal(units))

    assert (found - 1) * weight < units <= found * weight
