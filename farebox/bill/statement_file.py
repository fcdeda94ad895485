"""Reads a statement that Farebox wrote: the contract `farebox.statement/1`.

Strict, so that a figure is never taken on trust: every figure must be one, and the
lines must make the total that the file names.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET

from farebox.bill.contract import SCHEMA, PricesOf, StatementOf
from farebox.bill.statement import (
    REST,
    BookSummary,
    Free,
    LineItem,
    Statement,
    Subject,
    Unpriced,
)
from farebox.errors import FareboxError
from farebox.files.figures import bounded
from farebox.prices import PriceKey, Source

OURS = re.compile(rb'^\s*\{\s*"schema"\s*:\s*"farebox\.([a-z-]+)/(\d+)"')
HOW_TO_WRITE = "`fare price … --format json` writes one"

CENT = Decimal("0.01")


class StatementFileError(FareboxError):
    """The file is no whole statement of the version that is read here."""


Document = StatementOf[Decimal]


def is_statement(data: bytes) -> bool:
    """Whether the text begins as a document of Farebox's own."""
    return OURS.match(data[:200].removeprefix(b"\xef\xbb\xbf")) is not None


def read_statement(data: bytes, name: str = "the statement") -> Statement:
    """The statement of a JSON document. Raises StatementFileError.

    `name` is what messages call the document.
    """
    found = OURS.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    if found is None:
        raise StatementFileError(f"{name} is no statement: {HOW_TO_WRITE}")
    schema = f"farebox.{found[1].decode()}/{found[2].decode()}"
    if schema != SCHEMA:
        raise StatementFileError(
            f"{name} is of schema {schema}; a diff reads {SCHEMA}: {HOW_TO_WRITE}"
        )
    try:
        document = _DECODER.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise StatementFileError(f"{name} {_what_is_wrong(error, data)}") from error
    if any(gap.urn is None and gap.type == REST.type for gap in document.unpriced):
        raise StatementFileError(
            f"{name} is of a part of a stack (--partial), which nothing is held against"
        )
    _check(document, name)
    return _statement(document)


_DECODER = msgspec.json.Decoder(Document)


def _what_is_wrong(error: Exception, data: bytes) -> str:
    said = str(error)
    if "truncated" in said:
        return f"is cut off at byte {len(data):,}: write it again"
    if isinstance(error, msgspec.ValidationError):
        what, _, place = said.partition(" - at ")
        where = place.strip("`").removeprefix("$.") or "the document"
        return f"is no {SCHEMA}: {where}: {what[:1].lower()}{what[1:]}"
    return f"is not JSON: {said.removeprefix('JSON is malformed: ')}"


def _check(document: Document, name: str) -> None:
    if document.currency != "USD":
        raise StatementFileError(
            f"{name} is in {document.currency!r}; Farebox reckons in USD"
        )
    if document.users is not None and not _is_positive(document.users):
        raise StatementFileError(f"{name}: users is {document.users}, not above 0")
    if not _is_positive(document.hours_per_month):
        raise StatementFileError(f"{name}: hours_per_month is not above 0")
    for place, line in enumerate(document.lines):
        figures = (line.quantity, line.usd_per_unit, line.low, line.high)
        if not all(map(bounded, figures)):
            raise StatementFileError(
                f"{name}: lines[{place}] has a figure that is none"
            )
        usd = line.quantity * line.usd_per_unit
        if not bounded(line.usd_per_month) or abs(usd - line.usd_per_month) > CENT:
            raise StatementFileError(
                f"{name}: lines[{place}] ({line.name}, {line.description}) says "
                f"{line.usd_per_month} USD, but {line.quantity} x {line.usd_per_unit} "
                f"is {usd}: the file was changed"
            )
    for number, gap in enumerate(document.unpriced):
        if gap.usd_per_unit is not None and not bounded(gap.usd_per_unit):
            raise StatementFileError(
                f"{name}: unpriced[{number}] has a figure that is none"
            )
    total = document.total.usd_per_month
    lines = sum((x.usd_per_month for x in document.lines), Decimal(0))
    if not bounded(total) or abs(total - lines) > CENT:
        raise StatementFileError(
            f"{name} names a total of {total} USD, but its lines make {lines}: the "
            "file was changed or cut"
        )


def _is_positive(figure: Decimal) -> bool:
    return bounded(figure) and figure > 0


def _statement(document: Document) -> Statement:
    subjects: dict[tuple[Any, ...], Subject] = {}
    sources: dict[tuple[str, str], Source] = {}

    def subject(
        urn: str | None,
        type_: str,
        name: str,
        component: str | None = None,
        position: str = "",
    ) -> Subject:
        parts = (urn, type_, name, component, position)
        return subjects.setdefault(parts, Subject(*parts))

    lines = []
    for line in document.lines:
        origin = (line.price_source.url, line.price_source.as_of)
        lines.append(
            LineItem(
                subject(
                    line.urn,
                    line.type,
                    line.name,
                    line.component,
                    line.source_position,
                ),
                PriceKey(
                    line.service,
                    line.region,
                    line.usage_type,
                    line.operation,
                    line.purchase,
                    line.zone_id,
                    "" if line.term is UNSET else line.term,
                ),
                line.description,
                line.quantity,
                line.unit,
                line.usd_per_unit,
                line.because,
                line.usage,
                sources.setdefault(origin, Source(*origin)),
                line.low,
                line.high,
                None if line.list_usd_per_unit is UNSET else line.list_usd_per_unit,
            )
        )
    return Statement(
        project=document.project,
        stack=document.stack,
        hours_per_month=document.hours_per_month,
        on=document.on,
        book=book_of(document.prices),
        lines=tuple(lines),
        free=tuple(
            Free(subject(x.urn, x.type, _name_in(x.urn)), x.code, x.reason)
            for x in document.free
        ),
        unpriced=tuple(
            Unpriced(
                subject(x.urn, x.type, _name_in(x.urn) or f"account in {x.region}"),
                x.code,
                x.reason,
                PriceKey(x.service, x.region, x.usage_type, x.operation)
                if x.usage_type
                else None,
                x.unit,
                x.usd_per_unit,
                x.usage_key,
            )
            for x in document.unpriced
        ),
        notes=tuple(document.notes),
        users=document.users,
        aliases=document.aliases,
    )


def book_of(prices: PricesOf) -> BookSummary:
    """Which prices a file says that it stands on."""
    return BookSummary(
        prices.book,
        prices.kind,
        prices.as_of,
        prices.stale,
        prices.used,
        prices.stale_used,
        prices.oldest_used,
        prices.count,
    )


def _name_in(urn: str | None) -> str:
    """The name at the end of a urn, which may hold `::` itself."""
    return urn.split("::", 3)[-1] if urn else ""
