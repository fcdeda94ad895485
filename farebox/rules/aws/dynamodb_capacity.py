"""Provisioned capacity of DynamoDB's tables and indexes, with what scales it.

Source: https://aws.amazon.com/dynamodb/pricing/provisioned/
"""

from typing import Any

from msgspec import Struct

from farebox.bill.assumptions import Assumption, exactly
from farebox.graph import Resource, ResourceGraph, Unknown
from farebox.rules.charges import Gap
from farebox.rules.known import known_blocks
from farebox.rules.scaled import between, scaled, targets_of
from farebox.rules.shapes import amount, field, text

READ, WRITE = "Read", "Write"
SCALING = "writeCapacityScaling"
"""How a table of CloudFormation's that has several regions is scaled, as it says itself."""


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

    Raises InvalidInput.
    """
    asked = amount(table, index.asked(way), f"{way.lower()} capacity of")
    dimension = f"dynamodb:{'index' if index.name else 'table'}:{way}CapacityUnits"
    name = table.input("name")
    path = f"table/{name}" + (f"/index/{index.name}" if index.name else "")
    paths = (path,) if isinstance(name, str) else ()
    targets = list(targets_of(table, graph, dimension, paths))
    what = index.name or "the table"
    reason = f"{way.lower()} capacity of {what} is not known before deployment"
    if way == WRITE and not index.name and table.input(SCALING) is not None:
        limits = [
            amount(table, field(table.input(SCALING), name), "a capacity of")
            for name in ("minCapacity", "maxCapacity")
        ]
        return between(None, limits, "units") or Gap("unknown-input", reason)
    if isinstance(asked, Unknown) or (asked is None and not targets):
        return Gap("unknown-input", reason)
    if not targets:
        assert asked is not None
        return exactly(asked)
    return scaled(asked, targets, "units") or Gap("unknown-input", reason)
