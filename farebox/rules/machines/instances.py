"""What instances cost: hours, volumes, detailed monitoring and public addresses.

Shared by every rule that launches instances. Prices are those of Linux on shared
hardware, unless `systems` can tell another one.

Source: https://aws.amazon.com/ec2/pricing/on-demand/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

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
    metered_use,
)
from farebox.rules.machines.launch import (
    ASSUMED_ROOT,
    DEDICATED,
    Launch,
    LaunchVolume,
)
from farebox.rules.machines.uses import IO_REQUESTS
from farebox.rules.machines.volumes import VolumeSpec, storage_key, volume_charges

METRICS_OF_DETAILED_MONITORING = Decimal(7)
"""Metrics that EC2 sends for one instance with detailed monitoring.

Source: https://aws.amazon.com/cloudwatch/pricing/ (examples)
"""

DEDICATED_SPOT = (
    "spot prices are those of shared hardware, and its tenancy is dedicated"
)
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
    resource: Resource,
    instance_type: str,
    operation: str = "RunInstances",
    tenancy: object = None,
) -> PriceKey:
    """The key of an hour on demand, on shared hardware or with dedicated tenancy."""
    what = "DedicatedUsage" if tenancy == DEDICATED else "BoxUsage"
    return key_of(resource, "AmazonEC2", f"{what}:{instance_type}", operation)


def region_fee(resource: Resource, circumstances: Circumstances) -> Iterator[Gap]:
    """The fee for dedicated tenancy, once for each region that has such an instance.

    Source: https://aws.amazon.com/ec2/pricing/dedicated-instances/
    """
    first = circumstances.once(
        ("dedicated tenancy", resource.region), lambda: resource.urn
    )
    if first == resource.urn:
        yield Gap(
            "no-price",
            "a region with an instance of dedicated tenancy is charged 2 US dollars an "
            f"hour, once for all of them in {resource.region or 'it'}, and a book has "
            "no price for it",
        )


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
    if tenancy == DEDICATED and market == "spot":
        return Gap("no-price", DEDICATED_SPOT)
    if isinstance(market, Unknown):
        reason = "whether it runs on spot is not known before deployment"
        return Gap("unknown-input", reason)
    if market == "capacity-block":
        return Gap("no-price", "a capacity block is paid in advance, at its own offer")
    return None


def attached_charges(
    resource: Resource,
    launch: Launch,
    given: Usage,
    *,
    instances: Decimal,
    hours: Decimal,
    circumstances: Circumstances,
    usage: UsageStatus = "given",
) -> Iterator[Charge]:
    """What `instances` bring with them: volumes for the month, and monitoring.

    The usage key `monthly_io_requests` gives the requests to all of their magnetic
    volumes together.
    """
    requests = IO_REQUESTS.given(given)
    counted = False
    for charge in _volumes(resource, launch, circumstances, instances, usage):
        asks = type(charge) is Gap and charge.usage_key and charge.key is not None
        if requests is None or not asks:
            yield charge
        elif not counted:
            assert isinstance(charge, Gap)
            assert charge.key is not None
            yield metered_use(charge.key, requests, charge.unit, "I/O requests")
            counted = True
    for reason in launch.unknowns:
        yield Gap("unknown-input", reason)
    yield from _monitoring(resource, launch, instances, hours, circumstances, usage)


def _volumes(
    resource: Resource,
    launch: Launch,
    circumstances: Circumstances,
    instances: Decimal,
    usage: UsageStatus,
) -> Iterator[Charge]:
    """The volumes of a launch, and the root of the image where nothing names one."""
    if launch.root() is None and not launch.unknowns:
        yield from volume_charges(
            resource, ASSUMED_ROOT, count=instances, usage="assumed"
        )
    for item in launch.volumes:
        if not item.elsewhere:
            status = usage if item.usage == "given" else item.usage
            volume = _at_level(resource, item, circumstances)
            yield from volume_charges(resource, volume, count=instances, usage=status)


def _at_level(
    resource: Resource, item: LaunchVolume, circumstances: Circumstances
) -> VolumeSpec:
    """The volume of the type that it has as a rule, or of the other one that bounds it.

    AWS chooses where the program names no type; the cheaper of the two is the low end.
    """
    if not item.or_type:
        return item.volume
    other = replace(item.volume, type=item.or_type)
    prices = [
        circumstances.book.find(storage_key(resource, volume.type))
        for volume in (item.volume, other)
    ]
    if None in prices:
        return item.volume
    usual, bound = (price.usd_per_unit for price in prices if price is not None)
    level = circumstances.level
    if bound < usual:
        level.differs_low = True
        return other if level.level == "low" else item.volume
    if bound > usual:
        level.differs_high = True
        return other if level.level == "high" else item.volume
    return item.volume


def _monitoring(
    resource: Resource,
    launch: Launch,
    instances: Decimal,
    hours: Decimal,
    circumstances: Circumstances,
    usage: UsageStatus,
) -> Iterator[Charge]:
    """The metrics of detailed monitoring, where it is on."""
    if launch.monitoring is None or launch.monitoring is False:
        return
    key = key_of(resource, "AmazonCloudWatch", "CW:MetricMonitorUsage")
    if isinstance(launch.monitoring, Unknown):
        reason = "whether it has detailed monitoring is not known before deployment"
        yield Gap("unknown-input", reason, key, "Metrics")
        return
    quantity = METRICS_OF_DETAILED_MONITORING * instances
    because = f"{instances.normalize():f} x {METRICS_OF_DETAILED_MONITORING} metrics"
    month = circumstances.hours_per_month
    if hours != month and month:
        # Metrics are charged for the hours in which they are sent.
        quantity *= hours / month
        because += f" x {hours:f} / {month:f} hours"
    yield Metered(key, quantity, "Metrics", "detailed monitoring", because, usage)
