"""What costs more than people expect, found in a statement or in its graph.

Each function gives one finding a resource, or none, and says what to do instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from farebox.bill.statement import GapCode, LineItem, Statement, Subject
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.guard.budgets import Finding
from farebox.reports.figures import dollars
from farebox.reports.statement.view import gap_reason, label_of, short_type

NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
VPCS = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")

GP2_STORAGE = "EBS:VolumeUsage.gp2"
IDLE_ADDRESS = "PublicIPv4:IdleAddress"

ONE_NAT = (
    "Way out: one zonal NAT gateway for the VPC, or none: public addresses, IPv6, or "
    "endpoints of the services that are called."
)

INSTANCE_MODULES = ("aws:ec2/", "aws:autoscaling/", "aws:eks/")
"""Modules whose resources name EC2 instance types."""

INSTANCE_TYPE_KEYS = ("instanceType", "instanceTypes")
BY_ATTRIBUTES = "instanceRequirements"

ZERO = Decimal(0)

PREVIOUS_GENERATION = frozenset(
    ("a1", "c1", "c3", "c4", "g3", "i2", "m1", "m2", "m3", "m4", "p2", "r3", "r4", "t1")
)
"""Instance families that AWS calls previous generation.

Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/pg.html
"""


def nat_per_zone(statement: Statement, graph: ResourceGraph) -> list[Finding]:
    """More than one NAT gateway in a VPC, or a regional one in several zones."""
    by_vpc: dict[str, list[Resource]] = {}
    for gateway in graph.by_type.get(NAT_GATEWAY, ()):
        by_vpc.setdefault(_vpc_of(gateway, graph), []).append(gateway)
    usd_of = _usd_by_urn(statement)
    findings = []
    for gateways in by_vpc.values():
        regional = any(x.input("availabilityMode") == "regional" for x in gateways)
        names = label_of([gateway.name for gateway in gateways])
        if len(gateways) > 1:
            said = f"{len(gateways)} NAT gateways serve one VPC: {names}"
        elif regional:
            said = f"{names} is a regional NAT gateway, charged for each of its zones"
        else:
            continue
        usd = sum((usd_of.get(x.urn, ZERO) for x in gateways), ZERO)
        findings.append(
            Finding(f"{said}. {dollars(usd)} USD a month.\n{ONE_NAT}", gateways[0].urn)
        )
    return findings


def gp2_volumes(statement: Statement) -> list[Finding]:
    """Volumes of type gp2, also those that get it by default."""
    return _findings(
        (
            (
                line.subject,
                f"{line.description} costs more than gp3 and is slower.",
                line,
            )
            for line in _lines_of(statement, GP2_STORAGE)
        ),
        "Way out: name the volume type gp3; the volume is changed in place.",
    )


def unattached_addresses(statement: Statement) -> list[Finding]:
    """Elastic IPs that nothing in the stack uses."""
    return _findings(
        (
            (line.subject, "nothing in the stack uses this address.", line)
            for line in _lines_of(statement, IDLE_ADDRESS)
        ),
        "Way out: associate it, or release it.",
    )


def previous_generation(graph: ResourceGraph) -> list[Finding]:
    """Instance types of the families that AWS calls previous generation."""

    def old(resource: Resource) -> list[str]:
        types = [x for x in instance_types(resource) if isinstance(x, str)]
        return [x for x in types if family(x) in PREVIOUS_GENERATION]

    return _findings(
        (
            (resource, f"AWS calls {_listed(types)} previous generation.", None)
            for resource in _launching(graph)
            if (types := old(resource))
        ),
        "Way out: name a type of a current family, which gives more for the money.",
    )


def not_allowed(graph: ResourceGraph, allowed: Sequence[str]) -> list[Finding]:
    """Instance types outside of `allowed`: types, families or patterns with `*`.

    What is not known before deployment is a finding too: it cannot be checked.
    """

    def said(resource: Resource) -> str:
        found = list(instance_types(resource))
        wrong = [x for x in found if isinstance(x, str) and not _allows(allowed, x)]
        sentences = []
        if wrong:
            sentences.append(f"not allowed: {_listed(wrong)}.")
        if UNKNOWN in found:
            sentences.append("an instance type is not known before deployment.")
        return " ".join(sentences)

    return _findings(
        (
            (resource, sentence, None)
            for resource in _launching(graph)
            if (sentence := said(resource))
        ),
        f"Allowed: {', '.join(allowed)}.\n"
        "Way out: name an allowed type, or extend the list.",
    )


def no_usage(statement: Statement) -> list[Finding]:
    """Metered charges for which nobody says how much is used."""
    return _without_figure(
        statement,
        ("no-usage",),
        "Way out: give the usage in the usage file (docs/usage.md).",
    )


def unpriced(statement: Statement) -> list[Finding]:
    """Charges without a figure for another reason: the total is a lower bound."""
    return _without_figure(
        statement,
        ("no-rule", "no-price", "unknown-input"),
        "Way out: the total is a lower bound until this has a figure; `fare explain` "
        "tells more.",
    )


def instance_types(resource: Resource) -> Iterator[str | Unknown]:
    """Every instance type that a resource names, UNKNOWN for what is not known."""
    for name in resource.raw_inputs:
        yield from _types_in(name, resource.input(name))


def family(instance_type: str) -> str:
    """`r6a.large` as `r6a`."""
    return instance_type.partition(".")[0]


def _types_in(name: str, value: Any) -> Iterator[str | Unknown]:
    if name in INSTANCE_TYPE_KEYS:
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str | Unknown):
                yield item
    elif name == BY_ATTRIBUTES:
        yield UNKNOWN
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _types_in(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _types_in("", item)


def _launching(graph: ResourceGraph) -> Iterator[Resource]:
    for type_, resources in graph.by_type.items():
        if type_.startswith(INSTANCE_MODULES):
            yield from resources


def _allows(allowed: Iterable[str], type_: str) -> bool:
    """A family stands for all of its sizes."""
    return any(
        fnmatchcase(type_, item) or fnmatchcase(family(type_), item) for item in allowed
    )


def _listed(types: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(types))


def _vpc_of(gateway: Resource, graph: ResourceGraph) -> str:
    """What names the VPC of a NAT gateway: one of the stack, else its id.

    Subnets that are not of the stack are taken to be of one VPC in their region.
    """
    place = gateway
    if gateway.input("vpcId") is None:
        found = graph.references(
            gateway, "subnetId", gateway.input("subnetId"), SUBNETS
        )
        if not found:
            return f"a VPC in {gateway.region}"
        place = found[0]
    vpc = place.input("vpcId")
    known = graph.references(place, "vpcId", vpc, VPCS)
    return known[0].urn if known else str(vpc)


def _usd_by_urn(statement: Statement) -> dict[str | None, Decimal]:
    found: dict[str | None, Decimal] = {}
    for line in statement.lines:
        urn = line.subject.urn
        found[urn] = found.get(urn, ZERO) + line.usd_per_month
    return found


def _lines_of(statement: Statement, usage_type: str) -> Iterator[LineItem]:
    """Lines of a usage type, with any region's prefix, that are charged."""
    for line in statement.lines:
        name = line.key.usage_type
        if name == usage_type or name.endswith(f"-{usage_type}"):
            yield line


def _without_figure(
    statement: Statement, codes: Sequence[GapCode], way_out: str
) -> list[Finding]:
    return _findings(
        (
            (entry.subject, f"{gap_reason(entry)}.", None)
            for entry in statement.unpriced
            if entry.code in codes and entry.hides_cost
        ),
        way_out,
    )


def _findings(
    found: Iterable[tuple[Subject | Resource, str, LineItem | None]], way_out: str
) -> list[Finding]:
    """One finding for all resources of a type of which the same is said."""
    groups: dict[tuple[str, str], list[tuple[Subject | Resource, Decimal]]] = {}
    for item, said, line in found:
        usd = ZERO if line is None else line.usd_per_month
        groups.setdefault((item.type, said), []).append((item, usd))
    findings = []
    for (type_, said), items in groups.items():
        names = label_of([item.name for item, _ in items])
        usd = sum((usd for _, usd in items), ZERO)
        cost = f" {dollars(usd)} USD a month." if usd else ""
        findings.append(
            Finding(
                f"{names} ({short_type(type_)}): {said}{cost}\n{way_out}",
                items[0][0].urn if len(items) == 1 else None,
            )
        )
    return findings
