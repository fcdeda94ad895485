"""Machines that another service launches: their hours, and disks that end with them.

A service that starts machines for its work (EMR, Batch) gives them disks that exist
only while they do, other than a group's, which are there all month.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.machines.fleets import Fleet, fleet_charges
from farebox.rules.machines.instances import running_hours
from farebox.rules.machines.launch import LaunchVolume
from farebox.rules.machines.uses import INSTANCE_KEYS, RUNNING_HOURS
from farebox.rules.machines.volumes import VolumeSpec, volume_charges
from farebox.rules.service import Key

CLUSTER_HOURS = Key(
    key="monthly_hrs",
    says="hours that the machines, and their disks with them, exist in the month",
    unit="hours",
)
CLUSTER_KEYS = tuple(
    CLUSTER_HOURS if key is RUNNING_HOURS else key for key in INSTANCE_KEYS
)
"""What use tells of machines whose disks end with them."""

HIDDEN_ROOT = LaunchVolume("/dev/xvda", VolumeSpec("gp3", Decimal(0)), elsewhere=True)
"""Stands for a root that is charged here, so that no image's own is assumed."""


class Disk(Struct, frozen=True):
    """A disk that each machine brings; `count` of them, alike."""

    volume: VolumeSpec
    usage: UsageStatus = "given"
    count: Decimal = Decimal(1)


def working_fleet(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    fleet: Fleet,
    disks: tuple[Disk, ...],
) -> Iterator[Charge]:
    """The machines of a fleet that works `monthly_hrs` of the month, and their disks.

    The fleet asks for at least one machine at its highest.
    """
    bare = replace(fleet, launch=replace(fleet.launch, volumes=(HIDDEN_ROOT,)))
    yield from fleet_charges(resource, usage, circumstances, bare)
    hours, _ = running_hours(usage, circumstances)
    month = circumstances.hours_per_month
    share = hours / month if month else Decimal(0)
    machines = circumstances.level.pick(fleet.capacity)
    for disk in disks:
        status = disk.usage if disk.usage != "given" else fleet.capacity.status
        yield from volume_charges(
            resource,
            disk.volume,
            count=machines * disk.count * share,
            usage=status,
        )
