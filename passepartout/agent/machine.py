"""From this machine's settings and metadata to an agent with its real effects."""

import json
import time
from pathlib import Path
from typing import Any

from passepartout.agent.agent import Agent
from passepartout.agent.archive import S3Archive
from passepartout.agent.docker import Docker, Limits
from passepartout.agent.ec2 import Ec2, Metadata
from passepartout.agent.effects import Effects, Settings
from passepartout.agent.xfs import Xfs
from passepartout.users.opening import open_store
from passepartout.users.store import Store

SETTINGS = Path("/etc/passepartout/agent.json")
"""What the stack wrote for its machines: the keys of `stack_settings`."""
SUBORDINATES = Path("/etc/subuid")


class SystemClock:
    """The machine's clocks."""

    def now(self) -> float:
        """See `Clock`."""
        return time.time()

    def steady(self) -> float:
        """See `Clock`."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        time.sleep(seconds)


def first_subordinate(text: str, user: str = "dockremap") -> int:
    """The first id of a user's range in /etc/subuid. Raises LookupError without one."""
    for line in text.splitlines():
        name, first, _ = line.split(":")
        if name == user:
            return int(first)
    raise LookupError(f"no line of {user} in {SUBORDINATES}: is Docker set up?")


def client(service: str, region: str) -> Any:
    """boto3's client, which gives up soon: the agent asks again by itself."""
    import boto3
    from botocore.config import Config

    patience = Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "max_attempts": 3},
    )
    return boto3.client(service, region_name=region, config=patience)


def cloud_of(settings: dict[str, Any], metadata: Metadata) -> Ec2:
    """EC2 and the group, for this machine."""
    region = settings["region"]
    return Ec2(
        client("ec2", region),
        client("autoscaling", region),
        metadata,
        pool=settings["pool"],
        machine=metadata.get("instance-id"),
        zone=metadata.get("placement/availability-zone"),
    )


def build(settings: dict[str, Any], metadata: Metadata) -> tuple[Agent, Settings]:
    """The agent of this machine."""
    address = metadata.get("local-ipv4")
    own = Settings(
        machine=metadata.get("instance-id"),
        zone=metadata.get("placement/availability-zone-id"),
        address=address,
        volumes=settings["volumes"],
        places=settings["places"],
        gib_per_user=settings["gib_per_user"],
        first_port=settings["first_port"],
        ports=settings["ports"],
    )
    limits = Limits(
        image=settings["image"],
        memory_mib=settings["container_mib"],
        cpus=settings["container_cpus"],
    )
    effects = Effects(
        containers=Docker(limits, address, settings["first_port"]),
        disks=Xfs(
            settings["gib_per_user"],
            subordinate=first_subordinate(SUBORDINATES.read_text()),
        ),
        cloud=cloud_of(settings, metadata),
        archive=S3Archive(client("s3", settings["region"]), settings["bucket"]),
        clock=SystemClock(),
    )
    return Agent(own, effects, record_of(settings)), own


def record_of(settings: dict[str, Any]) -> Store:
    """The durable record that the stack's table keeps."""
    return open_store(settings["record"])


def read_settings(path: Path = SETTINGS) -> dict[str, Any]:
    """What the stack wrote."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found
