"""`fare fleet`: every stack of an organisation."""

import click

from farebox.cli.lazy_group import LazyGroup

FLEET_COMMANDS = {
    "price": "Price every stack of a folder or of a file backend, to Parquet.",
    "show": "Ask a priced fleet: by team, service or region, movers, gaps.",
}


@click.group(
    cls=LazyGroup,
    table=FLEET_COMMANDS,
    modules={name: f"farebox.cli.fleet.{name}" for name in FLEET_COMMANDS},
    epilog="""\b
Examples:
  fare fleet price states/ --out fleet
  fare fleet show fleet --by tag:team
  fare fleet show fleet --since yesterday
""",
)
def fleet() -> None:
    """Price many stacks at once, and ask questions over all of them.

    It needs the extra `bills`: pip install 'farebox[bills]'.
    """
