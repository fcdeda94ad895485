"""All stacks of a fleet held against a month's bill: each charge once, and whose it is.

The stacks' statements and states become one, their urns told apart by the stack, so that
a charge finds the one stack whose state has its id. An id of two stacks' states is named
and counted for neither.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import BookSummary, LineItem, Statement
from farebox.billed.accuracy import Held, MonthHeld, month_held, remember
from farebox.billed.causes import Comparison, Named, Pair, Unmatched, compare
from farebox.billed.charges import Cost
from farebox.billed.month import hours_of
from farebox.billed.owners import Owners
from farebox.errors import FareboxError
from farebox.fleet.pricing import Pricing, estimated
from farebox.fleet.stacks import Found
from farebox.graph import Resource, ResourceGraph
from farebox.quote.bill_comparison import BilledMonth

MARK = "\0"
"""Between a stack's name and a urn of it: in neither."""


class StackBilled(Struct, frozen=True):
    """What one stack was estimated at and billed for use, in US dollars of the month.

    `name` is empty for traffic and the like, which the account is estimated for.
    """

    name: str
    project: str
    stack: str
    held: MonthHeld

    @property
    def whole(self) -> Held:
        """The stack as a whole."""
        return self.held.whole


class FleetBilled(Struct, frozen=True):
    """A fleet against a month: the stacks, and the whole with its causes.

    `failed` are sentences on stacks that have no estimate.
    """

    stacks: tuple[StackBilled, ...]
    comparison: Comparison
    failed: tuple[str, ...]


class _Union:
    """The statements and states of many stacks as one."""

    def __init__(self) -> None:
        self.lines: list[LineItem] = []
        self.resources: list[Resource] = []
        self.names: dict[str, Named] = {}
        self.failed: list[str] = []

    def add(self, name: str, graph: ResourceGraph, statement: Statement) -> None:
        head = f"{name}{MARK}"
        self.names[name] = (statement.project, statement.stack)
        for line in statement.lines:
            urn = line.subject.urn
            subject = replace(line.subject, urn=f"{head}{urn}" if urn else None)
            self.lines.append(replace(line, subject=subject))
        self.resources += [_apart(one, head) for one in graph.resources if one.id]

    def statement(self, hours: Decimal, on: str) -> Statement:
        nothing = BookSummary(*("", "", ""), stale=0, used=0, stale_used=0)
        return Statement("", "", hours, on, nothing, tuple(self.lines), (), ())


def _apart(resource: Resource, head: str) -> Resource:
    needs = {
        name: [f"{head}{urn}" for urn in urns]
        for name, urns in resource.dependencies.items()
    }
    return replace(resource, urn=f"{head}{resource.urn}", dependencies=needs)


def compare_fleet(
    stacks: Sequence[Found],
    pricing: Pricing,
    billed: BilledMonth,
    cost: Cost,
    *,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> FleetBilled:
    """The fleet against the month. A stack that has no estimate is named."""
    union = _Union()
    for done, found in enumerate(stacks, start=1):
        try:
            if found.error:
                union.failed.append(f"{found.name}: {found.error}")
            else:
                union.add(found.name, *estimated(found, pricing))
        except (FareboxError, OSError) as error:
            union.failed.append(f"{found.name}: {error}")
        except Exception as error:  # one stack's defect is no reason to lose the others
            said = f"a defect of Farebox: {type(error).__name__}"
            union.failed.append(f"{found.name}: {said}")
        tell(done, len(stacks))
    options = pricing.options
    comparison = compare(
        union.statement(options.hours, options.day.isoformat()),
        Owners(ResourceGraph(union.resources)),
        billed.charges,
        month=billed.month,
        hours=hours_of(billed.month),
        cost=cost,
        part=billed.part,
        stacks=list(union.names.values()),
    )
    rows = sorted(
        _by_stack(comparison, union.names),
        key=lambda one: (-one.whole.billed_usd, one.name),
    )
    return FleetBilled(tuple(rows), comparison, tuple(union.failed))


def _by_stack(
    comparison: Comparison, names: Mapping[str, Named]
) -> Iterator[StackBilled]:
    pairs: dict[str, list[Pair]] = defaultdict(list)
    rest: dict[str, list[Unmatched]] = defaultdict(list)
    for pair in comparison.pairs:
        pairs[_stack_of(pair.urn)].append(pair)
    for one in comparison.unmatched:
        if one.owner.urn:
            rest[_stack_of(one.owner.urn)].append(one)
    for name in dict.fromkeys((*names, *pairs)):
        held = month_held(comparison.month, comparison.cost, pairs[name], rest[name])
        yield StackBilled(name, *names.get(name, ("", "")), held)


def _stack_of(urn: str) -> str:
    return urn.partition(MARK)[0] if MARK in urn else ""


def keep_accuracy(bills: Path, stacks: Iterable[StackBilled]) -> None:
    """Remember how near each stack's estimate came, for its next statement."""
    for one in stacks:
        if one.project and one.stack:
            remember(bills, one.project, one.stack, one.held)
