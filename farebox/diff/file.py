"""Reads a diff that `fare diff --format json` wrote: the contract `farebox.diff/1`.

Strict like the statement's reader: the parts must make the whole that the file names.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec import UNSET

from farebox.bill.statement import (
    LineItem,
    Statement,
    Subject,
    Unpriced,
)
from farebox.bill.statement_file import book_of
from farebox.diff.contract import (
    SCHEMA,
    DiffOf,
    FiguresOf,
    GapOf,
    LineChangeOf,
    ResourceOf,
    SideOf,
)
from farebox.diff.statements import (
    Kind,
    LineChange,
    ResourceChange,
    StatementDiff,
    exact_sum,
)
from farebox.errors import FareboxError
from farebox.files.figures import bounded
from farebox.prices import PriceKey, Source

OURS = re.compile(rb'^\s*\{\s*"schema"\s*:\s*"(farebox\.[a-z-]+/\d+)"')
HOW_TO_WRITE = "`fare diff BASE HEAD --format json` writes one"

CENT = Decimal("0.01")
NOT_IN_FILE = Source("", "")
"""A diff's file names quantities and rates, not where each price comes from."""


class DiffFileError(FareboxError):
    """The file is no whole diff of the version that is read here."""


Document = DiffOf[Decimal]
_DECODER = msgspec.json.Decoder(Document)


def read_diff(data: bytes, name: str = "the diff") -> StatementDiff:
    """The diff of a JSON document; `name` is what messages call it.

    It holds what changed: resources that stayed the same are in the totals only, and
    the two statements carry names, users, prices and how many charges have no figure.
    Raises DiffFileError.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = OURS.match(data[:200])
    if found is None:
        raise DiffFileError(f"{name} is no diff: {HOW_TO_WRITE}")
    schema = found[1].decode()
    if schema != SCHEMA:
        raise DiffFileError(
            f"{name} is of schema {schema}, not {SCHEMA}: {HOW_TO_WRITE}"
        )
    try:
        document = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        where = place.strip("`").removeprefix("$.") or "the document"
        raise DiffFileError(
            f"{name} is no {SCHEMA}: {where}: {what[:1].lower()}{what[1:]}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise DiffFileError(
            f"{name} is cut off or no JSON: {HOW_TO_WRITE} anew"
        ) from error
    _check_figures(document, name)
    diff = _diff(document)
    _check_sums(document, diff, name)
    return diff


def _figures_of(document: Document) -> Iterator[Decimal]:
    for side in (document.base, document.head):
        yield side.usd_per_month
        yield side.hours_per_month
        if side.users is not None:
            yield side.users
    yield from (document.change.code, document.change.market)
    yield document.change.usd_per_month
    for item in (*document.added, *document.removed, *document.changed):
        for gap in (*item.unpriced_opened, *item.unpriced_closed):
            if gap.usd_per_unit is not None:
                yield gap.usd_per_unit
        for line in item.lines:
            yield from (line.code, line.market)
            for side_of_line in (line.base, line.head):
                if side_of_line is not None:
                    yield side_of_line.quantity
                    yield side_of_line.usd_per_unit
                    yield from (side_of_line.low, side_of_line.high)


def _check_figures(document: Document, name: str) -> None:
    if document.currency != "USD":
        raise DiffFileError(
            f"{name} is in {document.currency!r}; Farebox reckons in USD"
        )
    for figure in _figures_of(document):
        if not bounded(figure):
            raise DiffFileError(
                f"{name} has the figure {figure}, which is none of a bill"
            )
    for side in (document.base, document.head):
        if side.users is not None and side.users <= 0:
            raise DiffFileError(f"{name}: users is {side.users}, not above 0")


def _check_sums(document: Document, diff: StatementDiff, name: str) -> None:
    change = document.change
    parts = exact_sum(item.usd for item in diff.resources)
    code = exact_sum(x.usd_code for item in diff.resources for x in item.lines)
    for what, whole, sum_ in (
        ("head less base", change.usd_per_month, diff.usd),
        ("code and market", change.usd_per_month, change.code + change.market),
        ("the resources", change.usd_per_month, parts),
        ("the code's part of the resources", change.code, code),
    ):
        if abs(whole - sum_) > CENT:
            raise DiffFileError(
                f"{name} names a change of {whole} USD, but {what} make {sum_}: the "
                "file was changed or cut"
            )


def _diff(document: Document) -> StatementDiff:
    resources = tuple(
        _resource(item, kind) for kind, items in _by_kind(document) for item in items
    )
    return StatementDiff(
        _statement(
            document.base, [x for item in resources for x in item.unpriced_base]
        ),
        _statement(
            document.head, [x for item in resources for x in item.unpriced_head]
        ),
        resources,
        document.base.usd_per_month,
        document.head.usd_per_month,
        document.change.code,
        document.change.market,
        tuple(document.notes),
    )


def _by_kind(document: Document) -> Iterator[tuple[Kind, list[ResourceOf[Decimal]]]]:
    yield "added", document.added
    yield "removed", document.removed
    yield "changed", document.changed


def _statement(side: SideOf[Decimal], known: Sequence[Unpriced]) -> Statement:
    """What a diff's file tells of one side; its lines are with the resources."""
    missing = side.hidden - sum(gap.hides_cost for gap in known)
    elsewhere = Unpriced(
        Subject(None, "account", "charges that did not change"),
        "no-price",
        "its figure is missing on both sides; the statement names it",
    )
    return Statement(
        project=side.project,
        stack=side.stack,
        hours_per_month=side.hours_per_month,
        on=side.on,
        book=book_of(side.prices),
        lines=(),
        free=(),
        unpriced=(*known, *[elsewhere] * missing),
        users=side.users,
    )


def _resource(item: ResourceOf[Decimal], kind: Kind) -> ResourceChange:
    subject = Subject(
        item.urn, item.type, item.name, item.component, item.source_position
    )
    return ResourceChange(
        subject,
        kind,
        item.component,
        tuple(_line(line, subject) for line in item.lines),
        tuple(_gap(gap, subject) for gap in item.unpriced_closed),
        tuple(_gap(gap, subject) for gap in item.unpriced_opened),
        item.renamed_from or "",
        item.replaced,
    )


def _gap(gap: GapOf[Decimal], subject: Subject) -> Unpriced:
    return Unpriced(
        subject,
        gap.code,
        gap.reason,
        unit=gap.unit,
        usd_per_unit=gap.usd_per_unit,
        usage_key=gap.usage_key,
    )


def _line(line: LineChangeOf[Decimal], subject: Subject) -> LineChange:
    key = PriceKey(
        line.service,
        line.region,
        line.usage_type,
        line.operation,
        line.purchase,
        line.zone_id,
        "" if line.term is UNSET else line.term,
    )

    def side(figures: FiguresOf[Decimal] | None) -> LineItem | None:
        if figures is None:
            return None
        return LineItem(
            subject,
            key,
            line.description,
            figures.quantity,
            line.unit,
            figures.usd_per_unit,
            figures.because,
            "given",
            NOT_IN_FILE,
            figures.low,
            figures.high,
        )

    return LineChange(
        line.description,
        key,
        line.unit,
        side(line.base),
        side(line.head),
        line.code,
        line.market,
    )
