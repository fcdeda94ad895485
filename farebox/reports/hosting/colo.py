"""Cloud, rented servers and colo by user count: the study as text."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from math import ceil, isfinite
from typing import Any

from msgspec import Struct

from farebox.hosting.colo.colo_inputs import PLANS_OFF
from farebox.hosting.colo.colo_study import ColoStudy, Crossover
from farebox.hosting.tiers.tiers import TierTerms
from farebox.hosting.uncertainty import Band, Swing
from farebox.reports.figures import dollars
from farebox.reports.hosting.colo_json import TOP, document, money
from farebox.reports.page.page import (
    Block,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)

WIDTH, LABEL, COLUMN = 80, 20, 12
PER_PAGE = (WIDTH - LABEL) // COLUMN
"""User counts that fit side by side."""
MONTHS_MOST = 120
"""Payback after more months than this is none."""

LABELS = {
    "spot": "cloud, spot",
    "on-demand": "cloud, on demand",
    "plan-1-year": "cloud, 1-year plan",
    "plan-3-year": "cloud, 3-year plan",
    "rented": "rented servers",
    "colo": "colo",
}
"""Options as a person reads them."""

PACKING = "packing_ratio"
"""The input by which servers pack otherwise than the cloud."""

MOVERS = {
    "cloud_machines": "the cloud's machines (spare, pools)",
    "snapshots": "what snapshots hold",
    "traffic": "traffic",
}
"""Inputs that come from the statement's ranges, as a person reads them."""


CROSSOVERS = (
    Column("Users from which on it stays cheaper", align="left"),
    Column("likely", 14),
    Column("5–95 %", 22),
)
MOVED = (
    Column("", heading="Input", align="left"),
    Column("", 20, heading="Low – high"),
)


def users_text(study: ColoStudy, count: float) -> str:
    """A user count in three digits; the ends of what was looked at in words."""
    if not isfinite(count):
        return "never"
    if count <= study.first_users:
        return "always"
    digits = Decimal(ceil(count))
    places = digits.adjusted() - 2
    return f"{int(round(digits, -places)) if places > 0 else int(digits):,}"


class ColoReport(Struct, frozen=True):
    """The study, and the terms that the cloud's tiers were priced on."""

    study: ColoStudy
    terms: TierTerms

    def page(self) -> Page:
        """Cost, ratio and payback by user count, crossovers, and what moves them."""
        return Page(tuple(_Blocks(self.study, self.terms).all()), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.colo/1`."""
        return document(self.study, self.terms)


class _Blocks:
    """The blocks of one study; most of them need the counts that were looked at."""

    def __init__(self, study: ColoStudy, terms: TierTerms) -> None:
        self.study = study
        self.terms = terms

    def all(self) -> Iterator[Block]:
        study = self.study
        draws = f"{study.draws:,} draws, seed {study.seed}"
        yield Title(f"Cloud, rented servers and colo · {draws}")
        yield from self._tables("USD per user-month", study.usd_per_user_month, _usd)
        yield from self._tables("Cloud over colo, times", study.ratios, _times)
        yield from self._tables(
            "Colo pays itself back, months", study.payback_months, _months
        )
        crossovers = tuple(self._crossover(one) for one in study.crossovers)
        yield Table(CROSSOVERS, crossovers, head="total")
        said = f"What moves a colo user's USD most at {study.swings_at:,} users"
        yield Title(said, level=2)
        rows = (
            Row(
                (
                    self._of_input(swing.name),
                    f"{_usd(swing.at_low)} – {_usd(swing.at_high)}",
                ),
                level=1,
            )
            for swing in self._shown_swings()
        )
        yield Table(MOVED, tuple(rows))
        for sentence in self._closing():
            yield Sentence(sentence)

    def _tables(
        self,
        title: str,
        rows: Mapping[str, tuple[Band, ...]],
        shown: Callable[[float], str],
    ) -> Iterator[Block]:
        """A row an option with its band below; a table for each page of user counts."""
        users = self.study.users
        for start in range(0, len(users), PER_PAGE):
            page = slice(start, start + PER_PAGE)
            counts = [Column(f"{count:,}", COLUMN) for count in users[page]]
            found = []
            for name, bands in rows.items():
                here = bands[page]
                likely = [shown(one.likely) for one in here]
                spans = [_span(one, shown) for one in here]
                found.append(Row((LABELS[name], *likely)))
                found.append(Row(("5–95 %", *spans), mark="dim", level=1))
            yield Title(title, level=2)
            yield Table(
                (Column("users", align="left"), *counts),
                tuple(found),
                width=LABEL + COLUMN * len(counts),
            )

    def _crossover(self, crossover: Crossover) -> Row:
        label = f"{LABELS[crossover.from_]} → {LABELS[crossover.to]}"
        users = crossover.users
        names = ", ".join(
            f"{_words(swing.name)} ({users_text(self.study, swing.at_low)} –"
            f" {users_text(self.study, swing.at_high)})"
            for swing in crossover.swings[:TOP]
        )
        moved = Sentence(f"moved most by {names}", mark="dim", indent=2, hanging=2)
        return Row(
            (label, users_text(self.study, users.likely), self._users_span(users)),
            notes=(moved,) if names else (),
        )

    def _users_span(self, users: Band) -> str:
        low, high = (
            users_text(self.study, users.low),
            users_text(self.study, users.high),
        )
        return low if low == high else f"{low}–{high}"

    def _shown_swings(self) -> Iterator[Swing]:
        """What moves most, and packing in any case: the options differ in it."""
        for place, swing in enumerate(self.study.swings):
            if place < TOP or swing.name == PACKING:
                yield swing

    def _of_input(self, name: str) -> str:
        one = self.study.inputs.get(name)
        if one is None:
            return _words(name)
        return f"{_words(name)}: {one.low:g} – {one.high:g} {one.unit}"

    def _closing(self) -> Iterator[str]:
        study = self.study
        first, last = f"{study.first_users:,}", f"{study.last_users:,}"
        yield (
            f"Looked at from {first} to {last} users: never means not up to {last},"
            f" always means from {first} on. Where an option is cheaper for a while only,"
            f" it does not count yet. Payback after {MONTHS_MOST} months is none."
        )
        yield (
            "Cloud is the infrastructure of the nearest tier's plan. Rented servers and"
            " colo have the people in them that they take beside what the cloud takes."
        )
        whole = all(len(point.plans) == len(PLANS_OFF) for point in study.points)
        yield "Plans are at the book's own rates, with nothing upfront" + (
            "."
            if whole
            else ", where it has them and no input of yours is given; else they take"
            " their input off on demand, which is assumed where it is not yours."
        )
        packed = ", ".join(
            f"{point.gib_per_user:.2f} at {point.users:,}" for point in study.points
        )
        ratio, fill = study.inputs[PACKING].likely, study.inputs["fill"].likely
        alike = "as much" if ratio == 1 else f"{ratio:g} times as much"
        yield (
            f"Memory of a user, GiB: cloud {packed}; {alike} on colo and rented servers,"
            f" which are {fill:.0%} full. {PACKING} (--inputs) packs them otherwise."
        )
        servers = ", ".join(
            f"{own:,} and {rented:,} at {count:,}"
            for count, own, rented in zip(
                study.users, study.servers["colo"], study.servers["rented"], strict=True
            )
        )
        yield f"Servers of colo and rented ones: {servers}."
        split = [point for point in study.points if point.stacks > 1]
        if split:
            told = ", ".join(f"{p.users:,} users as {p.stacks}" for p in split)
            yield f"One stack holds fewer than this, so several are counted: {told}."
        if any(point.lower_bound for point in study.points):
            yield (
                "The cloud's figures are a lower bound: charges have no figure"
                " (fare price TIER names them)."
            )
        yield self._marks()
        book, stale = self.terms.book, self.terms.book.stale(self.terms.on)
        yield (
            f"Prices: {book.kind} book {book.id[:19]}, newest of {book.as_of}; on"
            f" {self.terms.on.isoformat()}, {stale:,} of its prices are older than their"
            " limit."
        )

    def _marks(self) -> str:
        """How many inputs stand on what."""
        marks = [one.mark for one in self.study.inputs.values()]
        return (
            f"Of {len(marks)} inputs {marks.count('S')} have a source,"
            f" {marks.count('R')} are recalled and {marks.count('A')} are assumptions"
            " (docs/economics.md)."
        )


def _words(name: str) -> str:
    return MOVERS.get(name, name)


def _span(band: Band, shown: Callable[[float], str]) -> str:
    low, high = shown(band.low), shown(band.high)
    return low if low == high else f"{low}–{high}"


def _usd(figure: float) -> str:
    return dollars(money(figure)) if figure < 100 else f"{figure:,.0f}"


def _times(figure: float) -> str:
    return f"{figure:.2f}"


def _months(figure: float) -> str:
    """Months; hardware that takes longer than ten years does not live to see it."""
    return f"{figure:,.0f}" if figure <= MONTHS_MOST else "never"
