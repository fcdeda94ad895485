"""The price ladder as text and JSON."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

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
from farebox.hosting.tiers.tiers import TierTerms
from farebox.reports.figures import plain, rate
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.statement.terms import (
    WIDTH,
    encoded,
    figure,
    head,
    levels,
    moved_by,
    percent,
    prices_line,
    swings_json,
    usd,
)

SCHEMA = "farebox.ladder/1"


def text(found: Ladder, terms: TierTerms, paper: Paper, *, color: bool = False) -> str:
    """The ladder in 80 columns."""

    def style(mark: str, line: str) -> str:
        return f"{mark}{line}{RESET}" if color and line else line

    lines = [
        style(
            BOLD,
            f"Price ladder, USD per user-month · floor leaves {percent(found.margin)} ·"
            f" overhead {terms.overhead.name}",
        ),
        "",
    ]
    if found.self_hosted is not None:
        lines += wrap(
            f"Self-hosted, {found.self_hosted_users:,} users: {_span(found.self_hosted)};"
            f" the paper: {_said(paper.self_hosted)}. Nothing is paid, so it has no"
            " margin.",
            WIDTH,
        )
        lines.append("")
    lines.append(
        style(
            DIM,
            f"{'':<12}{'users':>11}{'cost':>9}{'low – high':>20}{'floor':>9}"
            f"{'at':>8}{'margin':>11}",
        )
    )
    for rung in found.rungs:
        lines += _rung(rung)
    lines += [
        "",
        style(BOLD, "Break-even: users from whom on the price carries the team"),
    ]
    lines += _break_even(found.break_even)
    lines += ["", style(BOLD, _two_title(found))]
    lines += _two(found.two_prices)
    lines += ["", style(BOLD, _prepay_title(found))]
    lines += _prepay(found.prepay)
    lines += [
        "",
        *wrap(prices_line(terms, found.unpriced), WIDTH, break_on_hyphens=False),
    ]
    return "".join(f"{line}\n" for line in lines)


def _rung(rung: Rung) -> Iterator[str]:
    phase = rung.phase
    for name, step in ((phase.name, rung.first), ("", rung.last)):
        yield _step(name, step)
    yield from moved_by(f"cost at {rung.last.users:,} users", rung.last.swings)
    theirs = rung.paper_margins
    said = (
        f"the paper: cost {_said(phase.cost)}, price {_said(phase.price)}, margin"
        f" {_said(phase.margin, 100)} %; paired {_points(theirs.paired)}, full range"
        f" {_points(theirs.full)}. Ours at those prices: paired"
        f" {_points(rung.margins.paired)}, full range {_points(rung.margins.full)}"
    )
    yield from wrap(
        said, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _step(name: str, step: PhasePoint) -> str:
    return (
        f"{name:<12}{step.users:>11,}{usd(step.cost.likely):>9}"
        f"{f'{usd(step.cost.low)} – {usd(step.cost.high)}':>20}"
        f"{usd(step.price_floor.likely):>9}{rate(step.price):>8}"
        f"{percent(step.margin.likely):>11}"
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


def json(found: Ladder, terms: TierTerms, paper: Paper) -> bytes:
    """The contract `farebox.ladder/1` (docs/json.md)."""
    alone = found.self_hosted
    return encoded(
        head(SCHEMA, terms)
        | {
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
    )


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
