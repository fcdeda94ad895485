"""The price ladder as text and JSON."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.hosting.growth.ladder import (
    BreakEven,
    Ladder,
    Margins,
    PhasePoint,
    Prepay,
    Rung,
    Span,
    TwoPrices,
)
from farebox.hosting.paper.paper_figures import Paper, Said
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.storage import Place
from farebox.hosting.tiers.tiers import TierTerms
from farebox.reports.figures import percent, plain, rate
from farebox.reports.hosting.storage_view import (
    TITLE,
    place_notes,
    place_rows,
    places_json,
)
from farebox.reports.page.page import (
    Block,
    Column,
    Listing,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)
from farebox.reports.statement.terms import (
    WIDTH,
    figure,
    head,
    levels,
    moved_by,
    note_lines,
    prices_line,
    swings_json,
    usd,
)

SCHEMA = "farebox.ladder/1"


COLUMNS = (
    Column("", heading="Phase", align="left"),
    Column("users", 11),
    Column("cost", 9),
    Column("low – high", 20),
    Column("floor", 9),
    Column("at", 8),
    Column("margin", 11),
)


class LadderReport(Struct, frozen=True):
    """The price ladder, its terms, and the paper that it stands beside.

    `stored` has by tier what users' data cost in other places.
    """

    found: Ladder
    terms: TierTerms
    paper: Paper
    stored: Mapping[str, tuple[Place, ...]] = {}

    def page(self) -> Page:
        """The phases, break-even, two prices, and a year paid at once."""
        return Page(
            (*_blocks(self.found, self.terms, self.paper), *self._stored()), WIDTH
        )

    def document(self) -> dict[str, Any]:
        """The contract `farebox.ladder/1`."""
        return document(self.found, self.terms, self.paper) | {
            "storage": {
                tier: places_json(places, levels)
                for tier, places in self.stored.items()
            }
        }

    def _stored(self) -> Iterator[Block]:
        """What users' data cost by place, tier by tier, then the prices."""
        rows = place_rows(tuple(self.stored.values()), lambda one: usd(one.likely))
        if rows:
            yield Title(f"{TITLE}, USD per user-month", level=2)
            columns = [Column(tier, 9) for tier in self.stored]
            yield Table(
                (Column("", heading="Place", align="left"), *columns),
                tuple(Row((label, *cells)) for label, cells in rows),
            )
            for said in place_notes(tuple(self.stored.values())):
                yield Sentence(said)
        yield Sentence(prices_line(self.terms, self.found.unpriced))


def _blocks(found: Ladder, terms: TierTerms, paper: Paper) -> Iterator[Block]:
    yield Title(
        f"Price ladder, USD per user-month · floor leaves {percent(found.margin)} ·"
        f" overhead {terms.overhead.name}"
    )
    if found.self_hosted is not None:
        yield Sentence(
            f"Self-hosted, {found.self_hosted_users:,} users: {_span(found.self_hosted)};"
            f" the paper: {_said(paper.self_hosted)}. Nothing is paid, so it has no"
            " margin."
        )
    yield Table(COLUMNS, tuple(row for rung in found.rungs for row in _rung(rung)))
    yield Title("Break-even: users from whom on the price carries the team", level=2)
    yield Listing(tuple(_break_even(found.break_even)))
    yield Title(_two_title(found), level=2)
    yield Listing(tuple(_two(found.two_prices)))
    yield Title(_prepay_title(found), level=2)
    yield Listing(tuple(_prepay(found.prepay)))


def _rung(rung: Rung) -> Iterator[Row]:
    phase = rung.phase
    yield _step(phase.name, rung.first, ())
    theirs = rung.paper_margins
    said = (
        f"the paper: cost {_said(phase.cost)}, price {_said(phase.price)}, margin"
        f" {_said(phase.margin, 100)} %; paired {_points(theirs.paired)}, full range"
        f" {_points(theirs.full)}. Ours at those prices: paired"
        f" {_points(rung.margins.paired)}, full range {_points(rung.margins.full)}"
    )
    moved = moved_by(f"cost at {rung.last.users:,} users", rung.last.swings)
    notes = (*note_lines(moved), Sentence(said, indent=2, hanging=2))
    yield _step("", rung.last, notes)


def _step(name: str, step: PhasePoint, notes: tuple[Sentence, ...]) -> Row:
    return Row(
        (
            name,
            f"{step.users:,}",
            usd(step.cost.likely),
            f"{usd(step.cost.low)} – {usd(step.cost.high)}",
            usd(step.price_floor.likely),
            rate(step.price),
            percent(step.margin.likely),
        ),
        notes=notes,
    )


def _break_even(found: tuple[BreakEven, ...]) -> Iterator[str]:
    for one in found:
        yield (
            f"  at {rate(one.price):<8}{_users(one.likely):>12}"
            f"   ({_users(one.low)} – {_users(one.high)})"
            + f"; for the first time at {_users(one.fewest)}"
            * (one.fewest != one.likely)
        )


def _users(count: int | None) -> str:
    return "none" if count is None else f"{count:,}"


def _two_title(found: Ladder) -> str:
    first = found.two_prices[0]
    return (
        f"Two prices: share that pays {rate(first.high_price)} beside"
        f" {rate(first.low_price)} for a margin of {percent(found.margin)}"
    )


def _two(found: tuple[TwoPrices, ...]) -> Iterator[str]:
    for one in found:
        low, likely, high = map(_share, one.share)
        yield f"  {one.users:>9,} users{likely:>15}   ({low} – {high})"


def _share(share: Decimal | None) -> str:
    return "not even all" if share is None else percent(share)


def _prepay_title(found: Ladder) -> str:
    first = found.prepay[0]
    return (
        f"A year paid at once, {plain(first.free_months)} months of it free (discount"
        f" {percent(first.discount)})"
    )


def _prepay(found: tuple[Prepay, ...]) -> Iterator[str]:
    for one in found:
        yield (
            f"  at {rate(one.price):<8}left a month {usd(one.net_prepaid)} instead of"
            f" {usd(one.net_monthly)}; {usd(one.usd_up_front)} in hand;"
        )
        yield f"{'':<13}saved fees pay a discount of {percent(one.even_discount)}"


def _span(found: Range) -> str:
    return f"{usd(found.likely)} ({usd(found.low)} – {usd(found.high)})"


def _said(said: Said, scale: int = 1) -> str:
    low, high = (plain(end * scale) for end in (said.low, said.high))
    return f"{low}–{high}"


def _points(span: Span) -> str:
    return f"{percent(span.low)} to {percent(span.high)}"


def document(found: Ladder, terms: TierTerms, paper: Paper) -> dict[str, Any]:
    """The contract `farebox.ladder/1` (docs/json.md)."""
    alone = found.self_hosted
    return head(SCHEMA, terms) | {
        "margin": figure(found.margin),
        "lower_bound": list(found.unpriced),
        "self_hosted": None
        if alone is None
        else {
            "users": found.self_hosted_users,
            "usd_per_user_month": levels(alone),
            "paper": _ends(paper.self_hosted),
        },
        "phases": [_phase(rung) for rung in found.rungs],
        "break_even": [
            {
                "price": figure(one.price),
                "users": {"low": one.low, "likely": one.likely, "high": one.high},
                "fewest": one.fewest,
            }
            for one in found.break_even
        ],
        "two_prices": [_pair(one) for one in found.two_prices],
        "prepay": [
            {name: figure(getattr(one, name)) for name in one.__struct_fields__}
            for one in found.prepay
        ],
    }


def _phase(rung: Rung) -> dict[str, Any]:
    phase = rung.phase
    return {
        "phase": phase.name,
        "from_users": phase.from_users,
        "below_users": phase.below_users,
        "paper": {
            "cost": _ends(phase.cost),
            "price": _ends(phase.price),
            "margin": _ends(phase.margin),
            **_both(rung.paper_margins),
        },
        "points": [
            {
                "users": step.users,
                "tier": step.tier,
                "price": figure(step.price),
                "usd_per_user_month": levels(step.cost),
                "price_floor": levels(step.price_floor),
                "margin": levels(step.margin),
                "moved_most_by": swings_json(step.swings),
            }
            for step in (rung.first, rung.last)
        ],
        "margins": _both(rung.margins),
    }


def _both(margins: Margins) -> dict[str, Any]:
    return {"paired": _ends(margins.paired), "full": _ends(margins.full)}


def _ends(span: Span | Said) -> dict[str, str]:
    return {"low": figure(span.low), "high": figure(span.high)}


def _pair(one: TwoPrices) -> dict[str, Any]:
    low, likely, high = (
        None if share is None else figure(share) for share in one.share
    )
    return {
        "users": one.users,
        "low_price": figure(one.low_price),
        "high_price": figure(one.high_price),
        "margin": figure(one.margin),
        "share_at_high_price": {"low": low, "likely": likely, "high": high},
    }
