"""Laws of volumes and of the snapshots that a policy keeps."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.graph import UNKNOWN
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.charges import Gap, Metered
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.volumes import VolumeSpec, volume_charges
from tests.rules.network import resource, statement_of

VOLUME = "aws:ebs/volume:Volume"
POLICY = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
HOST = resource("aws:ec2/instance:Instance", "host")


def _metered(volume: VolumeSpec, count: int = 1) -> dict[str, Decimal]:
    charges = volume_charges(HOST, volume, count=Decimal(count))
    return {c.key.usage_type: c.quantity for c in charges if isinstance(c, Metered)}


@given(st.integers(1, 65_536), st.integers(3000, 80_000), st.integers(125, 2000))
def test_n_volumes_cost_n_times_one(gib: int, iops: int, mib: int) -> None:
    volume = VolumeSpec("gp3", Decimal(gib), Decimal(iops), Decimal(mib))
    one = _metered(volume)
    assert _metered(volume, 7) == {key: 7 * amount for key, amount in one.items()}


@given(st.integers(1, 256_000))
def test_the_three_bands_of_io2_add_up_to_its_iops(iops: int) -> None:
    quantities = _metered(VolumeSpec("io2", Decimal(100), Decimal(iops)))
    assert quantities.pop("EBS:VolumeUsage.io2") == 100
    assert sum(quantities.values()) == iops
    assert quantities["EBS:VolumeP-IOPS.io2"] <= 32_000


@given(st.decimals("0.1", "10000", places=1))
def test_a_month_of_storage_does_not_depend_on_the_hours(hours: Decimal) -> None:
    volume = resource(VOLUME, type="gp3", size=100)
    # By hand: 100 GiB x 0.08 = 8, however long the month
    assert statement_of(volume, hours=str(hours)).usd_per_month == 8


def test_rates_below_what_gp3_includes_are_not_a_refund() -> None:
    volume = VolumeSpec("gp3", Decimal(10), Decimal(100), Decimal(1))
    assert _metered(volume) == {"EBS:VolumeUsage.gp3": Decimal(10)}


def test_what_is_unknown_of_a_volume_is_a_gap_and_the_rest_is_charged() -> None:
    volume = VolumeSpec("gp3", Decimal(10), UNKNOWN, UNKNOWN)
    charges = list(volume_charges(HOST, volume))
    assert isinstance(charges[0], Metered)
    gaps = [charge for charge in charges if isinstance(charge, Gap)]
    assert [gap.code for gap in gaps] == ["unknown-input", "unknown-input"]


def test_the_label_names_the_volume_in_every_line() -> None:
    volume = VolumeSpec(
        "gp3", Decimal(10), Decimal(4000), Decimal(200), "the root volume"
    )
    charges = list(volume_charges(HOST, volume))
    assert len(charges) == 3
    assert all(
        isinstance(charge, Metered) and "the root volume" in charge.description
        for charge in charges
    )


@pytest.mark.parametrize(
    "inputs",
    [
        {"size": -1},
        {"size": 0},
        {"size": "big"},
        {},
        {"size": 10, "type": "gp3", "iops": -5},
        {"size": 10, "type": "gp3", "throughput": -5},
        {"size": 10, "type": "io1"},
    ],
)
def test_a_volume_that_cannot_be_is_refused_by_name(inputs: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"it \(aws:ebs/volume:Volume\)"):
        statement_of(resource(VOLUME, **inputs))


def test_a_type_that_aws_does_not_sell_is_a_missing_price() -> None:
    [gap] = statement_of(resource(VOLUME, type="gp9", size=10)).unpriced
    assert gap.code == "no-price"
    assert "EBS:VolumeUsage.gp9" in gap.reason


def _policy(every: int = 24, count: int = 7, **details: Any) -> Any:
    return resource(
        POLICY,
        "policy",
        policyDetails={
            "resourceTypes": ["VOLUME"],
            "targetTags": {"Backup": "daily"},
            "schedules": [
                {"createRule": {"interval": every}, "retainRule": {"count": count}}
            ],
            **details,
        },
    )


def _volume(gib: int = 100) -> Any:
    return resource(VOLUME, "data", type="gp3", size=gib, tags={"Backup": "daily"})


def _rates(used: int, change: int) -> dict[str, int]:
    return {
        "snapshot_used_percent": used,
        "snapshot_daily_change_percent": change,
    }


def _snapshot_gb(*resources: Any, **usage: int) -> Decimal:
    lines = statement_of(*resources, usage=usage).lines
    return sum(
        (line.quantity for line in lines if "Snapshot" in line.key.usage_type),
        Decimal(0),
    )


@given(
    st.integers(0, 100), st.integers(0, 100), st.integers(1, 1000), st.integers(1, 48)
)
def test_snapshots_hold_the_used_blocks_at_least_and_every_copy_at_most(
    used: int, change: int, count: int, every: int
) -> None:
    stored = _snapshot_gb(
        _volume(),
        _policy(every, count),
        **_rates(used, change),
    )
    assert used <= stored <= used * count


def test_the_schedule_that_reaches_back_furthest_decides() -> None:
    # By hand: daily, 7 kept: 1 + 0.02 x 6 = 1.12; weekly, 4 kept: 1 + 0.14 x 3 = 1.42
    #   100 GiB x 50 % x 1.42 = 71
    schedules = [
        {"createRule": {"interval": 24}, "retainRule": {"count": 7}},
        {"createRule": {"interval": 168}, "retainRule": {"count": 4}},
    ]
    stored = _snapshot_gb(
        _volume(),
        _policy(schedules=schedules),
        **_rates(50, 2),
    )
    assert stored == 71


def test_one_kept_snapshot_needs_no_change_rate() -> None:
    assert _snapshot_gb(_volume(), _policy(count=1), snapshot_used_percent=30) == 30


def test_without_usage_a_policy_says_the_most_that_it_can_store() -> None:
    # By hand: 100 GiB x 7 kept = 700 GB-months
    [gap] = statement_of(_volume(), _policy()).unpriced
    assert gap.usage_key == "snapshot_used_percent"
    assert "700 GB-months" in gap.reason


def test_a_policy_says_why_its_snapshots_cost_what_they_cost() -> None:
    lines = statement_of(_volume(), _policy(), usage=_rates(40, 2)).lines
    [snapshots] = [line for line in lines if "Snapshot" in line.key.usage_type]
    assert "40 % used x (1 + 2 % a day x 1 day(s) x (7 kept - 1))" in snapshots.because


@pytest.mark.parametrize(
    "details",
    [
        {"targetTags": UNKNOWN_TEXT},
        {"schedules": [{"createRule": {"cronExpression": "cron(0 1 * * ? *)"}}]},
        {"schedules": UNKNOWN_TEXT},
    ],
)
def test_a_policy_that_is_not_known_whole_is_a_gap(details: dict[str, Any]) -> None:
    gaps = statement_of(_volume(), _policy(**details)).unpriced
    assert {gap.code for gap in gaps} == {"unknown-input"}


def test_a_volume_of_unknown_size_is_said_beside_the_known_ones() -> None:
    unknown = resource(
        VOLUME, "u", type="gp3", size=UNKNOWN_TEXT, tags={"Backup": "daily"}
    )
    statement = statement_of(
        _volume(),
        unknown,
        _policy(count=1),
        usage={"snapshot_used_percent": 100},
    )
    reasons = [gap.reason for gap in statement.unpriced]
    assert any("1 of its 2 volumes" in reason for reason in reasons)
    assert [line.quantity for line in statement.lines] == [100, 100]


def test_a_default_policy_takes_every_volume_of_its_region() -> None:
    # By hand: 100 GiB x 50 % x (1 + 1 % x (7 - 1)) = 53
    policy = resource(POLICY, "p", defaultPolicy="VOLUME", policyDetails={})
    stored = _snapshot_gb(
        _volume(),
        policy,
        **_rates(50, 1),
    )
    assert stored == 53
