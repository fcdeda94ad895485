"""One instance: what its own inputs ask for, where it lands and whether it runs.

Facts that other resources of the document state are looked up there: its launch
template, the volumes attached to it, its Elastic IP and the state that it is held in.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.machines.addresses import (
    address_charge,
    address_gap,
    unclear_subnets,
)
from farebox.rules.machines.extras import extras_of
from farebox.rules.machines.launch import (
    Launch,
    LaunchVolume,
    block_devices,
    in_places,
    market_of,
)
from farebox.rules.machines.places import DEFAULT_VPC, Place, one_place, places_of
from farebox.rules.machines.systems import system_of_instance
from farebox.rules.machines.templates import reservation_of, template_of
from farebox.rules.shapes import blocks, text, unless_unknown

EIP_TYPES = frozenset(("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"))

EIP_INPUTS = ("instance", "networkInterface", "instanceId", "networkInterfaceId")
"""Where an Elastic IP or its association says what it belongs to."""

STATE_TYPES = frozenset(("aws:ec2transitgateway/instanceState:InstanceState",))
ATTACHMENT_TYPES = frozenset(("aws:ec2/volumeAttachment:VolumeAttachment",))
VOLUME_TYPES = frozenset(("aws:ebs/volume:Volume", "aws:ebs/volumeCopy:VolumeCopy"))

STOPPED = frozenset(("stopped", "stopping"))


def launch_of_instance(
    resource: Resource, circumstances: Circumstances
) -> Launch | Gap:
    """What the resource's own inputs ask for, over its launch template's."""
    graph = circumstances.graph
    volumes, unknowns = _own_volumes(resource, circumstances)
    public = flag(resource.input("associatePublicIpAddress"))
    if resource.asked("networkInterfaces") not in (None, []) or (
        resource.asked("primaryNetworkInterface") is not None
    ):
        # An interface made elsewhere gets no address of AWS's pool at launch. AWS's
        # answer names the primary interface of any instance.
        public = False
    subnet: Any = resource.input("subnetId")
    own = Launch(
        text(resource.input("instanceType")),
        _market(resource),
        _tenancy(resource),
        flag(resource.input("monitoring")),
        public,
        volumes,
        False,
        unknowns,
        places_of(graph, resource, "subnetId", subnet) if subnet != "" else (),
        system_of_instance(graph, resource),
        extras_of(resource),
        reservation_of(graph, resource),
    )
    template = resource.input("launchTemplate")
    if template in (None, {}, []):
        return in_places(own, own.places)
    base = template_of(graph, resource, "launchTemplate", template)
    if not isinstance(base, Gap):
        whole = own.over(base)
        return in_places(whole, whole.places)
    # Of an instance that runs, AWS has said all that a template elsewhere asks for.
    return base if resource.output("instanceType") is None else own


def _market(resource: Resource) -> str | Unknown | None:
    """What the program asks for, else how AWS runs an instance that exists."""
    asked = market_of(resource.input("instanceMarketOptions"))
    return text(resource.output("instanceLifecycle")) if asked is None else asked


def _tenancy(resource: Resource) -> str | Unknown | None:
    """`host` where a host or a group of hosts is named; else the input's word."""
    for name in ("hostId", "hostResourceGroupArn"):
        if resource.input(name) not in (None, ""):
            return "host"
    return text(resource.input("tenancy"))


def _own_volumes(
    resource: Resource, circumstances: Circumstances
) -> tuple[tuple[LaunchVolume, ...], tuple[str, ...]]:
    """The block devices that an instance lists, and what of them is unknown.

    A device that an attachment of the stack fills with a volume of the stack is that
    volume: an import lists it on both.
    """
    graph = circumstances.graph
    root, data = resource.input("rootBlockDevice"), _data_devices(resource)
    count = len(blocks(unless_unknown(resource.input("ebsBlockDevices")))) - len(
        blocks(unless_unknown(data))
    )
    if count:
        circumstances.note(
            f"{resource.name}: {count} volumes are attached to it that it was not "
            "launched with; they are priced where they are made"
        )
    volumes, unknowns = block_devices(resource, root, data)
    if not volumes:
        return volumes, unknowns
    taken = set(_attached(graph, resource))
    for item, device in [
        *((item, volumes[0].device) for item in blocks(unless_unknown(root))[:1]),
        *((item, item.get("deviceName")) for item in blocks(unless_unknown(data))),
    ]:
        known = item.get("volumeId")
        if not isinstance(known, str) or not isinstance(device, str):
            continue
        if graph.references(resource, "", known, VOLUME_TYPES):
            taken.add(device)
    return tuple(
        replace(v, elsewhere=True) if v.device in taken else v for v in volumes
    ), unknowns


def _data_devices(resource: Resource) -> Any:
    """The data volumes that an instance asks for, or was launched with.

    AWS's answer lists what was attached later too. That stays when the instance ends,
    by default, and what an image or a template brings goes with it.
    """
    data = resource.input("ebsBlockDevices")
    if data is UNKNOWN or resource.asked("ebsBlockDevices") is not None:
        return data
    found = [
        x
        for x in blocks(unless_unknown(data))
        if flag(x.get("deleteOnTermination")) is not False
    ]
    return found or None


def _attached(graph: ResourceGraph, resource: Resource) -> Iterator[str]:
    """Device names that attachments of the stack give to volumes of the stack."""
    for item in graph.referrers(resource, ATTACHMENT_TYPES):
        device, volume = item.input("deviceName"), item.input("volumeId")
        if isinstance(device, str) and graph.references(
            item, "volumeId", volume, VOLUME_TYPES
        ):
            yield device


def state_of(resource: Resource, circumstances: Circumstances) -> str | Unknown | None:
    """`stopped` for an instance that is held so, None where it runs.

    What the program asks for goes before what AWS answered when it was last asked.
    UNKNOWN where a state may be this instance's or another's.
    """
    graph = circumstances.graph
    for item in graph.referrers(resource, STATE_TYPES):
        said = text(item.input("state"))
        if item.input("instanceId") is UNKNOWN:
            urns = item.dependencies.get("instanceId", ())
            of_type = [u for u in urns if u in graph.by_urn]
            same = sum(graph.by_urn[u].type == resource.type for u in of_type)
            if same > 1:
                return UNKNOWN if said != "running" else None
        return "stopped" if said in STOPPED else said if said is UNKNOWN else None
    answered = resource.output("instanceState")
    return "stopped" if answered in STOPPED else None


def place_of_instance(launch: Launch) -> Place:
    """Where one instance lands: one of its places, or a default subnet."""
    return one_place(launch.places) if launch.places else DEFAULT_VPC


def zone_of_instance(resource: Resource, launch: Launch) -> Place:
    """The same with the zone that an instance names without naming a subnet."""
    zone = text(resource.input("availabilityZone"))
    place = place_of_instance(launch)
    return replace(place, zone=zone) if isinstance(zone, str) else place


def has_elastic_ip(resource: Resource, circumstances: Circumstances) -> bool | Unknown:
    """Whether an Elastic IP takes the place of the address given at launch.

    UNKNOWN where there are fewer of them than instances that they may belong to.
    """
    graph = circumstances.graph
    if resource.id and resource.id in _answered_owners(circumstances):
        return True
    shared, candidates = 0, 0
    for item in graph.referrers(resource, EIP_TYPES):
        for name in EIP_INPUTS:
            if item.input(name) in (None, ""):
                continue
            of_input = (graph.by_urn.get(u) for u in item.dependencies.get(name, ()))
            count = sum(
                found is not None and found.type == resource.type for found in of_input
            )
            if count <= 1:
                return True
            shared, candidates = shared + 1, max(candidates, count)
    if not shared or shared >= candidates:
        return bool(shared)
    return UNKNOWN


def _answered_owners(circumstances: Circumstances) -> frozenset[str]:
    """The instances that AWS said the stack's Elastic IPs belong to, by their ids."""
    addresses = circumstances.graph.by_type.get("aws:ec2/eip:Eip", ())
    return circumstances.once(
        "owners of addresses",
        lambda: frozenset(
            owner
            for owner in (item.output("instance") for item in addresses)
            if isinstance(owner, str)
        ),
    )


def own_address(
    resource: Resource, circumstances: Circumstances, launch: Launch, hours: Decimal
) -> Iterator[Charge]:
    """The public address that an instance gets at launch, if it gets one."""
    said = launch.public_address
    if said is False:
        return
    place = place_of_instance(launch) if said is None else None
    public = said if place is None else place.public
    elastic = has_elastic_ip(resource, circumstances)
    if public is False or elastic is True:
        return
    if elastic is UNKNOWN:
        reason = "an Elastic IP may belong to it or to another instance"
        yield address_gap(resource, reason)
        return
    if public is UNKNOWN:
        names = [] if place is None else [place.name]
        yield address_gap(resource, unclear_subnets(names))
        return
    because = "asked for" if place is None else f"{place.name} gives addresses"
    yield address_charge(
        resource,
        addresses=ONE,
        hours=hours,
        because=because,
        usage="assumed" if place and place.guessed else "given",
    )
