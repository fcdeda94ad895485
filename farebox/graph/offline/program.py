"""Runs a Pulumi Python program in this process, without an engine, to see its stack.

The SDK is set up as Pulumi's own executor sets it up; in place of the engine stand
two objects of `offline_engine`. What is changed in the process for the run is put
back after it: working folder, arguments, import path, the program's own modules.
"""

import contextlib
import os
import site
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from farebox.extras import NotInstalled, missing
from farebox.graph.decoding import collector_paused
from farebox.graph.errors import WAY_OUT, ProgramError
from farebox.graph.offline.environment import packages_of, why_unused
from farebox.graph.project import (
    Project,
    StackConfig,
    read_project,
    read_stack_config,
)
from farebox.graph.regions import REGION_KEY, EnvironmentRegion
from farebox.graph.resource import UNKNOWN_REGION, ResourceGraph
from farebox.graph.values import SECRET_TEXT

STDOUT, STDERR = 1, 2
"""File descriptors."""


def read_program(
    project_dir: Path | str,
    stack: str,
    *,
    region: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> ResourceGraph:
    """The graph of a stack, from the program in `project_dir`, without an engine.

    `region` holds where the stack's config names none; `on_progress` hears how many
    resources there are so far. The program's output goes to stderr. Raises
    ProgramError, which says in a sentence what is wrong and what to do, and NotInstalled.
    """
    project = read_project(Path(project_dir))
    if project.runtime != "python":
        raise ProgramError(
            f"{project.file} names the runtime {project.runtime or 'nothing'}: Farebox "
            f"runs Python programs. {WAY_OUT}"
        )
    config = read_stack_config(project, stack)
    with _own_packages(project):
        return _read(project, stack, config, region, on_progress)


def _read(
    project: Project,
    stack: str,
    config: StackConfig,
    region: str | None,
    on_progress: Callable[[int], None] | None,
) -> ResourceGraph:
    """The graph of a stack, with the program's packages on the import path."""
    stack = stack.rpartition("/")[2]
    values = dict(config.values)
    notes = [*config.notes]
    if region is not None and not values.get(REGION_KEY):
        values[REGION_KEY] = str(region)
        if isinstance(region, EnvironmentRegion):
            notes.append(
                f"The stack's config names no region: {region.variable} of the "
                f"environment does, {region}."
            )

    from farebox.graph.offline.engine import OfflineEngine, OfflineMonitor
    from farebox.graph.offline.lazy_sdk import lazy_sdks
    from farebox.graph.program import listen

    asked_of = values.get(REGION_KEY) or None
    if REGION_KEY in config.secret_keys:
        asked_of = str(region or UNKNOWN_REGION)
    monitor = OfflineMonitor(project.name, stack, asked_of, on_progress)
    recorder = listen(monitor)
    engine = OfflineEngine()
    # A program's futures refer to each other by the hundred thousand and live to its
    # end: searching them for cycles is two thirds of a run's time.
    with _own_process_state(project), collector_paused(), lazy_sdks():
        _run(project, stack, values, config.secret_keys, monitor, engine)
    if monitor.failure is not None:
        raise monitor.failure
    if engine.errors:
        said = " ".join(engine.errors[0].split())
        raise ProgramError(f"The program reported an error: {said}")
    return recorder.graph(
        project=project.name,
        stack=stack,
        root=str(project.folder),
        config=values | dict.fromkeys(config.secret_keys, SECRET_TEXT),
        notes=(*notes, *monitor.notes),
    )


def _run(
    project: Project,
    stack: str,
    values: Mapping[str, str],
    secret_keys: tuple[str, ...],
    monitor: Any,
    engine: Any,
) -> None:
    """Run the program to its end, in a context of its own: the SDK's settings are
    context variables, so that they end with it."""
    from contextvars import copy_context

    from farebox.graph.offline.errors import explained
    from farebox.graph.offline.runtime import execute

    try:
        copy_context().run(
            execute, project, stack, values, secret_keys, monitor, engine
        )
    except SystemExit as end:
        if end.code not in (None, 0):
            raise ProgramError(
                f"The program ended itself: sys.exit({end.code!r})"
            ) from None
    except Exception as error:
        if monitor.failure is not None:
            raise monitor.failure from None
        raise explained(error, project, stack) from None


@contextlib.contextmanager
def _own_packages(project: Project) -> Iterator[None]:
    """The program's environment on the import path; Pulumi's SDK may be only there.

    Raises NotInstalled where it is nowhere.
    """
    old_path = list(sys.path)
    for folder in packages_of(project):
        # Not only the path: packages installed editable are in its .pth files.
        site.addsitedir(folder)
    try:
        if why := missing("programs"):
            raise NotInstalled(why_unused(project) or _has_no_sdk(project) or why)
        yield
    finally:
        sys.path[:] = old_path


def _has_no_sdk(project: Project) -> str:
    """What to do where the program's environment is there, without Pulumi's SDK."""
    folders = packages_of(project)
    return f"pulumi is not in {folders[0]}: pip install it there" if folders else ""


@contextlib.contextmanager
def _own_process_state(project: Project) -> Iterator[None]:
    """Working folder, import path, arguments and output as the program expects them."""
    main = project.main
    if not main.exists():
        raise ProgramError(
            f"{project.file} says that the program is {main}, which does not exist."
        )
    folder = main if main.is_dir() else main.parent
    if main.is_dir() and not (main / "__main__.py").exists():
        raise ProgramError(f"No __main__.py in {main}: it is the program's first file.")
    old_folder, old_path, old_arguments = os.getcwd(), list(sys.path), list(sys.argv)
    old_modules = set(sys.modules)
    sys.argv = [str(main)]
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    try:
        with _output_to_stderr():
            yield
    finally:
        os.chdir(old_folder)
        sys.path[:], sys.argv = old_path, old_arguments
        _forget_modules(set(sys.modules) - old_modules, project.folder)


@contextlib.contextmanager
def _output_to_stderr() -> Iterator[None]:
    """What the program and the commands that it starts print goes to stderr."""
    sys.stdout.flush()
    saved = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(saved, STDOUT)
        os.close(saved)


def _forget_modules(names: set[str], folder: Path) -> None:
    """Drop the program's modules, so that the next program gets its own."""
    for name in names:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file is None or name.partition(".")[0] == "farebox":
            continue
        path = Path(file)
        if path.is_relative_to(folder) and "site-packages" not in path.parts:
            del sys.modules[name]
