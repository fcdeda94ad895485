"""From a command's options to a drift: one graph, estimated at two books."""

from datetime import date
from pathlib import Path

from farebox.book_choice import choose_book, wanted
from farebox.cli.errors import remark
from farebox.cli.pricing import Asked
from farebox.cli.targets import read_target
from farebox.drift import Drift, drift
from farebox.prices import PriceBook
from farebox.pricing import price_graph
from farebox.statement import Statement


def drift_of(asked: Asked, *, since: str, until: str | None) -> Drift:
    """What moved between the two books for the target. Raises the user's errors."""
    old_book = _book(since, "--since", asked.day)
    target = read_target(asked.target, region=asked.region)
    if until is not None:
        new_book = _book(until, "--until", asked.day)
    else:
        now = wanted(asked.prices, as_of=asked.as_of, config=target.graph.config)
        new_book = choose_book(now, on=asked.day)
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

    old, new = estimate(old_book), estimate(new_book)
    for sentence in remarks:
        remark(sentence)
    return drift(old, new)


def _book(named: str, option: str, day: date) -> PriceBook:
    """The book of a day (what the store had seen by then), or of `--prices`' forms."""
    try:
        as_of = date.fromisoformat(named)
    except ValueError:
        return choose_book(wanted(named, option=option), on=day)
    return choose_book(wanted(option=option, as_of=as_of), on=day)
