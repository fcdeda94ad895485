"""`fare fleet`: every stack of an organisation."""

import click

from farebox.cli.lazy_group import LazyGroup

FLEET_COMMANDS = {
    "price": "Price every stack of a folder, a backend or a commit, to Parquet.",
    "compare": "Hold every stack's estimate against what it was billed.",
    "drift": "Show what other prices do to every stack.",
    "show": "Ask a priced fleet: by team, service or region, movers, gaps.",
}


@click.group(
    cls=LazyGroup,
    table=FLEET_COMMANDS,
    modules={
        "price": "farebox.cli.fleet.price",
        "compare": "farebox.cli.fleet.comparing",
        "drift": "farebox.cli.fleet.drift",
        "show": "farebox.cli.fleet.show",
    },
    epilog="""\b
Examples:
  fare fleet price states/ --out fleet
  fare fleet compare states/ --month 2026-10
  fare fleet show fleet --by tag:team
  fare fleet show fleet --since yesterday
""",
)
def fleet() -> None:
    """Price many stacks at once, and ask questions over all of them.

    It needs the extra `bills`: pip install '.[bills]' in a clone.
    """
