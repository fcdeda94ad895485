"""`fare price --watch`: the price again whenever a file that it reads is saved.

Each pricing is a process of its own, so that a program starts afresh as in a deployment.
Where the system forks, it begins with the packages that the one before imported: those of
Pulumi's SDK take longer than most programs.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

from farebox.cli.errors import BadInput

EVERY_SECONDS = 0.2
MOST_FILES = 20_000
"""A folder with more of them is not a program's."""
KINDS = frozenset(
    (".cs", ".go", ".java", ".js", ".json", ".py", ".toml", ".ts", ".yaml", ".yml")
)
"""What programs, configs and usage files are written in."""
NOT_ENTERED = frozenset(("node_modules", "__pycache__", "venv", "bin", "obj"))
PACKAGES = ("site-packages", "dist-packages")
END = 0

Stamps = dict[str, tuple[int, int]]
"""Each file's time of change in nanoseconds, and its size in bytes."""


def watch(
    target: str,
    beside: Sequence[Path],
    run: Callable[[], int],
    command: Sequence[str],
) -> int:
    """Price until the user ends it. Raises BadInput for a pipe, which is read once.

    `beside` are files that are read beside the target. `run` prices in this process, which
    a child of it does; `command` does the same as a process of its own.
    """
    if target == "-":
        raise BadInput("--watch needs a file or a stack: a pipe is read only once")
    loaded: set[str] = set()
    with suppress(KeyboardInterrupt):
        while True:
            seen = stamps(target, beside)
            if sys.stdout.isatty():
                print("\033[2J\033[H", end="", flush=True)
            started = monotonic()
            if hasattr(os, "fork"):
                _load(_forked(run), loaded)
            else:
                subprocess.run(command, check=False)
            seconds = monotonic() - started
            print(
                f"fare: done in {seconds:.1f} s; {len(seen):,} files are watched, "
                "Ctrl-C ends",
                file=sys.stderr,
                flush=True,
            )
            while stamps(target, beside) == seen:
                sleep(EVERY_SECONDS)
    return END


def stamps(target: str, beside: Iterable[Path]) -> Stamps:
    """When each file was changed that the target is made of; one that is gone has none."""
    path = Path(target)
    files = [path] if path.is_file() else _program(Path.cwd())
    found: Stamps = {}
    for file in (*files, *beside):
        with suppress(OSError):
            state = file.stat()
            found[str(file)] = (state.st_mtime_ns, state.st_size)
    return found


def _program(folder: Path) -> Iterator[Path]:
    """The files of a program, its configs and its usage files."""
    count = 0
    for place, below, names in os.walk(folder):
        below[:] = [
            name for name in below if name[0] != "." and name not in NOT_ENTERED
        ]
        for name in names:
            if os.path.splitext(name)[1] in KINDS and count < MOST_FILES:
                count += 1
                yield Path(place, name)


def _forked(run: Callable[[], int]) -> list[str]:
    """Price in a child; the names of the packages' modules that it imported."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        # Two saves within a second look alike to what Python has compiled.
        sys.dont_write_bytecode = True
        code = 1
        try:
            code = run()
            sys.stdout.flush()
            sys.stderr.flush()
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write("\n".join(_of_packages()))
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        names = pipe.read().split()
    os.waitpid(child, 0)
    return names


def _of_packages() -> list[str]:
    """Modules of installed packages, and Farebox's own: not those of the program."""
    ours = __name__.partition(".")[0]
    return [
        name
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == ours
        or any(part in (getattr(module, "__file__", None) or "") for part in PACKAGES)
    ]


def _load(names: Iterable[str], loaded: set[str]) -> None:
    """Import them here, for the children to come; what cannot be is left to them."""
    from farebox.graph.offline.lazy_sdk import lazy_sdks

    with lazy_sdks():
        for name in names:
            if name not in loaded:
                loaded.add(name)
                with suppress(Exception):
                    import_module(name)
