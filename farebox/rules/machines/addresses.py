"""Public IPv4 addresses that AWS gives to instances while they run.

Source: https://aws.amazon.com/vpc/pricing/ (public IPv4 addresses)
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.graph import Resource, Unknown
from farebox.rules.charges import ONE, Charge, Gap, Metered, key_of
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.places import Place, by_zone


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
    places: Iterable[Place],
    instances: Decimal,
    hours: Decimal,
    status: UsageStatus,
) -> Iterator[Charge]:
    """Public addresses of a group: what the launch says, else what each subnet gives."""
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
        zones = by_zone(places)
        unclear = [place.name for place in zones if isinstance(place.public, Unknown)]
        if unclear or not zones:
            yield address_gap(resource, unclear_subnets(unclear))
            return
        public = sum(1 for place in zones if place.public)
        if not public:
            return
        share = Decimal(public) / len(zones)
        because = f"{public} of {len(zones)} zones have subnets that give addresses"
    yield address_charge(
        resource,
        addresses=instances * share,
        hours=hours,
        because=because,
        usage=status,
    )


def unclear_subnets(names: Sequence[str]) -> str:
    """Why a subnet does not say whether instances in it get a public address."""
    named = " and ".join(names) or "its subnets"
    return (
        f"{named} cannot be read here, so whether instances get one is not known; "
        "associatePublicIpAddress says it"
    )
