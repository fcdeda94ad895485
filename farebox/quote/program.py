"""Prices a Pulumi program inside its own preview, with two lines at its top:

    import farebox
    farebox.price_program()

The statement is one info message at the end of the preview. It is not a stack output:
a price that moves would then show as a change of the stack.
"""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from farebox.graph.program import collect
from farebox.graph.regions import environment_region

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.graph import ResourceGraph
    from farebox.prices import PriceBook


def price_program(
    *,
    usage: str | Path | None = None,
    users: Decimal | int | None = None,
    region: str | None = None,
    prices: str | None = None,
    book: "PriceBook | None" = None,
    on: date | None = None,
    report: "Callable[[Statement], None] | None" = None,
) -> None:
    """Log the month's statement of this stack at the end of its preview.

    Call it before the first resource. Outside of a preview it does nothing, and it
    never fails a preview: an error becomes one warning.

    `usage` is a usage file, by default the stack's own `<stack>.usage.yaml` beside
    its config; `users` are by default those of the config's `farebox:users`; `region`,
    else `AWS_REGION`, holds where the program names none; `on` is by default today. `report` takes the
    statement in place of the message.

    `prices` is `auto`, `live`, `store`, `embedded`, a book's file or `sha256:…`, by
    default what the config's `farebox:prices` says, else `auto`; `book` is a book in
    place of that. Live prices take at most the config's `farebox:live-seconds` (10).
    """
    usage_path = Path(usage).absolute() if usage is not None else None

    def at_end(graph: "ResourceGraph") -> None:
        from farebox.graph.decoding import collector_paused

        # The program's own objects fill the heap: searching them for cycles would
        # take longer than the estimate.
        with collector_paused():
            statement = _statement(graph, usage_path, users, book or prices, on)
            if report is None:
                _log(statement, graph)
            else:
                report(statement)

    collect(at_end, region=region or environment_region(os.environ))


def _statement(
    graph: "ResourceGraph",
    usage_path: Path | None,
    users: Decimal | int | None,
    prices: "PriceBook | str | None",
    on: date | None,
) -> "Statement":
    import pulumi

    from farebox.bill.terms import Terms
    from farebox.prices import PriceBook
    from farebox.quote.basket import Basket, usage_at, users_of
    from farebox.quote.book import BookChoice, book_request, choose_book
    from farebox.quote.live import brought_up_to_date
    from farebox.quote.waiting import SILENT

    day = on or date.today()
    usage = usage_at(usage_path or _usage_path(graph.stack))
    counted = Decimal(users) if users else users_of(graph)
    basket = Basket(graph, usage, Terms(on=day, users=counted))
    unmatched = basket.unmatched_usage()
    if isinstance(prices, PriceBook):
        choice = BookChoice(book=prices, on=day)
    else:
        want = book_request(prices, option="prices", config=graph.config)
        choice = choose_book(want, on=day, folder=_project_folder())
    book = brought_up_to_date(choice, basket, SILENT)
    statement = book.noted(basket.at(book.prices))
    for sentence in unmatched:
        pulumi.log.warn(f"farebox: {sentence}")
    if book.shortfall:
        pulumi.log.warn(f"farebox: {book.shortfall}")
    return statement


def _log(statement: "Statement", graph: "ResourceGraph") -> None:
    """The message of the preview: what `fare price` prints of the same stack."""
    import pulumi

    from farebox.reports.page.as_text import as_text
    from farebox.reports.statement.report import statement_report

    pulumi.log.info(as_text(statement_report(statement, graph).page()))


def _project_folder() -> Path | None:
    """The folder of the project's file, where the program has one."""
    from pulumi.runtime.settings import get_root_directory

    from farebox.graph.project import find_project_folder

    return find_project_folder(get_root_directory())


def _usage_path(stack: str) -> Path | None:
    """The stack's own usage file, which lies beside its config, where there is one."""
    from farebox.graph.project import read_project

    folder = _project_folder()
    if folder is None:
        return None
    path = read_project(folder).stack_config_folder / f"{stack}.usage.yaml"
    return path if path.is_file() else None
