"""`fare host`: the economics of hosting users by tiers, one command a question."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.errors import BadInput
from farebox.cli.lazy_group import LazyGroup

HOST_COMMANDS = {
    "tiers": "Show what a user costs in each tier, beside the paper.",
    "pack": "Say how many users fit on an instance type, and what binds.",
    "limits": "Show what of AWS's limits a tier needs, and which breaks first.",
    "spot": "Weigh spot against on demand and plans for a tier.",
    "optimize": "Find the cheapest machines, zones and purchase for a tier.",
    "colo": "Compare cloud, rented servers and colo by user count.",
    "ladder": "Show each growth phase's cost, price floor and margins.",
    "market": "Show the paper's market at the margin of that many users.",
    "claims": "Check the claims of the strategy paper.",
}

NEEDS = (
    "fare host needs a Pulumi project in this folder that hosts users by tiers: a stack"
    " whose config has PROJECT:tier, farebox:users and aws:region (docs/hosting.md)"
)


class HostGroup(LazyGroup):
    """Says what the commands need where there is no project to ask about."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where there is no project, say so in one sentence."""
        from farebox.graph.errors import GraphError
        from farebox.graph.project import find_project_folder

        try:
            return super().invoke(ctx)
        except GraphError as error:
            if find_project_folder(str(Path.cwd())) is None:
                raise BadInput(NEEDS) from error
            raise


@click.group(
    cls=HostGroup,
    table=HOST_COMMANDS,
    modules={name: f"farebox.cli.{name}" for name in HOST_COMMANDS},
    epilog="""\b
Examples:
  fare host tiers
  fare host pack r6a.8xlarge
  fare report 100k --out report.html    the same figures as pictures
""",
)
def host() -> None:
    """Work out what hosting users costs, tier by tier.

    These commands read the tiers of the project in this folder: stacks whose config has
    a block PROJECT:tier (docs/hosting.md). Only pack needs none.
    """
