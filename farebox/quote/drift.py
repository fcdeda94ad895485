"""From a command's options to a drift: one graph, estimated at two books."""

import re
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.cli.errors import BadInput, remark
from farebox.cli.waiting import asking_aws
from farebox.diff.drift import Drift, drift
from farebox.prices import PriceBook
from farebox.quote.book import Chosen, choose, wanted
from farebox.quote.live import settle
from farebox.quote.pricing import price_graph
from farebox.quote.quote import Asked
from farebox.quote.target import read_target

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Drifted(Struct, frozen=True):
    """A drift, and what live prices lack that were asked for by name, or empty."""

    drift: Drift
    shortfall: str


def drift_of(asked: Asked, *, since: str, until: str | None) -> Drifted:
    """What moved between the two books for the target. Raises the user's errors."""
    target = read_target(asked.target, region=asked.region)
    remarks: list[str] = []

    def estimate(book: PriceBook) -> Statement:
        nonlocal remarks
        statement, remarks = price_graph(
            target.graph,
            book,
            Path(asked.usage) if asked.usage else target.usage_path,
            on=asked.day,
            users=asked.users,
            hours_per_month=asked.hours,
            on_demand_fallback=asked.on_demand_fallback,
            free_tier=asked.free_tier == "include",
        )
        return statement

    if until is None:
        want = wanted(
            asked.prices,
            as_of=asked.as_of,
            seconds=asked.live_seconds,
            config=target.graph.config,
        )
        chosen = choose(want, on=asked.day)
    elif asked.prices or asked.as_of:
        raise BadInput("--until names the new prices: leave out --prices and --as-of")
    else:
        chosen = _named(until, "--until", asked.day)
    old_book = _named(since, "--since", asked.day).book
    settled = settle(chosen, lambda book: [estimate(book)], asking=asking_aws)
    old, new = estimate(old_book), estimate(settled.book)
    for sentence in remarks:
        remark(sentence)
    found = drift(old, new)
    return Drifted(
        replace(found, notes=(*found.notes, *settled.notes)), settled.shortfall
    )


def _named(text: str, option: str, on: date) -> Chosen:
    """What a DATE (the store's book at its end) or a BOOK means."""
    if not DAY.fullmatch(text):
        return choose(wanted(text, option=option), on=on, network=False)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text}: there is no such day") from error
    return choose(wanted(option=option, as_of=day), on=on)
