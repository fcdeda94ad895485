"""Nodes of a search domain: data, dedicated masters, coordinators and UltraWarm.

Source: https://aws.amazon.com/opensearch-service/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, by_program
from farebox.rules.known import known_blocks, unknown
from farebox.rules.service import Meter
from farebox.rules.shapes import amount, block, field, text

NODES = Meter(
    service="AmazonES",
    usage_type="ESInstance:{TYPE}",
    operation="ESDomain",
    unit="Hrs",
    says="{ROLE} {TYPE}",
    per="hour",
)

DEFAULT_TYPE = "m4.large"
"""The type of data nodes where none is given.

Source: https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_ClusterConfig.html
"""

SUFFIXES = (".search", ".elasticsearch")

OPTIMIZED = ("or1.", "or2.", "om2.", "oi2.")
"""How types begin that keep a second copy of their data in managed storage."""


def type_of(value: Any) -> str | Unknown | None:
    """A type of node as the price list has it: without what says that it is for search."""
    kind = text(value)
    if isinstance(kind, str):
        for suffix in SUFFIXES:
            kind = kind.removesuffix(suffix)
    return kind


def data_nodes(
    resource: Resource, config: dict[str, Any]
) -> tuple[str | Unknown, Decimal | Unknown]:
    """Type and number of the nodes that hold the data; one m4.large by default."""
    kind = type_of(config.get("instanceType"))
    count = amount(resource, config.get("instanceCount"), "nodes of")
    return kind or DEFAULT_TYPE if kind is not UNKNOWN else UNKNOWN, (
        Decimal(1) if count is None else count
    )


def node_charges(
    resource: Resource, circumstances: Circumstances, config: dict[str, Any]
) -> Iterator[Charge]:
    """Every node of a domain, by the hour; the zones that it spreads over cost nothing."""
    kind, count = data_nodes(resource, config)
    said = by_program(config.get("instanceType"), config.get("instanceCount"))
    yield _charge(resource, circumstances, "data node", kind, count, said)
    for role, name, enabled in (
        ("dedicated master", "dedicatedMaster", "dedicatedMasterEnabled"),
        ("UltraWarm node", "warm", "warmEnabled"),
    ):
        on = flag(config.get(enabled))
        if on is UNKNOWN:
            yield Gap("unknown-input", f"whether it has a {role} is not known")
        elif on:
            wanted = type_of(config.get(f"{name}Type"))
            number = amount(resource, config.get(f"{name}Count"), "nodes of")
            yield _charge(resource, circumstances, role, wanted, number)
    yield from _coordinators(resource, circumstances, config)


def _coordinators(
    resource: Resource, circumstances: Circumstances, config: dict[str, Any]
) -> Iterator[Charge]:
    """Nodes that only route: the one kind that `nodeOptions` has."""
    options = known_blocks(config.get("nodeOptions"), "nodeOptions")
    if isinstance(options, Gap):
        yield options
        return
    for option in options:
        config = block(option.get("nodeConfig"))
        enabled = field(option.get("nodeConfig"), "enabled")
        if enabled is UNKNOWN:
            yield unknown("nodeOptions.nodeConfig")
        elif flag(enabled):
            kind = type_of(config.get("type"))
            number = amount(resource, config.get("count"), "nodes of")
            yield _charge(resource, circumstances, "coordinator", kind, number)


def _charge(
    resource: Resource,
    circumstances: Circumstances,
    role: str,
    kind: str | Unknown | None,
    count: Decimal | Unknown | None,
    usage: UsageStatus = "given",
) -> Charge:
    if not isinstance(kind, str):
        return Gap("unknown-input", f"the type of its {role}s is not known")
    if not isinstance(count, Decimal):
        reason = f"how many {role}s it has is not known"
        return NODES.gap(resource, reason, TYPE=kind, ROLE=role)
    return NODES.metered(
        resource,
        count * circumstances.hours_per_month,
        f"{count:f} of them all month",
        usage=usage,
        TYPE=kind,
        ROLE=role,
    )
