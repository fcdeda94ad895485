"""Amazon Redshift Serverless: workgroups by what queries take, namespaces by storage.

Source: https://aws.amazon.com/redshift/pricing/ (serverless)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.aws.managed_secrets import SECRET, managed_secret
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import amount

SOURCE = "https://aws.amazon.com/redshift/pricing/"
SERVICE = "AmazonRedshift"

DEFAULT_RPUS = Decimal(128)
"""Processing units of a workgroup that names none.

Source: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
"""

COMPUTE = Meter(
    service=SERVICE,
    usage_type="Redshift:ServerlessUsage",
    operation="RunServerlessCompute:001",
    unit="RPU-Hr",
    says="processing units",
)
BUSY = Key(
    key="monthly_hrs", says="hours of the month in which queries run", unit="hours"
)
SNAPSHOT = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="RMS:Serverless",
    unit="GB-Mo",
    says="what the snapshot stores",
)
STORED = Use(
    key="managed_storage_gb",
    service=SERVICE,
    usage_type="RMS:Serverless",
    unit="GB-Mo",
    says="managed storage",
)


def workgroup(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A workgroup is billed for its units while queries run, and for nothing else.

    Source: https://aws.amazon.com/redshift/pricing/
    """
    value = resource.input("baseCapacity")
    base = amount(resource, value, "a capacity of")
    most = amount(resource, resource.input("maxCapacity"), "a capacity of")
    base = DEFAULT_RPUS if base is None else base
    if not isinstance(base, Decimal):
        yield COMPUTE.gap(resource, "its base capacity is not known")
        return
    busy = BUSY.given(usage)
    if busy is None:
        key = COMPUTE.price_key(resource)
        reason = (
            f"{COMPUTE.says}: charged while queries run, and no {BUSY.key} is given"
        )
        yield Gap("no-usage", reason, key, COMPUTE.unit, BUSY.key)
        return
    capacity = exactly(base)
    if isinstance(most, Decimal) and most > base:
        capacity = Assumption(base, base, most, "RPU", status="given")
    units = circumstances.level.pick(capacity)
    yield COMPUTE.metered(
        resource,
        units * busy.quantity,
        f"{units:f} units for {busy.quantity:f} hours",
        usage="assumed" if value is None else busy.status,
    )


def namespace(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A namespace is billed for what it stores, and for the secret of its password."""
    yield STORED.charge(resource, usage)
    yield from managed_secret(resource, circumstances, "manageAdminPassword")


TYPES = {
    "aws:redshiftserverless/workgroup:Workgroup": Type(
        billed="A workgroup is billed for its processing units while queries run.",
        source=SOURCE,
        meters=(COMPUTE,),
        uses=(BUSY,),
        rule=workgroup,
        terraform="aws_redshiftserverless_workgroup",
        notes=(
            "No base capacity means 128 units, marked assumed; `maxCapacity` is the high "
            "end."
        ),
    ),
    "aws:redshiftserverless/snapshot:Snapshot": Type(
        billed="A snapshot is billed by the GB-month, as managed storage is.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_redshiftserverless_snapshot",
    ),
    "aws:redshiftserverless/namespace:Namespace": Type(
        billed="A namespace is billed for what it stores.",
        source=SOURCE,
        meters=(SECRET,),
        uses=(STORED,),
        rule=namespace,
        terraform="aws_redshiftserverless_namespace",
    ),
}

FREE = free(
    "redshiftserverless",
    {
        "a setting of workgroups and namespaces, which are charged": (
            "CustomDomainAssociation ResourcePolicy UsageLimit"
        )
    },
)

UNPRICED = unpriced(
    "redshiftserverless",
    {
        "what an endpoint of Redshift in another network costs stands on no page that was read": (
            "EndpointAccess"
        ),
    },
)
