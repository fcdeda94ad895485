"""Small Pulumi projects on disk, and an engine for them that nobody listens to."""

import textwrap
from collections.abc import Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any

from farebox.graph import ResourceGraph

PROGRAMS = Path(__file__).parent / "programs"
US_EAST_1 = "config:\n  aws:region: us-east-1\n"


def write_project(
    folder: Path,
    program: str,
    *,
    project: str = "name: demo\nruntime: python\n",
    stacks: Mapping[str, str] | None = None,
) -> Path:
    """A project with a program; `stacks` are the texts of its config files."""
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "__main__.py").write_text(textwrap.dedent(program))
    for name, text in (stacks or {"dev": US_EAST_1}).items():
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    return folder


def run_preview(
    folder: Path, stack: str = "dev", *, dry_run: bool = True
) -> "list[tuple[str, str]]":
    """Run a project's program as a preview does, and return what it logged.

    The engine is the offline one, without the recorder that a reader puts on it: what
    collects must be called by the program itself.
    """
    from farebox.graph.offline.engine import OfflineMonitor
    from farebox.graph.offline.runtime import execute
    from farebox.graph.project import read_project, read_stack_config

    project = read_project(folder)
    config = read_stack_config(project, stack)
    monitor = OfflineMonitor(project.name, stack, config.values.get("aws:region"))
    engine = ListeningEngine()

    def run() -> None:
        execute(
            project,
            stack,
            config.values,
            config.secret_keys,
            monitor,
            engine,
            dry_run=dry_run,
        )

    copy_context().run(run)
    return engine.said


class ListeningEngine:
    """Keeps the messages of a program: word of severity and text."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def Log(self, request: Any) -> None:  # noqa: N802
        word = ("debug", "info", "warning", "error")[request.severity]
        if word != "debug":
            self.said.append((word, request.message))


def by_name(graph: ResourceGraph) -> dict[str, Any]:
    """The resources of a graph by logical name."""
    return {resource.name: resource for resource in graph.resources}


def resources_without_order(graph: ResourceGraph) -> list[Any]:
    """The resources, sorted by urn: engines finish them in any order."""
    return sorted(graph.resources, key=lambda resource: resource.urn)
