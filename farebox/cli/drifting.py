"""From a command's options to a drift: one graph, estimated at two books."""

from datetime import date
from pathlib import Path

from farebox.cli.books import choose_book
from farebox.cli.errors import BadInput, remark
from farebox.cli.pricing import Asked
from farebox.cli.targets import read_target
from farebox.drift import Drift, drift
from farebox.prices import PriceBook
from farebox.pricing import price_graph
from farebox.statement import Statement


def drift_of(asked: Asked, *, since: str, until: str | None) -> Drift:
    """What moved between the two books for the target. Raises the user's errors."""
    old_book = _book(since, "--since")
    new_book = choose_book(asked.prices) if until is None else _book(until, "--until")
    target = read_target(asked.target, region=asked.region)
    remarks: list[str] = []

    def estimate(book: PriceBook) -> Statement:
        nonlocal remarks
        statement, remarks = price_graph(
            target.graph,
            book,
            Path(asked.usage) if asked.usage else target.usage_path,
            on=asked.on or date.today(),
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


def _book(named: str, option: str) -> PriceBook:
    """The book of a day (what the store had seen by then), or of `--prices`' forms."""
    try:
        return choose_book(named)
    except BadInput as error:
        raise BadInput(str(error).replace("--prices", option, 1)) from error
