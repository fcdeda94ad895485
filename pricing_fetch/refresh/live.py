"""Live prices: before one stack is priced, what it uses is refreshed, and nothing else.

One call of the spot history per region, restricted to the instance types; GetProducts
for the list prices that are named; all inside one budget of time. Then one transaction
of the store. What did not come in time, was refused or failed keeps the store's price,
and the outcome says so.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.prices.aliases import bare_key
from farebox.prices.book import PriceBook
from farebox.prices.deliveries import Delivery
from farebox.prices.errors import AmbiguousPrice, StoreError
from farebox.prices.values import Price, PriceKey
from pricing_fetch.refresh.lanes import Answered, Call, Lane, run_lanes
from pricing_fetch.refresh.live_intake import Taken, take

if TYPE_CHECKING:
    from farebox.prices.store import Store
    from pricing_fetch.calls.aws import Aws

FRESH_FOR = {"list": timedelta(days=1), "spot": timedelta(hours=1)}
"""How long ago AWS must have said a price for it not to be asked again."""

CALLS_AT_ONCE = 4
"""GetProducts calls of one region's lane at a time; the token bucket paces them."""

WRITE_SECONDS = 0.8
"""How much longer than the budget the store's transaction may take."""

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
"""A live call's own limits; the budget holds whatever they are."""


class Kept(Struct, frozen=True):
    """Prices that stayed the store's: how many of a source, the oldest date, and why."""

    source: str
    count: int
    oldest: str
    why: str

    def __str__(self) -> str:
        what = "1 price" if self.count == 1 else f"{self.count:,} prices"
        age = f", {'' if self.count == 1 else 'the oldest '}of {self.oldest}"
        return f"Not live: {what} of {self.source} as in the store{age}: {self.why}"


class LiveOutcome(Struct, frozen=True):
    """What a live refresh did. Counts are of prices that the stack uses.

    `asked_count` are those that were to be live: `fresh_count` of them AWS had said
    shortly before, `refreshed_count` it said now, and `kept` the others.
    """

    asked_count: int
    fresh_count: int
    refreshed_count: int
    changed_count: int
    kept: tuple[Kept, ...] = ()

    @property
    def kept_count(self) -> int:
        """How many prices stayed the store's though they were to be live."""
        return sum(kept.count for kept in self.kept)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a statement says of it: nothing where every price is live."""
        return tuple(map(str, self.kept))


class _Due(Struct):
    """What is to be asked: keys of a region's list, instance types of its spot."""

    listed: dict[str, dict[PriceKey, PriceKey]]
    """Region to key, in the spelling to ask for, and the key as it was used."""
    spot: dict[str, set[str]]


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def refresh_used(
    store: "Store",
    keys: Sequence[PriceKey],
    *,
    budget_seconds: float = 10,
    now: Callable[[], datetime] = utc_now,
    clock: Callable[[], float] = time.monotonic,
    aws: "Aws | None" = None,
) -> LiveOutcome:
    """Refresh the prices of these keys, the most important first, in the given time.

    A spot key stands for all zones of its type. Raises nothing that the network, AWS or
    the store do: what could not be refreshed is in the outcome.
    """
    until = clock() + budget_seconds
    try:
        book: PriceBook = store.book()
        used = {bare_key(key): _found(book, key) for key in keys if _can_be_live(key)}
        due = _due(book, used, now())
    except StoreError as error:
        count = sum(map(_can_be_live, keys))
        kept = Kept("AWS", count, "unknown date", str(error))
        return LiveOutcome(count, 0, 0, 0, (kept,) if count else ())
    lanes = _lanes(due, aws or _account(budget_seconds), now)
    answers = run_lanes(
        lanes,
        until=until,
        clock=clock,
        too_late=f"AWS had not answered after {budget_seconds:g} s"
        " (farebox:live-seconds)",
    )
    taken, failure = _write(
        store, answers, now, seconds=max(0.0, until - clock()) + WRITE_SECONDS
    )
    return _outcome(used, due, answers, taken, failure, now())


def _can_be_live(key: PriceKey) -> bool:
    return key.purchase in ("on-demand", "spot")


def _found(book: PriceBook, key: PriceKey) -> Price | None:
    try:
        return book.find(key)
    except AmbiguousPrice:
        return None


def _is_fresh(price: Price, now: datetime) -> bool:
    """Whether AWS said the price so shortly before that it is not asked again."""
    as_of = price.source.as_of
    try:
        said = datetime.fromisoformat(as_of)
    except ValueError:  # A year.
        return False
    if said.tzinfo is None:
        said = said.replace(tzinfo=UTC)
    kind = "spot" if price.key.purchase == "spot" else "list"
    return timedelta() <= now - said <= FRESH_FOR[kind]


def _instance_type(key: PriceKey) -> str:
    return bare_key(key).usage_type.removeprefix("SpotUsage:")


def _due(book: PriceBook, used: Mapping[PriceKey, Price | None], now: datetime) -> _Due:
    due = _Due({}, {})
    fresh: set[tuple[str, str]] = set()
    for key, price in used.items():
        if key.purchase == "spot":
            place = key.region, _instance_type(key)
            if price is not None and _is_fresh(price, now):
                fresh.add(place)
            due.spot.setdefault(place[0], set()).add(place[1])
        elif price is None or not _is_fresh(price, now):
            spelled = key
            if price is not None:
                # As the list spells it, which costs one call and not three.
                spelled = _respelled(key, price.key.usage_type)
            due.listed.setdefault(key.region, {})[spelled] = key
    for region, types in list(due.spot.items()):
        # One call brings all zones of a type: a fresh one vouches for the others.
        types -= {name for place, name in fresh if place == region}
        if not types:
            del due.spot[region]
    return due


def _respelled(key: PriceKey, usage_type: str) -> PriceKey:
    return PriceKey(key.service, key.region, usage_type, key.operation)


def _account(budget_seconds: float) -> "Aws":
    from pricing_fetch.calls.aws import Aws
    from pricing_fetch.net.patience import Patience

    return Aws(
        Patience(
            connect_seconds=min(CONNECT_SECONDS, budget_seconds),
            read_seconds=min(READ_SECONDS, budget_seconds),
            tries=2,
        )
    )


def _lanes(due: _Due, aws: "Aws", now: Callable[[], datetime]) -> list[Lane]:
    """A lane for each region's spot history and one for each region's list."""
    lanes = [_spot_lane(aws, region, types, now) for region, types in due.spot.items()]
    for region, keys in due.listed.items():
        calls = [
            Call((used,), _product_call(aws, region, asked, now))
            for asked, used in keys.items()
        ]
        lanes.append(Lane(_list_name(region), calls, CALLS_AT_ONCE))
    return lanes


def _spot_name(region: str) -> str:
    return f"spot {region}"


def _list_name(region: str) -> str:
    return f"the price list {region}"


def _spot_lane(
    aws: "Aws", region: str, types: Iterable[str], now: Callable[[], datetime]
) -> Lane:
    def make() -> Delivery:
        from pricing_fetch.calls.spot_history import fetch_spot

        client = aws.client("ec2", region)
        return fetch_spot(client, region, instance_types=sorted(types), now=now)

    keys = tuple(
        PriceKey("AmazonEC2", region, f"SpotUsage:{name}", "", "spot")
        for name in sorted(types)
    )
    return Lane(_spot_name(region), [Call(keys, make)])


def _product_call(
    aws: "Aws", region: str, key: PriceKey, now: Callable[[], datetime]
) -> Callable[[], Delivery]:
    def make() -> Delivery:
        from pricing_fetch.calls.products import fetch_products

        client = aws.client("pricing", "us-east-1" if region == "global" else region)
        return fetch_products(
            client, [key], now=now, name=_list_name(region), calls_at_once=1
        )

    return make


def _write(
    store: "Store",
    answers: Sequence[Answered],
    now: Callable[[], datetime],
    *,
    seconds: float,
) -> tuple[Taken, str]:
    """Let what came into the store, and why that failed or took too long, or nothing.

    Another refresh may hold the store for a minute; a preview does not wait for it.
    """
    deliveries = [one.delivery for one in answers if one.delivery is not None]
    if not any(delivery.prices for delivery in deliveries):
        return Taken(), ""
    try:
        return take(store, deliveries, now(), wait_seconds=seconds), ""
    except StoreError as error:
        return Taken(), str(error)


def _outcome(
    used: Mapping[PriceKey, Price | None],
    due: _Due,
    answers: Sequence[Answered],
    taken: Taken,
    failure: str,
    now: datetime,
) -> LiveOutcome:
    """Sort the used prices into fresh, refreshed and kept; those AWS lacks too have none."""
    whys: dict[PriceKey, str] = {}
    for answer in answers:
        for key in answer.call.keys:
            whys[bare_key(key)] = answer.failure or failure
    asked = fresh = refreshed = 0
    kept: dict[tuple[str, str], list[str]] = {}
    for key, price in used.items():
        if price is None:
            if key in taken.keys:
                asked += 1
                refreshed += 1
            continue
        asked += 1
        if key in taken.keys or bare_key(price.key) in taken.keys:
            refreshed += 1
            continue
        if _is_fresh(price, now):
            fresh += 1
            continue
        name, why = _why(key, whys, taken)
        kept.setdefault((name, why), []).append(price.source.as_of)
    return LiveOutcome(
        asked_count=asked,
        fresh_count=fresh,
        refreshed_count=refreshed,
        changed_count=taken.changed_count,
        kept=tuple(
            Kept(name, len(dates), min(dates), why)
            for (name, why), dates in kept.items()
        ),
    )


def _why(key: PriceKey, whys: Mapping[PriceKey, str], taken: Taken) -> tuple[str, str]:
    """The source of a kept price, and why it stayed the store's."""
    if key.purchase == "spot":
        name, of_type = _spot_name(key.region), _without_zone(key)
        lacks = "AWS names no spot price of these pools now"
    else:
        name, of_type = _list_name(key.region), key
        lacks = "AWS's list has not one price for the key"
    why = taken.refused.get(key) or whys.get(of_type) or lacks
    return name, why.removeprefix(f"{name}: ")


def _without_zone(key: PriceKey) -> PriceKey:
    return PriceKey(key.service, key.region, key.usage_type, "", "spot")
