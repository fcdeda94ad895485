"""A restore's calls to EC2, on moto, and the operator's command."""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passepartout.errors import Refused
from passepartout.restore.commands import moment, run_restore
from passepartout.restore.ec2 import Ec2Restore
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record, Volume
from passepartout.users.sqlite import SqliteStore
from tests.passepartout.stores import need_moto

POOL = "passepartout-test"


@pytest.fixture
def ec2() -> Iterator[Any]:
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        yield boto3.client(
            "ec2",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )


def volume(client: Any) -> str:
    tags = {"VolumePool": POOL, "Name": "user-volume-use1-az6-001", "Retire": "x"}
    made = client.create_volume(
        AvailabilityZone="us-east-1a",
        Size=100,
        VolumeType="gp3",
        Iops=6_000,
        Throughput=250,
        TagSpecifications=[
            {
                "ResourceType": "volume",
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
        ],
    )
    return str(made["VolumeId"])


def described(client: Any, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    (found,) = client.describe_volumes(VolumeIds=[name])["Volumes"]
    return found, {tag["Key"]: tag["Value"] for tag in found["Tags"]}


def test_a_copy_is_as_fast_as_its_volume_and_in_the_pool_only_when_published(
    ec2: Any,
) -> None:
    old = volume(ec2)
    snapshot = ec2.create_snapshot(VolumeId=old)["SnapshotId"]
    cloud = Ec2Restore(ec2, POOL)
    assert [one.snapshot for one in cloud.snapshots(old)] == [snapshot]
    cloud.fence(old)
    assert "Fenced" in described(ec2, old)[1]
    (zone,) = ec2.describe_availability_zones(ZoneNames=["us-east-1b"])[
        "AvailabilityZones"
    ]
    copy = cloud.copy(old, snapshot, zone["ZoneId"])
    found, tags = described(ec2, copy)
    assert (found["AvailabilityZone"], found["VolumeType"]) == ("us-east-1b", "gp3")
    assert (found["Size"], found["Iops"], found["Throughput"]) == (100, 6_000, 250)
    assert tags == {
        "Name": "user-volume-use1-az6-001",
        "RestoredFrom": f"{old}@{snapshot}",
    }
    # A second call finds the same one.
    assert cloud.copy(old, snapshot, zone["ZoneId"]) == copy
    cloud.publish(copy)
    assert described(ec2, copy)[1]["VolumePool"] == POOL


def test_a_copy_in_a_zone_that_is_lost_is_not_the_one_for_another_zone(
    ec2: Any,
) -> None:
    # It was restored at home, before anybody knew that the whole zone is lost.
    old = volume(ec2)
    snapshot = ec2.create_snapshot(VolumeId=old)["SnapshotId"]
    cloud = Ec2Restore(ec2, POOL)
    ids = {
        one["ZoneName"]: one["ZoneId"]
        for one in ec2.describe_availability_zones()["AvailabilityZones"]
    }
    at_home = cloud.copy(old, snapshot, ids["us-east-1a"])
    elsewhere = cloud.copy(old, snapshot, ids["us-east-1b"])
    assert described(ec2, elsewhere)[0]["AvailabilityZone"] == "us-east-1b"
    # A copy that has no snapshot of its own yet is restored from its original's.
    assert [one.snapshot for one in cloud.snapshots(at_home)] == [snapshot]


def test_a_volume_is_held_until_its_machine_is_terminated(ec2: Any) -> None:
    old = volume(ec2)
    machine = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)[
        "Instances"
    ][0]["InstanceId"]
    cloud = Ec2Restore(ec2, POOL)
    assert cloud.held_by(old) == ""
    ec2.attach_volume(VolumeId=old, InstanceId=machine, Device="/dev/xvdba")
    assert cloud.held_by(old) == machine
    ec2.terminate_instances(InstanceIds=[machine])
    assert cloud.held_by(old) == ""
    assert cloud.held_by("vol-12345678") == ""


def test_a_zone_that_is_none_is_refused(ec2: Any) -> None:
    old = volume(ec2)
    snapshot = ec2.create_snapshot(VolumeId=old)["SnapshotId"]
    with pytest.raises(Refused, match="no zone of this region"):
        Ec2Restore(ec2, POOL).copy(old, snapshot, "euw1-az1")


def test_the_command_says_what_came_of_it(
    ec2: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = volume(ec2)
    ec2.create_snapshot(VolumeId=old)
    (zone,) = ec2.describe_availability_zones(ZoneNames=["us-east-1a"])[
        "AvailabilityZones"
    ]
    store = SqliteStore(str(tmp_path / "record.db"))
    store.write(Volume(volume=old, zone=zone["ZoneId"], places=4))
    Assigner(store).add(7)
    options = argparse.Namespace(
        volume=old, at=time.time() + 60, zone="", machine_lost=False, user=[]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", lambda seconds: None)
        assert run_restore(options, store, Ec2Restore(ec2, POOL)) == 0
    record = store.read(Record, "7")
    assert record is not None
    assert f"users of {old}: 1, on {record.volume} as of " in capsys.readouterr().out
    options.volume = "vol-0"
    assert run_restore(options, store, Ec2Restore(ec2, POOL)) == 1
    assert "not known" in capsys.readouterr().err


def test_a_time_has_its_zone() -> None:
    # 2026-11-29 03:00 UTC: 20,786 days and 10,800 s after 1970.
    assert moment("2026-11-29T03:00Z") == 20_786 * 86_400 + 10_800
    assert moment("2026-11-29T04:00+01:00") == moment("2026-11-29T03:00Z")
    assert abs(moment("now") - time.time()) < 5
    for text in ("yesterday", "2026-11-29T03:00"):
        with pytest.raises(argparse.ArgumentTypeError, match="give one with its zone"):
            moment(text)
