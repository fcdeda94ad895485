"""What a launch template, a launch configuration or an instance asks of one instance.

All of them are read into one value, `Launch`, which the rules price alike.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.machines.extras import NO_EXTRAS, Extras
from farebox.rules.machines.places import Place
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.shapes import amount, block, blocks, field, text, unless_unknown

ROOT_DEVICES = frozenset(("/dev/xvda", "/dev/sda1"))
"""The root devices of AWS's own images.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""

DEDICATED = "dedicated"
ROOT_LABEL = "the root volume"
ROOT_TYPE = "gp3"
DATA_TYPE = "gp2"
"""What a block device mapping without a volume type makes.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
"""


ASSUMED_ROOT = VolumeSpec(ROOT_TYPE, Decimal(8), label=ROOT_LABEL)
"""The root volume that an image brings where nothing is said of it.

Assumed: 8 GiB is the root of Amazon Linux images and of most others for servers.
"""


class LaunchVolume(Struct, frozen=True):
    """A volume that each instance brings; `usage` is `assumed` for an image's own.

    `elsewhere` marks one that is a resource of the stack too, and is charged there.
    `or_type` is another type that AWS may choose where the program names none.
    """

    device: str
    volume: VolumeSpec
    usage: UsageStatus = "given"
    elsewhere: bool = False
    or_type: str = ""


class Launch(Struct, frozen=True, cache_hash=True):
    """What one instance is: its type, market, tenancy, volumes and address.

    None stands for "not said here", UNKNOWN for "not known before deployment".
    `market` is `spot`, `capacity-block` or empty. `requirements` is true where the
    type is to be chosen by attributes. `unknowns` are sentences for gaps. `places` are
    those of its network interface, empty where it names no subnet. `operation` is how
    the bill calls the hours of its system. `reserved` says which capacity reservation
    it may fill: None for any open one, `none`, a reservation's urn, or `group` for a
    group of reservations.
    """

    instance_type: str | Unknown | None = None
    market: str | Unknown | None = None
    tenancy: str | Unknown | None = None
    monitoring: bool | Unknown | None = None
    public_address: bool | Unknown | None = None
    volumes: tuple[LaunchVolume, ...] = ()
    requirements: bool = False
    unknowns: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    operation: str | None = None
    extras: Extras = NO_EXTRAS
    reserved: str | None = None

    def root(self) -> LaunchVolume | None:
        """The volume that stands at a root device, or None."""
        return next((v for v in self.volumes if v.device in ROOT_DEVICES), None)

    def over(self, base: "Launch") -> "Launch":
        """This launch where it says something, else the base that it builds on."""
        devices = {volume.device for volume in self.volumes}
        if self.root() is not None:
            devices |= ROOT_DEVICES
        kept = tuple(v for v in base.volumes if v.device not in devices)
        return Launch(
            _first(self.instance_type, base.instance_type),
            _first(self.market, base.market),
            _first(self.tenancy, base.tenancy),
            _first(self.monitoring, base.monitoring),
            _first(self.public_address, base.public_address),
            self.volumes + kept,
            self.requirements or base.requirements,
            self.unknowns + base.unknowns,
            self.places or base.places,
            _first(self.operation, base.operation),
            self.extras.over(base.extras),
            _first(self.reserved, base.reserved),
        )


def in_places(launch: Launch, places: Iterable[Place]) -> Launch:
    """The launch as the VPC of its places has it: a dedicated one makes it dedicated.

    A host that it names stays one.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-instance.html
    """
    if launch.tenancy not in (None, "default"):
        return launch
    said = {place.dedicated for place in places}
    if True in said:
        return replace(launch, tenancy=DEDICATED)
    return replace(launch, tenancy=UNKNOWN) if UNKNOWN in said else launch


def market_of(options: Any) -> str | Unknown | None:
    """The market that `instanceMarketOptions` ask for; options of spot alone mean spot."""
    asked = text(field(options, "marketType"))
    if asked is None and block(field(options, "spotOptions")):
        return "spot"
    return asked


def _first(said: Any, otherwise: Any) -> Any:
    return otherwise if said is None else said


def block_devices(
    resource: Resource, root: Any, data: Any
) -> tuple[tuple[LaunchVolume, ...], tuple[str, ...]]:
    """The volumes of `rootBlockDevice` and `ebsBlockDevices`, and what is unknown."""
    if root is None and data is None:
        return (), ()
    devices: list[tuple[Any, dict[str, Any]]] = [
        ("/dev/xvda", item) for item in blocks(unless_unknown(root))[:1]
    ]
    devices += [(item.get("deviceName"), item) for item in blocks(unless_unknown(data))]
    volumes, unknowns = volumes_of(resource, devices)
    if root is UNKNOWN or data is UNKNOWN:
        unknowns += ("its block devices are not known before deployment",)
    return volumes, unknowns


def volumes_of(
    resource: Resource, devices: Iterable[tuple[Any, Mapping[str, Any]]]
) -> tuple[tuple[LaunchVolume, ...], tuple[str, ...]]:
    volumes: list[LaunchVolume] = []
    unknowns: list[str] = []
    for number, (name, item) in enumerate(devices):
        device = name if isinstance(name, str) else f"volume {number + 1}"
        kind = text(item.get("volumeType"))
        if isinstance(kind, Unknown):
            unknowns.append(f"the type of {device} is not known before deployment")
            continue
        root = device in ROOT_DEVICES
        gib = amount(resource, item.get("volumeSize"), "a volume size of")
        # A type that the program leaves out is the image's or AWS's choice.
        usage: UsageStatus = "given" if kind else "assumed"
        if gib is None and root:
            gib, usage = ASSUMED_ROOT.gib, "assumed"
        volumes.append(
            LaunchVolume(
                device,
                VolumeSpec(
                    kind or (ROOT_TYPE if root else DATA_TYPE),
                    UNKNOWN if gib is None else gib,
                    _speed(resource, item, "iops"),
                    _speed(resource, item, "throughput"),
                    ROOT_LABEL if root else device,
                ),
                usage,
            )
        )
    return tuple(volumes), tuple(unknowns)


def _speed(resource: Resource, item: Mapping[str, Any], name: str) -> Any:
    """IOPS or MiB/s; 0 is how a state writes that nothing was asked for."""
    return amount(resource, item.get(name), name) or (
        UNKNOWN if item.get(name) is UNKNOWN else None
    )
