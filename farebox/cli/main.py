"""The `fare` command: loads a command's module only when that command runs."""

import gc
import os
import sys
from codecs import register_error
from contextlib import suppress
from io import TextIOWrapper
from itertools import pairwise

import click

from farebox.cli.errors import (
    BAD_INPUT,
    CHECK_FAILED,
    CheckFailed,
    exit_code_of,
    tell,
)
from farebox.cli.host import HOST_COMMANDS
from farebox.cli.lazy_group import LazyGroup
from farebox.errors import FareboxError

COMMANDS = {
    "price": "Price a stack of this project, a preview or a state.",
    "report": "Write a stack's cost as one page with charts.",
    "explain": "Show each figure of a resource, down to its price's source.",
    "advise": "Show what would cost less for the same work.",
    "diff": "Show what a change does to the bill, the market apart.",
    "drift": "Show what the market did to a stack's bill.",
    "prices": "Look at the prices: one, their age, a file, the store.",
    "comment": "Say what a change costs on its pull request.",
    "fleet": "Price every stack of an organisation, and ask over all.",
    "bill": "Read what AWS billed, and hold an estimate against it.",
    "init": "Write what a project needs to begin: usage, CI file, config.",
    "usage": "Write the file that says what a stack uses, or fill it in.",
    "refresh": "Fetch AWS's prices into the store.",
    "policy-pack": "Write the policy pack that holds a preview to budgets.",
    "mcp": "Answer a coding agent, over the Model Context Protocol.",
    "lsp": "Show an editor what each resource costs.",
    "host": "Work out what hosting users costs, tier by tier.",
    "doctor": "Say what is set up here, and what is missing.",
    "completion": "Print the completion script of a shell.",
    "man": "Write the manual pages.",
}

STAND_IN = "farebox"
"""The name of how a character is written that an encoding lacks."""

EXAMPLES = """\b
Examples:
  fare price 100k                       a stack of the project in this folder
  pulumi preview --json --show-sames | fare price -
  fare price 100k --format json > statement.json
  fare explain spot-pool-use1-az1 100k  where a figure comes from
  fare diff --base-ref main 100k        what this branch does to the bill
"""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    moved=dict.fromkeys(HOST_COMMANDS, "host"),
    below=(
        "Hosting users by tiers",
        {f"host {name}": said for name, said in HOST_COMMANDS.items()},
    ),
    modules={
        **{name: f"farebox.cli.{name}" for name in COMMANDS},
        "prices": "farebox.cli.prices.group",
        "bill": "farebox.cli.bill.group",
        "fleet": "farebox.cli.fleet.group",
        "policy-pack": "farebox.cli.policy_pack",
    },
    attributes={"policy-pack": "policy_pack"},
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(package_name="farebox", message="fare %(version)s")
def fare() -> None:
    """Price Pulumi AWS stacks before they are deployed.

    No account, no key, no call home: prices come from a dated, hashed price book,
    and every figure names its source.
    """


def main() -> None:
    """Run `fare` and end with its exit code; no error of the user is a traceback."""
    # One command, then the process ends: neither searching a large stack for cycles
    # nor freeing it piece by piece at the end does anybody any good.
    gc.disable()
    replace_what_cannot_be_written()
    code = run(sys.argv[1:])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def replace_what_cannot_be_written() -> None:
    """Show a character that the output's encoding lacks as one of ASCII, or as `?`.

    Windows redirects in cp1252, and old terminals are latin-1; JSON, markdown and HTML
    are UTF-8 whatever it is.
    """
    register_error(STAND_IN, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=STAND_IN)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """As `stand_in` of the reports, which are imported only where one is needed."""
    from farebox.reports.terminal import stand_in

    return stand_in(error)


def run(arguments: list[str]) -> int:
    """Run `fare` with these arguments and return the exit code."""
    as_json = _asks_for_json(arguments)
    try:
        code = fare.main(
            arguments, prog_name="fare", standalone_mode=False, obj=(arguments, run)
        )
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        tell(error.format_message() + hint, exit_code=BAD_INPUT, as_json=as_json)
        return BAD_INPUT
    except click.ClickException as error:
        tell(error.format_message(), exit_code=BAD_INPUT, as_json=as_json)
        return BAD_INPUT
    except CheckFailed as error:
        tell(str(error), exit_code=CHECK_FAILED, as_json=as_json)
        return CHECK_FAILED
    except (click.Abort, KeyboardInterrupt):
        tell("interrupted", exit_code=130, as_json=as_json)
        return 130
    except BrokenPipeError:
        return 0  # the reader of the pipe has seen enough
    except FareboxError as error:
        exit_code = exit_code_of(error)
        tell(str(error), exit_code=exit_code, as_json=as_json)
        return exit_code
    except Exception as error:
        return _unexpected(error, arguments, as_json=as_json)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception, arguments: list[str], *, as_json: bool) -> int:
    """Tell of a package that is not installed, which is bad input, or of a defect."""
    from farebox import extras

    if isinstance(error, ModuleNotFoundError) and (said := extras.told(error)):
        tell(said, exit_code=BAD_INPUT, as_json=as_json)
        return BAD_INPUT
    from farebox.cli.defects import DEFECT, told

    tell(told(error, arguments), exit_code=DEFECT, as_json=as_json)
    return DEFECT


def _asks_for_json(arguments: list[str]) -> bool:
    return "--format=json" in arguments or any(
        first in ("--format", "-f") and second == "json"
        for first, second in pairwise(arguments)
    )
