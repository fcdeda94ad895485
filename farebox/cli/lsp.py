"""`fare lsp`: what an editor shows at each resource, over the Language Server Protocol."""

import gc
from typing import Literal

import click

from farebox.extras import require


@click.command()
@click.option(
    "--preview",
    "document",
    default="preview.json",
    show_default=True,
    metavar="FILE",
    help="The preview to price, in the folder of Pulumi.yaml.",
)
@click.option(
    "--usage",
    metavar="FILE",
    help="A usage file in that folder.",
)
@click.option(
    "--show",
    type=click.Choice(["lens", "hints", "both"]),
    default="both",
    show_default=True,
    help="Costs above the lines, at their ends, or both.",
)
def lsp(
    document: str, usage: str | None, show: Literal["lens", "hints", "both"]
) -> None:
    """Show an editor what each resource costs, at the line that makes it.

    The editor starts it. Figures are of the project's last preview, read again when
    it changes: nothing is run, and nothing is asked of the network.

    \b
    Examples:
      fare lsp
      fare lsp --show hints
      fare lsp --preview build/preview.json --usage dev.usage.yaml
    """
    require("lsp")
    from farebox.editor.server import serve

    gc.enable()  # `fare` leaves it off, for commands that end at once
    serve(document, usage, show)
