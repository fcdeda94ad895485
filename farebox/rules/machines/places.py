"""Where instances land: the zones and the public addresses of their subnets."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.places_apart import OUTPOST, is_local, local_prices
from farebox.rules.shapes import text, values_of

SUBNET_TYPE = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET_TYPE = "aws:ec2/defaultSubnet:DefaultSubnet"
SUBNET_TYPES = frozenset((SUBNET_TYPE, DEFAULT_SUBNET_TYPE))
VPC_TYPES = frozenset(("aws:ec2/vpc:Vpc",))


class Place(Struct, frozen=True):
    """One subnet, or one zone, that instances can land in.

    `zone_ids` are the zones that it may be, empty where any zone of the region may
    be meant. `public` says whether its instances get a public IPv4 address, UNKNOWN
    for a subnet outside the stack. `name` tells places apart whose zone is unknown.
    `zone` is the zone's name in this account, empty where nothing says it.
    `guessed` holds for the account's default subnets: `public` is then how AWS makes
    them, which the account may have changed since. `dedicated` says that its VPC gives
    every instance hardware of its own. `outpost` says that it is on an Outpost.
    """

    zone_ids: tuple[str, ...] = ()
    public: bool | Unknown = UNKNOWN
    name: str = ""
    zone: str = ""
    guessed: bool = False
    dedicated: bool | Unknown = False
    outpost: bool = False

    def apart(self) -> str:
        """Why the region's prices do not hold here; empty where they do."""
        if self.outpost:
            return OUTPOST
        return local_prices(self.zone) if is_local(self.zone) else ""


DEFAULT_VPC = Place(public=True, name="the default VPC", guessed=True)
"""Without a subnet an instance lands in a default subnet, which gives addresses.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
"""


def place_of(graph: ResourceGraph, subnet: Resource) -> Place:
    """The place that a subnet of the stack is.

    Zone names differ per account, so `us-east-1a` says nothing about prices; only a
    zone id does, from the input or, in a state, from the outputs.
    """
    default = subnet.type == DEFAULT_SUBNET_TYPE
    zone_id = text(subnet.input("availabilityZoneId"))
    public = flag(subnet.input("mapPublicIpOnLaunch"))
    name = text(subnet.input("availabilityZone"))
    return Place(
        (zone_id,) if isinstance(zone_id, str) and zone_id else (),
        default if public is None else public,
        name if isinstance(name, str) else subnet.name,
        name if isinstance(name, str) else "",
        dedicated=_is_dedicated(graph, subnet),
        outpost=subnet.input("outpostArn") not in (None, ""),
    )


def _is_dedicated(graph: ResourceGraph, subnet: Resource) -> bool | Unknown:
    """Whether the subnet's VPC, where it is of the stack, is of dedicated tenancy.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc-options.html
    """
    vpcs = graph.references(subnet, "vpcId", subnet.input("vpcId"), VPC_TYPES)
    said = {text(vpc.input("instanceTenancy")) for vpc in vpcs}
    if said == {"dedicated"}:
        return True
    return UNKNOWN if said & {"dedicated", UNKNOWN} else False


def places_of(
    graph: ResourceGraph, resource: Resource, input_name: str, value: Any
) -> tuple[Place, ...]:
    """Every place that a list of subnet ids means, each subnet once.

    Unknown ids mean every subnet that the input depends on: exactly those where there
    is an id for each, else those that it may be, and then what they give differently
    is unknown. An id of a subnet outside the stack is a place of its own.
    """
    found: dict[str, Place] = {}
    candidates: dict[str, Place] = {}
    items = values_of(value)
    # All unknown ids of a list mean the same subnets: what one means is asked once.
    named = (item for item in items if isinstance(item, str | Unknown))
    for item in dict.fromkeys(named):
        subnets = graph.references(resource, input_name, item, SUBNET_TYPES)
        into = candidates if item is UNKNOWN else found
        for subnet in subnets:
            if subnet.urn not in into:
                into[subnet.urn] = place_of(graph, subnet)
        if not subnets and isinstance(item, str):
            found[item] = Place(name=item)
    unknown_ids = sum(item is UNKNOWN for item in items)
    open_list = value is UNKNOWN or unknown_ids < len(candidates)
    if open_list and len({place.public for place in candidates.values()}) > 1:
        candidates = {
            urn: replace(place, public=UNKNOWN) for urn, place in candidates.items()
        }
    found |= candidates
    if not found and value is not None and value != []:
        return (Place(name="a subnet that is not known before deployment"),)
    return tuple(found.values())


def one_place(places: Iterable[Place]) -> Place:
    """The place that one of several candidates is: what they share, else UNKNOWN."""
    candidates = tuple(places)
    if len(candidates) == 1:
        return candidates[0]
    zone_ids = dict.fromkeys(zone for place in candidates for zone in place.zone_ids)
    known = all(place.zone_ids for place in candidates)
    public = {place.public for place in candidates}
    return Place(
        tuple(zone_ids) if known else (),
        public.pop() if len(public) == 1 else UNKNOWN,
        " or ".join(dict.fromkeys(place.name for place in candidates)),
        candidates[0].zone if len({p.zone for p in candidates}) == 1 else "",
        any(place.guessed for place in candidates),
        _shared({place.dedicated for place in candidates}),
        all(place.outpost for place in candidates),
    )


def _shared(said: set[bool | Unknown]) -> bool | Unknown:
    """What all candidates say, else UNKNOWN."""
    return said.pop() if len(said) == 1 else UNKNOWN


def by_zone(places: Iterable[Place]) -> tuple[Place, ...]:
    """One place for each zone: instances spread over zones, not over subnets."""
    found: dict[object, list[Place]] = {}
    for place in places:
        found.setdefault(place.zone_ids or place.name, []).append(place)
    return tuple(one_place(alike) for alike in found.values())
