"""Which instances of the stack fill its capacity reservations, each instance once.

An instance fills a reservation of its type, system, tenancy and zone: one that it is
targeted at, else an open one. Spot instances fill none.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservation-overview.html
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.aws.autoscaling import group_of
from farebox.rules.aws.ec2_fleets import fleet_of
from farebox.rules.aws.eks_nodes import nodes_of
from farebox.rules.charges import ONE, Circumstances, Gap
from farebox.rules.machines.fleets import Fleet, on_demand_units
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.places import Place, by_zone
from farebox.rules.machines.pools import on_demand_pool
from farebox.rules.machines.single import (
    launch_of_instance,
    state_of,
    zone_of_instance,
)
from farebox.rules.machines.systems import LINUX, PLATFORMS
from farebox.rules.shapes import amount, or_default, text

ZERO = Decimal(0)
INSTANCE_TYPE = "aws:ec2/instance:Instance"
RESERVATION_TYPE = "aws:ec2/capacityReservation:CapacityReservation"
GROUPS = {
    "aws:autoscaling/group:Group": group_of,
    "aws:ec2/fleet:Fleet": fleet_of,
    "aws:ec2/spotFleetRequest:SpotFleetRequest": fleet_of,
    "aws:eks/nodeGroup:NodeGroup": nodes_of,
}
"""Types that launch several instances, and how each is read."""


class Running(Struct, frozen=True):
    """Instances on demand in one zone: as a rule, and how many there are at least.

    `reserved` is as in Launch; `tenancy` is `default` or `dedicated`.
    """

    region: str | None
    instance_type: str
    operation: str
    tenancy: str
    place: Place
    reserved: str | None
    likely: Decimal
    least: Decimal


class Filled(Struct, frozen=True):
    """How many of a reservation are in use: as a rule, and at least."""

    likely: Decimal = ZERO
    least: Decimal = ZERO


NOT_FILLED = Filled()


def filled(resource: Resource, circumstances: Circumstances) -> Filled:
    """What of a reservation the stack's own instances use."""
    found = circumstances.once("reservations", lambda: _fill(circumstances))
    return found.get(resource.urn, NOT_FILLED)


def _fill(circumstances: Circumstances) -> dict[str, Filled]:
    """Gives each instance to one reservation, those that are targeted at one first."""
    reservations = sorted(
        circumstances.graph.by_type.get(RESERVATION_TYPE, ()), key=lambda r: r.urn
    )
    running = list(_running(circumstances))
    found: dict[str, Filled] = {}
    for targeted in (True, False):
        for reservation in reservations:
            have = found.get(reservation.urn, NOT_FILLED)
            found[reservation.urn] = _take(reservation, running, have, targeted)
    return found


def _take(
    reservation: Resource, running: list[Running], have: Filled, targeted: bool
) -> Filled:
    """What a reservation takes of the instances that are left; they are left no more."""
    count = amount(reservation, reservation.input("instanceCount"), "a count of")
    if not isinstance(count, Decimal):
        return have
    likely, least = have.likely, have.least
    for place, item in enumerate(running):
        sure = _suits(reservation, item, targeted)
        if sure is None:
            continue
        taken = min(item.likely, count - likely)
        safe = min(item.least, count - least) if sure else ZERO
        likely, least = likely + taken, least + safe
        running[place] = Running(
            item.region,
            item.instance_type,
            item.operation,
            item.tenancy,
            item.place,
            item.reserved,
            item.likely - taken,
            item.least - safe,
        )
    return Filled(likely, least)


def _suits(reservation: Resource, item: Running, targeted: bool) -> bool | None:
    """Whether instances can fill a reservation: True surely, False maybe, None not."""
    only_targets = text(reservation.input("instanceMatchCriteria")) == "targeted"
    if targeted != (item.reserved in (reservation.urn, "group")):
        return None
    if not targeted and (item.reserved is not None or only_targets):
        return None
    platform = reservation.input("instancePlatform")
    tenancy = or_default(text(reservation.input("tenancy")), "default")
    if (
        item.region != reservation.region
        or item.instance_type != reservation.input("instanceType")
        or item.operation != PLATFORMS.get(str(platform), LINUX)
        or item.tenancy != tenancy
    ):
        return None
    same_zone = _same_zone(reservation, item.place)
    if same_zone is False:
        return None
    return same_zone is True and item.reserved != "group"


def _same_zone(reservation: Resource, place: Place) -> bool | None:
    """Whether a place lies in the reservation's zone; None where nothing tells it."""
    name = text(reservation.input("availabilityZone"))
    zone_id = text(reservation.input("availabilityZoneId"))
    if isinstance(name, str) and place.zone:
        return name == place.zone
    if isinstance(zone_id, str) and place.zone_ids:
        return (zone_id,) == place.zone_ids if zone_id in place.zone_ids else False
    return None


def _running(circumstances: Circumstances) -> Iterator[Running]:
    """Everything of the stack that runs on demand and may fill a reservation."""
    graph = circumstances.graph
    for item in graph.by_type.get(INSTANCE_TYPE, ()):
        launch = launch_of_instance(item, circumstances)
        if isinstance(launch, Gap) or launch.market is not None:
            continue
        if state_of(item, circumstances) is None and item.operation != "read":
            place = zone_of_instance(item, launch)
            yield from _one(item, launch, launch.instance_type, [place], ONE, ONE)
    for kind, read in GROUPS.items():
        for item in graph.by_type.get(kind, ()):
            given = Usage((), circumstances.level)
            fleet = read(item, given, circumstances)
            if isinstance(fleet, Fleet):
                yield from _of_group(item, circumstances, fleet)


def _of_group(
    item: Resource, circumstances: Circumstances, fleet: Fleet
) -> Iterator[Running]:
    """The on-demand instances of a group, spread over its zones."""
    pool = on_demand_pool(
        item, circumstances, fleet.pools, cheapest=fleet.on_demand_cheapest
    )
    likely, least = (
        pool.instances(
            on_demand_units(units, fleet.on_demand_base, fleet.on_demand_percent)
        )
        for units in (fleet.capacity.likely, fleet.capacity.low)
    )
    places = by_zone(fleet.places) or (Place(),)
    launch = fleet.launch_of(pool)
    yield from _one(item, launch, pool.instance_type, places, likely, least)


def _one(
    item: Resource,
    launch: Launch,
    instance_type: object,
    places: Iterable[Place],
    likely: Decimal,
    least: Decimal,
) -> Iterator[Running]:
    """Alike instances in each of their zones, unless they can fill no reservation."""
    tenancy = or_default(text(launch.tenancy), "default")
    if launch.reserved == "none" or not isinstance(instance_type, str):
        return
    if not isinstance(tenancy, str) or tenancy == "host":
        return
    zones = list(places)
    for place in zones:
        yield Running(
            item.region,
            instance_type,
            launch.operation or LINUX,
            tenancy,
            place,
            launch.reserved,
            likely / len(zones),
            least / len(zones),
        )
