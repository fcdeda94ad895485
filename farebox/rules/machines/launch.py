"""What a launch template, a launch configuration or an instance asks of one instance.

All of them are read into one value, `Launch`, which the rules price alike.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Gap
from farebox.rules.machines.versions import launched_version
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.shapes import amount, block, blocks, field, text

LAUNCH_TEMPLATE_TYPE = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION_TYPE = "aws:ec2/launchConfiguration:LaunchConfiguration"
LAUNCH_TEMPLATE_TYPES = frozenset((LAUNCH_TEMPLATE_TYPE,))
LAUNCH_CONFIGURATION_TYPES = frozenset((LAUNCH_CONFIGURATION_TYPE,))

REFERENCE_KEYS = ("id", "name", "launchTemplateId", "launchTemplateName")
"""Where blocks that refer to a launch template hold its id and name."""

ROOT_DEVICES = frozenset(("/dev/xvda", "/dev/sda1"))
"""The root devices of AWS's own images.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""

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
    """A volume that each instance brings; `usage` is `assumed` for an image's own."""

    device: str
    volume: VolumeSpec
    usage: UsageStatus = "given"


class Launch(Struct, frozen=True):
    """What one instance is: its type, market, tenancy, volumes and address.

    None stands for "not said here", UNKNOWN for "not known before deployment".
    `market` is `spot`, `capacity-block` or empty. `requirements` is true where the
    type is to be chosen by attributes. `unknowns` are sentences for gaps.
    """

    instance_type: str | Unknown | None = None
    market: str | Unknown | None = None
    tenancy: str | Unknown | None = None
    monitoring: bool | Unknown | None = None
    public_address: bool | Unknown | None = None
    volumes: tuple[LaunchVolume, ...] = ()
    requirements: bool = False
    unknowns: tuple[str, ...] = ()

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
        )


def _first(said: Any, otherwise: Any) -> Any:
    return otherwise if said is None else said


def of_template(template: Resource) -> Launch:
    """What a launch template asks for."""
    interfaces = template.input("networkInterfaces")
    if interfaces is not UNKNOWN:
        interfaces = blocks(interfaces)[:1]
    mappings = template.input("blockDeviceMappings")
    volumes, unknowns = _volumes(
        template,
        (
            (item.get("deviceName"), block(item.get("ebs")))
            for item in blocks(mappings)
            if "ebs" in item and not item.get("virtualName")
        ),
    )
    if mappings is UNKNOWN:
        unknowns += ("the block device mappings are not known before deployment",)
    return Launch(
        text(template.input("instanceType")),
        text(field(template.input("instanceMarketOptions"), "marketType")),
        text(field(template.input("placement"), "tenancy")),
        flag(field(template.input("monitoring"), "enabled")),
        flag(field(interfaces, "associatePublicIpAddress")),
        volumes,
        bool(block(template.input("instanceRequirements"))),
        unknowns,
    )


def of_configuration(configuration: Resource) -> Launch:
    """What a launch configuration asks for; its detailed monitoring is on by default.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMonitoring.html
    """
    volumes, unknowns = block_devices(
        configuration,
        configuration.input("rootBlockDevice"),
        configuration.input("ebsBlockDevices"),
    )
    monitoring = flag(configuration.input("enableMonitoring"))
    return Launch(
        text(configuration.input("instanceType")),
        "spot" if configuration.input("spotPrice") not in (None, "") else None,
        text(configuration.input("placementTenancy")),
        True if monitoring is None else monitoring,
        flag(configuration.input("associatePublicIpAddress")),
        volumes,
        False,
        unknowns,
    )


def block_devices(
    resource: Resource, root: Any, data: Any
) -> tuple[tuple[LaunchVolume, ...], tuple[str, ...]]:
    """The volumes of `rootBlockDevice` and `ebsBlockDevices`, and what is unknown."""
    if root is None and data is None:
        return (), ()
    devices: list[tuple[Any, dict[str, Any]]] = [
        ("/dev/xvda", item) for item in blocks(root)[:1]
    ]
    devices += [(item.get("deviceName"), item) for item in blocks(data)]
    volumes, unknowns = _volumes(resource, devices)
    if root is UNKNOWN or data is UNKNOWN:
        unknowns += ("its block devices are not known before deployment",)
    return volumes, unknowns


def _volumes(
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
        usage: UsageStatus = "given"
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


def template_of(
    graph: ResourceGraph, resource: Resource, input_name: str, reference: Any
) -> Launch | Gap:
    """The launch of the template that a block names by id or name, or why not.

    The block's version decides which of the template's it is. Several candidates are
    fine while they ask for the same; else the gap names them.
    """
    named = block(reference)
    given = [named[key] for key in REFERENCE_KEYS if named.get(key) not in (None, "")]
    found = _found(
        graph, resource, input_name, given or [UNKNOWN], LAUNCH_TEMPLATE_TYPES
    )
    if isinstance(found, Gap):
        return found
    version = UNKNOWN if reference is UNKNOWN else named.get("version")
    launches: list[Launch] = []
    for item in found:
        launched = launched_version(item, version)
        if isinstance(launched, Gap):
            return launched
        launches.append(of_template(launched))
    return _the_one(launches, found, input_name)


def configuration_of(
    graph: ResourceGraph, resource: Resource, value: Any
) -> Launch | Gap:
    """The launch of the launch configuration that an input names, or why not."""
    found = _found(
        graph, resource, "launchConfiguration", [value], LAUNCH_CONFIGURATION_TYPES
    )
    if isinstance(found, Gap):
        return found
    launches = [of_configuration(item) for item in found]
    return _the_one(launches, found, "launchConfiguration")


def _found(
    graph: ResourceGraph,
    resource: Resource,
    input_name: str,
    given: list[Any],
    types: frozenset[str],
) -> tuple[Resource, ...] | Gap:
    # A known id or name says which; only where there is none do dependencies count.
    for value in sorted(given, key=lambda item: item is UNKNOWN):
        found = graph.references(resource, input_name, value, types)
        if found:
            return found
    known = [str(value) for value in given if value is not UNKNOWN]
    what = f"{known[0]} is not in this stack" if known else "is not known yet"
    reason = f"its {input_name} {what}, so what it launches cannot be told"
    return Gap("unknown-input", reason)


def _the_one(
    launches: Iterable[Launch], found: Iterable[Resource], input_name: str
) -> Launch | Gap:
    """What all candidates ask for alike; else a gap that names them."""
    different = set(launches)
    if len(different) == 1:
        return different.pop()
    names = ", ".join(item.name for item in found)
    reason = f"its {input_name} may be any of {names}, which ask for different things"
    return Gap("unknown-input", reason)
