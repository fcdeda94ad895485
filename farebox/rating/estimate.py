"""The main path: a graph and a price book make a statement.

Each resource is metered by its rule into quantities of AWS usage types; quantities
are rated at the book's prices. A rule that reads a figure with a range is run again
at the low and the high level, so every line has its own range.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter

from farebox.bill.statement import BookSummary, LineItem, Statement, unaccounted
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.graph import ResourceGraph
from farebox.prices import PriceBook
from farebox.prices.ages import is_stale
from farebox.prices.doubts import notes_on
from farebox.rating.metering import Metering
from farebox.rating.rating import Rater
from farebox.rules.aws.data_transfer import NOT_GIVEN, SENDERS, SILENT
from farebox.rules.charges import Circumstances
from farebox.rules.errors import Unaccounted


def estimate(
    graph: ResourceGraph,
    book: PriceBook,
    usage: UsageFile = NO_USAGE,
    terms: Terms | None = None,
    *,
    on: date | None = None,
) -> Statement:
    """The month's statement of a stack: every resource priced, free or unpriced.

    `terms` hold for the whole statement; where only the day matters, `on` stands for
    `Terms(on=on)`. Raises EstimateError, and TypeError where there is neither.
    """
    if terms is None:
        if on is None:
            raise TypeError("estimate() needs terms, or the day: on=date(2026, 11, 23)")
        terms = Terms(on=on)
    circumstances = Circumstances(graph, book, terms)
    metering = Metering(circumstances)
    # An engine registers resources in another order each time: a statement has one.
    for resource in sorted(graph.resources, key=attrgetter("urn")):
        metering.meter(resource, usage)
    for resource in graph.unfinished:
        metering.meter_unfinished(resource)
    if graph.missing:
        metering.meter_missing(graph.missing)
    # A region whose keys all stand behind a # is no usage.
    given = (entry.pattern for entry in usage.account if entry.values)
    for region in dict.fromkeys(given):
        metering.meter_account(region, usage)

    rater = Rater(book, free_tier=terms.free_tier)
    lines, missing = rater.lines(metering.lots)
    unpriced = missing + [rater.gap(subject, gap) for subject, gap in metering.gaps]
    prices = rater.used_prices()
    statement = Statement(
        project=graph.project,
        stack=graph.stack,
        hours_per_month=terms.hours_per_month,
        on=terms.on.isoformat(),
        book=BookSummary(
            id=book.id,
            kind=book.kind,
            as_of=book.as_of,
            stale=book.stale(terms.on),
            used=len(prices),
            stale_used=sum(is_stale(price, terms.on) for price in prices),
            oldest_used=min((price.source.as_of for price in prices), default=""),
            count=len(book),
        ),
        lines=tuple(lines),
        free=tuple(metering.free),
        unpriced=tuple(unpriced),
        notes=(
            *graph.notes,
            *circumstances.notes,
            *_traffic(lines, usage),
            *notes_on(prices),
        ),
        users=terms.users,
        aliases=graph.aliases,
    )
    wrong = unaccounted((resource.urn for resource in graph.resources), statement)
    if wrong:
        raise Unaccounted(
            f"{wrong[0]} is not accounted for once, as charged or as free, in this "
            "statement: that is a defect of Farebox; please report the resource's type"
        )
    return statement


def _traffic(lines: Iterable[LineItem], usage: UsageFile) -> Iterator[str]:
    """That traffic has no figure, where something sends some and nothing says how much."""
    if not usage.account and any(
        line.key.service in SENDERS and not line.key.usage_type.startswith(SILENT)
        for line in lines
    ):
        yield NOT_GIVEN
