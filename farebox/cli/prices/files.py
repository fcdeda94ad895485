"""`fare prices export`, `import` and `verify`: a book as one file."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from farebox.cli.errors import CheckFailed, one_line, remark
from farebox.cli.options.common import BOOK, ON, USAGE, complete_target, format_option

MOST_NAMED = 3
"""Keys that are named for each reason why they are not in a file."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False), metavar="FILE")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Only this region and what holds everywhere; may be repeated.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="CODE",
    help="Only this service, as AmazonEC2; may be repeated.",
)
@click.option(
    "--for",
    "target",
    metavar="STACK|FILE",
    shell_complete=complete_target,
    help="Only what an estimate of this stack asks for.",
)
@USAGE
@BOOK[0]
@BOOK[1]
@ON
def export(
    file: str,
    regions: tuple[str, ...],
    services: tuple[str, ...],
    target: str | None,
    usage: str | None,
    prices: str | None,
    as_of: date | None,
    on: date | None,
) -> None:
    """Write a price book as one file, and print its id.

    The file is in the form of --prices FILE. With --for it is small enough for a
    repository: it has each price that the stack's estimate asks for, with what the
    laws of prices need beside it, and gives the same bill to the cent. What the form
    cannot hold is counted and named. The file is replaced in one step.

    \b
    Examples:
      fare prices export aws.prices
      fare prices export us.prices --region us-east-1 --service AmazonEC2
      fare prices export prod.prices --for prod
      fare prices export july.prices --as-of 2026-07-31
    """
    from farebox.cli.prices.exporting import write_file
    from farebox.prices.selection import holdable, of_places
    from farebox.quote.book import book_as_it_is, book_request
    from farebox.quote.target import read_target

    day = on or as_of or datetime.now(UTC).date()
    if target is None:
        book = book_as_it_is(book_request(prices, as_of=as_of), on=day)
        chosen = of_places([*book, *book.prices_beneath()], regions, services)
    else:
        from farebox.cli.prices.exporting import prices_of_stack

        found = read_target(target, region=None)
        want = book_request(prices, as_of=as_of, config=found.graph.config)
        book = book_as_it_is(want, on=day)
        asked = prices_of_stack(found, book, Path(usage) if usage else None, day)
        chosen = of_places(asked, regions, services)
    selected = holdable(chosen)
    book_id = write_file(Path(file), selected.prices)
    click.echo(book_id)
    what = (
        "1 price" if len(selected.prices) == 1 else f"{len(selected.prices):,} prices"
    )
    remark(f"wrote {what} of the {book.kind} book to {file}")
    for reason, keys in selected.left_out.items():
        named = ", ".join(str(key) for key in keys[:MOST_NAMED])
        more = ", ..." if len(keys) > MOST_NAMED else ""
        remark(f"left out {len(keys):,} for {reason}: {named}{more}")


@click.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False), metavar="FILE")
@format_option("the result")
def import_(file: str, format_: str) -> None:
    """Check a price book file and keep it in the store.

    The file's own id then answers --prices sha256:… with exactly its prices. Those
    that are newer than the store's become current too.

    \b
    Examples:
      fare prices import aws.prices
      fare price prod --prices sha256:7b01a2c4
    """
    from farebox.cli.prices.importing import import_file

    found = import_file(Path(file), datetime.now(UTC).replace(microsecond=0))
    if format_ == "json":
        from msgspec.json import encode, format

        document = {"schema": "farebox.prices-import/1", **found.document}
        sys.stdout.buffer.write(bytes(format(encode(document), indent=1)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        click.echo(found.book_id)
        remark(found.sentence)


@click.command()
@click.argument("book", metavar="[FILE|embedded|store]", required=False)
def verify(book: str | None) -> None:
    """Check a book: its hash, its form and the laws of AWS's prices.

    Without FILE the store is checked, or the embedded book where there is no store.
    Each fault is a line; exit code 1 when there is any.

    \b
    Examples:
      fare prices verify aws.prices
      fare prices verify store
    """
    from farebox.cli.prices.verifying import faults_in

    checked, faults = faults_in(book)
    for fault in faults:
        click.echo(one_line(fault))
    if faults:
        what = "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"
        raise CheckFailed(f"{what} in {checked}")
    click.echo(f"{checked}: nothing is wrong")
