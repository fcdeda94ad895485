"""What the public feeds of one file have in common: when they are new, and how they read."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from msgspec import MsgspecError, Struct, json

from farebox.prices.deliveries import DatedPrice, Delivery, Fact, LastDelivery
from farebox.prices.values import Source
from pricing_fetch.dates import http_date
from pricing_fetch.errors import Damaged
from pricing_fetch.net.hosts import shown
from pricing_fetch.net.transport import Transport

T = TypeVar("T")

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+", re.ASCII)
_CALLBACK = re.compile(rb"\s*[A-Za-z_$][\w$.]*\s*\((.*)\)\s*;?\s*", re.DOTALL)


class Feed(Struct, frozen=True):
    """A feed as it came. With `unchanged` it is the one of the last delivery."""

    source: Source
    body: bytes
    etag: str
    content_hash: str
    unchanged: bool

    def delivery(
        self,
        name: str,
        *,
        prices: Iterable[DatedPrice] = (),
        facts: tuple[Fact, ...] = (),
        left_out: Counter[str] | None = None,
    ) -> Delivery:
        """The delivery of what was read out of the feed; nothing of an unchanged one."""
        return Delivery(
            name,
            self.source,
            prices=prices,
            facts=facts,
            unchanged=self.unchanged,
            etag=self.etag,
            content_hash=self.content_hash,
            byte_count=0 if self.unchanged else len(self.body),
            left_out=Counter() if left_out is None else left_out,
        )


def read_feed(
    transport: Transport,
    url: str,
    *,
    note: str,
    last: LastDelivery | None,
    progress: Callable[[int, int | None], None] | None,
) -> Feed:
    """The feed, or word that nothing changed since `last`; at most 16 MiB.

    `as_of` is the feed's own date: a feed that nobody feeds any more still answers, and
    must grow stale. Raises FetchError.
    """
    answer = transport.get(url, etag=last.etag if last else "")
    if progress is not None:
        progress(len(answer.body), len(answer.body))
    own_date = _own_date(answer.last_modified, transport.now())
    if answer.status == 304 and last is not None:
        # Without a date it is as old as when it came.
        source = Source(shown(url), own_date or last.as_of, note=note)
        return Feed(source, b"", last.etag, last.content_hash, True)
    content_hash = f"sha256:{sha256(answer.body).hexdigest()}"
    same = last is not None and last.content_hash == content_hash
    as_of = own_date
    if not as_of and same and last is not None:
        as_of = last.as_of
    source = Source(shown(url), as_of or _text(transport.now()), note=note)
    return Feed(source, answer.body, answer.etag, content_hash, same)


def decoded(feed: Feed, form: type[T]) -> T:
    """The feed's document, out of a script's call too. Raises Damaged."""
    body = feed.body
    if not body.lstrip().startswith(b"{"):
        call = _CALLBACK.fullmatch(body)
        body = call[1] if call else body
    try:
        return json.decode(body, type=form)
    except (MsgspecError, ValueError, RecursionError) as error:
        raise Damaged(
            f"{feed.source.url}: the feed is not in the known form ({error});"
            " nothing of it was taken"
        ) from error


def check_floors(url: str, floors: Iterable[tuple[int, int, str]]) -> None:
    """Raise Damaged where there is less of something than a whole feed has.

    A floor is how many there are, how many there must be, and of what.
    """
    for count, least, what in floors:
        if count < least:
            raise Damaged(
                f"{url}: the feed has {count:,} {what} where {least:,} are the least,"
                " so it is cut off or given up; nothing of it was taken"
            )


def is_region(code: str) -> bool:
    """Whether the code is a region's; `us-east-1-atl-1` and `us-east` are not."""
    return _REGION.fullmatch(code) is not None


def _own_date(header: str, now: datetime) -> str:
    """A date of HTTP as prices carry it; empty where it is none.

    Never a day to come: a feed that is dated ahead would never grow stale.
    """
    when = http_date(header)
    return _text(min(when, now)) if when is not None else ""


def _text(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
