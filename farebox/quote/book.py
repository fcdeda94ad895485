"""Which price book an estimate stands on: what was asked for, and what that means here.

* NoSuchBook   what was asked for is not there, or does not go together

`auto`, `live` and `store` may give another book tomorrow. A book that is pinned by a
file, by its hash or as the embedded one never changes, and asks nothing of the network.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.extras import missing
from farebox.prices import PriceBook
from farebox.prices.errors import PriceBookError, StoreError, UnknownBook
from pricing_fetch.calls.credentials import credentials_are_likely

if TYPE_CHECKING:
    from farebox.prices.store import Store

FORMS = "auto|live|store|embedded|FILE|sha256:…"
DEFAULT = "auto"
PRICES_KEY = "farebox:prices"
SECONDS_KEY = "farebox:live-seconds"
LIVE_SECONDS = Decimal(10)
"""How long a live refresh may take before the estimate goes on without it."""

MOST_LIVE_SECONDS = 600

ID_PREFIX = re.compile(r"sha256:[0-9a-f]{8,64}", re.ASCII)


class NoSuchBook(PriceBookError):
    """The book that was asked for is not there; the sentence names the way out."""


class BookRequest(Struct, frozen=True, kw_only=True):
    """Which prices were asked for.

    `prices` is one of FORMS; `named` is how messages call what said so. `given` is
    false where nobody said anything. `as_of` asks for the prices as the store had them
    at the end of that day; `seconds` is the time that a live refresh may take.
    """

    prices: str = DEFAULT
    named: str = "--prices"
    given: bool = False
    as_of: date | None = None
    seconds: Decimal = LIVE_SECONDS


def book_request(
    prices: str | None = None,
    *,
    option: str = "--prices",
    as_of: date | None = None,
    seconds: Decimal | None = None,
    config: Mapping[str, str] | None = None,
) -> BookRequest:
    """What the option asks for, else the stack's config, else `auto`.

    Raises NoSuchBook where the config's `farebox:live-seconds` is no time.
    """
    config = config or {}
    named = option
    if prices is None and PRICES_KEY in config:
        prices, named = config[PRICES_KEY], PRICES_KEY
    return BookRequest(
        prices=DEFAULT if prices is None else prices,
        named=named,
        given=prices is not None,
        as_of=as_of,
        seconds=_seconds(config.get(SECONDS_KEY)) if seconds is None else seconds,
    )


def _seconds(text: str | None) -> Decimal:
    if text is None:
        return LIVE_SECONDS
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        seconds = Decimal(0)
    if not seconds.is_finite() or not 0 < seconds <= MOST_LIVE_SECONDS:
        raise NoSuchBook(
            f"{SECONDS_KEY} in the stack's config is {text!r}: give seconds above 0, up"
            f" to {MOST_LIVE_SECONDS}"
        )
    return seconds


def is_file(prices: str) -> bool:
    """Whether the text names a book's file, and not one of the other forms."""
    forms = ("auto", "live", "store", "embedded")
    return prices not in forms and not prices.startswith("sha256:")


class BookChoice(Struct, frozen=True, kw_only=True):
    """The book that was chosen; with `store`, it is to be refreshed for what is used.

    `outright` says that live prices were asked for by name: then a failure counts.
    `why_not_live` is why a live refresh cannot even begin.
    """

    book: PriceBook
    on: date
    seconds: Decimal = LIVE_SECONDS
    store: "Store | None" = None
    outright: bool = False
    why_not_live: str = ""


def book_as_it_is(
    asked: str | BookRequest | None,
    *,
    on: date | None = None,
    folder: Path | None = None,
) -> PriceBook:
    """The book for an estimate that nothing is refreshed for.

    `auto` and `live` are the newest book of the store; where there is no store, `auto`
    is the embedded book. `on` is the day that decides which prices are in force.
    Raises PriceBookError.
    """
    want = asked if isinstance(asked, BookRequest) else book_request(asked)
    return choose_book(want, on=on or date.today(), folder=folder, network=False).book


def choose_book(
    want: BookRequest, *, on: date, folder: Path | None = None, network: bool = True
) -> BookChoice:
    """The book that is meant, and whether it is to be refreshed before it is used.

    A relative FILE lies in `folder`, by default the current one. Raises PriceBookError.
    """
    prices = want.prices
    if want.as_of is not None:
        return BookChoice(book=_book_of_day(want, want.as_of), on=on)
    if prices == "embedded":
        return BookChoice(book=_embedded(), on=on)
    if prices.startswith("sha256:"):
        return BookChoice(book=_book_of_id(want), on=on)
    if prices == "auto":
        return _auto(want, on, network=network)
    if prices == "live" and network:
        return _live(want, on)
    if prices in ("store", "live"):
        _refuse_without_store(want)
        return BookChoice(book=_store().book(on=on), on=on)
    return BookChoice(book=_file(want, folder or Path()), on=on)


def _auto(want: BookRequest, on: date, *, network: bool) -> BookChoice:
    why_not = ""
    if network and credentials_are_likely():
        why_not = missing("live")
        if not why_not and _credentials_resolve():
            return _live(want, on)
    book = _store().book(on=on) if _store_is_there() else _embedded()
    why = f"Prices are not live: {why_not}" if why_not else ""
    return BookChoice(book=book, on=on, why_not_live=why)


def _live(want: BookRequest, on: date) -> BookChoice:
    """The store's book, to be refreshed; the embedded one where no store can be had."""
    outright = want.prices == "live"
    try:
        store = _store()
        book = store.book(on=on)
    except StoreError as error:
        return BookChoice(
            book=_embedded(),
            on=on,
            outright=outright,
            why_not_live=f"Prices are not live and the embedded book's: {error}",
        )
    return BookChoice(
        book=book, on=on, seconds=want.seconds, store=store, outright=outright
    )


def _book_of_day(want: BookRequest, day: date) -> PriceBook:
    """The store's book at the end of a day in UTC, with what AWS charged on that day."""
    if want.prices.startswith("sha256:"):
        return _book_of_id(want, day)
    if want.given and want.prices not in ("store", "auto"):
        raise NoSuchBook(
            f"{want.named} {want.prices[:200]} has no past: --as-of goes with --prices"
            " store or sha256:… only"
        )
    asked = "--as-of" if want.named in ("--prices", PRICES_KEY) else want.named
    if day > max(date.today(), datetime.now(UTC).date()):
        raise NoSuchBook(
            f"{asked} {day}: that day is still to come; --on {day} charges what AWS has"
            " announced for it by now"
        )
    _refuse_without_store(want, f"{asked} {day}")
    midnight = datetime.combine(day, time.max, UTC)
    return _store().book(seen_by=midnight, on=day)


def _book_of_id(want: BookRequest, day: date | None = None) -> PriceBook:
    """The pinned book. It charges what was in force when it was seen, or on `day`.

    So it gives the same figures for ever, whatever AWS had announced by then.
    """
    book_id = want.prices.lower()
    if not ID_PREFIX.fullmatch(book_id):
        raise NoSuchBook(
            f"{want.named} {want.prices[:100]}: a book's id is sha256: and at least 8 of"
            " its 64 hex digits, as a statement shows it"
        )
    embedded = _embedded()
    if embedded.id.startswith(book_id):
        if day is not None:
            raise NoSuchBook(
                f"{want.named} {book_id} is the embedded book, which has no past:"
                " --as-of goes with the store's books only"
            )
        return embedded
    if not _store_is_there():
        raise NoSuchBook(
            f"{want.named} {book_id}: the embedded book is {embedded.id[:19]}…, and"
            " there is no store on this machine to look in; fare prices import FILE"
            " brings a book in, or give its file"
        )
    try:
        store = _store()
        imported = None if day is not None else store.imported(book_id)
        if imported is not None:
            return imported
        book = store.book(book_id=book_id, on=day)
        if day is not None and day.isoformat() < book.seen_at[:10]:
            raise NoSuchBook(
                f"--as-of {day}: the book {book_id} was first seen on"
                f" {book.seen_at[:10]}; leave --prices out for that day's own book"
            )
        return book
    except UnknownBook as error:
        raise NoSuchBook(f"{want.named} {book_id}: {error}") from error


def _file(want: BookRequest, folder: Path) -> PriceBook:
    path = folder / want.prices
    try:
        there = path.is_file()
    except OSError:
        there = False  # A name that is too long for any file.
    if not there:
        raise NoSuchBook(
            f"{want.named} {want.prices[:200]}: there is no such file; give a book file,"
            " or one of auto, live, store, embedded, sha256:…"
        )
    from farebox.prices.text import read_book

    return read_book(path)


def _refuse_without_store(want: BookRequest, option: str = "") -> None:
    if not _store_is_there():
        asked = option or f"{want.named} {want.prices}"
        raise NoSuchBook(
            f"{asked}: there is no price store yet; fare refresh makes one, or give"
            " --prices embedded"
        )


def _embedded() -> PriceBook:
    from farebox.prices.embedded import embedded_book

    return embedded_book()


def _store_is_there() -> bool:
    from farebox.prices.store import store_exists

    return store_exists()


def _store() -> "Store":
    from farebox.prices.store import open_store

    return open_store()


def _credentials_resolve() -> bool:
    """Whether AWS credentials resolve; boto3 is imported only where some may be."""
    from pricing_fetch.calls.aws import credentials_resolve

    return credentials_resolve()
