"""Reserved and dedicated EC2 capacity, and images: what is paid though nothing runs.

Source: https://aws.amazon.com/ec2/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.reserved_capacity import filled
from farebox.rules.charges import Charge, Circumstances, Gap, Metered
from farebox.rules.machines.instances import (
    UNKNOWN_TYPE,
    on_demand_key,
    region_fee,
)
from farebox.rules.machines.launch import DEDICATED
from farebox.rules.machines.systems import PLATFORMS, named
from farebox.rules.machines.uses import DEDICATED_HOURS, ON_DEMAND_HOURS, RESERVED_KEYS
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import amount, or_default, text

ZERO = Decimal(0)

UNUSED = Key(
    key="unused_instances",
    says="reserved instances that nothing uses",
    unit="instances",
)
HOST_HOURS = Meter(
    service="AmazonEC2",
    usage_type="HostUsage:{family}",
    unit="Hrs",
    says="dedicated host of {family}",
    per="hour",
    because="allocated all month",
)
IMAGE_SNAPSHOTS = Use(
    key="storage_gb",
    service="AmazonEC2",
    usage_type="EBS:SnapshotUsage",
    unit="GB-Mo",
    says="snapshots of the image",
)


def capacity_reservation(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A reservation is billed on demand for the capacity in it that nothing uses.

    Instances that run in it are billed as themselves. The stack's own fill it as a rule
    (`reserved_capacity`); at the low end others fill the rest, at the high end only
    those that surely do.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html
    """
    kind = text(resource.input("instanceType"))
    count = amount(resource, resource.input("instanceCount"), "a count of")
    given = usage.assumption(UNUSED.key)
    if isinstance(kind, Unknown) or kind is None:
        yield Gap("unknown-input", UNKNOWN_TYPE)
        return
    if not isinstance(count, Decimal):
        yield Gap("unknown-input", "its instance count is not known before deployment")
        return
    platform = or_default(resource.input("instancePlatform"), "Linux/UNIX")
    if UNKNOWN in (platform, resource.input("tenancy")):
        yield Gap("unknown-input", "its platform or tenancy is not known yet")
        return
    operation = PLATFORMS.get(str(platform))
    if operation is None:
        reason = "a reservation for this platform has no operation that Farebox knows"
        yield Gap("no-price", reason)
        return
    unused = given
    if unused is None:
        used = filled(resource, circumstances)
        high = max(count - used.least, count - used.likely)
        unused = Assumption(ZERO, count - used.likely, high, "instances")
    because = f"{unused.likely.normalize():f} of {count:f} reserved instances unused"
    yield Metered(
        on_demand_key(resource, kind, operation, resource.input("tenancy")),
        circumstances.level.pick(unused) * circumstances.hours_per_month,
        "Hrs",
        f"unused reserved capacity, {kind}{named(operation)}",
        because,
        "assumed" if given is None else given.status,
    )
    if resource.input("tenancy") == DEDICATED:
        yield from region_fee(resource, circumstances)


def dedicated_host(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A host by the hour for its family, whatever instances of it run there.

    Source: https://aws.amazon.com/ec2/dedicated-hosts/pricing/
    """
    family = text(resource.input("instanceFamily"))
    kind = text(resource.input("instanceType"))
    if family is None and isinstance(kind, str):
        family = kind.partition(".")[0]
    if not isinstance(family, str):
        reason = "the instance family of the host is not known before deployment"
        yield HOST_HOURS.gap(resource, reason, family="")
        return
    yield HOST_HOURS.all_month(resource, circumstances, family=family)


_IMAGE_WITH_SNAPSHOTS = Type(
    billed="An image that is copied or taken is billed for the snapshots that it makes.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIs.html",
    uses=(IMAGE_SNAPSHOTS,),
    terraform="aws_ami_copy",
)

TYPES = {
    "aws:ec2/amiCopy:AmiCopy": _IMAGE_WITH_SNAPSHOTS,
    "aws:ec2/amiFromInstance:AmiFromInstance": _IMAGE_WITH_SNAPSHOTS,
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation": Type(
        billed="A capacity block is paid in advance, at the price of its offering.",
        source="https://aws.amazon.com/ec2/capacityblocks/pricing/",
        no_price=(
            "a capacity block is paid once, in advance, at the price of its offering"
        ),
    ),
    "aws:ec2/capacityReservation:CapacityReservation": Type(
        billed="A reservation is billed on demand for the capacity in it that nothing uses.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html",
        meters=(ON_DEMAND_HOURS, DEDICATED_HOURS),
        uses=(UNUSED,),
        rule=capacity_reservation,
        terraform="aws_ec2_capacity_reservation",
    ),
    "aws:ec2/dedicatedHost:DedicatedHost": Type(
        billed="A dedicated host is billed by the hour for its instance family.",
        source="https://aws.amazon.com/ec2/dedicated-hosts/pricing/",
        meters=(HOST_HOURS,),
        uses=RESERVED_KEYS,
        rule=dedicated_host,
        terraform="aws_ec2_host",
    ),
}
