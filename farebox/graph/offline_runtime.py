"""Two parts of the SDK's runtime that need no threads and no server offline."""

from asyncio import AbstractEventLoop
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from pulumi.runtime._callbacks import _CallbackServicer

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
