"""From this machine's settings and metadata to an agent with its real effects."""

import json
import time
from pathlib import Path
from typing import Any

from passepartout.agent.agent import Agent
from passepartout.agent.archive import S3Archive
from passepartout.agent.docker import Docker, Limits
from passepartout.agent.ec2 import Ec2, Metadata
from passepartout.agent.effects import LEASE, Clock, Cloud, Disks, Effects, Settings
from passepartout.agent.efs import Efs
from passepartout.agent.guard import Guard
from passepartout.agent.identity import Identity
from passepartout.agent.shares import LEASE as SHARES_LEASE
from passepartout.agent.shares import Shares
from passepartout.agent.xfs import Xfs
from passepartout.users.opening import open_store
from passepartout.users.store import Store

SETTINGS = Path("/etc/passepartout/agent.json")
"""What the stack wrote for its machines: the keys of `stack_settings`."""
MEMORY = Path("/run/passepartout-agent.json")
"""What an agent knew; a boot forgets it, as it forgets what was mounted."""
RESTART = Path("/proc/sysrq-trigger")
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


class SystemPower:
    """The kernel's own restart: it waits for no disk and no file system."""

    def __init__(self, trigger: Path = RESTART) -> None:
        """`trigger` is the kernel's file."""
        self._trigger = trigger

    def cut(self) -> None:
        """See `Power`."""
        self._trigger.write_text("b")


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


def build(
    settings: dict[str, Any], metadata: Metadata
) -> tuple[Agent, Settings, Guard]:
    """The agent of this machine, and what watches beside it."""
    address = metadata.get("local-ipv4")
    shared = bool(settings.get("file_system"))
    own = Settings(
        machine=metadata.get("instance-id"),
        zone=metadata.get("placement/availability-zone-id"),
        address=address,
        volumes=settings["volumes"],
        places=settings["places"],
        gib_per_user=settings["gib_per_user"],
        first_port=settings["first_port"],
        ports=settings["ports"],
        shared=shared,
        lease=SHARES_LEASE if shared else LEASE,
        memory=MEMORY,
    )
    store, clock = record_of(settings), SystemClock()
    limits = Limits(
        image=settings["image"],
        memory_mib=settings["container_mib"],
        cpus=settings["container_cpus"],
        journal=settings.get("user_lines", 0) > 0,
    )
    effects = Effects(
        containers=Docker(limits, address, settings["first_port"]),
        power=SystemPower(),
        known=Identity(address, clock),
        disks=disks_of(settings),
        cloud=holding_of(settings, own, store, clock, cloud_of(settings, metadata)),
        archive=S3Archive(client("s3", settings["region"]), settings["bucket"]),
        clock=clock,
    )
    agent = Agent(own, effects, store)
    return agent, own, Guard(own, effects, agent.volumes)


def disks_of(settings: dict[str, Any]) -> Disks:
    """Where users' data are: on volumes, or in shares of a file system."""
    subordinate = first_subordinate(SUBORDINATES.read_text())
    gib = settings["gib_per_user"]
    if file_system := settings.get("file_system"):
        return Efs(file_system, gib, subordinate=subordinate)
    return Xfs(gib, subordinate=subordinate)


def holding_of(
    settings: dict[str, Any], own: Settings, store: Store, clock: Clock, machine: Cloud
) -> Cloud:
    """Who says what this machine holds: EC2 of volumes, the record of shares."""
    if not own.shared:
        return machine
    return Shares(
        own,
        store,
        machine,
        clock,
        wanted=settings["shares"],
        retiring=settings["retiring"],
    )


def record_of(settings: dict[str, Any]) -> Store:
    """The durable record that the stack's table keeps."""
    return open_store(settings["record"])


def read_settings(path: Path = SETTINGS) -> dict[str, Any]:
    """What the stack wrote."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found
