"""Launch templates and configurations: which one is meant, and what it asks for."""

from collections.abc import Iterable, Sequence
from typing import Any

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Gap
from farebox.rules.machines.extras import extras_of
from farebox.rules.machines.launch import Launch, block_devices, market_of, volumes_of
from farebox.rules.machines.places import Place, places_of
from farebox.rules.machines.systems import system_of_image
from farebox.rules.machines.versions import launched_version
from farebox.rules.shapes import block, blocks, field, text, unless_unknown

LAUNCH_TEMPLATE_TYPE = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION_TYPE = "aws:ec2/launchConfiguration:LaunchConfiguration"
RESERVATION_TYPES = frozenset(("aws:ec2/capacityReservation:CapacityReservation",))
LAUNCH_TEMPLATE_TYPES = frozenset((LAUNCH_TEMPLATE_TYPE,))
LAUNCH_CONFIGURATION_TYPES = frozenset((LAUNCH_CONFIGURATION_TYPE,))

REFERENCE_KEYS = ("id", "name", "launchTemplateId", "launchTemplateName")
"""Where blocks that refer to a launch template hold its id and name."""


def of_template(graph: ResourceGraph, template: Resource) -> Launch:
    """What a launch template asks for."""
    interfaces = template.input("networkInterfaces")
    if interfaces is not UNKNOWN:
        interfaces = blocks(interfaces)[:1]
    mappings = template.input("blockDeviceMappings")
    volumes, unknowns = volumes_of(
        template,
        (
            (item.get("deviceName"), block(unless_unknown(item.get("ebs"))))
            for item in blocks(unless_unknown(mappings))
            if "ebs" in item and not item.get("virtualName")
        ),
    )
    if mappings is UNKNOWN:
        unknowns += ("the block device mappings are not known before deployment",)
    public = flag(field(interfaces, "associatePublicIpAddress"))
    if (
        public is None
        and block(unless_unknown(interfaces)).get("networkInterfaceId") is not None
    ):
        # An interface made elsewhere gets no address of AWS's pool at launch.
        public = False
    image = template.input("imageId")
    return Launch(
        text(template.input("instanceType")),
        market_of(template.input("instanceMarketOptions")),
        tenancy_in(template.input("placement")),
        flag(field(template.input("monitoring"), "enabled")),
        public,
        volumes,
        bool(block(template.input("instanceRequirements"))),
        unknowns,
        _places(graph, template, interfaces),
        system_of_image(graph, template, "imageId", image, template.input("userData")),
        extras_of(template),
        reservation_of(graph, template),
    )


def reservation_of(graph: ResourceGraph, resource: Resource) -> str | None:
    """Which capacity reservation an instance or a template asks for, as in Launch."""
    name = "capacityReservationSpecification"
    said = block(unless_unknown(resource.input(name)))
    if not said:
        return None
    if said.get("capacityReservationPreference") == "none":
        return "none"
    target = block(unless_unknown(said.get("capacityReservationTarget")))
    if not target:
        return None
    reservation = target.get("capacityReservationId")
    found = graph.references(resource, name, reservation, RESERVATION_TYPES)
    return found[0].urn if len(found) == 1 else "group"


def tenancy_in(placement: Any) -> str | Unknown | None:
    """The tenancy that a placement asks for; a named host or group of hosts is one."""
    if placement is None:
        return None
    named = block(unless_unknown(placement))
    if named.get("hostId") or named.get("hostResourceGroupArn"):
        return "host"
    if UNKNOWN in (named.get("hostId"), named.get("hostResourceGroupArn")):
        return "host"
    return text(field(placement, "tenancy"))


def _places(
    graph: ResourceGraph, template: Resource, interfaces: Any
) -> tuple[Place, ...]:
    """Where the template's interface puts its instances, if it says so."""
    subnet = block(unless_unknown(interfaces)).get("subnetId")
    if subnet in (None, ""):
        return ()
    return places_of(graph, template, "networkInterfaces", subnet)


def of_configuration(graph: ResourceGraph, configuration: Resource) -> Launch:
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
        (),
        system_of_image(
            graph,
            configuration,
            "imageId",
            configuration.input("imageId"),
            configuration.input("userData") or configuration.input("userDataBase64"),
        ),
        extras_of(configuration),
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
        launches.append(of_template(graph, launched))
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
    launches = [of_configuration(graph, item) for item in found]
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
    launches: Sequence[Launch], found: Iterable[Resource], input_name: str
) -> Launch | Gap:
    """What all candidates ask for alike; else a gap that names them."""
    first, *others = launches
    if all(other == first for other in others):
        return first
    names = ", ".join(item.name for item in found)
    reason = f"its {input_name} may be any of {names}, which ask for different things"
    return Gap("unknown-input", reason)
