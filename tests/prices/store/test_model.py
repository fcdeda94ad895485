"""After any refreshes, each book is what a plain map says; retention changes none."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from farebox.prices import PriceBook
from farebox.prices.curated import curated_book
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.store import Store, StoreBook, open_store, opening, seed
from tests.postgresql import PostgresServer
from tests.prices.store.deliveries import (
    MQ,
    NAME,
    at,
    dated,
    key,
    simple,
    single,
    source,
    whole,
)

NAMES = ("a", "b", "EU-b", "c")
BARE = ("a", "b", "c")
FIRST = date(2026, 11, 1)

Announced = dict[str, str]
"""Day (or an empty text) to US dollars."""


@pytest.fixture(autouse=True, scope="module")
def _small_curated_book() -> Iterator[None]:
    """Three prices instead of 3,000, so that hundreds of stores are made fast."""
    book = PriceBook(list(curated_book())[:3], book_id="sha256:small", kind="embedded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "curated_book", lambda: book)
        patch.setattr(opening, "curated_book", lambda: book)
        patch.setattr(seed, "_book_id", lambda: book.id)
        yield


class Step(Struct, frozen=True):
    """One refresh: how many hours after the last one, what, and whether it fails."""

    hours: int
    kind: str
    prices: dict[str, Announced]


_usd = st.sampled_from(["0.5", "1", "1.50", "2"])
_days = st.sampled_from(["", "2026-10-01", "2026-11-03", "2026-11-06T00:00:00Z"])


def _history(hours: list[int], days: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    step = st.builds(
        Step,
        hours=st.sampled_from(hours),
        kind=st.sampled_from(["whole", "whole", "single", "unchanged", "fails"]),
        prices=st.dictionaries(
            st.sampled_from(NAMES), st.dictionaries(days, _usd, min_size=1, max_size=3)
        ),
    )
    return st.lists(step, min_size=1, max_size=8)


# A clock that goes back over the day on which an announced price began knows of that
# price either way, so those two are not mixed.
_histories = st.one_of(
    _history([1, 5, 20, 40, 70], _days), _history([1, 20, 40, -30], st.just(""))
)


def _distinct(prices: dict[str, Announced]) -> dict[str, Announced]:
    """One spelling a key: two would be two prices."""
    found = dict(prices)
    if "b" in found:
        found.pop("EU-b", None)
    return found


def _on(announced: Announced, day: date) -> Decimal | None:
    """What is charged on a day, of what was announced."""
    began = {start[:10]: usd for start, usd in announced.items()}
    past = [start for start in sorted(began) if start <= day.isoformat()]
    return Decimal(began[past[-1]]) if past else None


class Model:
    """What each refresh left: a map of bare usage types to what was announced."""

    def __init__(self) -> None:
        self.now: dict[str, Announced] = {}
        self.refreshes: list[tuple[datetime, dict[str, Announced]]] = []

    def apply(self, step: Step, moment: datetime) -> None:
        """The same refresh on the map."""
        day = moment.date()
        given = {
            name.removeprefix("EU-"): one
            for name, one in _distinct(step.prices).items()
        }
        if step.kind == "fails":
            return
        for name, announced in given.items():
            held = _on(self.now.get(name, {}), day)
            if held is not None and min(announced)[:10] > day.isoformat():
                # What is in force holds until the first day that was announced.
                given[name] = {"": str(held), **announced}
        if step.kind == "whole":
            self.now = given
        elif step.kind == "single":
            self.now = dict(self.now)
            for name, announced in given.items():
                later = {
                    start: usd
                    for start, usd in self.now.get(name, {}).items()
                    if start[:10] > day.isoformat()
                    and start[:10] not in {one[:10] for one in announced}
                }
                self.now[name] = {**later, **announced}
        self.refreshes.append((moment, self.now))

    def as_of(self, moment: datetime) -> tuple[datetime, dict[str, Announced]] | None:
        """The last refresh, in the order that they came in, that was seen by then."""
        found = [one for one in self.refreshes if one[0] <= moment]
        return found[-1] if found else None


def _delivery(step: Step, moment: datetime) -> Delivery:
    prices: list[DatedPrice] = [
        dated(name, usd, moment, effective_from=start)
        for name, announced in _distinct(step.prices).items()
        for start, usd in announced.items()
    ]
    if step.kind == "single":
        return single(moment, prices)
    if step.kind == "unchanged":
        return Delivery(NAME, source(moment), MQ, unchanged=True)
    return whole(moment, iter(prices))


class _Broken(Exception):
    pass


def _play(store: Store, steps: Sequence[Step]) -> Model:
    """Refresh the store and the model alike."""
    model = Model()
    moment = at(1)
    with store.refresh(moment, by="test") as refresh:
        refresh.keep(refresh.compare(simple(moment, a="9")))
    model.now = {"a": {"": "9"}}
    model.refreshes.append((moment, model.now))
    for step in steps:
        moment += timedelta(hours=step.hours)
        try:
            with store.refresh(moment, by="test") as refresh:
                refresh.keep(refresh.compare(_delivery(step, moment)))
                if step.kind == "fails":
                    raise _Broken
        except _Broken:
            pass
        model.apply(step, moment)
    return model


def _found(book: StoreBook) -> dict[str, Decimal | None]:
    found = {}
    for name in BARE:
        price = book.find(key(name))
        found[name] = None if price is None else price.usd_per_unit
    return found


def _check(store: Store, model: Model) -> None:
    for moment, _ in model.refreshes:
        for seen_by in (moment, moment + timedelta(hours=3)):
            expected = model.as_of(seen_by)
            assert expected is not None
            seen_at, announced = expected
            for on in (None, FIRST, seen_by.date(), FIRST + timedelta(days=30)):
                day = max(on or seen_at.date(), seen_at.date())
                book = store.book(seen_by=seen_by, on=on)
                want = {name: _on(announced.get(name, {}), day) for name in BARE}
                assert _found(book) == want
                own = [
                    p
                    for p in book
                    if p.key.service == MQ.service and p.key.region == MQ.region
                ]
                assert len(own) == sum(usd is not None for usd in want.values())
                assert len(book) == len(book.prices)
                assert sum(book.source_counts().values()) == len(book) or on is not None
    assert store.verify() == []


@settings(max_examples=60, deadline=None)
@given(_histories)
def test_each_book_of_any_history_is_what_a_plain_map_says(
    steps: list[Step],
) -> None:
    with (
        TemporaryDirectory(prefix="farebox-") as folder,
        open_store(f"{folder}/prices.sqlite") as store,
    ):
        _check(store, _play(store, steps))


@settings(max_examples=12, deadline=None)
@given(_histories)
def test_postgresql_says_the_same(server: PostgresServer, steps: list[Step]) -> None:
    with open_store(server.fresh_database()) as store:
        _check(store, _play(store, steps))


Signature = tuple[str, str, tuple[Any, ...]]


def _signature(book: StoreBook) -> Signature:
    """The book to the last digit: its prices, units, and where each is from."""
    return book.id, book.as_of, tuple(sorted(book, key=str))


@settings(max_examples=40, deadline=None)
@given(
    _histories,
    st.sets(st.integers(0, 8), max_size=2),
    st.integers(-2, 12),
)
def test_retention_changes_no_book_that_is_kept_or_pinned(
    steps: list[Step], pinned: set[int], days: int
) -> None:
    with (
        TemporaryDirectory(prefix="farebox-") as folder,
        open_store(f"{folder}/prices.sqlite") as store,
    ):
        model = _play(store, steps)
        before = at(1) + timedelta(days=days)
        every = store.refreshes(100)
        pins = {every[n % len(every)].book_id for n in pinned}
        for book_id in pins:
            store.pin(book_id, "needed")
        later = [before + timedelta(hours=h) for h in range(0, 600, 25)]
        later += [moment for moment, _ in model.refreshes if moment >= before]
        wanted: list[dict[str, Any]] = [{"seen_by": m} for m in later if m >= at(1)]
        wanted += [{"book_id": book_id} for book_id in pins]
        wanted += [{}]
        ons = (None, FIRST + timedelta(days=30))
        expected = [_signature(store.book(**w, on=on)) for w in wanted for on in ons]
        dropped = store.prune(before)
        found = [_signature(store.book(**w, on=on)) for w in wanted for on in ons]
        assert found == expected
        assert dropped.refreshes + dropped.refreshes_left == len(every)
        assert len(store.refreshes(100)) == dropped.refreshes_left
        assert store.verify() == []
        assert store.last(NAME) is not None
