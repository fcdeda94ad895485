"""`fare policy-pack`: the policy pack's files, into a folder of one's own."""

import sys
from importlib.resources import files
from pathlib import Path

import click

from farebox.cli.errors import BadInput

PACK = ("PulumiPolicy.yaml", "__main__.py")
ENVIRONMENT = "virtualenv: ../.venv"
"""How the pack of a clone names the environment that has Farebox."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write over files that are there.")
def policy_pack(folder: Path, force: bool) -> None:
    """Write the policy pack that blocks a preview over budget into DIR.

    It runs in the environment that has this Farebox and needs the extra policy
    there; docs/budget.md says what its policies take.

    \b
    Examples:
      fare policy-pack budget-pack
      pulumi preview --policy-pack budget-pack
    """
    there = [name for name in PACK if (folder / name).exists()]
    if there and not force:
        raise BadInput(f"{folder / there[0]} is there already; --force writes over it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in PACK:
            text = files("policy_pack").joinpath(name).read_text(encoding="utf-8")
            own = text.replace(ENVIRONMENT, f"virtualenv: {_quoted(sys.prefix)}")
            (folder / name).write_text(own, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror or error}") from error
    click.echo(f"{folder}: pulumi preview --policy-pack {folder}")


def _quoted(path: str) -> str:
    """The path as YAML has it in single quotes."""
    return "'" + path.replace("'", "''") + "'"
