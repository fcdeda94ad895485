"""Amazon Aurora: instances of clusters, by the hour of their class or by capacity.

Source: https://aws.amazon.com/rds/aurora/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph, Unknown
from farebox.rules.aws.addresses import USED as PUBLIC_ADDRESS
from farebox.rules.aws.aurora_serverless import (
    CAPACITY,
    V2,
    V2_OPTIMIZED,
    v2_capacity,
)
from farebox.rules.aws.aurora_storage import (
    is_optimized,
)
from farebox.rules.aws.db_classes import listed_class, vcpus_of
from farebox.rules.aws.db_engines import Engine, engine_of
from farebox.rules.aws.db_support import BY_ACU, BY_VCPU, DISABLED, support_charges
from farebox.rules.aws.rds import CREDITS, RUNNING, public_address
from farebox.rules.aws.rds_insights import REQUESTS as INSIGHTS
from farebox.rules.aws.rds_insights import RETENTION, insights_charges
from farebox.rules.aws.rds_sources import CLUSTERS, told
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.machines.uses import RESERVED_TERM
from farebox.rules.service import Key, Meter, Type
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/rds/aurora/pricing/"
SERVICE = "AmazonRDS"
SERVERLESS = "db.serverless"

PROVISIONED = Meter(
    service=SERVICE,
    usage_type="InstanceUsage:{CLASS}",
    operation="{OPERATION}",
    unit="Hrs",
    says="{NAME}, {ENGINE}",
)
PROVISIONED_OPTIMIZED = Meter(
    service=SERVICE,
    usage_type="InstanceUsageIOOptimized:{CLASS}",
    operation="{OPERATION}",
    unit="Hrs",
    says="{NAME}, {ENGINE}, I/O-Optimized",
)


class Member(Struct, frozen=True):
    """An instance of a cluster: its engine and class, and its cluster where it is here."""

    engine: Engine
    kind: str
    cluster: Resource | None
    optimized: bool


OWN_VCPUS = Key(
    key="vcpu_count",
    says="vCPUs of a burstable instance",
    unused="its class has them, and monthly_cpu_credit_hrs counts hours of vCPUs",
)
"""Infracost's key, which a class of a database makes needless."""


def cluster_instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed by the hour of its class, or by its capacity units.

    Source: https://aws.amazon.com/rds/aurora/pricing/
    """
    member = _member_of(resource, circumstances.graph)
    if isinstance(member, Gap):
        yield member
        return
    running, because = circumstances.hours_per_month, "runs all month"
    status: UsageStatus = "given"
    given = RUNNING.given(usage)
    if given is not None:
        running, status = given.quantity, given.status
        because = f"runs {running:f} hours"
    if member.kind == SERVERLESS:
        yield from _serverless(resource, usage, circumstances, member, running)
        return
    vcpus = vcpus_of(member.kind)
    yield from _provisioned(resource, member, running, because, status)
    yield from public_address(resource, circumstances, running)
    yield from CREDITS.where_given(
        resource,
        usage,
        FAMILY=".".join(member.kind.split(".")[:2]),
        OPERATION=member.engine.operation,
    )
    yield from insights_charges(resource, usage, circumstances, member.kind, vcpus)
    yield from _support(
        resource, circumstances, member, vcpus, f"{vcpus or 0:f} vCPU", BY_VCPU
    )


def _provisioned(
    resource: Resource,
    member: Member,
    running: Decimal,
    because: str,
    status: UsageStatus,
) -> Iterator[Charge]:
    yield (PROVISIONED_OPTIMIZED if member.optimized else PROVISIONED).metered(
        resource,
        running,
        because,
        usage=status,
        NAME=member.kind,
        ENGINE=member.engine.name,
        CLASS=listed_class(member.kind),
        OPERATION=member.engine.operation,
    )


def _serverless(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    member: Member,
    running: Decimal,
) -> Iterator[Charge]:
    """Capacity units between the cluster's least and most, and their extended support."""
    holder = member.cluster or resource
    capacity = v2_capacity(resource, holder, usage)
    if isinstance(capacity, Gap):
        yield capacity
        return
    units = circumstances.level.pick(capacity)
    yield (V2_OPTIMIZED if member.optimized else V2).metered(
        resource,
        units * running,
        f"{units:f} capacity units for {running:f} hours",
        usage=capacity.status,
        OPERATION=member.engine.operation,
    )
    yield from public_address(resource, circumstances, running)
    yield from _support(
        resource, circumstances, member, units, f"{units:f} capacity units", BY_ACU
    )


def _support(
    resource: Resource,
    circumstances: Circumstances,
    member: Member,
    units: Decimal | None,
    what: str,
    meter: Meter,
) -> Iterator[Charge]:
    """Extended support of the cluster's version, unless its lifecycle refuses it."""
    version, lifecycle = resource.input("engineVersion"), None
    if member.cluster is not None:
        lifecycle = member.cluster.input("engineLifecycleSupport")
        if version is None:
            version = told(member.cluster, circumstances.graph, "engineVersion")
    if lifecycle != DISABLED:
        yield from support_charges(
            resource,
            circumstances,
            member.engine.name,
            version,
            units,
            what=what,
            meter=meter,
        )


def _member_of(resource: Resource, graph: ResourceGraph) -> Member | Gap:
    """The instance with its cluster's engine and storage, or why they are not known."""
    value = resource.input("clusterIdentifier")
    found = graph.references(resource, "clusterIdentifier", value, CLUSTERS)
    owner = found[0] if len(found) == 1 else None
    name = text(resource.input("engine"))
    if name is None or isinstance(name, Unknown):
        name = text(told(owner, graph, "engine")) if owner else name
    kind = text(resource.input("instanceClass"))
    if not isinstance(name, str) or not isinstance(kind, str):
        what = "class" if isinstance(name, str) else "engine"
        return Gap("unknown-input", f"its {what} is not known before deployment")
    engine = engine_of(name, None)
    if engine is None or not engine.is_aurora:
        reason = f"Farebox knows no list that has instances of clusters of {name}"
        return Gap("no-price", reason)
    optimized = is_optimized(owner, graph) if owner else False
    if isinstance(optimized, Gap):
        return optimized
    return Member(engine, kind, owner, optimized)


TYPES = {
    "aws:rds/clusterInstance:ClusterInstance": Type(
        billed=(
            "An instance of a cluster is billed by the hour of its class, or by its "
            "capacity units, and more where the cluster is I/O-Optimized."
        ),
        source=SOURCE,
        meters=(
            PROVISIONED,
            PROVISIONED_OPTIMIZED,
            V2,
            V2_OPTIMIZED,
            BY_VCPU,
            BY_ACU,
            RETENTION,
            PUBLIC_ADDRESS,
        ),
        uses=(CAPACITY, RUNNING, CREDITS, INSIGHTS, OWN_VCPUS, *RESERVED_TERM),
        rule=cluster_instance,
        terraform="aws_rds_cluster_instance",
        notes=(
            "`db.serverless` runs between the least and the most capacity of its cluster: "
            "the least as a rule, marked assumed, until `capacity_units_per_hr` says how "
            "many. A cluster that is not in the stack is taken for one of standard storage."
        ),
    ),
}
