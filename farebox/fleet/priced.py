"""What a stack of a fleet costs: the rows of its tables."""

from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import Statement, UsageStatus
from farebox.graph import ResourceGraph
from farebox.graph.tags import tags_of


class Line(Struct, frozen=True):
    """One charge of a stack: US dollars a month under AWS's key, and whose it is."""

    urn: str
    type: str
    name: str
    service: str
    region: str
    usage_type: str
    operation: str
    purchase: str
    term: str
    description: str
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    list_usd_per_unit: Decimal | None
    usage: UsageStatus
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal
    tags: dict[str, str]


class Missing(Struct, frozen=True):
    """One charge of a stack without a figure."""

    urn: str
    type: str
    code: str
    reason: str


class PricedStack(Struct, frozen=True):
    """What one stack costs; `error` says why it has no figures, or is empty.

    `on` is the day that decides what depends on a date.
    """

    name: str
    content_id: str
    project: str = ""
    stack: str = ""
    on: str = ""
    usd: Decimal = Decimal(0)
    usd_low: Decimal = Decimal(0)
    usd_high: Decimal = Decimal(0)
    lower_bound: bool = False
    lines: tuple[Line, ...] = ()
    unpriced: tuple[Missing, ...] = ()
    free: int = 0
    error: str = ""


def of_statement(
    name: str, content: str, statement: Statement, graph: ResourceGraph
) -> PricedStack:
    """The rows of a stack's statement, each line with its resource's tags."""
    tags = {
        urn: tags_of(graph.by_urn[urn]) if urn in graph.by_urn else {}
        for urn in {line.subject.urn or "" for line in statement.lines}
    }
    return PricedStack(
        name=name,
        content_id=content,
        project=statement.project,
        stack=statement.stack,
        on=statement.on,
        usd=statement.usd_per_month,
        usd_low=statement.usd_low,
        usd_high=statement.usd_high,
        lower_bound=statement.lower_bound,
        lines=tuple(
            Line(
                line.subject.urn or "",
                line.subject.type,
                line.subject.name,
                line.key.service,
                line.key.region,
                line.key.usage_type,
                line.key.operation,
                line.key.purchase,
                line.key.term,
                line.description,
                line.quantity,
                line.unit,
                line.usd_per_unit,
                line.list_usd_per_unit,
                line.usage,
                line.usd_per_month,
                line.usd_low,
                line.usd_high,
                tags[line.subject.urn or ""],
            )
            for line in statement.lines
        ),
        unpriced=tuple(
            Missing(
                entry.subject.urn or "", entry.subject.type, entry.code, entry.reason
            )
            for entry in statement.unpriced
        ),
        free=len(statement.free),
    )
