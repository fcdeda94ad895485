"""From diffs and statements to a comment: written, annotated and posted."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.diff.limits import Limit, broken_limits
from farebox.diff.statements import StatementDiff
from farebox.forge.annotations import (
    MOST_ANNOTATIONS,
    Annotation,
    annotations,
    code_quality,
    costs_of_change,
    costs_of_statement,
    workflow_commands,
)
from farebox.forge.comment import marker, post
from farebox.forge.errors import CannotWrite, ForgeError, NotConfigured
from farebox.reports.advice.comment import with_advice
from farebox.reports.advice.report import AdviceDocument
from farebox.reports.change.comment import comment
from farebox.reports.change.comment_parts import change_part, total_part
from farebox.reports.change.over_limit import over_limit

if TYPE_CHECKING:
    from farebox.forge.github import GitHub
    from farebox.forge.gitlab import GitLab


TOKENS = ("GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN")


class AskedComment(Struct, frozen=True, kw_only=True):
    """What `fare comment` was asked to do with what it has read."""

    name: str
    output: str | None
    print_: bool
    post: str | None
    pull: int | None
    annotations: str | None
    code_quality: str | None
    check_run: bool
    folder: str | None
    limits: tuple[Limit, ...]


class Figures(Struct, frozen=True, kw_only=True):
    """What a comment tells of, each stack once.

    `statements` are of stacks that the change adds; `without_base` of stacks whose base
    could not be priced; `unpriced` are names of stacks that have no figure at all.
    `advice` is on any of them.
    """

    diffs: Sequence[StatementDiff] = ()
    statements: Sequence[Statement] = ()
    without_base: Sequence[Statement] = ()
    unpriced: Sequence[str] = ()
    advice: Sequence[AdviceDocument] = ()


class Said(Struct, frozen=True):
    """How it ended: what is for standard output, remarks, and what went wrong.

    `broken` are the limits that did not hold; `not_posted` is why nothing was posted.
    """

    text: str
    remarks: tuple[str, ...]
    broken: tuple[str, ...]
    not_posted: ForgeError | None


def environment_of_job() -> dict[str, str]:
    """The environment, whose tokens are then taken out of what other commands inherit.

    That hides them from git and the like, not from a program that looks for them: the
    system still shows what this process began with. So no program is run in a process
    that posts, see `no_program_beside_a_token`.
    """
    environ = dict(os.environ)
    for name in TOKENS:
        os.environ.pop(name, None)
    return environ


def no_program_beside_a_token(
    asked: AskedComment, targets: Sequence[str], base_ref: str | None
) -> None:
    """Raise NotConfigured where a stack's program would run in a process that posts.

    A program can read what its own process was started with, the token too.
    """
    if not (asked.post or asked.check_run):
        return
    stacks = [name for name in targets if name != "-" and not Path(name).is_file()]
    if stacks or base_ref:
        raise NotConfigured(
            "a program is not run where a token is: write the figures first, with "
            "`fare diff … --format json > diff.json`, and post them with --diff diff.json"
        )


def say(figures: Figures, asked: AskedComment, environ: Mapping[str, str]) -> Said:
    """Write, annotate and post; limits are checked first, and a failed post loses none.

    Raises CannotWrite, LimitError, NotConfigured for a bad name and TooManyStacks.
    """
    mark = marker(asked.name)
    broken = tuple(_broken(figures, asked.limits))
    statements = [*figures.statements, *figures.without_base]
    parts = [with_advice(change_part(x), x, figures.advice) for x in figures.diffs]
    parts += [with_advice(total_part(x), x, figures.advice) for x in statements]
    checks = (*broken, *_lacking(figures, limited=bool(asked.limits)))
    text = comment(parts, mark=mark, checks=checks)
    if asked.output:
        _write(asked.output, text.encode(), "--output")
    found = _annotations(figures.diffs, statements, asked.folder)
    if asked.code_quality:
        _write(asked.code_quality, code_quality(found), "--code-quality")
    silent = (asked.output, asked.post, asked.annotations, asked.code_quality)
    told = text if asked.print_ or not (any(silent) or asked.check_run) else ""
    remarks: list[str] = []
    if asked.annotations:
        told += _annotate(found, asked.annotations, remarks)
    not_posted: ForgeError | None = None
    try:
        if asked.post or asked.check_run:
            headline = parts[0].headline if len(parts) == 1 else f"{len(parts)} stacks"
            forge = _forge(asked, environ)
            for told_of in _post(asked, forge, (mark, text, headline), found):
                remarks.append(told_of)  # noqa: PERF402 (what came before an error stays)
    except ForgeError as error:
        not_posted = error
    return Said(told, tuple(remarks), broken, not_posted)


def _broken(figures: Figures, limits: tuple[Limit, ...]) -> Sequence[str]:
    diffs = figures.diffs
    if limits and not (diffs or figures.without_base or figures.unpriced):
        raise NotConfigured(
            "--fail-over holds changes against a limit: give a diff with --diff"
        )
    found = []
    for diff in diffs:
        over = broken_limits(diff, limits)
        if over:
            said = over_limit(diff, over)
            found.append(f"{diff.head.stack}: {said}" if len(diffs) > 1 else said)
    return found


def _lacking(figures: Figures, *, limited: bool) -> Iterator[str]:
    """What the comment cannot tell, a sentence a stack."""
    for statement in figures.without_base:
        yield (
            f"{statement.stack or 'the stack'}: its base could not be priced; what it "
            "costs now is told, not what the change does to it"
            + ("; no limit was held against it" if limited else "")
        )
    for stack in figures.unpriced:
        yield f"{stack}: could not be priced at this commit; the job's log says why"


def _annotations(
    diffs: Sequence[StatementDiff], statements: Sequence[Statement], folder: str | None
) -> list[Annotation]:
    where = _folder_in_repository(Path.cwd()) if folder is None else folder
    if diffs:
        costs = (cost for diff in diffs for cost in costs_of_change(diff))
    else:
        costs = (cost for side in statements for cost in costs_of_statement(side))
    return annotations(costs, folder=where, change=bool(diffs))


def _folder_in_repository(folder: Path) -> str:
    """Where the folder lies in the git repository around it, "" without one."""
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            return folder.relative_to(root).as_posix()
    return ""


def _annotate(found: Sequence[Annotation], where: str, remarks: list[str]) -> str:
    """GitHub's commands, written to the file or returned for standard output."""
    left = len(found) - MOST_ANNOTATIONS
    if left > 0:
        remarks.append(f"{left:,} smaller annotations are left out")
    commands = workflow_commands(found)
    if where == "-":
        return commands
    _write(where, commands.encode(), "--annotations")
    return ""


def _post(
    asked: AskedComment,
    forge: "GitHub | GitLab",
    texts: tuple[str, str, str],
    found: Sequence[Annotation],
) -> Iterator[str]:
    """Post the comment and make the check run; what became of each. Raises ForgeError."""
    mark, text, headline = texts
    if asked.post:
        posted = post(forge, mark, text)
        for author in posted.others:
            yield (
                f"a comment of {author!r} begins with the same marker; it was left "
                "alone"
            )
        yield f"comment {posted.action}: {posted.url or f'number {forge.number}'}"
    if asked.check_run:
        from farebox.forge.github import GitHub

        if not isinstance(forge, GitHub):
            raise NotConfigured(
                "GitLab has no check runs: write its report with --code-quality FILE"
            )
        url = forge.check_run(f"farebox: {asked.name}", headline, text, found)
        yield f"check run made: {url or f'number {forge.number}'}"


def _forge(asked: AskedComment, environ: Mapping[str, str]) -> "GitHub | GitLab":
    which = asked.post or "auto"
    if which == "auto":
        if environ.get("GITHUB_ACTIONS"):
            which = "github"
        elif environ.get("GITLAB_CI"):
            which = "gitlab"
        else:
            raise NotConfigured(
                "this is neither GitHub Actions nor GitLab CI: say --post github or "
                "--post gitlab, and --pull N"
            )
    if which == "github":
        from farebox.forge.github import GitHub

        return GitHub(environ, pull=asked.pull)
    from farebox.forge.gitlab import GitLab

    return GitLab(environ, pull=asked.pull)


def _write(path: str, data: bytes, option: str) -> None:
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise CannotWrite(f"{option} {path}: {error.strerror or error}") from error
