"""Elastic Load Balancing: hours, capacity units and the addresses of the balancer.

A capacity unit has several dimensions; AWS bills the one that is used most.

Source: https://aws.amazon.com/elasticloadbalancing/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import EIP_TYPE, USED, public_ipv4
from farebox.rules.aws.elb_capacity import (
    APPLICATION_UNIT,
    CAPACITY,
    GATEWAY_UNIT,
    KEYS,
    CapacityUnit,
    capacity,
    network_unit,
)
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.listed import Listed, listed
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free
from farebox.rules.shapes import holds_unknown

SOURCE = "https://aws.amazon.com/elasticloadbalancing/pricing/"

HOURS = Meter(
    service="AWSELB",
    usage_type="LoadBalancerUsage",
    operation="LoadBalancing:{kind}",
    unit="Hrs",
    says="{name} load balancer",
    per="hour",
    because="runs all month",
)
CLASSIC_HOURS = Meter(
    service="AWSELB",
    usage_type="LoadBalancerUsage",
    operation="LoadBalancing",
    unit="Hrs",
    says="classic load balancer",
    per="hour",
    because="runs all month",
)
TRUST_STORE = Meter(
    service="AWSELB",
    usage_type="TS-LoadBalancerUsage",
    unit="Hrs",
    says="trust store",
    per="hour",
    because="one trust store with a balancer all month",
)
CLASSIC_BYTES = Use(
    key="monthly_data_processed_gb",
    service="AWSELB",
    usage_type="DataProcessing-Bytes",
    operation="LoadBalancing",
    unit="GB",
    says="data processed by the classic load balancer",
    metrics=(
        Metric(
            namespace="AWS/ELB",
            names=("EstimatedProcessedBytes",),
            dimensions={"LoadBalancerName": "name"},
            unit=GIB,
        ),
    ),
)

SUBNET_TYPES = frozenset(
    {"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"}
)
KINDS = {
    "application": ("Application", "ALB", "LCU"),
    "network": ("Network", "NLB", "NLCU"),
    "gateway": ("Gateway", "GWLB", "GLCU"),
}
"""`loadBalancerType` to the operation's name, the short name and its unit's name."""


def load_balancer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours, capacity units of the balancer's kind, and its addresses."""
    name = resource.input("loadBalancerType")
    if name is UNKNOWN:
        yield Gap("unknown-input", "loadBalancerType is not known before deployment")
        return
    name = str(name or "application")
    if name not in KINDS:
        yield Gap("no-price", f"AWS sells no load balancer of the type {name}")
        return
    kind, short_name, unit_name = KINDS[name]
    yield HOURS.all_month(resource, circumstances, kind=kind, name=name)
    counted: tuple[CapacityUnit, str] | Gap = (
        (GATEWAY_UNIT if name == "gateway" else APPLICATION_UNIT),
        "",
    )
    if name == "network":
        counted = network_unit(resource, circumstances)
    if isinstance(counted, Gap):
        yield counted
    else:
        yield capacity(
            resource,
            usage,
            circumstances,
            counted[0],
            kind=kind,
            name=(short_name, unit_name),
            note=counted[1],
        )
    if resource.input("minimumLoadBalancerCapacity") is not None:
        yield Gap(
            "no-price",
            "reserved capacity units (minimumLoadBalancerCapacity) are charged, and "
            "Farebox knows no price for them",
        )
    if name != "gateway":
        yield from _addresses(resource, circumstances, "subnets")


def classic_load_balancer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours, the GB that it processes, and an address in each zone."""
    yield CLASSIC_HOURS.all_month(resource, circumstances)
    yield CLASSIC_BYTES.charge(resource, usage)
    zones = "subnets"
    if resource.input("subnets") is None:
        zones = "availabilityZones"
    yield from _addresses(resource, circumstances, zones)


def _addresses(
    resource: Resource, circumstances: Circumstances, zones_input: str
) -> Iterator[Charge]:
    """An internet-facing balancer has an address in each zone that it serves.

    Zones that are mapped to an Elastic IP are charged on the Elastic IP.
    """
    internal = flag(resource.input("internal"))
    if internal is True:
        return
    kind = resource.input("ipAddressType")
    if kind == "dualstack-without-public-ipv4":
        return
    if resource.input("customerOwnedIpv4Pool") is not None:
        return
    if UNKNOWN in (internal, kind):
        what = "whether the balancer is internal" if kind is None else "ipAddressType"
        reason = f"public IPv4 addresses: {what} is not known before deployment"
        yield USED.gap(resource, reason)
        return
    found = _without_an_eip(resource, circumstances, zones_input)
    count = found.count
    if count is None or (count == 0 and not resource.input("subnetMappings")):
        yield USED.gap(
            resource,
            f"public IPv4 addresses: how many {zones_input} it has is not known "
            f"before deployment{found.unsaid()}",
        )
        return
    if count:
        yield public_ipv4(
            resource,
            circumstances,
            Decimal(count),
            f"{count} zone{'s' if count > 1 else ''} of an internet-facing balancer, "
            "one address each",
        )


def _without_an_eip(
    resource: Resource, circumstances: Circumstances, zones_input: str
) -> Listed:
    """Zones whose address is AWS's: all that are listed, but for those with an EIP."""
    graph = circumstances.graph
    mappings = resource.input("subnetMappings")
    if isinstance(mappings, list) and mappings:
        if holds_unknown(mappings):
            return Listed(None)
        return Listed(sum(not _has_eip(mapping) for mapping in mappings))
    if mappings is UNKNOWN:
        mapped = listed(graph, resource, "subnetMappings", SUBNET_TYPES)
        addresses = graph.references(resource, "subnetMappings", UNKNOWN, (EIP_TYPE,))
        # One zone and one address that it may have: it has it.
        return Listed(0) if mapped.count == 1 and addresses else mapped
    return listed(graph, resource, zones_input, SUBNET_TYPES)


def _has_eip(mapping: Any) -> bool:
    return isinstance(mapping, dict) and mapping.get("allocationId") not in (None, "")


_BALANCER = Type(
    billed="A load balancer is billed by the hour, by capacity unit, and for its addresses.",
    source=SOURCE,
    meters=(HOURS, CAPACITY, USED),
    uses=KEYS,
    rule=load_balancer,
    terraform="aws_lb aws_alb",
    notes="""
The operation is `LoadBalancing:Application`, `:Network` or `:Gateway`. A capacity unit has
several dimensions; the one that is used most is billed, and the line names it. One carries:

| | new connections/s | active connections | GB an hour | rules/s |
|---|---|---|---|---|
| application | 25 | 3,000 | 1 | 1,000 |
| network, TCP | 800 | 100,000 | 1 | |
| network, UDP | 400 | 50,000 | 1 | |
| network, TLS | 50 | 3,000 | 1 | |
| gateway | 600 | 60,000 | 1 | |

A network balancer counts by the dearest protocol of its listeners, as TCP where the stack
has no listener for it. The line says which. Rates hold for all hours of the month.

**Addresses.** An internet-facing application or network balancer has an address in each
zone: in each of `subnets`, or of `subnetMappings` without an Elastic IP. A dual-stack
balancer without public IPv4 has none. An application balancer may have more addresses
under load; one a zone is counted.
""",
    not_modelled=(
        "reserved capacity (`no-price`), bytes of Lambda targets (0.4 GB a unit), traffic "
        "mixed between protocols"
    ),
)
_CLASSIC = Type(
    billed="A classic load balancer is billed by the hour and by the GB that it processes.",
    source=SOURCE,
    meters=(CLASSIC_HOURS, USED),
    uses=(CLASSIC_BYTES,),
    rule=classic_load_balancer,
    terraform="aws_elb",
    notes="An internet-facing one has an address in each zone.",
)

TYPES = {
    "aws:lb/loadBalancer:LoadBalancer": _BALANCER,
    "aws:alb/loadBalancer:LoadBalancer": _BALANCER,
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": _BALANCER,
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer": _BALANCER,
    "aws:elb/loadBalancer:LoadBalancer": _CLASSIC,
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer": _CLASSIC,
    "aws:lb/trustStore:TrustStore": Type(
        billed="A trust store, for certificates of clients, is billed by the hour.",
        source=SOURCE,
        meters=(TRUST_STORE,),
        terraform="aws_lb_trust_store",
    ),
}

_PARTS = {
    "part of a load balancer, which is charged as a whole": (
        "Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment"
    )
}
_PARTS_OF_CLASSIC = {
    "part of a classic load balancer, which is charged as a whole": (
        "AppCookieStickinessPolicy Attachment ListenerPolicy "
        "LoadBalancerBackendServerPolicy LoadBalancerCookieStickinessPolicy "
        "LoadBalancerPolicy SslNegotiationPolicy"
    )
}

FREE = (
    free("lb", _PARTS)
    | free("alb", _PARTS)
    | free("elasticloadbalancingv2", _PARTS)
    | free("applicationloadbalancing", _PARTS)
    | free("elb", _PARTS_OF_CLASSIC)
    | free("elasticloadbalancing", _PARTS_OF_CLASSIC)
    | free("lb", {"part of a trust store, which is charged": "TrustStoreRevocation"})
    | free(
        "ec2",
        {
            "part of a classic load balancer, which is charged as a whole": (
                "ProxyProtocolPolicy"
            )
        },
    )
)
