"""`fare usage`: the file that says what a stack uses in a month."""

import click

from farebox.cli.lazy_group import LazyGroup

USAGE_COMMANDS = {
    "init": "Write the file with the keys that a stack can use.",
    "sync": "Fill it in from CloudWatch.",
}


@click.group(
    cls=LazyGroup,
    table=USAGE_COMMANDS,
    modules={name: f"farebox.cli.usage_{name}" for name in USAGE_COMMANDS},
    epilog="""\b
Examples:
  fare usage init prod
  pulumi stack export | fare usage init - --output shop.usage.yaml
  pulumi stack export | fare usage sync - --output shop.usage.yaml
""",
)
def usage() -> None:
    """Write and fill in the file that says what a stack uses in a month."""
