"""A statement as JSON: the contract `farebox.statement/1` (docs/json.md)."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import UNSET, UnsetType

from farebox.bill.contract import (
    SCHEMA,
    AlongsideOf,
    ByTagOf,
    ComponentOf,
    FreeOf,
    LineOf,
    PricesOf,
    PriceSourceOf,
    StatementOf,
    TotalOf,
    UnpricedOf,
)
from farebox.bill.statement import (
    BookSummary,
    Free,
    LineItem,
    Statement,
    Unpriced,
)
from farebox.reports.figures import plain, settled
from farebox.reports.page.as_json import as_json

ZERO = Decimal(0)


def statement_json(statement: Statement) -> bytes:
    """The statement as one JSON document, decimals as text, UTF-8, with a newline."""
    return as_json(statement_document(statement))


def statement_document(
    statement: Statement,
    alongside: AlongsideOf[str] | None = None,
    by_tag: ByTagOf[str] | None = None,
) -> StatementOf[str]:
    """The contract of a statement; `alongside` is what the same users cost elsewhere."""
    users = statement.users
    return StatementOf(
        schema=SCHEMA,
        project=statement.project,
        stack=statement.stack,
        currency="USD",
        hours_per_month=plain(statement.hours_per_month),
        on=statement.on,
        users=plain(users) if users else None,
        prices=prices_of(statement.book),
        total=_total(statement),
        components=_components(statement),
        lines=lines_of(statement.lines, users),
        free=free_of(statement.free),
        unpriced=unpriced_of(statement.unpriced),
        notes=list(statement.notes),
        aliases=statement.aliases,
        alongside=UNSET if alongside is None else alongside,
        by_tag=UNSET if by_tag is None else by_tag,
    )


def prices_of(book: BookSummary) -> PricesOf:
    """Which prices a statement stands on."""
    return PricesOf(
        book=book.id,
        kind=book.kind,
        as_of=book.as_of,
        stale=book.stale,
        used=book.used,
        stale_used=book.stale_used,
        oldest_used=book.oldest_used,
        count=book.count,
    )


def _total(statement: Statement) -> TotalOf[str]:
    users = statement.users
    usd, low, high = statement.usd_per_month, statement.usd_low, statement.usd_high
    return TotalOf(
        usd_per_month=plain(settled(usd)),
        low=plain(settled(low)),
        high=plain(settled(high)),
        lower_bound=statement.lower_bound,
        usd_per_user_month=_per_user(usd, users),
        low_per_user=_per_user(low, users),
        high_per_user=_per_user(high, users),
    )


def _per_user(usd: Decimal, users: Decimal | None) -> str | UnsetType:
    return plain(usd / users) if users else UNSET


def _components(statement: Statement) -> list[ComponentOf[str]]:
    """Totals by component; lines that no component owns are under null."""
    totals: dict[str | None, list[Decimal]] = {}
    for line in statement.lines:
        sums = totals.setdefault(line.subject.component, [ZERO] * 3)
        figures = (line.usd_per_month, line.usd_low, line.usd_high)
        for place, usd in enumerate(figures):
            sums[place] += usd
    return [
        ComponentOf(
            component=component,
            usd_per_month=plain(settled(likely)),
            low=plain(settled(low)),
            high=plain(settled(high)),
            usd_per_user_month=_per_user(likely, statement.users),
        )
        for component, (likely, low, high) in totals.items()
    ]


def lines_of(
    lines: Iterable[LineItem], users: Decimal | None = None
) -> list[LineOf[str]]:
    """The lines of the contract."""
    return [_line(line, users) for line in lines]


def _line(line: LineItem, users: Decimal | None) -> LineOf[str]:
    subject, key, source = line.subject, line.key, line.source
    usd_per_month = line.usd_per_month
    return LineOf(
        urn=subject.urn,
        type=subject.type,
        name=subject.name,
        component=subject.component,
        service=key.service,
        region=key.region,
        usage_type=key.usage_type,
        operation=key.operation,
        purchase=key.purchase,
        zone_id=key.zone_id,
        description=line.description,
        quantity=plain(line.quantity),
        unit=line.unit,
        usd_per_unit=plain(line.usd_per_unit),
        usd_per_month=plain(usd_per_month),
        low=plain(line.usd_low),
        high=plain(line.usd_high),
        because=line.because,
        usage=line.usage,
        source_position=subject.source_position,
        price_source=PriceSourceOf(source.url, source.as_of),
        term=key.term or UNSET,
        list_usd_per_unit=(
            UNSET if line.list_usd_per_unit is None else plain(line.list_usd_per_unit)
        ),
        usd_per_user_month=_per_user(usd_per_month, users),
    )


def free_of(found: Iterable[Free]) -> list[FreeOf]:
    """What is free, in the contract."""
    return [
        FreeOf(x.subject.urn or "", x.subject.type, x.code, x.reason) for x in found
    ]


def unpriced_of(gaps: Iterable[Unpriced]) -> list[UnpricedOf[str]]:
    """What has no figure, in the contract."""
    return [_unpriced(entry) for entry in gaps]


def _unpriced(entry: Unpriced) -> UnpricedOf[str]:
    key, usd = entry.key, entry.usd_per_unit
    return UnpricedOf(
        urn=entry.subject.urn,
        type=entry.subject.type,
        code=entry.code,
        service=key.service if key else "",
        region=key.region if key else "",
        usage_type=key.usage_type if key else "",
        operation=key.operation if key else "",
        unit=entry.unit,
        usd_per_unit=None if usd is None else plain(usd),
        usage_key=entry.usage_key,
        reason=entry.reason,
    )
