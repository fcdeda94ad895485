"""The prices of commands that price the plans of tiers, not one stack's resources."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from farebox.cli.errors import remark
from farebox.prices import PriceBook
from farebox.quote.book import PRICES_KEY, choose_book, wanted


def plan_prices(
    prices: str | None,
    *,
    as_of: date | None,
    on: date | None,
    tiers: Sequence[str] = (),
) -> tuple[PriceBook, date]:
    """The book and the day of a command about these tiers, or about all of them.

    Nothing is refreshed: `auto` and `live` stand on the store. The config's
    `farebox:prices` counts where all the tiers have the same. Raises PriceBookError
    and ProgramError.
    """
    day = on or as_of or date.today()
    config = {} if prices is not None else _shared_config(tiers)
    want = wanted(prices, as_of=as_of, config=config)
    book = choose_book(want, on=day)
    if want.prices == "live" and as_of is None:
        remark(
            f"{want.named} live: plans are priced at the store's newest book as it is;"
            " fare refresh brings it up to date"
        )
    return book, day


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
