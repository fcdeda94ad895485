"""How each figure of a resource came about, down to the price's source."""

from collections.abc import Iterator, Sequence
from datetime import date

from farebox.bill.statement import LineItem, Statement, Subject
from farebox.prices.ages import MAX_AGE_DAYS, age_days
from farebox.reports.figures import count, dollars, per_user, plain, rate
from farebox.reports.statement.json import document
from farebox.reports.statement.text import printable
from farebox.reports.statement.view import gap_reason

SCHEMA = "farebox.explain/1"


def subjects(statement: Statement) -> list[Subject]:
    """Everything that the statement says something about, once each."""
    found: dict[Subject, None] = {}
    for entries in (statement.lines, statement.free, statement.unpriced):
        found.update((entry.subject, None) for entry in entries)
    return list(found)


def explanation(statement: Statement, wanted: Sequence[Subject]) -> str:
    """The figures of the wanted subjects, each with its arithmetic and source."""
    blocks = (
        "\n".join(printable(line) for line in _subject(statement, subject))
        for subject in wanted
    )
    return "\n\n".join(blocks) + "\n"


def explanation_json(statement: Statement, wanted: Sequence[Subject]) -> bytes:
    """The same as `farebox.explain/1`: the statement's entries of these subjects."""
    from msgspec.json import encode, format

    urns = {subject.urn for subject in wanted}
    whole = document(statement)
    chosen = {
        "schema": SCHEMA,
        "project": whole["project"],
        "stack": whole["stack"],
        "prices": whole["prices"],
        **{
            kind: [entry for entry in whole[kind] if entry["urn"] in urns]
            for kind in ("lines", "free", "unpriced")
        },
    }
    return bytes(format(encode(chosen), indent=1)) + b"\n"


def _subject(statement: Statement, subject: Subject) -> Iterator[str]:
    yield f"{subject.name}  {subject.type}"
    if subject.urn:
        yield f"  {subject.urn}"
    if subject.source_position:
        yield f"  declared at {subject.source_position}"
    for line in statement.lines:
        if line.subject == subject:
            yield ""
            yield from _line(line, statement)
    for free in statement.free:
        if free.subject == subject:
            yield ""
            yield f"  free ({free.code}): {free.reason}"
    for entry in statement.unpriced:
        if entry.subject == subject:
            yield ""
            yield f"  unpriced ({entry.code}): {gap_reason(entry)}"
            if entry.key is not None:
                yield f"    key      {entry.key}"
            if entry.usage_key:
                yield f"    give     {entry.usage_key} in a usage file"


def _line(line: LineItem, statement: Statement) -> Iterator[str]:
    usd = line.usd_per_month
    yield f"  {line.description}"
    yield (
        f"    {count(line.quantity)} {line.unit} x {rate(line.usd_per_unit)} USD"
        f" = {dollars(usd)} USD a month"
    )
    if line.usd_low != line.usd_high:
        yield f"    range    {dollars(line.usd_low)} – {dollars(line.usd_high)} USD"
    if statement.users:
        yield f"    per user {per_user(usd, statement.users)} USD"
    yield f"    because  {line.because} (usage: {line.usage})"
    yield f"    quantity {plain(line.quantity)} {line.unit}, unrounded"
    yield f"    key      {line.key}"
    source = line.source
    yield f"    price    {source.url}"
    kind = "spot" if line.key.purchase == "spot" else "list"
    days = age_days(source, date.fromisoformat(statement.on))
    limit = MAX_AGE_DAYS[kind]
    stale = f", older than its limit of {limit} days" if days > limit else ""
    version = f", version {source.version}" if source.version else ""
    yield f"             as of {source.as_of}{version}{stale}"
    if source.note:
        yield f"             {source.note}"
