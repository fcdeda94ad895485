"""Elastic Load Balancing: hours, capacity units and the addresses of the balancer.

A capacity unit has several dimensions; AWS bills the one that is used most.

Source: https://aws.amazon.com/elasticloadbalancing/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import EIP_TYPE, IN_USE, public_ipv4
from farebox.rules.aws.addresses import SERVICE as ADDRESS_SERVICE
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    Metered,
    hours,
    key_of,
    used,
)
from farebox.rules.service import Type, free

SERVICE = "AWSELB"

LISTENER_TYPES = frozenset(
    {
        "aws:lb/listener:Listener",
        "aws:alb/listener:Listener",
        "aws:elasticloadbalancingv2/listener:Listener",
        "aws:applicationloadbalancing/listener:Listener",
    }
)
SUBNET_TYPES = frozenset(
    {"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"}
)


class CapacityUnit(Struct, frozen=True):
    """What one capacity unit carries; None where the balancer has no such dimension."""

    new_connections_per_second: Decimal
    active_connections: Decimal
    rule_evaluations_per_second: Decimal | None = None


APPLICATION_UNIT = CapacityUnit(Decimal(25), Decimal(3000), Decimal(1000))
GATEWAY_UNIT = CapacityUnit(Decimal(600), Decimal(60_000))
NETWORK_UNITS = {
    "TLS": CapacityUnit(Decimal(50), Decimal(3000)),
    "UDP": CapacityUnit(Decimal(400), Decimal(50_000)),
    "TCP": CapacityUnit(Decimal(800), Decimal(100_000)),
}
"""By protocol, the dearest first. Every unit also carries 1 GB an hour.

Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (LCU, NLCU, GLCU details)
"""

KINDS = {
    "application": ("Application", "ALB", "LCU"),
    "network": ("Network", "NLB", "NLCU"),
    "gateway": ("Gateway", "GWLB", "GLCU"),
}
"""`loadBalancerType` to the operation's name, the short name and its unit's name."""


def load_balancer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A load balancer is billed by the hour, by capacity unit, and for its addresses.

    Source: https://aws.amazon.com/elasticloadbalancing/pricing/
    """
    kind = resource.input("loadBalancerType")
    if kind is UNKNOWN:
        yield Gap("unknown-input", "loadBalancerType is not known before deployment")
        return
    kind = str(kind or "application")
    if kind not in KINDS:
        yield Gap("no-price", f"AWS sells no load balancer of the type {kind}")
        return
    operation_name, short_name, unit_name = KINDS[kind]
    operation = f"LoadBalancing:{operation_name}"
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "LoadBalancerUsage",
        operation,
        description=f"{kind} load balancer",
        because="runs all month",
    )
    unit, note = APPLICATION_UNIT, ""
    if kind == "network":
        unit, note = _network_unit(resource, circumstances)
    elif kind == "gateway":
        unit = GATEWAY_UNIT
    yield _capacity(
        resource,
        usage,
        circumstances,
        unit,
        operation=operation,
        what=f"{short_name} capacity units ({unit_name})",
        note=note,
    )
    if resource.input("minimumLoadBalancerCapacity") is not None:
        yield Gap(
            "no-price",
            "reserved capacity units (minimumLoadBalancerCapacity) are charged, and "
            "Farebox knows no price for them",
        )
    if kind != "gateway":
        yield from _addresses(resource, circumstances, "subnets")


def classic_load_balancer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A classic load balancer is billed by the hour and by the GB that it processes.

    Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (classic)
    """
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "LoadBalancerUsage",
        "LoadBalancing",
        description="classic load balancer",
        because="runs all month",
    )
    yield used(
        resource,
        usage,
        "monthly_data_processed_gb",
        SERVICE,
        "DataProcessing-Bytes",
        "LoadBalancing",
        unit="GB",
        description="data processed by the classic load balancer",
    )
    zones = "subnets"
    if resource.input("subnets") is None:
        zones = "availabilityZones"
    yield from _addresses(resource, circumstances, zones)


def trust_store(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A trust store, for certificates of clients, is billed by the hour.

    Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (mutual TLS)
    """
    yield Gap(
        "no-price",
        "a trust store is charged by the hour, and Farebox knows no price for it",
    )


def _network_unit(
    resource: Resource, circumstances: Circumstances
) -> tuple[CapacityUnit, str]:
    """The unit of the dearest protocol that its listeners speak, and why."""
    listeners = circumstances.graph.referrers(resource, LISTENER_TYPES)
    spoken = {str(item.input("protocol") or "").upper() for item in listeners}
    for protocol, unit in NETWORK_UNITS.items():
        if any(protocol in name for name in spoken):
            return unit, f"{protocol} listener"
    return NETWORK_UNITS["TCP"], "no listener in the stack, counted as TCP"


def _capacity(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    unit: CapacityUnit,
    *,
    operation: str,
    what: str,
    note: str,
) -> Charge:
    """Capacity unit-hours: the largest dimension of those that the usage file gives.

    Connections and rules are rates and last all hours; bytes are the month's.
    """
    key = key_of(resource, SERVICE, "LCUUsage", operation)
    dimensions: list[tuple[str, str, Decimal | None]] = [
        ("new_connections", "new connections/s", unit.new_connections_per_second),
        ("active_connections", "active connections", unit.active_connections),
        ("processed_bytes_gb", "GB a month", None),
    ]
    if unit.rule_evaluations_per_second is not None:
        per_second = unit.rule_evaluations_per_second
        dimensions.append(("rule_evaluations", "rules/s", per_second))
    largest: tuple[Decimal, Given, str] | None = None
    for usage_key, name, carried in dimensions:
        given = usage.quantity(usage_key)
        if given is None:
            continue
        text = f"{given.quantity:f} {name}"
        if carried is None:
            unit_hours = given.quantity
            because = f"{text} at 1 GB per unit-hour"
        else:
            unit_hours = given.quantity / carried * circumstances.hours_per_month
            because = f"{text} / {carried:f} x {circumstances.hours_per_month:f} hours"
        if largest is None or unit_hours > largest[0]:
            largest = (unit_hours, given, f"{usage_key} binds: {because}")
    if largest is None:
        return Gap(
            "no-usage",
            f"{what}: the cost depends on use, and none of "
            f"{', '.join(name for name, _, _ in dimensions)} is given",
            key,
            "LCU-Hrs",
            "processed_bytes_gb",
        )
    quantity, given, because = largest
    if note:
        because = f"{because} ({note})"
    return Metered(key, quantity, "LCU-Hrs", what, because, given.status)


def _addresses(
    resource: Resource, circumstances: Circumstances, zones_input: str
) -> Iterator[Charge]:
    """An internet-facing balancer has an address in each zone that it serves.

    Zones that are mapped to an Elastic IP are charged on the Elastic IP.
    """
    internal = flag(resource.input("internal"))
    if internal is True:
        return
    if resource.input("ipAddressType") == "dualstack-without-public-ipv4":
        return
    if resource.input("customerOwnedIpv4Pool") is not None:
        return
    key = key_of(resource, ADDRESS_SERVICE, IN_USE)
    if internal is UNKNOWN:
        yield Gap(
            "unknown-input",
            "public IPv4 addresses: whether the balancer is internal is not known "
            "before deployment",
            key,
            "Hrs",
        )
        return
    mappings = resource.input("subnetMappings")
    if isinstance(mappings, list) and mappings:
        count = sum(not _has_eip(mapping) for mapping in mappings)
    else:
        found = _mapped(resource, circumstances, mappings)
        if found is None:
            found = _count(resource, circumstances, zones_input)
        if found is None:
            yield Gap(
                "unknown-input",
                f"public IPv4 addresses: how many {zones_input} it has is not known "
                "before deployment",
                key,
                "Hrs",
            )
            return
        count = found
    if count:
        yield public_ipv4(
            resource,
            circumstances,
            Decimal(count),
            f"{count} zone{'s' if count > 1 else ''} of an internet-facing balancer, "
            "one address each",
        )


def _mapped(
    resource: Resource, circumstances: Circumstances, mappings: Any
) -> int | None:
    """Zones without an Elastic IP among mappings that are unknown as a whole."""
    if mappings is not UNKNOWN:
        return None
    graph, name = circumstances.graph, "subnetMappings"
    subnets = graph.references(resource, name, UNKNOWN, SUBNET_TYPES)
    addresses = graph.references(resource, name, UNKNOWN, (EIP_TYPE,))
    return max(0, len(subnets) - len(addresses)) if subnets else None


def _has_eip(mapping: Any) -> bool:
    return isinstance(mapping, dict) and mapping.get("allocationId") not in (None, "")


def _count(resource: Resource, circumstances: Circumstances, name: str) -> int | None:
    """How many zones an input lists, or how many subnets its value comes from."""
    value = resource.input(name)
    if isinstance(value, list) and value:
        return len(value)
    subnets = circumstances.graph.references(resource, name, UNKNOWN, SUBNET_TYPES)
    return len(subnets) or None


_LOAD_BALANCER = Type(
    billed="A load balancer is billed by the hour, by capacity unit, and for its addresses.",
    source="https://aws.amazon.com/elasticloadbalancing/pricing/",
    rule=load_balancer,
)
_CLASSIC_LOAD_BALANCER = Type(
    billed="A classic load balancer is billed by the hour and by the GB that it processes.",
    source="https://aws.amazon.com/elasticloadbalancing/pricing/",
    rule=classic_load_balancer,
)

TYPES = {
    "aws:alb/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:lb/loadBalancer:LoadBalancer": _LOAD_BALANCER,
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer": _CLASSIC_LOAD_BALANCER,
    "aws:elb/loadBalancer:LoadBalancer": _CLASSIC_LOAD_BALANCER,
    "aws:lb/trustStore:TrustStore": Type(
        billed="A trust store, for certificates of clients, is billed by the hour.",
        source="https://aws.amazon.com/elasticloadbalancing/pricing/",
        rule=trust_store,
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
