"""Budgets: what a statement costs against what it may cost.

Each function gives the findings of one kind of budget: none where it holds. A finding
says by how much, shows the biggest lines, and names the way out. `fare price --budget`
holds a total against a budget in the same way (`farebox.bill.budget`), so the two agree.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.budget import Budget, spending
from farebox.bill.statement import Statement, Subject
from farebox.graph import ResourceGraph
from farebox.graph.tags import tags_of
from farebox.reports.figures import count, dollars
from farebox.reports.statement.view import dearest, short_type

BIGGEST = 5
"""How many lines a finding shows."""

ZERO = Decimal(0)
PERCENT = Decimal(100)

WAY_OUT = (
    "Way out: make the lines above smaller, or raise the budget where it is set. "
    "`fare price` shows every line."
)


class Finding(Struct, frozen=True):
    """Something that breaks a policy: a text of a few lines.

    `urn` is the resource that it is about, None for the stack.
    """

    message: str
    urn: str | None = None


def stack_budget(statement: Statement, usd_per_month: Decimal) -> list[Finding]:
    """Whether the stack stays within US dollars a month, at the likely figures."""
    return _over(statement, "The stack", Budget(usd_per_month))


def user_budget(statement: Statement, usd_per_user: Decimal) -> list[Finding]:
    """Whether the stack stays within US dollars a user and month."""
    if not statement.users:
        return [
            Finding(
                "USD per user is not known, because nothing says how many users there "
                "are.\nWay out: set `users`, or `farebox:users` in the stack's config."
            )
        ]
    what = f"With {count(statement.users)} users the stack"
    return _over(statement, what, Budget(usd_per_user, per_user=True))


def component_budgets(
    statement: Statement, graph: ResourceGraph, usd_per_month: Mapping[str, Decimal]
) -> list[Finding]:
    """Whether components stay within US dollars a month, with all that is in them.

    The keys are names of components, or patterns with `*`; what several components
    match they share.
    """
    above: dict[str | None, frozenset[str]] = {}

    def names_above(urn: str | None) -> frozenset[str]:
        if urn not in above:
            resource = graph.by_urn.get(urn) if urn is not None else None
            above[urn] = (
                frozenset()
                if resource is None
                else names_above(graph.component_of(resource)) | {resource.name}
            )
        return above[urn]

    components = sorted(
        item.name for item in graph.resources if not item.custom and item.parent
    )
    findings: list[Finding] = []
    for wanted, budget in usd_per_month.items():
        if not any(fnmatchcase(name, wanted) for name in components):
            known = ", ".join(dict.fromkeys(components)) or "none"
            findings.append(_without_match("component", wanted, known))
            continue

        def is_in(subject: Subject, wanted: str = wanted) -> bool:
            names = names_above(subject.component)
            return any(fnmatchcase(name, wanted) for name in names)

        part = _part(statement, is_in)
        findings += _over(part, f"Component {wanted}", Budget(budget))
    return findings


def tag_budgets(
    statement: Statement, graph: ResourceGraph, usd_per_month: Mapping[str, Decimal]
) -> list[Finding]:
    """Whether what is tagged stays within US dollars a month.

    The keys are `tag=value`; the value may be a pattern with `*`.
    """
    tags = {item.urn: tags_of(item) for item in graph.resources}
    used = sorted({f"{k}={v}" for found in tags.values() for k, v in found.items()})
    findings: list[Finding] = []
    for wanted, budget in usd_per_month.items():
        name, _, value = wanted.partition("=")

        def has_tag(
            subject: Subject, name: str = name, value: str = value or "*"
        ) -> bool:
            found = tags.get(subject.urn or "", {}).get(name)
            return found is not None and fnmatchcase(found, value)

        part = _part(statement, has_tag)
        if not part.lines and not part.unpriced and not part.free:
            known = ", ".join(used[:10]) or "none"
            findings.append(_without_match("tag", wanted, known))
            continue
        findings += _over(part, f"What is tagged {wanted}", Budget(budget))
    return findings


def biggest_lines(statement: Statement, most: int = BIGGEST) -> list[str]:
    """The charges that cost most, alike resources as one, dearest first."""
    charges = dearest(statement)
    shown = [
        f"{dollars(charge.usd):>12}  {row.label} "
        f"({short_type(charge.line.subject.type)}): "
        f"{charge.line.description}, {count(charge.quantity)} {charge.line.unit}"
        for row, charge in charges[:most]
    ]
    rest = sum((charge.usd for _, charge in charges[most:]), ZERO)
    if rest:
        shown.append(f"{dollars(rest):>12}  {len(charges) - most:,} more")
    return shown


def _part(statement: Statement, is_in: Callable[[Subject], bool]) -> Statement:
    """The statement of some subjects only."""
    return replace(
        statement,
        lines=tuple(x for x in statement.lines if is_in(x.subject)),
        unpriced=tuple(x for x in statement.unpriced if is_in(x.subject)),
        free=tuple(x for x in statement.free if is_in(x.subject)),
    )


def _over(part: Statement, what: str, budget: Budget) -> list[Finding]:
    """The finding where the part costs more than its budget."""
    spent = spending(part, budget)
    if spent.holds:
        return []
    share = spent.over_by / budget.usd * PERCENT if budget.usd else None
    percent = "" if share is None else f" ({share:,.1f} %)"
    hidden = sum(entry.hides_cost for entry in part.unpriced)
    at_least = "at least " if hidden else ""
    places = 4 if budget.per_user else 2
    unit = "a user and month" if budget.per_user else "a month"
    lines = [
        f"{what} costs {at_least}{spent.usd:,.{places}f} USD {unit}: "
        f"{spent.over_by:,.{places}f}{percent} over the budget of "
        f"{budget.usd:,.{places}f}.",
        "The biggest lines, USD a month:",
        *biggest_lines(part),
    ]
    if hidden:
        lines.append(f"Charges without a figure, not in this sum: {hidden:,}.")
    return [Finding("\n".join([*lines, WAY_OUT]))]


def _without_match(what: str, wanted: str, known: str) -> Finding:
    return Finding(
        f"The budget of {what} {wanted} guards nothing: the stack has no such {what}. "
        f"Its {what}s: {known}.\nWay out: correct the name, or remove the budget."
    )
