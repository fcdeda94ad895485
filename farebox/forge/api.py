"""One JSON call to a forge's API: time-outs, few retries, and errors as sentences."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPException, IncompleteRead
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from farebox.forge.errors import (
    NotAllowed,
    NotConfigured,
    NotThere,
    PostFailed,
    Uncertain,
)

T = TypeVar("T")

TRIES = 4
FIRST_DELAY_SECONDS = 1.0
"""Doubled at each try: 1, 2 and 4 seconds."""
LONGEST_WAIT_SECONDS = 60
"""A forge that asks for more is not waited for: a job that sleeps costs too."""
TIMEOUT_SECONDS = 20.0
LARGEST_ANSWER_BYTES = 64 * 2**20
LONGEST_REASON = 300
"""Characters of the forge's own words that a message passes on."""

SERVER_ERRORS = {500, 502, 503, 504}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Secret:
    """A token that no repr, format or traceback shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The token itself, for a request's header only."""
        return self._text

    def redact(self, text: str) -> str:
        """The text without the token, plain or as in a URL."""
        for form in (self._text, quote(self._text, safe="")):
            text = text.replace(form, "***")
        return text


def secret_from(environ: Mapping[str, str], names: tuple[str, ...]) -> Secret | None:
    """The first token among the variables, or None. Raises NotConfigured.

    A token is checked here because an error of the HTTP client would show it.
    """
    for name in names:
        token = environ.get(name, "").strip()
        if not token:
            continue
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise NotConfigured(
                f"{name} holds characters that no token has; store the bare token in it"
            )
        return Secret(token)
    return None


class Answer(msgspec.Struct, frozen=True):
    """What the forge answered: headers with small names, and the body as it came."""

    headers: dict[str, str]
    body: bytes
    told: str

    def read(self, type_: type[T]) -> T:
        """The body as a value. Raises PostFailed where it is something else."""
        try:
            return msgspec.json.decode(self.body, type=type_)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PostFailed(
                f"{self.told} answered with something else than its API's JSON; is "
                "there a proxy or a login page in between? Check the API's address"
            ) from error


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing: a redirect would carry the token to another place."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Api:
    """A forge's API at one address with one token.

    `name` is the forge's, `token_name` the variable that messages speak of.
    """

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        token: Secret,
        token_name: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.url = _checked_address(name, url)
        self.token_name = token_name
        self.timeout_seconds = timeout_seconds
        self.sleep = sleep
        self._headers = dict(headers)
        self._token = token
        self._opener = build_opener(_NoRedirect)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        what: str,
        repeatable: bool = True,
    ) -> Answer:
        """Do one call; `what` names it in messages. Raises PostFailed.

        What is not `repeatable` is tried again only where the forge has surely not
        done it: at a rate limit.
        """
        told = f"{self.name}, asked to {what},"
        for attempt in range(TRIES):
            last = attempt + 1 == TRIES
            delay = FIRST_DELAY_SECONDS * 2**attempt
            try:
                return Answer(*self._once(method, path, query, body), told)
            except HTTPError as error:
                status, headers = error.code, error.headers
                reason = self._reason(error)
                wait = _wait_seconds(status, headers)
                if wait is not None and wait <= LONGEST_WAIT_SECONDS and not last:
                    self.sleep(max(wait, 0) or delay)
                    continue
                if status in SERVER_ERRORS and repeatable and not last:
                    self.sleep(delay)
                    continue
                raise self._refusal(told, status, headers, reason, wait) from None
            except (OSError, HTTPException) as error:
                if repeatable and not last:
                    self.sleep(delay)
                    continue
                raise self._unreachable(told, error) from None
        raise AssertionError("the last try returns or raises")

    def _once(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Any
    ) -> tuple[dict[str, str], bytes]:
        url = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else msgspec.json.encode(body)
        request = Request(url, data=data, method=method)
        for name, value in self._headers.items():
            request.add_header(name, value.format(token=self._token.reveal()))
        request.add_header("User-Agent", "farebox")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with self._opener.open(request, timeout=self.timeout_seconds) as answer:
            read = answer.read(LARGEST_ANSWER_BYTES)
            if answer.length:  # what the server announced and did not send
                raise IncompleteRead(read, answer.length)
            return {k.lower(): v for k, v in answer.headers.items()}, read

    def _reason(self, error: HTTPError) -> str:
        """The forge's own words in one line, without the token."""
        try:
            told = msgspec.json.decode(error.read(LARGEST_ANSWER_BYTES))
        except (OSError, HTTPException, msgspec.DecodeError, UnicodeDecodeError):
            return ""
        if not isinstance(told, dict):
            return ""
        words = (told.get("message") or told.get("error"), told.get("errors"))
        text = ": ".join(str(part) for part in words if part)
        text = "".join(c if c.isprintable() else " " for c in self._token.redact(text))
        return f" ({text[:LONGEST_REASON]})" if text.strip() else ""

    def _refusal(
        self,
        told: str,
        status: int,
        headers: Message,
        reason: str,
        wait: float | None,
    ) -> PostFailed:
        said = f"{told} answered {status}{reason}"
        if wait is not None:
            return PostFailed(f"{said}: too many requests; {_when(headers, wait)}")
        if status == 401:
            return NotAllowed(
                f"{said}: the token in {self.token_name} is wrong or has expired; "
                "make a new one and store it there"
            )
        if status == 403:
            return NotAllowed(
                f"{said}: the token in {self.token_name} may not do this; docs/"
                "pull-requests.md names the permissions, and what fork pull requests do"
            )
        if status == 404:
            return NotThere(
                f"{said}: there is no such place, or the token in {self.token_name} "
                "may not see it; check the project and the number"
            )
        if status == 422:
            return PostFailed(
                f"{said}: it understood and refused; write the comment with --output "
                "to see what was sent"
            )
        if status in SERVER_ERRORS:
            return Uncertain(f"{said}, again and again; run the job again later")
        if 300 <= status < 400:
            return PostFailed(
                f"{said}, a redirect, which would carry the token elsewhere; set the "
                "API's address and the project to their new names"
            )
        return PostFailed(f"{said}; see docs/pull-requests.md")

    def _unreachable(self, told: str, error: Exception) -> PostFailed:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            return Uncertain(
                f"{told} did not answer within {self.timeout_seconds:g} seconds; run "
                "the job again later"
            )
        words = self._token.redact(str(cause)) or type(cause).__name__
        return Uncertain(
            f"{told} could not be reached or broke off: {words[:LONGEST_REASON]}; check "
            "the network, the certificate and the API's address"
        )


def _checked_address(name: str, url: str) -> str:
    """The API's address. Raises NotConfigured where the token would travel in the clear."""
    parts = urlsplit(url if url.isascii() and "[" not in url else "")
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise NotConfigured(
            f"the address of {name}'s API is {url!r}, not https://…: the token would "
            "travel in the clear; write the comment with --output and post it yourself"
        )
    if parts.username or parts.password or parts.query:
        raise NotConfigured(
            f"the address of {name}'s API holds a user or a query; give it bare"
        )
    return url.rstrip("/")


def _wait_seconds(status: int, headers: Message) -> float | None:
    """Seconds that the forge asks to wait: None is no rate limit, -1 does not say."""
    after = headers.get("Retry-After", "").strip()
    exhausted = headers.get("X-RateLimit-Remaining", "").strip() == "0"
    if status != 429 and not (status == 403 and (after or exhausted)):
        return None
    if after.isdecimal():
        return float(after)
    return float("inf") if exhausted or after else -1.0


def _when(headers: Message, wait: float) -> str:
    reset = headers.get("X-RateLimit-Reset", headers.get("RateLimit-Reset", "")).strip()
    if reset.isdecimal() and len(reset) <= 11:
        at = datetime.fromtimestamp(int(reset), UTC)
        return f"run the job again after {at:%Y-%m-%d %H:%M} UTC"
    if 0 < wait < float("inf"):
        return f"it asks to wait {wait:,.0f} seconds; run the job again then"
    return "run the job again in some minutes"
