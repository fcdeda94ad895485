"""From a question to its answer, through the library that `fare` stands on."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from farebox.agents import answers, asked
from farebox.agents.reading import Read, read
from farebox.bill.statement import LineItem, Statement, Unpriced
from farebox.diff.values import ResourceChange
from farebox.quote.change import Side, diff_sides
from farebox.quote.naming import resources_named
from farebox.reports.figures import plain, settled


class Tool(Struct, frozen=True):
    """A tool: its question, its answer and what goes from one to the other."""

    question: type[Struct]
    answer: type[Struct]
    run: Callable[[Path, Any], Struct]


def price(folder: Path, question: asked.Price) -> answers.PriceAnswer:
    """The document's month. Raises FareboxError."""
    found = read(folder, question.document, question)
    statement = found.basket.at(found.book)
    lines = sorted(statement.lines, key=lambda line: -line.usd_per_month)
    most = question.most
    return answers.PriceAnswer(
        stack=statement.stack,
        total=_total(statement),
        prices=_prices(statement),
        lines=tuple(map(_line, lines[:most])),
        lines_left_out=_beyond(lines, most),
        unpriced=_gaps(statement.unpriced[:most]),
        unpriced_left_out=_beyond(statement.unpriced, most),
        free=len(statement.free),
        notes=(*found.remarks, *statement.notes)[:most],
    )


def explain(folder: Path, question: asked.Explain) -> answers.ExplainAnswer:
    """The figures of the resources that are named. Raises FareboxError."""
    found = read(folder, question.document, question)
    statement = found.basket.at(found.book)
    wanted = {one.urn for one in resources_named(question.resource, statement)}
    lines = [one for one in statement.lines if one.subject.urn in wanted]
    gaps = [one for one in statement.unpriced if one.subject.urn in wanted]
    free = [one for one in statement.free if one.subject.urn in wanted]
    most = question.most
    return answers.ExplainAnswer(
        stack=statement.stack,
        prices=_prices(statement),
        figures=tuple(map(_figure, lines[:most])),
        figures_left_out=_beyond(lines, most),
        unpriced=_gaps(gaps[:most]),
        free=tuple(
            answers.Free(one.subject.name, one.subject.type, one.reason)
            for one in free[:most]
        ),
    )


def diff(folder: Path, question: asked.Diff) -> answers.DiffAnswer:
    """What the head costs more than the base. Raises FareboxError."""
    base, head = (read(folder, one, question) for one in (question.base, question.head))
    found = diff_sides(_side(base), _side(head))
    changes = sorted(
        (one for one in found.resources if one.kind != "same"),
        key=lambda one: -abs(one.usd),
    )
    most = question.most
    return answers.DiffAnswer(
        usd_base=_usd(found.usd_base),
        usd_head=_usd(found.usd_head),
        usd=_usd(found.usd_head - found.usd_base),
        usd_code=_usd(found.usd_code),
        usd_market=_usd(found.usd_market),
        lower_bound=found.base.lower_bound or found.head.lower_bound,
        changes=tuple(map(_change, changes[:most])),
        changes_left_out=_beyond(changes, most),
        notes=(*base.remarks, *head.remarks, *found.notes)[:most],
    )


def advise(folder: Path, question: asked.Advise) -> answers.AdviseAnswer:
    """What would cost less. Raises FareboxError."""
    from farebox.advice.advise import advise as advice_on

    found = read(folder, question.document, question)
    advised = advice_on(found.basket, found.basket.at(found.book), found.book)
    most = question.most
    return answers.AdviseAnswer(
        usd=_usd(advised.usd),
        usd_with_all=_usd(advised.usd_with_all),
        advice=tuple(
            answers.Advice(
                one.idea.name,
                one.idea.urn,
                one.idea.change,
                one.idea.risk,
                _usd(one.usd_saved),
            )
            for one in advised.found[:most]
        ),
        advice_left_out=_beyond(advised.found, most),
    )


def usage_keys(folder: Path, question: asked.UsageKeys) -> answers.UsageKeysAnswer:
    """What a usage file of the document may say, needed keys first. Raises FareboxError."""
    from farebox.rating.wanted import wanted_usage
    from farebox.reports.usage_text import patterns

    found = read(folder, question.document, question)
    wanted = wanted_usage(found.basket.graph, found.book, found.basket.terms)
    rows = [
        answers.UsageKey(
            name,
            one.region,
            key.key,
            key.unit,
            key.says,
            key.needed,
            plain(key.tiers[0].usd_per_unit) if key.tiers else "",
            key.rated,
        )
        for one, name in zip(wanted, patterns(wanted), strict=True)
        for key in one.keys
    ]
    rows.sort(key=lambda row: not row.needed)
    most = question.most
    return answers.UsageKeysAnswer(
        keys=tuple(rows[:most]), keys_left_out=_beyond(rows, most)
    )


TOOLS: dict[str, Tool] = {
    "price": Tool(asked.Price, answers.PriceAnswer, price),
    "explain": Tool(asked.Explain, answers.ExplainAnswer, explain),
    "diff": Tool(asked.Diff, answers.DiffAnswer, diff),
    "advise": Tool(asked.Advise, answers.AdviseAnswer, advise),
    "usage_keys": Tool(asked.UsageKeys, answers.UsageKeysAnswer, usage_keys),
}


def _side(found: Read) -> Side:
    return Side(found.basket, found.book)


def _beyond(rows: "list[Any] | tuple[Any, ...]", most: int) -> int:
    return max(0, len(rows) - most)


def _usd(figure: Decimal) -> str:
    return plain(settled(figure))


def _total(statement: Statement) -> answers.Total:
    usd, users = statement.usd_per_month, statement.users
    return answers.Total(
        _usd(usd),
        _usd(min(statement.usd_low, statement.usd_high)),
        _usd(max(statement.usd_low, statement.usd_high)),
        statement.lower_bound,
        _usd(usd / users) if users else None,
    )


def _prices(statement: Statement) -> answers.Prices:
    book = statement.book
    return answers.Prices(book.id, book.kind, book.as_of, book.stale_used)


def _line(line: LineItem) -> answers.Line:
    return answers.Line(
        line.subject.name,
        line.subject.type,
        line.description,
        plain(line.quantity),
        line.unit,
        plain(line.usd_per_unit),
        plain(line.usd_per_month),
        line.subject.source_position,
    )


def _figure(line: LineItem) -> answers.Figure:
    key = line.key
    return answers.Figure(
        urn=line.subject.urn or "",
        line=_line(line),
        low=plain(line.usd_low),
        high=plain(line.usd_high),
        because=line.because,
        service=key.service,
        region=key.region,
        usage_type=key.usage_type,
        operation=key.operation,
        source_url=line.source.url,
        source_as_of=line.source.as_of,
    )


def _gaps(gaps: Iterable[Unpriced]) -> tuple[answers.Gap, ...]:
    return tuple(
        answers.Gap(
            one.subject.name, one.subject.type, one.code, one.reason, one.usage_key
        )
        for one in gaps
    )


def _change(one: ResourceChange) -> answers.Change:
    return answers.Change(
        one.kind,
        one.subject.name,
        one.subject.type,
        _usd(one.usd_base),
        _usd(one.usd_head),
        _usd(one.usd),
        tuple(gap.reason for gap in one.gaps_opened),
    )
