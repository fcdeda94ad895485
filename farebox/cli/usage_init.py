"""`fare usage init`: a usage file with the keys that a stack can use."""

from pathlib import Path

import click

from farebox.cli.options.common import PRICES, REGION, target_argument

OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Where it is written.  [default: <stack>.usage.yaml, beside the stack's config]",
)


@click.command()
@target_argument
@OUTPUT
@click.option("--stdout", is_flag=True, help="Print it, and write no file.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--all",
    "all_keys",
    is_flag=True,
    help="All keys of a resource that could have very many, as a bucket could.",
)
@REGION
@PRICES
def init(
    target: str,
    output: str | None,
    stdout: bool,
    force: bool,
    all_keys: bool,
    region: str | None,
    prices: str | None,
) -> None:
    """Write a usage file with just the keys that a stack can use.

    Each key has its unit, its meaning and the rate that it feeds, and stands behind a
    # until somebody knows its figure: the file changes no estimate before. fare price
    finds <stack>.usage.yaml beside the stack's config by itself.

    \b
    Examples:
      fare usage init prod
      fare usage init prod --stdout
      fare usage init preview.json --output shop.usage.yaml
      pulumi stack export | fare usage init - --stdout > shop.usage.yaml
    """
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.book import book_request
    from farebox.quote.target import stacks_here
    from farebox.quote.usage_files import wanted_file, write_text

    found = wanted_file(
        target,
        region=region,
        prices=book_request(prices),
        all_keys=all_keys,
        waiting=ON_TERMINAL,
    )
    if stdout:
        click.echo(found.text, nl=False)
        return
    path = Path(output) if output else found.path
    write_text(path, found.text, force=force)
    # A stack's own file is found by itself.
    named = "" if not output and target in stacks_here() else f" --usage {path}"
    click.echo(
        f"{path}: {found.keys} keys of {len(found.wanted)} resources and regions; fill in what "
        f"is known, then fare price {target}{named}"
    )
