"""User volumes: their size, zone and encryption, and who may snapshot them."""

import json
from typing import Any

import pytest

from components.arguments import BadArgument
from components.user_volumes import UserVolumes, UserVolumesArgs, VolumeZone
from tests.components.harness import REGION, TAGS, Program, run

VOLUME = "aws:ebs/volume:Volume"


def zone(zone_id: str, volumes: int) -> VolumeZone:
    return VolumeZone(zone_id=zone_id, zone_name=f"name of {zone_id}", volumes=volumes)


def arguments(**more: Any) -> UserVolumesArgs:
    args: dict[str, Any] = {
        "region": REGION,
        "zones": (zone("use1-az1", 2), zone("use1-az2", 1)),
        "volume_pool": "passepartout-test",
        "gib": 800,
        "iops": 6000,
        "mib_per_second": 250,
        "tags": TAGS,
    }
    return UserVolumesArgs(**{**args, **more})


def volumes(**more: Any) -> Program:
    return run(lambda: UserVolumes("user-volume", arguments(**more)))


def test_volumes_are_numbered_within_their_zone() -> None:
    made = volumes().of_type(VOLUME)
    assert [(one.name, one.inputs["availabilityZone"]) for one in made] == [
        ("user-volume-use1-az1-001", "name of use1-az1"),
        ("user-volume-use1-az1-002", "name of use1-az1"),
        ("user-volume-use1-az2-001", "name of use1-az2"),
    ]


def test_every_volume_is_encrypted_gp3_of_the_planned_size_and_speed() -> None:
    for one in volumes().of_type(VOLUME):
        wanted = {"type": "gp3", "size": 800, "iops": 6000, "throughput": 250}
        assert wanted.items() <= one.inputs.items()
        assert one.inputs["encrypted"] is True
        assert one.inputs["finalSnapshot"] is True
        assert one.inputs["tags"]["VolumePool"] == "passepartout-test"


def test_the_engine_deletes_no_volume_and_one_that_it_lets_go_of_stays() -> None:
    for one in volumes().of_type(VOLUME):
        assert (one.protect, one.kept) == (True, True)
        assert one.inputs["tags"]["Name"] == one.name
        assert "Retire" not in one.inputs["tags"]


def test_a_retired_volume_says_so_and_only_an_unprotected_one_may_go() -> None:
    numbers = ((1, "draining"), (2, "unprotected"), (4, ""))
    zones = (
        VolumeZone(
            zone_id="use1-az1", zone_name="us-east-1a", volumes=1, numbers=numbers
        ),
    )
    made = volumes(zones=zones).of_type(VOLUME)
    assert [(one.name[-3:], one.protect, one.kept) for one in made] == [
        ("001", True, True),
        ("002", False, True),
        ("004", True, True),
    ]
    tags = [one.inputs["tags"].get("Retire") for one in made]
    assert tags == ["draining", "unprotected", None]


def test_snapshots_are_made_and_kept_as_asked() -> None:
    made = volumes(snapshot_hours=12, snapshots_kept=14)
    policy = made.one("aws:dlm/lifecyclePolicy:LifecyclePolicy").inputs
    assert policy["state"] == "ENABLED"
    assert policy["executionRoleArn"] == "user-volume-snapshot-role.arn"
    details = policy["policyDetails"]
    assert details["targetTags"] == {"VolumePool": "passepartout-test"}
    assert details["resourceTypes"] == ["VOLUME"]
    (schedule,) = details["schedules"]
    rule = {"interval": 12, "intervalUnit": "HOURS", "times": "03:00"}
    assert schedule["createRule"] == rule
    assert schedule["retainRule"] == {"count": 14}
    assert schedule["copyTags"] is True


def test_the_description_has_only_characters_that_dlm_takes() -> None:
    policy = volumes().one("aws:dlm/lifecyclePolicy:LifecyclePolicy").inputs
    allowed = set("-_ ")
    assert all(char.isalnum() or char in allowed for char in policy["description"])


def test_only_snapshots_of_the_pool_are_made_or_deleted() -> None:
    made = volumes()
    text = made.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    found = {one["Sid"]: one for one in json.loads(text)["Statement"]}
    pool = {"StringEquals": {"aws:ResourceTag/VolumePool": "passepartout-test"}}
    assert found["ReadThePoolsVolumes"]["Condition"] == pool
    assert found["DeleteThePoolsSnapshots"]["Condition"] == pool
    assert [sid for sid, one in found.items() if one["Resource"] == "*"] == [
        "SeeVolumesAndSnapshots"
    ]
    trust = json.loads(made.one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "dlm.amazonaws.com"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gib": 65_537}, "gib is 65537: it must be from 1 to 65,536 GiB"),
        ({"gib": 0}, "gib is 0"),
        ({"iops": 2_999}, "must be from 3,000 to 80,000 IOPS"),
        ({"iops": 80_001}, "must be from 3,000 to 80,000 IOPS"),
        # 500 IOPS per GiB: 10 GiB take 5,000.
        ({"gib": 10, "iops": 5_001}, "must be at most 500 per GiB, 5,000 here"),
        ({"mib_per_second": 124}, "must be from 125 to 2,000 MiB/s"),
        # 0.25 MiB/s per IOPS: 6,000 IOPS carry 1,500.
        ({"mib_per_second": 1_501}, "at most a quarter of the IOPS, 1,500 here"),
        ({"snapshot_hours": 5}, "must be one of 1, 2, 3, 4, 6, 8, 12, 24"),
        ({"snapshots_kept": 0}, "must be from 1 to 1,000 snapshots"),
        ({"volume_pool": ""}, "must be a tag value of 1 to 256 characters"),
        ({"zones": (zone("use1-az1", 0),)}, "volumes is 0: it must be from 1 to 4,500"),
        (
            {"zones": (zone("use1-az1", 2_500), zone("use1-az2", 2_500))},
            "put more users on a volume",
        ),
        ({"zones": (zone("use1-az1", 1), zone("use1-az1", 1))}, "each zone once"),
    ],
)
def test_bad_volumes_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        arguments(**change)
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)


def test_a_small_volume_may_have_the_iops_that_come_with_it() -> None:
    # 3,000 IOPS are the baseline of every gp3 volume, whatever its size.
    assert arguments(gib=1, iops=3_000, mib_per_second=125).iops == 3_000
