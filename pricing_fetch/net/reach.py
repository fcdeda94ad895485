"""Whether there is a network at all, found out once before many sources are asked.

Without one every source would fail by itself, after all its attempts. A server that
refuses, or answers with an error, is reached: what it says is the sources' to tell.
"""

import os
import socket
from collections.abc import Callable, Collection, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from pricing_fetch.errors import NotReached
from pricing_fetch.net.proxies import proxy_for

SECONDS = 4.0
"""How long a connection may take where no other place answers either."""

SCHEME_PORTS = {"http": 80, "https": 443}

Connect = Callable[[str, int, float], None]
"""Opens a connection to a host and port within seconds, and closes it again."""


def check_network(
    urls: Collection[str],
    *,
    environ: Mapping[str, str] = os.environ,
    seconds: float = SECONDS,
    connect: Connect | None = None,
) -> None:
    """Raise NotReached where none of the addresses can be reached, or their proxies.

    One that answers, or refuses, is enough. Raises NotAllowed for a proxy that is none.
    """
    places = dict.fromkeys(_place(url, environ) for url in urls)
    answers: SimpleQueue[str] = SimpleQueue()
    for host, port in places:
        # A resolver may hang for longer than anybody waits: the thread is left behind.
        given = (connect or _connect, host, port, seconds, answers)
        Thread(target=_try, args=given, daemon=True).start()
    until = monotonic() + seconds
    reasons: list[str] = []
    while len(reasons) < len(places):
        try:
            reason = answers.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            reasons.append(f"no answer within {seconds:g} s")
            break
        if not reason:
            return
        reasons.append(reason)
    if reasons:
        hosts = ", ".join(sorted({host for host, _ in places}))
        raise NotReached(
            f"no network: none of {hosts} can be reached ({reasons[0]}); nothing was "
            "asked, and the store is as it was"
        )


def _place(url: str, environ: Mapping[str, str]) -> tuple[str, int]:
    """The host and port that a connection to the address begins with."""
    proxy = proxy_for(url, environ)
    parts = urlsplit(proxy.url if proxy is not None else url)
    return parts.hostname or "", parts.port or SCHEME_PORTS[parts.scheme]


def _try(
    connect: Connect, host: str, port: int, seconds: float, answers: "SimpleQueue[str]"
) -> None:
    """Put why the place is out of reach, or nothing where it is there."""
    try:
        connect(host, port, seconds)
    except socket.gaierror:
        answers.put("the host's name is not found")
    except ConnectionError:
        answers.put("")
    except OSError as error:
        answers.put(str(error.strerror or "no answer").lower())
    else:
        answers.put("")


def _connect(host: str, port: int, seconds: float) -> None:
    socket.create_connection((host, port), timeout=seconds).close()
