"""The best few ways to run a tier, as text."""

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap

from msgspec import Struct

from farebox.hosting.choice.choice_question import LIFTED, POOL, UNITS, VM, Question
from farebox.hosting.choice.choice_search import Found, Search
from farebox.hosting.choice.choices import Choice, downtime_minutes_per_user_year
from farebox.hosting.choice.choices import kills_per_user_year as session_kills
from farebox.hosting.choice.machine_market import Market
from farebox.hosting.choice.movers import choice_movers
from farebox.hosting.choice.optimize import Bind
from farebox.hosting.packing.capacity import kills_per_user_year, usable_gib
from farebox.hosting.spot.advisor import advisor_is_stale, advisor_source
from farebox.hosting.spot.purchase_mixes import Mix
from farebox.prices import PriceBook
from farebox.prices.ages import ADVISOR_MAX_AGE_DAYS, age_days
from farebox.reports.hosting.spot import NAMES, WIDTH, input_line, percent
from farebox.reports.page.as_text import BOLD, DIM, RESET

ROUNDING = 1e-12


class Offered(Struct, frozen=True, kw_only=True):
    """A choice with what binds it."""

    found: Found
    binds: tuple[Bind, ...]


class View(Struct, frozen=True, kw_only=True):
    """What the report shows; `now` is the tier as it stands, where it has prices."""

    tier: str
    search: Search
    market: Market
    offers: tuple[Offered, ...]
    now: Choice | None
    book: PriceBook
    on: date
    stale_spot_prices: int
    file: str = ""
    diff: str = ""
    """What `--write` changed, empty where it changed nothing or was not asked."""

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.search.question


def text(view: View, *, color: bool = False) -> str:
    """The report in 80 columns; `color` marks titles."""

    def style(mark: str, line: str) -> str:
        return f"{mark}{line}{RESET}" if color and mark and line else line

    return "".join(f"{style(mark, line)}\n" for mark, line in _lines(view))


def _lines(view: View) -> Iterator[tuple[str, str]]:
    question, search = view.question, view.search
    yield (
        BOLD,
        f"{view.tier} in {question.plan.region} · {question.users:,} users ·"
        f" machines and volumes, USD per user-month",
    )
    yield "", ""
    yield DIM, _columns("", ("users/VM", "VMs", "min down", "kills", "USD"))
    for place, offer in enumerate(view.offers, start=1):
        yield BOLD, _row(f"{place} ", view, offer.found.choice)
        for line in _about(view, offer):
            yield "", line
    if view.now is not None:
        yield "", ""
        yield "", _row("now ", view, view.now)
    yield from _moved(view)
    for sentence in _closing(view):
        yield "", ""
        for line in wrap(sentence, WIDTH, break_on_hyphens=False):
            yield "", line
    yield "", ""
    yield DIM, f"{search.tried:,} choices of {len(view.market.machines)} types tried"
    if view.diff:
        yield "", ""
        for line in view.diff.splitlines():
            yield "", line


def _columns(label: str, cells: tuple[str, ...]) -> str:
    widths = (9, 7, 9, 7, 8)
    figures = "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)
    )
    return f"{label:<{WIDTH - len(figures)}}{figures}"


def _row(label: str, view: View, choice: Choice) -> str:
    question = view.question
    size = view.search.size(choice)
    return _columns(
        f"{label}{named(choice.machine.instance_types)}, {bought(choice.mix)}",
        (
            f"{choice.users_per_vm:,}",
            f"{sum(size.vms):,}",
            f"{downtime_minutes_per_user_year(question, choice):.1f}",
            f"{session_kills(question, choice):.3f}",
            f"{view.search.usd(choice) / question.users:.4f}",
        ),
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


def _about(view: View, offer: Offered) -> Iterator[str]:
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
    for sentence in sentences:
        yield from wrap(
            sentence,
            WIDTH,
            initial_indent="    ",
            subsequent_indent="      ",
            break_on_hyphens=False,
        )


def _moved(view: View) -> Iterator[tuple[str, str]]:
    """What moves the first choice most."""
    best = view.offers[0].found.choice
    found = choice_movers(view.question, best, view.search.size(best))
    for title, name, digits in (
        ("a user's USD", "usd_per_user_month", 4),
        ("minutes down", "downtime_minutes_per_user_year", 1),
    ):
        spans = [
            (input_line(view.question.inputs, one.name), *ends)
            for one in found[name]
            if (ends := [f"{x:,.{digits}f}" for x in (one.at_low, one.at_high)])
            and ends[0] != ends[1]
        ]
        if spans:
            yield "", ""
            yield BOLD, f"What moves {title} of the first most"
        for label, low, high in spans:
            yield "", f"  {label:<56}{f'{low} – {high}':>22}"


def memory_kills(view: View, choice: Choice) -> float:
    """Kills for want of memory per user-year, at the peak hour, of a full machine."""
    model = view.question.config.memory
    usable = usable_gib(choice.machine.one.memory_gib)
    kills = kills_per_user_year(model, choice.users_per_vm, usable)
    # Below that the model has only rounding (docs/hosting.md, memory).
    return kills if kills > ROUNDING else 0.0


def _closing(view: View) -> Iterator[str]:
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
    one, three = (
        question.inputs[name].likely for name in ("plan_1_year_off", "plan_3_year_off")
    )
    source = advisor_source()
    stale = "stale" if advisor_is_stale(view.on) else "not stale"
    yield (
        f"Plans take {percent(one)} (1 year) and {percent(three)} (3 years) off on"
        f" demand: inputs. Interruption buckets are of {source.as_of},"
        f" {age_days(source, view.on):,} days before {view.on}: {stale} (limit"
        f" {ADVISOR_MAX_AGE_DAYS})."
    )
    book = view.book
    yield (
        f"Prices: {book.kind} book {book.id[:19]}, newest of {book.as_of};"
        f" {view.stale_spot_prices} of the spot prices behind these choices are stale on"
        f" {view.on}."
    )
