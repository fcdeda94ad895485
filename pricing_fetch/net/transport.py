"""The one way to the public price sources: retried, limited, verified, resumed."""

import os
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urljoin

import urllib3
from msgspec import Struct
from urllib3.exceptions import HTTPError, ProxyError, SSLError
from urllib3.response import BaseHTTPResponse

from pricing_fetch.errors import (
    Damaged,
    NotAllowed,
    NotReached,
    TooLarge,
)
from pricing_fetch.net import limits
from pricing_fetch.net.answers import (
    RETRIED,
    NotYet,
    check_no_page,
    check_status,
    pause_asked,
    what_broke,
)
from pricing_fetch.net.downloads import Downloaded, PartFile
from pricing_fetch.net.hosts import Addresses, addresses, origin, shown
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.proxies import Proxy, check_way, proxy_for
from pricing_fetch.net.room import Room
from pricing_fetch.net.unpacking import unpacked

T = TypeVar("T")

Progress = Callable[[int, int | None], None]
"""Told the bytes that are done, and of how many, as far as the server says."""

_PIECE = 1 << 18
_REDIRECTED = frozenset({301, 302, 303, 307, 308})


class Answer(Struct, frozen=True):
    """A small answer, unpacked. Status 304: nothing changed since `etag`, no body."""

    status: int
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    date: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


USUAL = Patience(limits.CONNECT_SECONDS, limits.READ_SECONDS, limits.ATTEMPTS)


class Transport:
    """Asks the fixed hosts by https, certificates checked; threads may share one.

    A proxy that `environ` names is asked for the way (pricing_fetch/net/proxies.py).
    Clock, sleep, randomness and time are arguments, so that a test need not wait.
    """

    def __init__(
        self,
        *,
        where: Addresses | None = None,
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], object] = time.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience = USUAL,
        room: Room | None = None,
    ) -> None:
        self.addresses = where if where is not None else addresses(environ)
        self.now = now
        self._sleep = sleep
        self._chance = chance
        self._clock = clock
        self._attempts = patience.tries
        self._origins = self.addresses.origins
        self._environ = environ
        self._timeout = urllib3.Timeout(
            connect=patience.connect_seconds, read=patience.read_seconds
        )
        self._pools: dict[Proxy | None, urllib3.PoolManager] = {}
        self._opening = Lock()
        self._room = room if room is not None else Room()

    def close(self) -> None:
        """Let go of all connections."""
        for pool in self._pools.values():
            pool.clear()

    def get(
        self, url: str, etag: str = "", max_bytes: int = limits.INDEX_BYTES
    ) -> Answer:
        """A small answer whole, or status 304 when it still has that `etag`.

        `max_bytes` holds for what comes and for what it unpacks to. Raises FetchError.
        """
        headers = {"Accept-Encoding": "gzip"}
        if etag:
            headers["If-None-Match"] = etag
        return self._retried(url, lambda: self._get(url, headers, max_bytes))

    def download(
        self,
        url: str,
        into: Path,
        max_bytes: int = limits.OFFER_BYTES,
        progress: Progress | None = None,
    ) -> Downloaded:
        """A large file, in the folder `into`, as its bytes came.

        A broken download goes on where it stopped, in this run or the next one, if the
        file is still the same by its ETag. Raises FetchError.
        """
        with PartFile.of(into, url, self.now()) as part:
            try:
                return self._retried(
                    url, lambda: self._download(url, part, max_bytes, progress), part
                )
            finally:
                self._room.done(part.path)

    def _retried(
        self, url: str, ask: Callable[[], T], part: PartFile | None = None
    ) -> T:
        """The answer after as many attempts as it takes, with random pauses between."""
        failures = 0
        reached = 0
        while True:
            try:
                return ask()
            except NotYet as problem:
                failures += 1
                if part is not None and part.size >= reached + limits.PROGRESS_BYTES:
                    failures, reached = 1, part.size
                if failures >= self._attempts:
                    raise problem.final(failures) from problem
                self._sleep(self._pause(failures, problem.retry_after))

    def _pause(self, failures: int, asked: float | None) -> float:
        """Full jitter, so that many who failed together do not come back together."""
        longest = limits.FIRST_PAUSE_SECONDS * 2.0 ** (failures - 1)
        unasked = self._chance() * min(longest, limits.LONGEST_PAUSE_SECONDS)
        return unasked if asked is None else asked + unasked

    def _get(self, url: str, headers: dict[str, str], max_bytes: int) -> Answer:
        name = shown(url)
        deadline = self._clock() + limits.ANSWER_SECONDS
        with self._asked(url, headers) as response:
            if response.status == 304:
                return Answer(304, b"", *_validators(response))
            check_status(response.status, name)
            pieces = self._pieces(response, name, max_bytes, deadline)
            body = b"".join(unpacked(pieces, name=name, max_bytes=max_bytes))
            check_no_page(body, name)
            return Answer(200, body, *_validators(response))

    def _download(
        self, url: str, part: PartFile, max_bytes: int, progress: Progress | None
    ) -> Downloaded:
        name = shown(url)
        deadline = self._clock() + limits.DOWNLOAD_SECONDS
        headers = {"Accept-Encoding": "identity", **part.resume_headers()}
        with self._asked(url, headers) as response:
            if response.status == 416:
                part.start_over("")
                raise NotYet(f"{name}: the file changed while it was downloaded")
            check_status(response.status, name)
            start = b""
            if response.status == 200:
                # A login page on the way says nothing of what has come before it.
                start = response.read1(_PIECE)
                check_no_page(start, name)
            whole = part.begin(response.status, response.headers, name)
            if whole is not None and whole > max_bytes:
                part.give_up()
                raise _too_large(name, max_bytes)
            if whole is not None:
                self._room.take(part.path, whole - part.size)
            for piece in self._pieces(
                response, name, max_bytes, deadline, part.asked_from, start
            ):
                part.write(piece)
                if whole is not None:
                    self._room.came(part.path, whole - part.size)
                if progress is not None:
                    progress(part.size, whole)
        return part.finished(whole, name)

    def _pieces(
        self,
        response: BaseHTTPResponse,
        name: str,
        max_bytes: int,
        deadline: float,
        before: int = 0,
        start: bytes = b"",
    ) -> Iterator[bytes]:
        """The body as it comes, `start` first; its length is checked by urllib3."""
        total = before
        while piece := start or response.read1(_PIECE):
            start = b""
            total += len(piece)
            if total > max_bytes:
                raise _too_large(name, max_bytes)
            if self._clock() > deadline:
                raise NotReached(
                    f"{name}: the answer came too slowly, {total:,} bytes by now; try "
                    "again later, what has come of a price list is kept"
                )
            yield piece

    @contextmanager
    def _asked(self, url: str, headers: dict[str, str]) -> Iterator[BaseHTTPResponse]:
        """The response to a request, after redirects within the hosts."""
        name = shown(url)
        response = proxy = None
        try:
            for _hop in range(limits.REDIRECTS + 1):
                self._check_host(url)
                proxy = proxy_for(url, self._environ)
                response = self._pool(proxy).request(
                    "GET",
                    url,
                    headers={"User-Agent": "farebox", **headers},
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
                if response.status not in _REDIRECTED:
                    break
                target = response.headers.get("Location", "")
                response.close()
                try:
                    url = urljoin(url, target)
                except ValueError as error:
                    raise Damaged(
                        f"{name}: redirects to what is no address; nothing was fetched"
                    ) from error
            else:
                raise Damaged(f"{name}: redirects in a circle; nothing was fetched")
            if response.status in RETRIED:
                raise NotYet(
                    f"{name}: the server answers {response.status}",
                    throttled=response.status == 429,
                    retry_after=pause_asked(
                        response.headers.get("Retry-After", ""), self.now(), name
                    ),
                )
            yield response
        except SSLError as error:
            raise NotReached(
                f"{name}: its certificate cannot be verified, so nothing was fetched; "
                "a proxy on the way may replace it"
            ) from error
        except HTTPError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise NotReached(
                    f"{name}: its certificate cannot be verified, so nothing was fetched"
                ) from error
            if proxy is not None and isinstance(error, ProxyError):
                check_way(name, proxy, error)
            raise NotYet(f"{name}: {what_broke(error)}") from error
        finally:
            if response is not None:
                response.close()

    def _pool(self, proxy: Proxy | None) -> urllib3.PoolManager:
        """The connections of a way; certificates are verified on each."""
        with self._opening:
            if proxy not in self._pools:
                how: dict[str, Any] = {
                    "num_pools": 4,
                    "maxsize": 8,
                    "retries": False,
                    "timeout": self._timeout,
                    "cert_reqs": ssl.CERT_REQUIRED,
                }
                self._pools[proxy] = (
                    urllib3.PoolManager(**how)
                    if proxy is None
                    else urllib3.ProxyManager(
                        proxy.url, proxy_headers=proxy.headers, **how
                    )
                )
            return self._pools[proxy]

    def _check_host(self, url: str) -> None:
        if origin(url) not in self._origins:
            raise NotAllowed(
                f"{shown(url)}: this host is neither AWS's price host nor a mirror "
                "named by FAREBOX_PRICE_LIST_URL, FAREBOX_SPOT_FEED_URL or "
                "FAREBOX_SPOT_ADVISOR_URL, so it is not asked"
            )


def _validators(response: BaseHTTPResponse) -> tuple[str, str, str]:
    headers = response.headers
    return (
        headers.get("ETag", ""),
        headers.get("Last-Modified", ""),
        headers.get("Date", ""),
    )


def _too_large(name: str, max_bytes: int) -> TooLarge:
    return TooLarge(
        f"{name}: has more than {max_bytes >> 20:,} MiB, the most that this source may "
        "have; nothing of it was taken"
    )
