"""Provisioned capacity of DynamoDB's tables and indexes, with what scales it.

Source: https://aws.amazon.com/dynamodb/pricing/provisioned/
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.charges import Gap
from farebox.rules.known import known_blocks
from farebox.rules.shapes import amount, text

TARGET = "aws:appautoscaling/target:Target"
TARGET_TYPES = frozenset((TARGET,))

READ, WRITE = "Read", "Write"


class Index(Struct, frozen=True):
    """A table (without a name) or one of its indexes, and what is asked of it."""

    name: str
    read: Any
    write: Any

    def asked(self, way: str) -> Any:
        """The capacity that the program gives for reads or for writes."""
        return self.read if way == READ else self.write


def indexes_of(table: Resource) -> list[Index] | Gap:
    """The table itself and its global secondary indexes."""
    given = known_blocks(
        table.input("globalSecondaryIndexes"), "globalSecondaryIndexes"
    )
    if isinstance(given, Gap):
        return given
    found = [Index("", table.input("readCapacity"), table.input("writeCapacity"))]
    for block in given:
        name = text(block.get("name"))
        found.append(
            Index(
                name if isinstance(name, str) else "an index",
                block.get("readCapacity"),
                block.get("writeCapacity"),
            )
        )
    return found


def capacity_of(
    table: Resource, graph: ResourceGraph, index: Index, way: str
) -> Assumption | Gap:
    """Units of a table or index: what is provisioned, or the range that scaling allows.

    Low is the least and high the most of the scaling target; likely is what the
    program provisions, where that lies between them. Raises InvalidInput.
    """
    asked = amount(table, index.asked(way), f"{way.lower()} capacity of")
    limits = [
        (
            amount(target, target.input("minCapacity"), "a capacity of"),
            amount(target, target.input("maxCapacity"), "a capacity of"),
        )
        for target in _targets(table, graph, index, way)
    ]
    what = index.name or "the table"
    if (
        isinstance(asked, Unknown)
        or any(not isinstance(one, Decimal) for pair in limits for one in pair)
        or (asked is None and not limits)
    ):
        reason = f"{way.lower()} capacity of {what} is not known before deployment"
        return Gap("unknown-input", reason)
    if not limits:
        assert asked is not None
        return exactly(asked)
    least = min(low for low, _ in limits if isinstance(low, Decimal))
    most = max(high for _, high in limits if isinstance(high, Decimal))
    likely = asked if asked is not None and least <= asked <= most else least
    status: UsageStatus = "given" if likely == asked else "assumed"
    return Assumption(least, likely, max(most, likely), "units", status=status)


def _targets(
    table: Resource, graph: ResourceGraph, index: Index, way: str
) -> Iterable[Resource]:
    """The scaling targets of one capacity: found by reference, or by the table's name."""
    dimension = f"dynamodb:{'index' if index.name else 'table'}:{way}CapacityUnits"
    name = table.input("name")
    path = f"table/{name}" + (f"/index/{index.name}" if index.name else "")
    referring = {item.urn for item in graph.referrers(table, TARGET_TYPES)}
    for target in graph.by_type.get(TARGET, ()):
        if target.input("scalableDimension") != dimension:
            continue
        said = target.input("resourceId")
        if said is UNKNOWN:
            if target.urn in referring:
                yield target
        elif said == path and isinstance(name, str):
            yield target
