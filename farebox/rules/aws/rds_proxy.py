"""Amazon RDS Proxy: by the vCPU, or the capacity units, of what it leads to.

Source: https://aws.amazon.com/rds/proxy/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph, Unknown
from farebox.rules.aws.aurora_instances import SERVERLESS
from farebox.rules.aws.aurora_serverless import CAPACITY, v2_capacity
from farebox.rules.aws.db_classes import vcpus_of
from farebox.rules.aws.privatelink import BYTES, HOURS
from farebox.rules.aws.rds_sources import CLUSTERS, INSTANCES, told
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/rds/proxy/pricing/"
TARGET_TYPES = frozenset(("aws:rds/proxyTarget:ProxyTarget",))
MEMBER_TYPES = frozenset(("aws:rds/clusterInstance:ClusterInstance",))

BY_VCPU = Meter(
    service="AmazonRDS",
    usage_type="RDS:ProxyUsage",
    unit="vCPU-Hours",
    says="proxy, by the vCPU of its databases",
)
BY_ACU = Meter(
    service="AmazonRDS",
    usage_type="RDS:Proxy-ASv2-Usage",
    unit="ACU-Hr",
    says="proxy, by the capacity units of its databases",
)

LEAST_VCPU, LEAST_ACU = Decimal(2), Decimal(8)
"""vCPU and capacity units that AWS charges at least."""


def proxy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A proxy is billed by the hour for each vCPU or capacity unit behind it.

    Source: https://aws.amazon.com/rds/proxy/pricing/
    """
    graph = circumstances.graph
    databases = _databases(resource, graph)
    if isinstance(databases, Gap):
        yield databases
        return
    vcpus, units = Decimal(0), Decimal(0)
    provisioned = False
    for database in databases:
        kind = _class_of(database, graph)
        if kind == SERVERLESS:
            capacity = v2_capacity(database, _owner(database, graph), usage)
            if isinstance(capacity, Gap):
                yield capacity
                return
            units += circumstances.level.pick(capacity)
            continue
        count = vcpus_of(kind) if isinstance(kind, str) else None
        if count is None:
            reason = f"the vCPU of {database.name}, behind it, are not known"
            yield BY_VCPU.gap(resource, reason)
            return
        provisioned = True
        vcpus += count
    month = circumstances.hours_per_month
    if provisioned:
        vcpus = max(vcpus, LEAST_VCPU)
        yield BY_VCPU.metered(resource, vcpus * month, f"{vcpus:f} vCPU behind it")
    if units or not provisioned:
        units = max(units, LEAST_ACU)
        because = f"{units:f} capacity units behind it"
        yield BY_ACU.metered(resource, units * month, because, usage="assumed")


def _databases(resource: Resource, graph: ResourceGraph) -> list[Resource] | Gap:
    """The instances behind a proxy, those of its clusters among them."""
    targets = graph.referrers(resource, TARGET_TYPES)
    found: list[Resource] = []
    for target in targets:
        for name, types in (
            ("dbInstanceIdentifier", INSTANCES),
            ("dbClusterIdentifier", CLUSTERS),
        ):
            value = target.input(name)
            for item in graph.references(target, name, value, types):
                members = graph.referrers(item, MEMBER_TYPES)
                found.extend([item] if item.type in INSTANCES else members)
    if not found:
        return Gap(
            "unknown-input",
            "the databases behind it are not in the stack: it is charged by their vCPU",
            BY_VCPU.price_key(resource),
            BY_VCPU.unit,
        )
    return list({item.urn: item for item in found}.values())


def _class_of(database: Resource, graph: ResourceGraph) -> str | Unknown | None:
    if database.type in INSTANCES:
        return text(told(database, graph, "instanceClass"))
    return text(database.input("instanceClass"))


def _owner(member: Resource, graph: ResourceGraph) -> Resource:
    value = member.input("clusterIdentifier")
    found = graph.references(member, "clusterIdentifier", value, CLUSTERS)
    return found[0] if len(found) == 1 else member


def endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A further endpoint of a proxy is one of PrivateLink, in each of its subnets.

    Source: https://aws.amazon.com/rds/proxy/pricing/ (additional endpoints)
    """
    parts = {"infix": "", "kind": "interface"}
    subnets = resource.input("vpcSubnetIds")
    if not isinstance(subnets, list) or isinstance(subnets, Unknown) or not subnets:
        yield HOURS.gap(resource, "its subnets are not known", **parts)
    else:
        count = Decimal(len(subnets))
        because = f"in {count:f} subnets all month"
        yield HOURS.all_month(
            resource, circumstances, count=count, because=because, **parts
        )
    yield from BYTES.where_given(resource, usage, **parts)


TYPES = {
    "aws:rds/proxy:Proxy": Type(
        billed="A proxy is billed by the hour for each vCPU or capacity unit behind it.",
        source=SOURCE,
        meters=(BY_VCPU, BY_ACU),
        uses=(CAPACITY,),
        rule=proxy,
        terraform="aws_db_proxy",
        notes=(
            "At least 2 vCPU or 8 capacity units are charged. The instances behind it are "
            "found by the stack's `ProxyTarget`s."
        ),
    ),
    "aws:rds/proxyEndpoint:ProxyEndpoint": Type(
        billed="A further endpoint of a proxy is billed as one of PrivateLink.",
        source=SOURCE,
        meters=(HOURS,),
        uses=(BYTES,),
        rule=endpoint,
        terraform="aws_db_proxy_endpoint",
    ),
}
