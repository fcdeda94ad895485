"""A statement by resource: what each costs with all that is in it, and how that is said."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement, Subject, Unpriced
from farebox.reports.figures import count, dollars, rate, span
from farebox.reports.statement.explanation import subjects as all_subjects

ZERO = Decimal(0)


class Cost(Struct, frozen=True):
    """A resource, or a component with all below it; `free` is why it has no line."""

    subject: Subject
    lines: tuple[LineItem, ...]
    gaps: tuple[Unpriced, ...]
    free: str = ""


def costs_of(statement: Statement) -> list[Cost]:
    """Each resource of the statement; a component has what its parts have."""
    above: dict[str, str | None] = {}
    lines: dict[str, list[LineItem]] = {}
    gaps: dict[str, list[Unpriced]] = {}
    subjects: dict[str, Subject] = {}
    reasons: dict[str, str] = {}
    for subject in all_subjects(statement):
        if subject.urn is not None:
            subjects.setdefault(subject.urn, subject)
            above[subject.urn] = subject.component
    for line in statement.lines:
        for urn in _upwards(line.subject, above):
            lines.setdefault(urn, []).append(line)
    for gap in statement.unpriced:
        for urn in _upwards(gap.subject, above):
            gaps.setdefault(urn, []).append(gap)
    for free in statement.free:
        reasons[free.subject.urn or ""] = free.reason
    return [
        Cost(
            subject,
            tuple(lines.get(urn, ())),
            tuple(gaps.get(urn, ())),
            reasons.get(urn, ""),
        )
        for urn, subject in subjects.items()
    ]


def _upwards(subject: Subject, above: dict[str, str | None]) -> list[str]:
    """The resource and the components that it is in, each once."""
    found: list[str] = []
    urn = subject.urn
    while urn is not None and urn not in found:
        found.append(urn)
        urn = above.get(urn)
    return found


def title(costs: Sequence[Cost]) -> str:
    """What stands above a line for the resources that it makes; empty for none.

    Resources of one line count together: a loop makes them all.
    """
    lines = [line for cost in costs for line in cost.lines]
    hidden = sum(gap.hides_cost for cost in costs for gap in cost.gaps)
    several = f"{len(costs)} resources: " if len(costs) > 1 else ""
    if not lines:
        if hidden:
            return f"{several}no figure: {_shown(costs[0].gaps[0].reason)}"
        return f"{several}no charge" if costs else ""
    usd = _sum(line.usd_per_month for line in lines)
    low, high = _sum(one.usd_low for one in lines), _sum(one.usd_high for one in lines)
    least = "at least " if hidden else ""
    between = f" ({span(low, high)})" if low != high else ""
    lacks = f", {hidden} without a figure" if hidden else ""
    return f"{several}{least}{dollars(usd)} USD a month{between}{lacks}"


def short(costs: Sequence[Cost]) -> str:
    """What stands at the end of a line for the resources that it makes: `8.00 USD/month`.

    Empty where they cost nothing, which `title` says.
    """
    lines = [line for cost in costs for line in cost.lines]
    hidden = any(gap.hides_cost for cost in costs for gap in cost.gaps)
    if not lines:
        return "no figure" if hidden else ""
    usd = dollars(_sum(line.usd_per_month for line in lines))
    return f"{'at least ' if hidden else ''}{usd} USD/month"


def details(costs: Sequence[Cost]) -> str:
    """Each charge of the resources with its arithmetic, as plain text."""
    said = []
    for cost in costs:
        said.append(f"{cost.subject.name} ({cost.subject.type})")
        said += [
            f"  {line.description}: {count(line.quantity)} {line.unit} x "
            f"{rate(line.usd_per_unit)} = {dollars(line.usd_per_month)}"
            for line in cost.lines
        ]
        said += [f"  no figure ({gap.code}): {gap.reason}" for gap in cost.gaps]
        if cost.free and not cost.lines:
            said.append(f"  {cost.free}")
    return "\n".join(map(_shown_line, said))


def _sum(figures: Iterable[Decimal]) -> Decimal:
    return sum(figures, ZERO)


def _shown(text: str) -> str:
    """A document's text on one line, without what steers an editor or a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def _shown_line(text: str) -> str:
    return _shown(text).rstrip()
