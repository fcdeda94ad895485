"""How each figure of a resource came about, down to the price's source."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from farebox.bill.contract import FreeOf, LineOf, PricesOf, UnpricedOf
from farebox.bill.statement import Free, LineItem, Statement, Subject, Unpriced
from farebox.prices.ages import MAX_AGE_DAYS, age_days, kind_of
from farebox.reports.figures import count, dollars, per_user, plain, rate, span
from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Listing,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)
from farebox.reports.statement.json import free_of, lines_of, prices_of, unpriced_of
from farebox.reports.statement.view import gap_reason

SCHEMA = "farebox.explain/1"

Parts = list[tuple[str, str]]
"""Names of what a figure has, each with what it is."""


class ExplanationOf(Struct, kw_only=True):
    """The contract `farebox.explain/1`: the statement's entries of some resources."""

    schema: str
    project: str
    stack: str
    prices: PricesOf
    lines: list[LineOf[str]]
    free: list[FreeOf]
    unpriced: list[UnpricedOf[str]]


class Explained(Struct, frozen=True):
    """One subject with all that the statement says of it."""

    subject: Subject
    lines: tuple[LineItem, ...]
    free: tuple[Free, ...]
    unpriced: tuple[Unpriced, ...]


class Explanation(Struct, frozen=True):
    """The figures of some subjects, each with its arithmetic and its source."""

    statement: Statement
    wanted: tuple[Subject, ...]

    def page(self) -> Page:
        """The subjects one below the other."""
        statement = self.statement
        terms = _Terms(date.fromisoformat(statement.on), statement.users)
        blocks: list[Block] = []
        for found in explained(statement, self.wanted):
            lines = _subject_lines(found, terms)
            blocks.append(Listing(tuple(lines), where="terminal"))
            blocks.extend(_subject_blocks(found, terms))
        return Page(tuple(blocks))

    def document(self) -> ExplanationOf:
        """The contract `farebox.explain/1`, in the order of the statement."""
        statement = self.statement
        urns = {subject.urn for subject in self.wanted}
        return ExplanationOf(
            schema=SCHEMA,
            project=statement.project,
            stack=statement.stack,
            prices=prices_of(statement.book),
            lines=lines_of(
                (x for x in statement.lines if x.subject.urn in urns), statement.users
            ),
            free=free_of(x for x in statement.free if x.subject.urn in urns),
            unpriced=unpriced_of(
                x for x in statement.unpriced if x.subject.urn in urns
            ),
        )


class _Terms(Struct, frozen=True):
    """The day that ages are counted to, and the users that a figure divides by."""

    on: date
    users: Decimal | None


def subjects(statement: Statement) -> list[Subject]:
    """Everything that the statement says something about, once each."""
    found: dict[Subject, None] = {}
    for entries in (statement.lines, statement.free, statement.unpriced):
        found.update((entry.subject, None) for entry in entries)
    return list(found)


def explained(statement: Statement, wanted: Sequence[Subject]) -> list[Explained]:
    """The wanted subjects with what is said of each; the statement is read once."""
    lines: dict[Subject, list[LineItem]] = {subject: [] for subject in wanted}
    free: dict[Subject, list[Free]] = {subject: [] for subject in wanted}
    unpriced: dict[Subject, list[Unpriced]] = {subject: [] for subject in wanted}
    for line in statement.lines:
        if line.subject in lines:
            lines[line.subject].append(line)
    for entry in statement.free:
        if entry.subject in free:
            free[entry.subject].append(entry)
    for gap in statement.unpriced:
        if gap.subject in unpriced:
            unpriced[gap.subject].append(gap)
    return [
        Explained(
            subject,
            tuple(lines[subject]),
            tuple(free[subject]),
            tuple(unpriced[subject]),
        )
        for subject in wanted
    ]


def _subject_lines(found: Explained, terms: _Terms) -> Iterator[str]:
    """What a terminal shows of a subject, a part a line."""
    subject = found.subject
    yield f"{subject.name}  {subject.type}"
    if subject.urn:
        yield f"  {subject.urn}"
    if subject.source_position:
        yield f"  declared at {subject.source_position}"
    for line in found.lines:
        yield ""
        yield f"  {line.description}"
        yield f"    {_arithmetic(line)}"
        for name, said in _line_parts(line, terms):
            yield f"    {name:8} {said}"
    for free in found.free:
        yield ""
        yield f"  free ({free.code}): {free.reason}"
    for gap in found.unpriced:
        yield ""
        yield f"  unpriced ({gap.code}): {gap_reason(gap)}"
        for name, said in _gap_parts(gap):
            yield f"    {name:8} {said}"


def _subject_blocks(found: Explained, terms: _Terms) -> Iterator[Block]:
    """What a document shows of a subject: a table for each charge."""
    subject = found.subject
    yield Title(
        (subject.name, " ", Cell(subject.type, "code")), level=2, where="document"
    )
    places = [subject.urn or "", subject.source_position]
    if any(places):
        cells = tuple(Cell(place, "code") for place in places if place)
        joint = (" declared at ",) if len(cells) > 1 else ()
        yield Sentence((*cells[:1], *joint, *cells[1:]), where="document")
    for line in found.lines:
        yield Sentence(line.description, mark="total", where="document")
        yield _parts_table([("USD", _arithmetic(line)), *_line_parts(line, terms)])
    for free in found.free:
        yield _coded("free", free.code, free.reason)
    for gap in found.unpriced:
        yield _coded("unpriced", gap.code, gap_reason(gap))
        parts = _gap_parts(gap)
        if parts:
            yield _parts_table(parts)


def _coded(what: str, code: str, reason: str) -> Sentence:
    said = (f"{what} (", Cell(code, "code"), f"): {reason}")
    return Sentence(said, where="document")


def _parts_table(parts: Parts) -> Table:
    columns = (Column("", align="left"), Column("", align="left"))
    return Table(columns, tuple(Row(part) for part in parts), where="document")


def _arithmetic(line: LineItem) -> str:
    return (
        f"{count(line.quantity)} {line.unit} x {rate(line.usd_per_unit)} USD"
        f" = {dollars(line.usd_per_month)} USD a month"
    )


def _line_parts(line: LineItem, terms: _Terms) -> Parts:
    parts = []
    if line.usd_low != line.usd_high:
        around = f"{span(line.usd_low, line.usd_high)} USD"
        parts.append(("range", around))
    if terms.users:
        parts.append(("per user", f"{per_user(line.usd_per_month, terms.users)} USD"))
    source = line.source
    kind = kind_of(line.key)
    limit = MAX_AGE_DAYS[kind]
    old = age_days(source, terms.on) > limit
    stale = f", older than its limit of {limit} days" if old else ""
    version = f", version {source.version}" if source.version else ""
    parts += [
        ("because", f"{line.because} (usage: {line.usage})"),
        ("quantity", f"{plain(line.quantity)} {line.unit}, unrounded"),
        ("key", str(line.key)),
        ("price", source.url),
        ("", f"as of {source.as_of}{version}{stale}"),
    ]
    return [*parts, ("", source.note)] if source.note else parts


def _gap_parts(gap: Unpriced) -> Parts:
    parts = []
    if gap.key is not None:
        parts.append(("key", str(gap.key)))
    if gap.usage_key:
        parts.append(("give", f"{gap.usage_key} in a usage file"))
    return parts
