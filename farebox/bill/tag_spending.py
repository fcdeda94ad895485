"""What a stack spends by a tag of its resources: who pays, beside what for."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement
from farebox.graph import ResourceGraph, Unknown
from farebox.graph.tags import tag_of, tags_of

ZERO = Decimal(0)

PAYERS = ("team", "owner", "costcenter", "department", "businessunit")
"""Tags by which companies say who pays, the first of them that a program uses first."""

MOST_NAMED = 10

Kind = Literal["tagged", "unknown", "untagged", "account"]
KINDS: tuple[Kind, ...] = ("tagged", "unknown", "untagged", "account")


class TagPart(Struct, frozen=True):
    """What one value of the tag pays: its lines, and their US dollars a month.

    The value is empty of what is not `tagged`: a value that is not known before
    deployment, resources without the tag, and what the account uses, which no resource
    owns.
    """

    kind: Kind
    value: str
    lines: tuple[LineItem, ...]
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal


class TagSpending(Struct, frozen=True):
    """The whole statement by one tag: values dearest first, then what has none."""

    key: str
    parts: tuple[TagPart, ...]


def spending_by_tag(
    statement: Statement, graph: ResourceGraph, key: str | None = None
) -> TagSpending | None:
    """The statement by a tag: the one asked for, else the first of `PAYERS` in use.

    None where nothing is charged, or none was asked for and the stack uses none.
    """
    key = key or payer_key(graph)
    if key is None or not statement.lines:
        return None
    places = {
        urn: _place(graph, urn, key)
        for urn in {line.subject.urn for line in statement.lines}
    }
    lines: dict[tuple[Kind, str], list[LineItem]] = {}
    for line in statement.lines:
        lines.setdefault(places[line.subject.urn], []).append(line)
    parts = [_part(*place, tuple(found)) for place, found in lines.items()]
    parts.sort(key=lambda part: (KINDS.index(part.kind), -part.usd, part.value))
    return TagSpending(key, tuple(parts))


def _place(graph: ResourceGraph, urn: str | None, key: str) -> tuple[Kind, str]:
    if urn is None:
        return "account", ""
    resource = graph.by_urn.get(urn)
    value = None if resource is None else tag_of(resource, key)
    if isinstance(value, Unknown):
        return "unknown", ""
    return ("tagged", value) if value else ("untagged", "")


def _part(kind: Kind, value: str, lines: tuple[LineItem, ...]) -> TagPart:
    return TagPart(
        kind,
        value,
        lines,
        sum((line.usd_per_month for line in lines), ZERO),
        sum((line.usd_low for line in lines), ZERO),
        sum((line.usd_high for line in lines), ZERO),
    )


def slips(graph: ResourceGraph, key: str | None) -> list[str]:
    """A sentence where no resource has the tag that was asked for."""
    if key is None or any(tag_of(item, key) is not None for item in graph.resources):
        return []
    used = sorted({name for item in graph.resources for name in tags_of(item)})
    known = ", ".join(used[:MOST_NAMED]) or "none"
    return [f"no resource of this stack has the tag {key}; it uses: {known}"]


def payer_key(graph: ResourceGraph) -> str | None:
    """The tag that says who pays, as most of the stack's resources spell it."""
    used = Counter(key for item in graph.resources for key in tags_of(item))
    return next(_spelled(used), None)


def _spelled(used: Counter[str]) -> Iterator[str]:
    """`cost-center`, `CostCenter` and `cost_center` are one payer, spelled apart."""
    for payer in PAYERS:
        alike = [key for key in used if _bare(key) == payer]
        if alike:
            yield max(sorted(alike), key=used.__getitem__)


def _bare(key: str) -> str:
    return "".join(sign for sign in key.casefold() if sign.isalnum())
