"""What one machine asks of EC2 and of its Auto Scaling group, and only for itself."""

import random
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from passepartout.agent.effects import CloudVolume, Notice

METADATA = "http://169.254.169.254/latest"
HOOK = "drain"
"""The group's lifecycle hook, which holds a machine until it says that it is done."""
DEVICES = tuple(
    f"/dev/xvd{first}{second}"
    for first in "bcd"
    for second in "abcdefghijklmnopqrstuvwxyz"
)
"""The 78 names that EC2 has for disks beside the root.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""
TAKEN = {"VolumeInUse", "IncorrectState"}
"""EC2's words for a volume that another machine took first, or that is gone again."""


class Metadata:
    """The metadata service, with a token (IMDSv2)."""

    def __init__(self, base: str = METADATA) -> None:
        """Nothing is asked yet."""
        self._base = base
        self._token = ""

    def get(self, path: str) -> str:
        """What is at a path; "" where nothing is. Raises OSError without an answer."""
        for _ in range(2):
            asked = urllib.request.Request(
                f"{self._base}/meta-data/{path}",
                headers={"X-aws-ec2-metadata-token": self._token},
            )
            try:
                with urllib.request.urlopen(asked, timeout=2) as answer:
                    text: str = answer.read().decode()
                    return text
            except urllib.error.HTTPError as why:
                if why.code == 404:
                    return ""
                if why.code != 401:
                    raise
            self._renew()
        raise OSError(f"the metadata service refuses {path}")

    def _renew(self) -> None:
        asked = urllib.request.Request(
            f"{self._base}/api/token",
            method="PUT",
            headers={"X-aws-ec2-metadata-token-ttl-seconds": "21600"},
        )
        with urllib.request.urlopen(asked, timeout=2) as answer:
            self._token = answer.read().decode()


class Ec2:
    """A machine's own view of its pool; `ec2` and `groups` are boto3's clients."""

    def __init__(
        self,
        ec2: Any,
        groups: Any,
        metadata: Metadata,
        *,
        pool: str,
        machine: str,
        zone: str,
    ) -> None:
        """`zone` is the name that this account has for the machine's zone."""
        self._ec2 = ec2
        self._groups = groups
        self._metadata = metadata
        self._pool = pool
        self._machine = machine
        self._zone = zone

    def attached(self) -> Sequence[CloudVolume]:
        """See `Cloud`."""
        return [_volume(one) for one in self._mine()]

    def _mine(self) -> list[Mapping[str, Any]]:
        return self._volumes(("attachment.instance-id", self._machine))

    def free(self) -> Sequence[CloudVolume]:
        """See `Cloud`. In any order, so that machines seldom want the same one."""
        found = self._volumes(
            ("availability-zone", self._zone), ("status", "available")
        )
        random.shuffle(found)
        return [_volume(one) for one in found]

    def _volumes(self, *filters: tuple[str, str]) -> list[Mapping[str, Any]]:
        asked = [("tag:VolumePool", self._pool), *filters]
        pages = self._ec2.get_paginator("describe_volumes").paginate(
            Filters=[{"Name": name, "Values": [value]} for name, value in asked]
        )
        return [one for page in pages for one in page["Volumes"]]

    def attach(self, volume: str) -> bool:
        """See `Cloud`. EC2 lets one machine at a time have a volume."""
        used = {
            place["Device"]
            for one in self._mine()
            for place in one["Attachments"]
            if place["InstanceId"] == self._machine
        }
        device = next(name for name in DEVICES if name not in used)
        try:
            self._ec2.attach_volume(
                VolumeId=volume, InstanceId=self._machine, Device=device
            )
        except self._ec2.exceptions.ClientError as why:
            if why.response["Error"]["Code"] in TAKEN:
                return False
            raise
        return True

    def detach(self, volume: str) -> None:
        """See `Cloud`. Names this machine, so that it can be no other's volume."""
        self._ec2.detach_volume(VolumeId=volume, InstanceId=self._machine)

    def notice(self) -> Notice:
        """See `Cloud`."""
        ask = self._metadata.get
        if ask("spot/instance-action"):
            return "interruption"
        if ask("autoscaling/target-lifecycle-state") == "Terminated":
            return "terminating"
        return "rebalance" if ask("events/recommendations/rebalance") else ""

    def released(self) -> None:
        """See `Cloud`. Outside of a termination the group waits for nothing."""
        if self._metadata.get("autoscaling/target-lifecycle-state") != "Terminated":
            return
        self._groups.complete_lifecycle_action(
            LifecycleHookName=HOOK,
            AutoScalingGroupName=self._group(),
            LifecycleActionResult="CONTINUE",
            InstanceId=self._machine,
        )

    def unhealthy(self, why: str) -> None:
        """See `Cloud`."""
        self._groups.set_instance_health(
            InstanceId=self._machine, HealthStatus="Unhealthy"
        )

    def _group(self) -> str:
        answer = self._ec2.describe_tags(
            Filters=[
                {"Name": "resource-id", "Values": [self._machine]},
                {"Name": "key", "Values": ["aws:autoscaling:groupName"]},
            ]
        )
        name: str = answer["Tags"][0]["Value"]
        return name


def _volume(found: Mapping[str, Any]) -> CloudVolume:
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}
    return CloudVolume(
        volume=found["VolumeId"],
        name=tags.get("Name", ""),
        retiring=tags.get("Retire", "") != "",
        fenced="Fenced" in tags,
    )
