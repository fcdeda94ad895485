"""The prices of commands that price the plans of tiers, not one stack's resources."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from farebox.prices import PriceBook
from farebox.quote.book import PRICES_KEY, book_as_it_is, book_request


class PlanPrices(Struct, frozen=True):
    """The book and the day that plans are priced at; `remarks` are to be told."""

    book: PriceBook
    on: date
    remarks: tuple[str, ...] = ()


def plan_prices(
    prices: str | None,
    *,
    as_of: date | None,
    on: date | None,
    tiers: Sequence[str] = (),
) -> PlanPrices:
    """The book and the day of a command about these tiers, or about all of them.

    Nothing is refreshed: `auto` and `live` stand on the store. The config's
    `farebox:prices` counts where all the tiers have the same. Raises PriceBookError
    and ProgramError.
    """
    day = on or as_of or date.today()
    config = {} if prices is not None else _shared_config(tiers)
    want = book_request(prices, as_of=as_of, config=config)
    book = book_as_it_is(want, on=day)
    if want.prices != "live" or as_of is not None:
        return PlanPrices(book, day)
    remark = (
        f"{want.named} live: plans are priced at the store's newest book as it is;"
        " fare refresh brings it up to date"
    )
    return PlanPrices(book, day, (remark,))


def _shared_config(tiers: Sequence[str]) -> dict[str, str]:
    """The one `farebox:prices` of the tiers; empty where they differ or have none."""
    from farebox.graph.project import (
        find_project_folder,
        read_project,
        read_stack_config,
        stacks_of,
    )

    folder = Path.cwd()
    if find_project_folder(str(folder)) != folder:
        return {}
    project = read_project(folder)
    configs = (read_stack_config(project, name) for name in tiers or stacks_of(project))
    found = {
        config.values[PRICES_KEY] for config in configs if PRICES_KEY in config.values
    }
    return {PRICES_KEY: found.pop()} if len(found) == 1 else {}
