"""Reserved and dedicated EC2 capacity, and images: what is paid though nothing runs.

Source: https://aws.amazon.com/ec2/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, Metered
from farebox.rules.machines.instances import UNKNOWN_TYPE, on_demand_key
from farebox.rules.machines.uses import ON_DEMAND_HOURS, RESERVED_KEYS
from farebox.rules.service import Key, Type, Use
from farebox.rules.shapes import amount, text

INSTANCE_TYPE = "aws:ec2/instance:Instance"
ZERO = Decimal(0)

UNUSED = Key(
    key="unused_instances",
    says="reserved instances that nothing uses",
    unit="instances",
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

    Instances that run in it are billed as themselves. Which run in it is not known
    here: none as a rule but the stack's own of its type, all of it at the low end.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html
    """
    kind = text(resource.input("instanceType"))
    count = amount(resource, resource.input("instanceCount"), "a count of")
    platform = resource.input("instancePlatform")
    if isinstance(kind, Unknown) or kind is None:
        yield Gap("unknown-input", UNKNOWN_TYPE)
        return
    if not isinstance(count, Decimal):
        yield Gap("unknown-input", "its instance count is not known before deployment")
        return
    if platform not in ("Linux/UNIX", None) or resource.input("tenancy") == "dedicated":
        yield Gap("no-price", "only Linux on shared hardware is in a book")
        return
    unused, given = _unused(resource, usage, circumstances, kind, count)
    key = on_demand_key(resource, kind)
    because = f"{unused.likely:f} of {count:f} reserved instances stay unused"
    yield Metered(
        key,
        circumstances.level.pick(unused) * circumstances.hours_per_month,
        "Hrs",
        f"unused reserved capacity, {kind}",
        because,
        unused.status if given else "assumed",
    )


def _unused(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    kind: str,
    count: Decimal,
) -> tuple[Assumption, bool]:
    given = usage.assumption(UNUSED.key)
    if given is not None:
        return given, True
    own = sum(
        1
        for item in circumstances.graph.by_type.get(INSTANCE_TYPE, ())
        if item.region == resource.region and item.input("instanceType") == kind
    )
    likely = max(count - own, ZERO)
    return Assumption(ZERO, likely, count, "instances"), False


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
        meters=(ON_DEMAND_HOURS,),
        uses=(UNUSED,),
        rule=capacity_reservation,
        terraform="aws_ec2_capacity_reservation",
    ),
    "aws:ec2/dedicatedHost:DedicatedHost": Type(
        billed="A dedicated host is billed by the hour for its instance family; no book has it.",
        source="https://aws.amazon.com/ec2/dedicated-hosts/pricing/",
        uses=RESERVED_KEYS,
        no_price=(
            "dedicated hosts are charged by the hour and family; a book has none of them"
        ),
        terraform="aws_ec2_host",
    ),
}
