"""`fare mcp`: what a coding agent may ask, over the Model Context Protocol."""

import gc
from pathlib import Path

import click

from farebox.extras import require


@click.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The only folder that files are read from.  [default: this one]",
)
def mcp(folder: Path) -> None:
    """Serve price, explain, diff, advise and usage keys to a coding agent.

    The agent starts it and speaks the Model Context Protocol through its standard
    input and output. It reads previews, states and usage files of the folder, writes
    nothing, runs no program and asks nothing of the network.

    \b
    Examples:
      fare mcp
      fare mcp --folder infra
      claude mcp add farebox -- fare mcp --folder infra
    """
    require("mcp")
    from farebox.agents.server import serve

    gc.enable()  # `fare` leaves it off, for commands that end at once
    serve(folder)
