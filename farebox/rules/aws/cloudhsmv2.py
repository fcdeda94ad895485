"""AWS CloudHSM: hardware modules by the hour.

Source: https://aws.amazon.com/cloudhsm/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_text
from farebox.rules.machines.instances import running_hours
from farebox.rules.service import Key, Meter, Type, free

SOURCE = "https://aws.amazon.com/cloudhsm/pricing/"

CLUSTERS = frozenset(("aws:cloudhsmv2/cluster:Cluster",))

MODULE = Meter(
    service="CloudHSM",
    usage_type="CloudHSMv2Usage{kind}",
    operation="Hourly",
    unit="Hrs",
    says="hardware module",
)
HOURS = Key(
    key="monthly_hrs", says="hours that the module exists in the month", unit="hours"
)

KINDS = {"hsm1.medium": "", "hsm2m.medium": "-hsm2m.m"}
"""How the usage types of a kind of module end."""


def module(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A module by the hour, of the kind that its cluster is made of."""
    value = resource.input("clusterId")
    found = circumstances.graph.references(resource, "clusterId", value, CLUSTERS)
    if len(found) != 1:
        yield MODULE.gap(resource, "the cluster of the module is not known", kind="")
        return
    kind = known_text(found[0].input("hsmType"), "hsmType")
    if isinstance(kind, Gap):
        yield MODULE.gap(resource, kind.reason, kind="")
        return
    hours, status = running_hours(usage, circumstances)
    because = "exists all month" if status == "given" else f"exists {hours:f} hours"
    yield MODULE.metered(
        resource, hours, because, usage=status, kind=KINDS.get(kind, f"-{kind}")
    )


TYPES = {
    "aws:cloudhsmv2/hsm:Hsm": Type(
        billed="A hardware module is billed by the hour.",
        source=SOURCE,
        meters=(MODULE,),
        uses=(HOURS,),
        rule=module,
        terraform="aws_cloudhsm_v2_hsm",
    )
}

FREE = free(
    "cloudhsmv2", {"a cluster costs nothing without the modules in it": "Cluster"}
)
