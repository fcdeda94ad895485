"""Advice: ideas that save, each with its figure from the stack priced with the change.

The same rules at the same book price the stack before and after, so an advice and a
statement can never disagree. What would hide a cost (a type the book has no price for) is
no advice, whatever the total says.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.advice.idea import Idea
from farebox.advice.ideas import ideas
from farebox.bill.assumptions import exactly
from farebox.bill.statement import Statement
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.prices import PriceBook
from farebox.quote.basket import Basket
from farebox.rating.commitment import Commitment, committed
from farebox.rules.errors import EstimateError
from farebox.rules.machines.templates import LAUNCH_TEMPLATE_TYPES, REFERENCE_KEYS

ZERO = Decimal(0)
CENT = Decimal("0.01")
"""US dollars a month below which a saving is none."""


LAUNCHERS = {
    "aws:autoscaling/group:Group": ("launchTemplate", "mixedInstancesPolicy"),
    "aws:ec2/fleet:Fleet": ("launchTemplateConfigs",),
    "aws:ec2/instance:Instance": ("launchTemplate",),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": ("launchTemplateConfigs",),
    "aws:eks/nodeGroup:NodeGroup": ("launchTemplate",),
}
"""Types that are charged for what a launch template asks for, and where they name it."""


class Advice(Struct, frozen=True):
    """An idea that saves, in US dollars a month at the likely level."""

    idea: Idea
    usd_saved: Decimal


class Advised(Struct, frozen=True):
    """A stack's cost, what would save, and what all of it together would.

    `usd_with_all` is the stack with the best advice for each resource: two for the same
    one do not add up.
    """

    project: str
    stack: str
    usd: Decimal
    usd_with_all: Decimal
    found: tuple[Advice, ...]

    @property
    def usd_saved(self) -> Decimal:
        """US dollars a month that all of it saves."""
        return self.usd - self.usd_with_all


def advise(basket: Basket, before: Statement, book: PriceBook) -> Advised:
    """What would cost less for the same work, most first.

    The stack is priced once for each kind of idea, and once with the best of all: what
    a resource saves is what its own charges, and those of what it launches, lose.
    """
    by_kind: dict[str, list[Idea]] = {}
    for idea in ideas(basket):
        by_kind.setdefault(idea.kind, []).append(idea)
    found: list[Advice] = []
    cost, hidden = _by_urn(before)
    for alike in by_kind.values():
        after = _priced(basket, book, alike)
        if after is not None and alike[0].plan is not None:
            found += _spared(alike[0], before.usd_per_month - after.usd_per_month)
        elif after is not None:
            found += _saving(basket.graph, alike, (cost, hidden), _by_urn(after))
    found.sort(key=lambda one: (-one.usd_saved, one.idea.urn, one.idea.kind))
    best: dict[str, Idea] = {}
    for one in found:
        best.setdefault(one.idea.urn, one.idea)
    together = _priced(basket, book, best.values()) if best else before
    with_all = before if together is None else together
    return Advised(
        before.project,
        before.stack,
        before.usd_per_month,
        with_all.usd_per_month,
        tuple(found),
    )


Costs = tuple[Mapping[str, Decimal], set[tuple[str, str]]]
"""US dollars a month by urn, and the urns whose cost is hidden, with why."""


def _by_urn(statement: Statement) -> Costs:
    cost: dict[str, Decimal] = {}
    for line in statement.lines:
        urn = line.subject.urn or ""
        cost[urn] = cost.get(urn, ZERO) + line.usd_per_month
    hidden: set[tuple[str, str]] = {
        (gap.subject.urn or "", gap.code)
        for gap in statement.unpriced
        if gap.hides_cost
    }
    return cost, hidden


def _spared(idea: Idea, usd: Decimal) -> Iterator[Advice]:
    if usd >= CENT:
        yield Advice(idea, usd)


def _saving(
    graph: ResourceGraph, alike: Iterable[Idea], before: Costs, after: Costs
) -> Iterator[Advice]:
    """The ideas of one kind that save, each by the charges that it changes."""
    taken: set[str] = set()
    launched = _launched_from(graph)
    for idea in alike:
        added = (each.urn for each in idea.added)
        touched = {idea.urn, *added, *launched.get(idea.urn, ())} - taken
        taken |= touched
        if any(urn in touched for urn, _ in after[1] - before[1]):
            continue
        saved = sum(
            (before[0].get(urn, ZERO) - after[0].get(urn, ZERO) for urn in touched),
            ZERO,
        )
        yield from _spared(idea, saved)


def _launched_from(graph: ResourceGraph) -> dict[str, list[str]]:
    """The urns of what launches from each template, by the template's urn."""
    found: dict[str, list[str]] = {}
    for type_, names in LAUNCHERS.items():
        for resource in graph.by_type.get(type_, ()):
            for name in names:
                for said in _references(resource.input(name)):
                    for template in graph.references(
                        resource, name, said, LAUNCH_TEMPLATE_TYPES
                    ):
                        found.setdefault(template.urn, []).append(resource.urn)
    return found


def _references(value: Any) -> Iterator[Any]:
    """Every id and name in a block that names templates; UNKNOWN where it is unknown."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in REFERENCE_KEYS:
                yield each
            else:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif value is UNKNOWN:
        yield value


def _priced(
    basket: Basket, book: PriceBook, changes: Iterable[Idea]
) -> Statement | None:
    """The stack with changes; None where it cannot be priced with them."""
    changes = list(changes)
    after = replace(
        basket,
        graph=changed(basket.graph, changes),
        usage=changed_usage(basket.usage, changes),
    )
    try:
        statement = after.at(book)
    except EstimateError:
        return None
    for idea in changes:
        if idea.plan is not None:
            statement = committed(statement, book, Commitment(idea.plan))
    return statement


def changed_usage(usage: UsageFile, changes: Iterable[Idea]) -> UsageFile:
    """The usage with the figures that ideas change, which go before all others."""
    entries = [Entry(idea.urn, _nested(idea.usage)) for idea in changes if idea.usage]
    if not entries:
        return usage
    return UsageFile(
        types=usage.types,
        resources=(*usage.resources, *entries),
        account=usage.account,
        path=usage.path,
    )


def _nested(figures: Mapping[str, Decimal]) -> dict[str, Value]:
    """Figures as a usage file has them: `standard.storage_gb` is nested."""
    nested: dict[str, Value] = {}
    groups: dict[str, dict[str, Value]] = {}
    for key, figure in figures.items():
        group, dot, name = key.rpartition(".")
        place = groups.setdefault(group, {}) if dot else nested
        place[name] = exactly(figure)
    return nested | groups


def changed(graph: ResourceGraph, changes: Iterable[Idea]) -> ResourceGraph:
    """The graph with the inputs that ideas give, without what they take away, and with
    what they add."""
    by_urn = {idea.urn: idea for idea in changes}
    resources: list[Resource] = []
    for resource in graph.resources:
        idea = by_urn.get(resource.urn)
        if idea is None:
            resources.append(resource)
        elif idea.inputs is not None:
            # What AWS answered holds for the inputs of before.
            resources.append(replace(resource, raw_inputs=dict(idea.inputs)))
            resources += idea.added
    return ResourceGraph(
        resources,
        project=graph.project,
        stack=graph.stack,
        config=graph.config,
        notes=graph.notes,
        unfinished=graph.unfinished,
    )
