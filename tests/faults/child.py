"""`fare` in a process of its own, which can be killed, limited and measured.

The processes are forked from a server that has imported everything once, so that one
starts in milliseconds and a kill meets the refresh, not Python's start.
"""

import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from msgspec import Struct

PRELOADED = (
    "tests.faults.child",
    "farebox.cli.refresh",
    "farebox.prices.store.store",
    "farebox.reports.prices.refresh_text",
    "pricing_fetch.refresh.jobs",
    "pricing_fetch.lists.offers",
    "pricing_fetch.refresh.refresh",
    "pricing_fetch.calls.spot_history",
    "boto3",
    "botocore.parsers",
    "psycopg",
)


class Terms(Struct, frozen=True):
    """How the child is to run. Waits are as in life, but shorter.

    `list_bytes` is the largest price list that it may take, `file_bytes` the largest
    file that it may write.
    """

    silence_seconds: float = 1.0
    attempts: int = 3
    longest_pause_seconds: float = 0.02
    list_bytes: int | None = None
    file_bytes: int | None = None


AS_USUAL = Terms()


class Child:
    """A `fare` command that runs now; what it prints is in `output` at its end."""

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        output: Path,
        terms: Terms = AS_USUAL,
    ) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(list(PRELOADED))
        self.output = output
        self.process: ForkServerProcess = context.Process(
            target=_run, args=(list(arguments), dict(environ), str(output), terms)
        )
        self.process.start()

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit code, negative for a signal; None when it still runs."""
        self.process.join(seconds)
        return self.process.exitcode

    def kill(self) -> bool:
        """`kill -9`; whether it was still running."""
        running = self.process.is_alive()
        self.process.kill()
        self.process.join()
        return running and self.process.exitcode == -signal.SIGKILL


def _run(
    arguments: list[str], environ: dict[str, str], output: str, terms: Terms
) -> None:
    """What the child does: everything it prints goes to the file, then it ends."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.clear()
    os.environ.update(environ)
    _apply(terms)
    from farebox.cli.main import run

    code = run(arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Path(f"{output}.peak").write_text(
        str(peak * (1 if sys.platform == "darwin" else 1024))
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _apply(terms: Terms) -> None:
    from pricing_fetch.calls.aws import Aws
    from pricing_fetch.net import limits
    from pricing_fetch.net.patience import Patience
    from pricing_fetch.net.transport import Transport

    limits.FIRST_PAUSE_SECONDS = limits.LONGEST_PAUSE_SECONDS = (
        terms.longest_pause_seconds
    )
    if terms.list_bytes is not None:
        limits.OFFER_BYTES = terms.list_bytes
    defaults = Transport.__init__.__kwdefaults__
    assert defaults is not None
    defaults["patience"] = Patience(
        limits.CONNECT_SECONDS, terms.silence_seconds, terms.attempts
    )
    Aws.__init__.__defaults__ = (
        Patience(terms.silence_seconds, terms.silence_seconds, terms.attempts),
    )
    if terms.file_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # an error instead of the end
        resource.setrlimit(resource.RLIMIT_FSIZE, (terms.file_bytes,) * 2)
