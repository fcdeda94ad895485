"""Charges that an instance's options add to its hours: CPU credits, EBS, SEV-SNP.

Source: https://aws.amazon.com/ec2/pricing/on-demand/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered, key_of
from farebox.rules.machines.systems import WINDOWS
from farebox.rules.shapes import field, text

SERVICE = "AmazonEC2"

UNLIMITED_BY_DEFAULT = {"t2": False, "t3": True, "t3a": True, "t4g": True}
"""Burstable families, and whether an instance bursts beyond its credits unasked.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html
"""

VCPUS = {"xlarge": Decimal(4), "2xlarge": Decimal(8)}
SMALL_VCPUS = Decimal(2)
T2_SINGLE = frozenset(("t2.nano", "t2.micro", "t2.small"))
"""vCPUs of burstable sizes: 2 below xlarge, but one for the small ones of T2.

Source: https://aws.amazon.com/ec2/instance-types/
"""

CREDIT_SPECIFICATION = "aws:ec2/defaultCreditSpecification:DefaultCreditSpecification"

EBS_OPTIMIZED_FOR_MONEY = frozenset(
    f"{family}.{size}"
    for family, sizes in {
        "c1": "xlarge",
        "c3": "xlarge 2xlarge 4xlarge",
        "g2": "2xlarge",
        "i2": "xlarge 2xlarge 4xlarge",
        "m1": "large xlarge",
        "m2": "2xlarge 4xlarge",
        "m3": "xlarge 2xlarge",
        "r3": "xlarge 2xlarge 4xlarge",
    }.items()
    for size in sizes.split()
)
"""Older types that are optimised for EBS only where asked, for an hourly charge.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html
"""


class Extras(Struct, frozen=True):
    """Options of an instance that add charges; None where nothing is said of one.

    `credits` is `standard` or `unlimited`, `sev_snp` is `enabled` or `disabled`.
    """

    credits: str | Unknown | None = None
    ebs_optimized: bool | Unknown | None = None
    sev_snp: str | Unknown | None = None

    def over(self, base: "Extras") -> "Extras":
        """These options where they are said, else those that they build on."""
        if base is NO_EXTRAS:
            return self
        return Extras(
            base.credits if self.credits is None else self.credits,
            base.ebs_optimized if self.ebs_optimized is None else self.ebs_optimized,
            base.sev_snp if self.sev_snp is None else self.sev_snp,
        )


NO_EXTRAS = Extras()


def extras_of(resource: Resource) -> Extras:
    """The options that an instance, a template or a configuration names."""
    inputs = resource.raw_inputs
    if not inputs.keys() & {"creditSpecification", "ebsOptimized", "cpuOptions"}:
        return NO_EXTRAS
    credit: Any = resource.input("creditSpecification")
    return Extras(
        text(field(credit, "cpuCredits")),
        flag(resource.input("ebsOptimized")),
        text(field(resource.input("cpuOptions"), "amdSevSnp")),
    )


class Running(Struct, frozen=True):
    """Instances of one type that run: how many, for how many hours, on what system."""

    instance_type: str
    count: Decimal
    hours: Decimal
    operation: str


def extra_charges(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    extras: Extras,
    running: Running,
) -> Iterator[Charge]:
    """What the options of running instances add to their hours."""
    yield from _credits(resource, usage, circumstances, extras, running)
    if running.instance_type in EBS_OPTIMIZED_FOR_MONEY:
        yield from _ebs_optimized(resource, extras, running)
    if extras.sev_snp == "enabled":
        yield Gap(
            "no-price",
            f"AMD SEV-SNP adds a tenth to the hours of {running.instance_type}, and a "
            "book has no price for it",
        )
    elif extras.sev_snp is UNKNOWN:
        reason = "whether it has AMD SEV-SNP, which is charged, is not known"
        yield Gap("unknown-input", reason)


def _ebs_optimized(
    resource: Resource, extras: Extras, running: Running
) -> Iterator[Charge]:
    kind = running.instance_type
    key = key_of(resource, SERVICE, f"EBSOptimized:{kind}", "Hourly")
    if extras.ebs_optimized is UNKNOWN:
        reason = f"whether {kind} is optimised for EBS, which is charged, is not known"
        yield Gap("unknown-input", reason, key, "Hrs")
    elif extras.ebs_optimized:
        yield Metered(
            key,
            running.count * running.hours,
            "Hrs",
            f"{kind} optimised for EBS",
            "an older type has it for an hourly charge",
        )


def _credits(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    extras: Extras,
    running: Running,
) -> Iterator[Charge]:
    """vCPU-hours beyond the credits of burstable instances in unlimited mode.

    Usage keys, as Infracost has them: `monthly_cpu_credit_hrs`, hours an instance
    bursts, and `vcpu_count`, its vCPUs.
    """
    bursts = usage.quantity("monthly_cpu_credit_hrs")
    vcpus = usage.quantity("vcpu_count")
    family, _, size = running.instance_type.partition(".")
    if family not in UNLIMITED_BY_DEFAULT:
        return
    said = extras.credits
    if said is None:
        said = _default_of(family, resource, circumstances)
    if said == "standard" or not running.count or not running.hours:
        return
    system = "Windows" if running.operation == WINDOWS else ""
    key = key_of(
        resource,
        SERVICE,
        f"CPUCredits:{family}",
        f"{system}{family.upper()}CPUCredits",
    )
    what = f"{running.instance_type} beyond its CPU credits"
    if bursts is not None:
        each = SMALL_VCPUS if vcpus is None else vcpus.quantity
        if vcpus is None:
            each = ONE if running.instance_type in T2_SINGLE else VCPUS.get(size, each)
        yield Metered(
            key,
            bursts.quantity * each * running.count,
            "vCPU-Hours",
            what,
            f"{running.count:f} x {bursts.quantity:f} hours x {each:f} vCPUs",
            bursts.status,
        )
    elif said is UNKNOWN:
        reason = f"{what}: whether it is in unlimited mode is not known"
        yield Gap("unknown-input", reason, key, "vCPU-Hours", "monthly_cpu_credit_hrs")
    elif said == "unlimited":
        yield Gap(
            "no-usage",
            f"{what}: the cost depends on use, and no monthly_cpu_credit_hrs is given",
            key,
            "vCPU-Hours",
            "monthly_cpu_credit_hrs",
        )
    elif UNLIMITED_BY_DEFAULT[family]:
        circumstances.note(
            "T3, T3a and T4g instances may use more CPU than their credits give, at a "
            "charge by the vCPU-hour: monthly_cpu_credit_hrs gives it, cpuCredits: "
            "standard rules it out"
        )


def _default_of(
    family: str, resource: Resource, circumstances: Circumstances
) -> str | Unknown | None:
    """What the stack says of a family's credits in the region, for all of it."""
    for item in circumstances.graph.by_type.get(CREDIT_SPECIFICATION, ()):
        same = item.input("instanceFamily") == family
        if same and item.region == resource.region:
            return text(item.input("cpuCredits"))
    return None
