"""What a restore asks of EC2, with the operator's credentials."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

from passepartout.errors import Refused
from passepartout.restore.restore import Snapshot

SOURCE_TAG = "RestoredFrom"
"""On a copy: its volume and snapshot, by which a second call finds it."""
FENCE_TAG = "Fenced"
POOL_TAG = "VolumePool"
MAKING_SECONDS = 300.0
"""How long EC2 may take to make a volume; it fills itself later, as it is read."""
GONE = ("terminated",)
"""States of a machine that can never write again."""


class Ec2Restore:
    """EC2 of one region; `client` is boto3's."""

    def __init__(self, client: Any, pool: str) -> None:
        """`pool` is the stack's tag, by which machines find their volumes."""
        self._client = client
        self._pool = pool

    def snapshots(self, volume: str) -> Sequence[Snapshot]:
        """See `RestoreCloud`. A copy has the snapshot that it was made from, too."""
        tags = (self._volume(volume) or {}).get("Tags", ())
        origins = [
            ("snapshot-id", tag["Value"].rpartition("@")[2])
            for tag in tags
            if tag["Key"] == SOURCE_TAG
        ]
        wanted = [("volume-id", volume), *origins]
        return [one for filter_ in wanted for one in self._snapshots(*filter_)]

    def _snapshots(self, name: str, value: str) -> Sequence[Snapshot]:
        pages = self._client.get_paginator("describe_snapshots").paginate(
            OwnerIds=["self"],
            Filters=[
                {"Name": name, "Values": [value]},
                {"Name": "status", "Values": ["completed"]},
            ],
        )
        return [
            Snapshot(one["SnapshotId"], one["StartTime"].timestamp())
            for page in pages
            for one in page["Snapshots"]
        ]

    def fence(self, volume: str) -> None:
        """See `RestoreCloud`. A volume that AWS has lost needs no fence."""
        if self._volume(volume) is not None:
            tags = [{"Key": FENCE_TAG, "Value": str(int(time.time()))}]
            self._client.create_tags(Resources=[volume], Tags=tags)

    def held_by(self, volume: str) -> str:
        """See `RestoreCloud`."""
        found = self._volume(volume)
        for place in found["Attachments"] if found else ():
            machine: str = place["InstanceId"]
            if self._state(machine) not in GONE:
                return machine
        return ""

    def _state(self, machine: str) -> str:
        answer = self._client.describe_instances(
            Filters=[{"Name": "instance-id", "Values": [machine]}]
        )
        for group in answer["Reservations"]:
            for one in group["Instances"]:
                state: str = one["State"]["Name"]
                return state
        return "terminated"  # EC2 forgets a machine an hour after it has ended

    def copy(self, volume: str, snapshot: str, zone: str) -> str:
        """See `RestoreCloud`."""
        source, place = f"{volume}@{snapshot}", self._zone_name(zone)
        # One that was made in another zone, which may be lost now, is not this one.
        found = [
            one
            for one in self._volumes(f"tag:{SOURCE_TAG}", source)
            if one["AvailabilityZone"] == place
        ]
        if not found:
            found = [self._make(volume, snapshot, zone, source)]
        copy: str = found[0]["VolumeId"]
        until = time.monotonic() + MAKING_SECONDS
        while (made := self._volume(copy)) is None or made["State"] == "creating":
            if time.monotonic() > until:
                raise Refused(f"EC2 is still making {copy}: restore again later")
            time.sleep(2)
        return copy

    def _make(
        self, volume: str, snapshot: str, zone: str, source: str
    ) -> Mapping[str, Any]:
        """A volume like the old one, of which tags and speed are taken over."""
        old = self._volume(volume) or {}
        tags = {tag["Key"]: tag["Value"] for tag in old.get("Tags", ())}
        for name in (POOL_TAG, FENCE_TAG, "Retire"):
            tags.pop(name, None)
        speed = {key: old[key] for key in ("Iops", "Throughput") if old.get(key)}
        made: Mapping[str, Any] = self._client.create_volume(
            SnapshotId=snapshot,
            AvailabilityZone=self._zone_name(zone),
            VolumeType="gp3",
            Encrypted=True,
            ClientToken=hashlib.sha256(f"{source}@{zone}".encode()).hexdigest()[:64],
            TagSpecifications=[
                {
                    "ResourceType": "volume",
                    "Tags": [
                        {"Key": key, "Value": value}
                        for key, value in {**tags, SOURCE_TAG: source}.items()
                        if not key.startswith("aws:")
                    ],
                }
            ],
            **speed,
        )
        return made

    def _zone_name(self, zone: str) -> str:
        answer = self._client.describe_availability_zones(
            Filters=[{"Name": "zone-id", "Values": [zone]}]
        )
        for one in answer["AvailabilityZones"]:
            name: str = one["ZoneName"]
            return name
        raise Refused(f"{zone} is no zone of this region: give an id such as use1-az1")

    def publish(self, volume: str) -> None:
        """See `RestoreCloud`."""
        tags = [{"Key": POOL_TAG, "Value": self._pool}]
        self._client.create_tags(Resources=[volume], Tags=tags)

    def _volume(self, volume: str) -> Mapping[str, Any] | None:
        found = self._volumes("volume-id", volume)
        return found[0] if found else None

    def _volumes(self, name: str, value: str) -> list[Mapping[str, Any]]:
        answer = self._client.describe_volumes(
            Filters=[{"Name": name, "Values": [value]}]
        )
        found: list[Mapping[str, Any]] = answer["Volumes"]
        return found
