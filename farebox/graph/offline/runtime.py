"""Runs a program under the SDK's own runtime, as Pulumi's executor does.

Two of the runtime's parts need no threads and no server when there is no engine.
"""

import asyncio
import runpy
import sys
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi.runtime import resource as registering
from pulumi.runtime import stack as running
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import ROOT, SETTINGS, Settings, configure
from pulumi.runtime.stack import run_in_stack

from farebox.graph.project import Project

SDK = "pulumi.runtime"


class InlineExecutor(ThreadPoolExecutor):
    """Runs the SDK's remote calls at once, in the program's order; they never wait.

    What the program itself hands to a thread goes to a thread.
    """

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **options: Any
    ) -> "Future[Any]":
        """The call's future; done already for a call of the SDK."""
        if not getattr(fn, "__module__", "").startswith(SDK):
            return super().submit(fn, *args, **options)
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **options))
        except Exception as error:
            future.set_exception(error)
        return future


class OfflineCallbacks(_CallbackServicer):
    """Keeps the program's transforms, which our monitor calls directly."""

    def __init__(self, monitor: Any, loop: AbstractEventLoop) -> None:
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}
        self._monitor = monitor
        self._loop = loop
        self._target = "offline"
        self._server = self
        _CallbackServicer._servicers.append(self)

    async def stop(self, grace: float | None = None) -> None:
        """Nothing listens on a port, so that nothing has to stop."""

    def close(self) -> None:
        """Leave the SDK's list of servers, where it has not done so itself."""
        if self in _CallbackServicer._servicers:
            _CallbackServicer._servicers.remove(self)


CONSTRUCTORS = 3
"""Of a resource: its own, that of custom resources or components, that of all."""


def _made_at() -> source_pb2.StackTrace:
    """The place in the program that makes a resource, without what called it.

    The SDK takes the whole stack, and reads each file of it, for each resource.
    """
    frame = sys._getframe(1)
    found = 0
    while True:
        found += frame.f_code.co_name == "__init__"
        if frame.f_back is None:
            return source_pb2.StackTrace()
        if found == CONSTRUCTORS:
            break
        frame = frame.f_back
    place = frame.f_back
    path = Path(place.f_code.co_filename)
    if not path.is_absolute():
        return source_pb2.StackTrace(frames=[source_pb2.StackFrame()])
    position = source_pb2.SourcePosition(uri=path.as_uri(), line=place.f_lineno)
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


TICKS = 100
"""Turns of the loop in which some output gets its value, while any can."""


def _settled_first(wait: Callable[..., Awaitable[None]]) -> Callable[..., Any]:
    """The SDK's wait for all outputs, once those that wait for nothing are there.

    It looks at each outstanding output whenever one of them has its value. Outputs that
    fail stay outstanding, so that the SDK still sees them.
    """

    async def wait_for_rpcs(*arguments: Any, **options: Any) -> None:
        before = -1
        while (left := len(SETTINGS.outputs)) not in (0, before):
            before = left
            for _ in range(TICKS):
                await asyncio.sleep(0)
        await wait(*arguments, **options)

    return wait_for_rpcs


@contextmanager
def _quicker() -> Iterator[None]:
    """The SDK inside does the same with less work.

    Both parts are its own affair: a version that has them elsewhere stays as it is.
    """
    kept: list[tuple[Any, str, Any]] = []
    for module, name, quicker in (
        (registering, "_get_stack_trace", lambda _: _made_at),
        (running, "wait_for_rpcs", _settled_first),
    ):
        if (whole := getattr(module, name, None)) is not None:
            kept.append((module, name, whole))
            setattr(module, name, quicker(whole))
    try:
        yield
    finally:
        for module, name, whole in kept:
            setattr(module, name, whole)


def execute(
    project: Project,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Iterable[str],
    monitor: Any,
    engine: Any,
    *,
    dry_run: bool = True,
) -> None:
    """Run the program to the end of its last registration, by default as a preview.

    It sets context variables of the SDK: call it in a context of its own.
    """
    set_all_config(dict(config), list(secret_keys))
    ROOT.set(None)
    configure(
        Settings(
            project=project.name,
            stack=stack,
            monitor=monitor,
            engine=engine,
            parallel=1,
            dry_run=dry_run,
            organization="organization",
            root_directory=str(project.folder),
        )
    )
    loop = asyncio.new_event_loop()
    # What a failed program leaves behind is not news: its error is raised.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)
    executor = InlineExecutor(max_workers=4)
    loop.set_default_executor(executor)
    callbacks = OfflineCallbacks(monitor, loop)
    SETTINGS.callbacks = monitor.callbacks = callbacks

    def program() -> None:
        runpy.run_path(str(project.main), run_name="__main__")

    try:
        with _quicker():
            loop.run_until_complete(run_in_stack(program))
    finally:
        callbacks.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        executor.shutdown(wait=True)
        loop.close()
        asyncio.set_event_loop(None)
