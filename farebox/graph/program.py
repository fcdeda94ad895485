"""Collects the resources of a running Pulumi program, inside its own preview.

The program's connection to the engine is a stub with one attribute a remote call.
Four of those attributes are wrapped: what goes through them is kept and passed on
unchanged. The last call of a program, `SignalAndWaitForShutdown`, comes when every
registration is done, those made inside `apply` too: then the graph is made.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from farebox.graph.project import find_project_folder
from farebox.graph.recorder import Recorder
from farebox.graph.resource import ResourceGraph
from farebox.graph.values import SECRET_TEXT

RECORDER = "_farebox_recorder"
"""The attribute of a monitor that keeps the recorder which listens to it."""


def collect(
    at_end: Callable[[ResourceGraph], None], *, region: str | None = None
) -> bool:
    """Hand the program's graph to `at_end` when its preview ends.

    Call it before the first resource; `region` holds where the program names none.
    Outside of a preview, or where somebody listens already, it does nothing and
    returns False. It never fails a preview: an error, in `at_end` too, becomes one
    warning.
    """
    try:
        from pulumi.runtime.settings import get_monitor, is_dry_run

        monitor = get_monitor()
        if monitor is None or not is_dry_run():
            return False
        if getattr(monitor, RECORDER, None) is not None:
            return False
        missed = _made_before()
        recorder = listen(monitor)
        signal_end = monitor.SignalAndWaitForShutdown
    except Exception as error:
        _warn(error)
        return False

    def at_shutdown(request: Any, *args: Any, **options: Any) -> Any:
        try:
            at_end(_graph(recorder, missed, region))
        except Exception as error:
            _warn(error)
        return signal_end(request, *args, **options)

    monitor.SignalAndWaitForShutdown = at_shutdown
    return True


def _warn(error: Exception) -> None:
    import pulumi

    said = " ".join(str(error).split()) or type(error).__name__
    pulumi.log.warn(f"farebox: this stack was not priced: {said}")


def listen(monitor: Any) -> Recorder:
    """Record what goes through a monitor from now on, transforms included."""
    recorder = Recorder()
    register = recorder.passing_on(monitor.RegisterResource, "create")
    register_stack_transform = monitor.RegisterStackTransform

    def register_resource(request: Any, *args: Any, **options: Any) -> Any:
        for callback in request.transforms:
            _keep_result_of(callback.token, recorder)
        return register(request, *args, **options)

    def register_transform(request: Any, *args: Any, **options: Any) -> Any:
        _keep_result_of(request.token, recorder)
        return register_stack_transform(request, *args, **options)

    monitor.RegisterResource = register_resource
    monitor.ReadResource = recorder.passing_on(monitor.ReadResource, "read")
    monitor.RegisterStackTransform = register_transform
    setattr(monitor, RECORDER, recorder)
    return recorder


def _keep_result_of(token: str, recorder: Recorder) -> None:
    """Listen to a transform: the engine runs it, on this process's own server."""
    from pulumi.runtime._callbacks import _CallbackServicer
    from pulumi.runtime.proto.resource_pb2 import TransformRequest

    for servicer in _CallbackServicer._servicers:
        transform = servicer._callbacks.get(token)
        if transform is None or hasattr(transform, RECORDER):
            continue

        async def kept(
            message: bytes,
            transform: Callable[[bytes], Awaitable[Any]] = transform,
        ) -> Any:
            response = await transform(message)
            recorder.keep_transformed(TransformRequest.FromString(message), response)
            return response

        setattr(kept, RECORDER, recorder)
        servicer._callbacks[token] = kept


def _graph(recorder: Recorder, missed: int, region: str | None) -> ResourceGraph:
    """The graph of the running program, with a note on what was made too early."""
    from pulumi.runtime.config import CONFIG, is_config_secret
    from pulumi.runtime.settings import get_project, get_root_directory, get_stack

    given_root = get_root_directory()
    folder = find_project_folder(given_root)
    notes = []
    if missed:
        what = "resource was" if missed == 1 else "resources were"
        are = "is" if missed == 1 else "are"
        notes.append(
            f"{missed} {what} made before Farebox was called and {are} not in these "
            "figures: call farebox.price_program() before the first resource."
        )
    return recorder.graph(
        project=get_project(),
        stack=get_stack(),
        root=str(folder) if folder else given_root,
        config={
            key: SECRET_TEXT if is_config_secret(key) else str(value)
            for key, value in CONFIG.get().items()
        },
        notes=notes,
        region=region,
    )


def _made_before() -> int:
    """How many resources the program has registered already, the stack apart.

    The SDK keeps the task of every remote call until the program ends. Only a call
    to a provider's function lets such tasks run before the program's last line.
    """
    from pulumi.runtime.settings import _get_rpc_manager

    done = 0
    tasks: list[Any] = list(_get_rpc_manager().rpcs)
    for task in tasks:
        name = getattr(task.get_coro(), "__name__", "")
        done += task.done() and name in ("do_register", "do_read")
    return max(0, done - 1)
