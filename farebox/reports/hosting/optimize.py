"""The best few ways to run a tier, as text."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from farebox.hosting.choice.choice_question import LIFTED, POOL, UNITS, VM
from farebox.hosting.choice.choices import Choice, downtime_minutes_per_user_year
from farebox.hosting.choice.choices import kills_per_user_year as session_kills
from farebox.hosting.choice.movers import choice_movers
from farebox.hosting.colo.colo_inputs import PLANS_OFF
from farebox.hosting.colo.machine_hours import YEARS
from farebox.hosting.spot.advisor import advisor_is_stale, advisor_source
from farebox.hosting.spot.purchase_mixes import Mix
from farebox.prices.ages import ADVISOR_MAX_AGE_DAYS, age_days
from farebox.reports.hosting.optimize_view import Offered, OptimizeView, memory_kills
from farebox.reports.hosting.plan_rates import plan_sentence
from farebox.reports.hosting.spot import MOVED_ROWS, NAMES, WIDTH, moved_rows, percent
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

COLUMNS = (
    Column("", heading="Choice", align="left"),
    Column("users/VM", 9),
    Column("VMs", 7),
    Column("min down", 9),
    Column("kills", 7),
    Column("USD", 8),
)
UNTITLED = tuple(Column("", column.width) for column in COLUMNS)


class OptimizeReport(Struct, frozen=True):
    """The best few ways to run a tier."""

    view: OptimizeView

    def page(self) -> Page:
        """The choices, cheapest first, with what binds them, and the tier as it is."""
        return Page(tuple(_blocks(self.view)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.optimize/1`."""
        from farebox.reports.hosting.optimize_json import document

        return document(self.view)


def _blocks(view: OptimizeView) -> Iterator[Block]:
    question, search = view.question, view.search
    yield Title(
        f"{view.tier} in {question.plan.region} · {question.users:,} users ·"
        f" machines and volumes, USD per user-month"
    )
    rows = [
        Row(
            _cells(f"{place} ", view, offer.found.choice),
            mark="total",
            notes=tuple(_about(view, offer)),
        )
        for place, offer in enumerate(view.offers, start=1)
    ]
    yield Table(COLUMNS, tuple(rows))
    if view.now is not None:
        yield Table(UNTITLED, (Row(_cells("now ", view, view.now)),))
    yield from _moved(view)
    for sentence in _closing(view):
        yield Sentence(sentence)
    types = len(view.market.machines)
    yield Sentence(f"{search.tried:,} choices of {types} types tried", mark="dim")
    if view.diff:
        yield Listing(tuple(view.diff.splitlines()))


def _cells(label: str, view: OptimizeView, choice: Choice) -> tuple[str, ...]:
    question = view.question
    size = view.search.size(choice)
    return (
        f"{label}{named(choice.machine.instance_types)}, {bought(choice.mix)}",
        f"{choice.users_per_vm:,}",
        f"{sum(size.vms):,}",
        f"{downtime_minutes_per_user_year(question, choice):.1f}",
        f"{session_kills(question, choice):.3f}",
        f"{view.search.usd(choice) / question.users:.4f}",
    )


def named(instance_types: Sequence[str]) -> str:
    """Types that stand in for each other, in few words: r6a/r7a/r5.4xlarge."""
    families, sizes = zip(*(name.split(".", 1) for name in instance_types), strict=True)
    if len(set(sizes)) > 1:
        return "/".join(instance_types)
    return f"{'/'.join(families)}.{sizes[0]}"


def bought(mix: Mix) -> str:
    """How machines are bought, as a person says it."""
    if mix.spot_percent == 100:
        return "spot"
    rest = NAMES[mix.rest]
    return f"{mix.spot_percent} % spot, {rest}" if mix.spot_percent else rest


def _about(view: OptimizeView, offer: Offered) -> Iterator[Sentence]:
    """The zones, where the money goes, what is lost at once and what binds."""
    choice = offer.found.choice
    found = view.search.measures(choice)
    sentences = [
        ", ".join(choice.zone_ids),
        f"lost with one pool {found[POOL][0]:.0f} % of users, with one machine"
        f" {found[VM][0]:.2g} %; a full machine kills {memory_kills(view, choice):.2g}"
        " a user-year",
    ]
    if offer.binds:
        named = [f"{one.limit} ({one.usd_per_user_month:.4f})" for one in offer.binds]
        sentences.append(f"binds (USD less without it): {', '.join(named)}")
    if choice.mix.spot_percent < 100 and choice.mix.rest != "on-demand":
        sentences.append(
            plan_sentence(
                choice.machine.plans, view.question.inputs, (choice.mix.rest,)
            )
        )
    for sentence in sentences:
        yield Sentence(sentence, indent=4, hanging=6)


def _moved(view: OptimizeView) -> Iterator[Block]:
    """What moves the first choice most."""
    best = view.offers[0].found.choice
    found = choice_movers(view.question, best, view.search.size(best))
    for title, name, digits in (
        ("a user's USD", "usd_per_user_month", 4),
        ("minutes down", "downtime_minutes_per_user_year", 1),
    ):
        spans = [
            (one.name, f"{one.at_low:,.{digits}f}", f"{one.at_high:,.{digits}f}")
            for one in found[name]
        ]
        rows = moved_rows(view.question.inputs, spans)
        if rows:
            yield Title(f"What moves {title} of the first most", level=2)
            yield Table(MOVED_ROWS, rows)


def _closing(view: OptimizeView) -> Iterator[str]:
    question, market = view.question, view.market
    limits = [
        f"{name} {getattr(question.limits, field):,.4g} {UNITS[name]}".rstrip()
        for name, field in LIFTED.items()
        if getattr(question.limits, field) is not None
    ]
    kills = f"{question.config.memory.kills_per_user_year:g} kills a user-year"
    architecture = question.limits.architecture
    limits += [f"memory {kills}", f"architecture {architecture}"]
    yield f"Limits: {'; '.join(limits)}."
    left_out = [f"{count} types {why}" for why, count in market.excluded.items()]
    if left_out:
        yield f"Excluded: {', '.join(left_out)}."
    no_spot = [f"{count} types {why}" for why, count in market.without_spot.items()]
    if no_spot:
        yield f"Excluded from spot: {', '.join(no_spot)}."
    source = advisor_source()
    stale = "stale" if advisor_is_stale(view.on) else "not stale"
    yield (
        f"Interruption buckets are of {source.as_of},"
        f" {age_days(source, view.on):,} days before {view.on}: {stale} (limit"
        f" {ADVISOR_MAX_AGE_DAYS})."
    )
    yield from _plans(view)
    book = view.book
    yield (
        f"Prices: {book.kind} book {book.id[:19]}, newest of {book.as_of};"
        f" {view.stale_spot_prices} of the spot prices behind these choices are stale on"
        f" {view.on}."
    )


def _plans(view: OptimizeView) -> Iterator[str]:
    """Of how many types the book has the rates of plans, and what stands in elsewhere."""
    if len(view.question.limits.rests) == 1:
        return
    machines = view.market.machines
    priced = sum(len(one.plans) == len(YEARS) for one in machines)
    said = f"Rates of plans are the book's for {priced} of {len(machines)} types"
    if priced == len(machines):
        yield f"{said}."
        return
    one, three = (view.question.inputs[name].likely for name in PLANS_OFF.values())
    yield (
        f"{said}; of the others a plan is {percent(one)} (1 year) and {percent(three)}"
        " (3 years) off on demand: inputs, assumed where you gave none."
    )
