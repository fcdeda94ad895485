"""What a change costs, at the lines of the program that make it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import PurePosixPath

from msgspec import Struct

from farebox.bill.statement import ZERO, Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.figures import dollars, signed_dollars

MOST_ANNOTATIONS = 50
"""What GitHub takes in one call; the biggest come first."""

POSITION = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d{0,8})")
LONGEST_NAME = 80
MOST_NAMES = 3


class Annotation(Struct, frozen=True):
    """A remark at a line of a file of the repository, and its US dollars a month."""

    path: str
    line: int
    title: str
    message: str
    usd: Decimal
    names: tuple[str, ...]


class Cost(Struct, frozen=True):
    """A resource's US dollars a month, or their change, and where it is declared."""

    source_position: str
    name: str
    usd: Decimal
    stack: str


def costs_of_change(diff: StatementDiff) -> Iterator[Cost]:
    """What each resource of the head changes by; what is gone has no line any more."""
    for item in diff.resources:
        if item.kind in ("added", "changed"):
            subject = item.subject
            yield Cost(subject.source_position, subject.name, item.usd, diff.head.stack)


def costs_of_statement(statement: Statement) -> Iterator[Cost]:
    """What each resource costs."""
    for line in statement.lines:
        subject = line.subject
        yield Cost(
            subject.source_position, subject.name, line.usd_per_month, statement.stack
        )


def annotations(
    costs: Iterable[Cost], *, folder: str, change: bool
) -> list[Annotation]:
    """One annotation a line, the biggest first, whichever its sign.

    `folder` is the program's place in the repository; `change` says whether the
    dollars are a difference. What is declared outside the folder has no annotation.
    """
    found: dict[tuple[str, int], dict[str, list[Cost]]] = {}
    for cost in costs:
        place = _place(cost.source_position, folder)
        if place is not None and cost.usd:
            found.setdefault(place, {}).setdefault(cost.stack, []).append(cost)
    made = [
        _annotation(path, line, by_stack, change=change)
        for (path, line), by_stack in found.items()
    ]
    return sorted(made, key=lambda item: (-abs(item.usd), item.path, item.line))


def workflow_commands(found: Sequence[Annotation]) -> str:
    """GitHub's `::notice` lines, for a step's standard output, 50 at most.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(
        f"::notice file={_property(item.path)},line={item.line},"
        f"title={_property(item.title)}::{_data(item.message)}\n"
        for item in found[:MOST_ANNOTATIONS]
    )


def code_quality(found: Sequence[Annotation]) -> bytes:
    """GitLab's code quality report, 50 entries at most.

    Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    """
    from msgspec.json import encode, format

    report = [
        {
            "description": f"{item.title}: {item.message}",
            "check_name": "farebox",
            "fingerprint": _fingerprint(item),
            "severity": "info",
            "location": {"path": item.path, "lines": {"begin": item.line}},
        }
        for item in found[:MOST_ANNOTATIONS]
    ]
    return bytes(format(encode(report), indent=1)) + b"\n"


def _annotation(
    path: str, line: int, by_stack: dict[str, list[Cost]], *, change: bool
) -> Annotation:
    """The dollars of the dearest stack stand first; each stack has its own sentence."""
    sums = {
        stack: sum((cost.usd for cost in costs), ZERO)
        for stack, costs in by_stack.items()
    }
    ordered = sorted(sums, key=lambda stack: -abs(sums[stack]))
    names = tuple(dict.fromkeys(c.name for s in ordered for c in by_stack[s]))
    sentences = []
    for stack in ordered:
        of = f"{_short(stack)}: " if stack else ""
        told = _usd(sums[stack], change=change)
        sentences.append(f"{of}{_named(by_stack[stack])} {told}")
    usd = sums[ordered[0]]
    title = _usd(usd, change=change)
    if len(ordered) > 1:
        title += f" in {_short(ordered[0])}, and {len(ordered) - 1} more"
    return Annotation(path, line, title, "\n".join(sentences), usd, names)


def _named(costs: Sequence[Cost]) -> str:
    """The names with the biggest figures, and how many more."""
    usd_by_name: dict[str, Decimal] = {}
    for cost in costs:
        usd_by_name[cost.name] = usd_by_name.get(cost.name, ZERO) + cost.usd
    ordered = sorted(usd_by_name, key=lambda name: -abs(usd_by_name[name]))
    rest = len(ordered) - MOST_NAMES
    named = ", ".join(map(_short, ordered[:MOST_NAMES]))
    return f"{named} and {rest:,} more" if rest > 0 else named


def _usd(usd: Decimal, *, change: bool) -> str:
    return f"USD {signed_dollars(usd) if change else dollars(usd)} a month"


def _place(position: str, folder: str) -> tuple[str, int] | None:
    """(path in the repository, line); None for what is no place in it."""
    match = POSITION.fullmatch(position.replace("\\", "/"))
    if match is None:
        return None
    path = PurePosixPath(folder) / match["path"]
    if path.is_absolute() or ".." in path.parts or not str(path).isprintable():
        return None
    return str(path), int(match["line"])


def _short(name: str) -> str:
    shown = "".join(c if c.isprintable() else "�" for c in name)
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"


def _fingerprint(item: Annotation) -> str:
    """Stays when lines move: GitLab tells new entries from old ones by it."""
    return sha256("\0".join((item.path, *sorted(item.names))).encode()).hexdigest()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
