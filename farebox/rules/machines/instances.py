"""What instances cost: hours, volumes, detailed monitoring and public addresses.

Shared by every rule that launches instances. Prices are those of Linux on shared
hardware: an image's operating system cannot be told from its id.

Source: https://aws.amazon.com/ec2/pricing/on-demand/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.prices import PriceKey
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    Metered,
    key_of,
)
from farebox.rules.machines.launch import ASSUMED_ROOT, Launch
from farebox.rules.machines.volumes import VolumeSpec, volume_charges

METRICS_OF_DETAILED_MONITORING = Decimal(7)
"""Metrics that EC2 sends for one instance with detailed monitoring.

Source: https://aws.amazon.com/cloudwatch/pricing/ (examples)
"""

UNKNOWN_TYPE = "its instance type is not known before deployment"
ANY_TYPE = (
    "its instance type is chosen by attributes (instanceRequirements) when it is "
    "launched: name instance types to have it priced"
)


def running_hours(
    usage: Usage, circumstances: Circumstances
) -> tuple[Decimal, UsageStatus]:
    """Hours that an instance runs in a month: `monthly_hrs`, else all of them."""
    given = usage.quantity("monthly_hrs")
    if given is None:
        return circumstances.hours_per_month, "given"
    return given.quantity, given.status


def on_demand_key(
    resource: Resource, instance_type: str, operation: str = "RunInstances"
) -> PriceKey:
    """The key of an hour on demand."""
    return key_of(resource, "AmazonEC2", f"BoxUsage:{instance_type}", operation)


def spot_key(resource: Resource, instance_type: str, zone_id: str) -> PriceKey:
    """The key of a spot hour in one zone."""
    return key_of(
        resource,
        "AmazonEC2",
        f"SpotUsage:{instance_type}",
        purchase="spot",
        zone_id=zone_id,
    )


def tenancy_gap(launch: Launch) -> Gap | None:
    """Why the hours of this launch have no price here, or None where they do."""
    tenancy, market = launch.tenancy, launch.market
    if isinstance(tenancy, Unknown):
        return Gap("unknown-input", "its tenancy is not known before deployment")
    if tenancy == "dedicated":
        reason = "dedicated tenancy has a price list of its own, which is not in a book"
        return Gap("no-price", reason)
    if isinstance(market, Unknown):
        reason = "whether it runs on spot is not known before deployment"
        return Gap("unknown-input", reason)
    if market == "capacity-block":
        return Gap("no-price", "a capacity block is paid in advance, at its own offer")
    return None


def attached_charges(
    resource: Resource,
    launch: Launch,
    *,
    instances: Decimal,
    hours: Decimal,
    circumstances: Circumstances,
    assumed_root: VolumeSpec = ASSUMED_ROOT,
    usage: UsageStatus = "given",
) -> Iterator[Charge]:
    """What `instances` bring with them: volumes for the month, and monitoring."""
    if launch.root() is None and not launch.unknowns:
        yield from volume_charges(
            resource, assumed_root, count=instances, usage="assumed"
        )
    for item in launch.volumes:
        status = usage if item.usage == "given" else item.usage
        yield from volume_charges(resource, item.volume, count=instances, usage=status)
    for reason in launch.unknowns:
        yield Gap("unknown-input", reason)
    if launch.monitoring is None or launch.monitoring is False:
        return
    key = key_of(resource, "AmazonCloudWatch", "CW:MetricMonitorUsage")
    if isinstance(launch.monitoring, Unknown):
        reason = "whether it has detailed monitoring is not known before deployment"
        yield Gap("unknown-input", reason, key, "Metrics")
        return
    quantity = METRICS_OF_DETAILED_MONITORING * instances
    month = circumstances.hours_per_month
    if hours != month and month:
        # Metrics are charged for the hours in which they are sent.
        quantity *= hours / month
    because = f"{METRICS_OF_DETAILED_MONITORING} metrics an instance"
    yield Metered(key, quantity, "Metrics", "detailed monitoring", because, usage)


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
