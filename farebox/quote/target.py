"""What a command is asked to price: a tier of this project, a file, or a pipe."""

import sys
from errno import ENAMETOOLONG
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.graph import ResourceGraph
from farebox.graph.pieces import LongFile, is_long
from farebox.graph.unpacking import unpacked
from farebox.quote.errors import RequestError
from farebox.quote.waiting import SILENT, Waiting

if TYPE_CHECKING:
    from farebox.graph.project import Project

RUN_HERE = ("", "python")
"""Runtimes of programs that run without an engine; one without a runtime is an error."""


DOCUMENT = (bytes, LongFile)
"""What `find_target` gives of a file or a pipe."""


class Target(Struct, frozen=True):
    """A graph to price, and the usage file that lies beside it, if any."""

    graph: ResourceGraph
    usage_path: Path | None = None


def read_target(
    target: str,
    *,
    region: str | None,
    waiting: Waiting = SILENT,
    partial: bool = False,
) -> Target:
    """The graph of STACK, FILE or `-`, and the usage file of a tier.

    With `partial`, a preview that failed gives what it holds. Raises RequestError and
    GraphError.
    """
    found = find_target(target)
    if partial:
        return Target(_part(found, target_name(target), region))
    if isinstance(found, DOCUMENT):
        return Target(_document(found, target_name(target), region))
    return read_stack(found, target, region=region, waiting=waiting)


def find_target(target: str) -> "bytes | LongFile | Project":
    """What a FILE or `-` holds, or the project here that has the stack STACK.

    Raises RequestError and GraphError.
    """
    if target == "-":
        if sys.stdin.isatty():
            raise RequestError(
                "standard input is a terminal; pipe a preview into it: "
                "pulumi preview --json --show-sames | fare price -"
            )
        return unpacked(sys.stdin.buffer.read(), target_name(target))
    if not target:
        raise RequestError("the name is empty; give a stack of the project or a file")
    path = Path(target)
    _refuse_long(path, target)
    if not (_names_a_file(target) and path.is_file()):
        project = project_here()
        if project is not None and _may_have_stack(project, path, target):
            return project
    if path.is_dir():
        raise RequestError(
            f"{target} is a folder; give a stack of the project or a file"
        )
    try:
        if is_long(path):
            return LongFile(path)
        return unpacked(path.read_bytes(), target)
    except FileNotFoundError as error:
        raise RequestError(_nothing_there(target)) from error
    except OSError as error:
        raise RequestError(f"{target}: {error.strerror or error}") from error


def _refuse_long(path: Path, target: str) -> None:
    """Raise RequestError where the system takes no name of that length."""
    try:
        path.stat()
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            raise RequestError(
                f"{target[:40]}… is no file and no stack: the name is too long"
            ) from error


def _names_a_file(target: str) -> bool:
    """Whether the text cannot be a stack's name, so that no project need be read."""
    return target.endswith((".json", ".jsonl")) or "/" in target


def target_name(target: str) -> str:
    """What messages call a target that is a document."""
    return "standard input" if target == "-" else target


def _may_have_stack(project: "Project", path: Path, name: str) -> bool:
    """Whether the project has the stack, or only its backend can tell.

    A stack without config has no file, so where none has one the engine is asked.
    """
    from farebox.graph.project import stack_file, stacks_of

    if stack_file(project, name) is not None:
        return True
    by_engine = project.runtime not in RUN_HERE
    return (
        by_engine
        and not _names_a_file(name)
        and not path.exists()
        and not stacks_of(project)
    )


def stacks_here() -> list[str]:
    """The stacks of the Pulumi project in the current folder; none without one."""
    from farebox.graph import GraphError
    from farebox.graph.project import stacks_of

    try:
        project = project_here()
    except GraphError:
        return []
    return stacks_of(project) if project else []


def project_here() -> "Project | None":
    """The project in the current folder. Raises ProgramError where it is broken."""
    from farebox.graph.project import find_project_folder, read_project

    folder = Path.cwd()
    return read_project(folder) if find_project_folder(str(folder)) == folder else None


def _document(data: bytes | LongFile, name: str, region: str | None) -> ResourceGraph:
    from farebox.graph.document import read_document

    return read_document(data, name=name, region=region)


def _part(
    found: "bytes | LongFile | Project", name: str, region: str | None
) -> ResourceGraph:
    from farebox.graph.partial import read_part

    if isinstance(found, LongFile):
        found = found.read()
    if not isinstance(found, bytes):
        raise RequestError(f"{name} is a stack: --partial is for a preview that failed")
    return read_part(found, name=name, region=region)


def read_stack(
    project: "Project", stack: str, *, region: str | None, waiting: Waiting = SILENT
) -> Target:
    """The graph of a stack of a project, whose program runs, and its usage file.

    Raises GraphError.
    """
    usage = project.stack_config_folder / f"{stack.rpartition('/')[2]}.usage.yaml"
    if project.runtime not in RUN_HERE:
        from farebox.quote.engine_run import previewed

        graph = previewed(project, stack, region=region, waiting=waiting)
        return Target(graph, usage if usage.is_file() else None)
    from farebox.graph.offline.program import read_program

    with waiting.running(stack) as on_progress:
        graph = read_program(
            project.folder, stack, region=region, on_progress=on_progress
        )
    usage = project.stack_config_folder / f"{graph.stack}.usage.yaml"
    return Target(graph, usage if usage.is_file() else None)


def _nothing_there(target: str) -> str:
    from difflib import get_close_matches

    stacks = stacks_here()
    if _names_a_file(target) and not stacks:
        return f"{target} is no file: pulumi preview --json --show-sames > {target}"
    if not stacks:
        return f"{target} is no file, and {_no_stacks(target)}"
    near = get_close_matches(target, stacks, 1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    return (
        f"{target} is neither a file nor a stack of this project; {hint}"
        f"its stacks are {', '.join(stacks)}"
    )


def _no_stacks(target: str) -> str:
    """What to do where no stack can be named: there is no project, or none in it yet."""
    from farebox.graph.project import find_project_folder

    if find_project_folder() != Path.cwd():
        return (
            "this folder has no Pulumi project: run fare in the folder of Pulumi.yaml, "
            "or give a preview's JSON file"
        )
    return (
        "the project here has no stack's config file: pulumi stack init "
        f"{target}, then pulumi config set aws:region REGION"
    )
