"""From diffs and statements to a comment: written, annotated and posted."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.cli.errors import BadInput, remark
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
from farebox.forge.errors import ForgeError, NotConfigured
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


class Said(Struct, frozen=True):
    """How it ended: the checks that did not hold, and why nothing was posted."""

    broken: tuple[str, ...]
    not_posted: ForgeError | None


def environment_of_job() -> dict[str, str]:
    """The environment, whose tokens are then taken out of this process.

    A program that is run for an estimate shall not find them.
    """
    environ = dict(os.environ)
    for name in TOKENS:
        os.environ.pop(name, None)
    return environ


def say(
    diffs: Sequence[StatementDiff],
    statements: Sequence[Statement],
    asked: AskedComment,
    environ: Mapping[str, str],
) -> Said:
    """Write, annotate and post; checks come first, and a failed post loses none.

    Raises BadInput, LimitError, NotConfigured for a bad name and TooManyStacks.
    """
    mark = marker(asked.name)
    broken = tuple(_broken(diffs, asked.limits))
    parts = [*map(change_part, diffs), *map(total_part, statements)]
    text = comment(parts, mark=mark, checks=broken)
    if asked.output:
        _write(asked.output, text.encode(), "--output")
    found = _annotations(diffs, statements, asked.folder)
    if asked.code_quality:
        _write(asked.code_quality, code_quality(found), "--code-quality")
    silent = (asked.output, asked.post, asked.annotations, asked.code_quality)
    if asked.print_ or not (any(silent) or asked.check_run):
        sys.stdout.write(text)
    if asked.annotations:
        _annotate(found, asked.annotations)
    try:
        if asked.post or asked.check_run:
            headline = parts[0].headline if len(parts) == 1 else f"{len(parts)} stacks"
            _post(asked, _forge(asked, environ), (mark, text, headline), found)
    except ForgeError as error:
        return Said(broken, error)
    return Said(broken, None)


def _broken(diffs: Sequence[StatementDiff], limits: tuple[Limit, ...]) -> Sequence[str]:
    if limits and not diffs:
        raise BadInput("--fail-over holds changes against a limit: give a diff")
    found = []
    for diff in diffs:
        over = broken_limits(diff, limits)
        if over:
            said = over_limit(diff, over)
            found.append(f"{diff.head.stack}: {said}" if len(diffs) > 1 else said)
    return found


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


def _annotate(found: Sequence[Annotation], where: str) -> None:
    commands = workflow_commands(found)
    if where == "-":
        sys.stdout.write(commands)
    else:
        _write(where, commands.encode(), "--annotations")
    left = len(found) - MOST_ANNOTATIONS
    if left > 0:
        remark(f"{left:,} smaller annotations are left out")


def _post(
    asked: AskedComment,
    forge: "GitHub | GitLab",
    texts: tuple[str, str, str],
    found: Sequence[Annotation],
) -> None:
    mark, text, headline = texts
    if asked.post:
        posted = post(forge, mark, text)
        for author in posted.others:
            remark(
                f"a comment of {author!r} begins with the same marker; it was left "
                "alone"
            )
        remark(f"comment {posted.action}: {posted.url or f'number {forge.number}'}")
    if asked.check_run:
        from farebox.forge.github import GitHub

        if not isinstance(forge, GitHub):
            raise NotConfigured(
                "GitLab has no check runs: write its report with --code-quality FILE"
            )
        url = forge.check_run(f"farebox: {asked.name}", headline, text, found)
        remark(f"check run made: {url or f'number {forge.number}'}")


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
        raise BadInput(f"{option} {path}: {error.strerror or error}") from error
