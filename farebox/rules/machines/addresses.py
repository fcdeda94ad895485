"""Public IPv4 addresses that AWS gives to instances while they run.

Source: https://aws.amazon.com/vpc/pricing/ (public IPv4 addresses)
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered, key_of
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.places import Place


def address_charge(
    resource: Resource,
    *,
    addresses: Decimal,
    hours: Decimal,
    because: str,
    usage: UsageStatus = "given",
) -> Metered:
    """The hours of `addresses` public IPv4 addresses.

    Source: https://aws.amazon.com/vpc/pricing/ (public IPv4 addresses)
    """
    return Metered(
        key_of(resource, "AmazonVPC", "PublicIPv4:InUseAddress"),
        addresses * hours,
        "Hrs",
        "public IPv4 address in use",
        because,
        usage,
    )


def address_gap(resource: Resource, reason: str) -> Gap:
    """Why it is not known whether public addresses are charged."""
    key = key_of(resource, "AmazonVPC", "PublicIPv4:InUseAddress")
    return Gap("unknown-input", f"public IPv4 address: {reason}", key, "Hrs")


def group_addresses(
    resource: Resource,
    launch: Launch,
    places: Sequence[Place],
    instances: Decimal,
    hours: Decimal,
    status: UsageStatus,
    circumstances: Circumstances,
) -> Iterator[Charge]:
    """Public addresses of a group: what the launch says, else what each subnet gives.

    A zone with subnets of both kinds gives none to all: half as a rule. Default
    subnets give them as AWS makes them, so the charge is assumed.
    """
    said = launch.public_address
    if said is False:
        return
    if said is True:
        share, because = ONE, "each instance has a public address"
    elif isinstance(said, Unknown):
        reason = "associatePublicIpAddress is not known before deployment"
        yield address_gap(resource, reason)
        return
    else:
        kinds = _kinds_by_zone(places)
        unclear = [name for name, given in kinds if UNKNOWN in given]
        if unclear or not kinds:
            yield address_gap(resource, unclear_subnets(unclear))
            return
        sure = sum(given == {True} for _, given in kinds)
        mixed = sum(len(given) > 1 for _, given in kinds)
        if not sure + mixed:
            return
        zones = len(kinds)
        range_ = Assumption(
            Decimal(sure) / zones,
            (sure + Decimal(mixed) / 2) / zones,
            Decimal(sure + mixed) / zones,
        )
        share = circumstances.level.pick(range_)
        because = f"{sure} of {zones} zones have subnets that give addresses"
        if mixed:
            because += f", {mixed} have subnets of both kinds"
        if mixed or any(place.guessed for place in places):
            status = "assumed" if status == "given" else status
    yield address_charge(
        resource,
        addresses=instances * share,
        hours=hours,
        because=because,
        usage=status,
    )


def _kinds_by_zone(places: Iterable[Place]) -> list[tuple[str, set[bool | Unknown]]]:
    """By zone, whether its subnets give addresses: True, False, or not known."""
    found: dict[object, tuple[str, set[bool | Unknown]]] = {}
    for place in places:
        _, given = found.setdefault(place.zone_ids or place.name, (place.name, set()))
        given.add(place.public)
    return list(found.values())


def unclear_subnets(names: Sequence[str]) -> str:
    """Why a subnet does not say whether instances in it get a public address."""
    named = " and ".join(names) or "its subnets"
    return (
        f"{named} cannot be read here, so whether instances get one is not known; "
        "associatePublicIpAddress says it"
    )
