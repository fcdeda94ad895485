"""`fare comment`: what a pull request does to the bill, as a comment on it."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from farebox.cli.diff import diff
from farebox.cli.errors import (
    NOT_REACHED,
    BadInput,
    CheckFailed,
    remark,
    shortfall_code,
    tell,
)

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.diff.statements import StatementDiff
    from farebox.forge.delivery import Said
    from farebox.quote.change import Side
    from farebox.reports.advice.report import AdviceDocument

FILE = click.Path(exists=True, dir_okay=False)

OWN = (
    "name",
    "output",
    "print_",
    "post",
    "pull",
    "annotations",
    "code_quality",
    "check_run",
    "folder",
)
"""The options that say what to do with what was read."""


@click.command()
@click.option(
    "--diff",
    "diff_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="A diff that fare diff wrote as JSON; may be repeated.",
)
@click.option(
    "--statement",
    "statement_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="A statement that fare price wrote as JSON; may be repeated.",
)
@click.option(
    "--without-base",
    "without_base_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="As --statement, of a stack whose base could not be priced; the comment says so.",
)
@click.option(
    "--advice",
    "advice_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Advice that fare advise wrote as JSON, on one of these stacks; may be repeated.",
)
@click.option(
    "--unpriced",
    multiple=True,
    metavar="STACK",
    help="A stack that could not be priced; the comment says so. May be repeated.",
)
@click.option(
    "--name",
    default="farebox",
    show_default=True,
    metavar="NAME",
    help="Which of several comments of a pull request this one is.",
)
@click.option("--output", "-o", metavar="FILE", help="Write the markdown to a file.")
@click.option(
    "--print", "print_", is_flag=True, help="Print it; so it does if told nothing else."
)
@click.option(
    "--post",
    type=click.Choice(["auto", "github", "gitlab"]),
    help="Post it, or update the one posted before; auto looks at the CI job.",
)
@click.option(
    "--pull",
    type=click.IntRange(min=1),
    metavar="N",
    help="The pull or merge request, where the job does not name it.",
)
@click.option(
    "--annotations",
    metavar="FILE|-",
    help="Write GitHub's annotation commands; - prints them for the job.",
)
@click.option(
    "--code-quality", metavar="FILE", help="Write GitLab's code quality report."
)
@click.option(
    "--check-run", is_flag=True, help="Make a GitHub check run with annotations."
)
@click.option(
    "--folder",
    metavar="DIR",
    help="The program's folder in the repository.  [default: this one]",
)
def comment(
    diff_files: Sequence[str],
    statement_files: Sequence[str],
    without_base_files: Sequence[str],
    advice_files: Sequence[str],
    unpriced: Sequence[str],
    limits: Any,
    targets: tuple[str, ...],
    **asked: Any,
) -> int:
    """Write what a change costs as a comment, and post it on the pull request.

    BASE and HEAD are as in fare diff; --diff and --statement read what was written
    before, for several stacks too. The token comes from GITHUB_TOKEN or GITLAB_TOKEN;
    what posts runs no program, so give it --diff or --statement.
    Ends with 1 when a limit is passed, else with 3 when the comment was not posted.

    \b
    Examples:
      fare comment --base-ref main prod
      fare comment --diff diff-dev.json --diff diff-prod.json --post auto
      fare comment --diff diff.json --annotations - --output comment.md
      fare comment --statement statement.json --post gitlab --name prod
    """
    from farebox.forge.delivery import (
        AskedComment,
        Figures,
        environment_of_job,
        no_program_beside_a_token,
        say,
    )

    own = {name: asked.pop(name) for name in OWN}
    asked_comment = AskedComment(**own, limits=limits)
    no_program_beside_a_token(asked_comment, targets, asked["base_ref"])
    environ = environment_of_job()
    diffs = [_read_diff(path) for path in diff_files]
    advice = [_read_advice(path) for path in advice_files]
    shortfall = ""
    if targets:
        from farebox.cli.waiting import ON_TERMINAL
        from farebox.quote.change import ChangeRequest, compare_targets

        quoted = compare_targets(ChangeRequest(targets=targets, **asked), ON_TERMINAL)
        remark(*quoted.remarks)
        shortfall = quoted.shortfall
        diffs.append(quoted.diff)
        advice += _advice_on(quoted.head, quoted.diff)
    figures = Figures(
        diffs=diffs,
        statements=[_read_statement(path) for path in statement_files],
        without_base=[_read_statement(path) for path in without_base_files],
        unpriced=unpriced,
        advice=advice,
    )
    if not any((diffs, statement_files, without_base_files, unpriced)):
        raise BadInput("give BASE and HEAD, or --diff FILE, or --statement FILE")
    return _tell(say(figures, asked_comment, environ), shortfall)


def _tell(said: "Said", shortfall: str) -> int:
    """Print how it ended; the exit code. Raises CheckFailed where a limit is passed."""
    from farebox.forge.errors import PostFailed

    sys.stdout.write(said.text)
    remark(*said.remarks)
    code = shortfall_code(shortfall, as_json=False)
    if said.not_posted is not None:
        code = NOT_REACHED if isinstance(said.not_posted, PostFailed) else 2
        tell(str(said.not_posted), exit_code=code, as_json=False)
    if said.broken:
        raise CheckFailed("; ".join(said.broken))
    return code


comment.params += [option for option in diff.params if option.name != "format_"]
"""BASE and HEAD are found and priced as `fare diff` does it."""


def _read_diff(path: str) -> "StatementDiff":
    from farebox.diff.file import read_diff

    return read_diff(Path(path).read_bytes(), path)


def _read_advice(path: str) -> "AdviceDocument":
    from farebox.reports.advice.file import read_advice

    return read_advice(Path(path).read_bytes(), path)


def _advice_on(
    head: "Side | Statement", diff: "StatementDiff"
) -> "list[AdviceDocument]":
    """The advice on the head, where it was priced here and not read as a statement."""
    from farebox.advice.advise import advise
    from farebox.cli.advise import advice_report
    from farebox.quote.change import Side

    if not isinstance(head, Side):
        return []
    found = advise(head.basket, diff.head, head.book)
    return [advice_report(found, Decimal(1)).document()]


def _read_statement(path: str) -> "Statement":
    from farebox.bill.statement_file import read_statement

    return read_statement(Path(path).read_bytes(), path)
