"""Small deliveries for the tests of the store."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from farebox.prices import Price, PriceKey, Source, Tier
from farebox.prices.deliveries import DatedPrice, Delivery, Slice
from farebox.prices.store import Store

LAMBDA = Slice("AWSLambda", "us-east-1", "on-demand")
"""A slice of which the embedded book has one price: requests."""

MQ = Slice("AmazonMQ", "eu-west-1", "on-demand")
"""A slice of which the embedded book has nothing."""

NAME = "AmazonMQ eu-west-1"
URL = "https://pricing.example.test/AmazonMQ/eu-west-1/index.csv"


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    """An hour of a day of November 2026, in UTC."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def source(moment: datetime, version: str = "v1") -> Source:
    """The list's source, as checked at that moment."""
    return Source(URL, moment.strftime("%Y-%m-%dT%H:%M:%SZ"), version)


def key(usage_type: str, operation: str = "") -> PriceKey:
    """A key of the MQ slice."""
    return PriceKey("AmazonMQ", "eu-west-1", usage_type, operation)


def dated(
    usage_type: str,
    usd: str,
    moment: datetime,
    *,
    operation: str = "",
    effective_from: str = "",
    unit: str = "Requests",
) -> DatedPrice:
    """A price of the MQ slice, or a tiered one: `0:0.09 10240:0.085`."""
    parts = usd.split(" ") if ":" in usd else [f"0:{usd}"]
    tiers = tuple(
        Tier(Decimal(start), Decimal(rate))
        for start, _, rate in (part.partition(":") for part in parts)
    )
    price = Price(key(usage_type, operation), tiers, unit, source(moment))
    return DatedPrice(price, effective_from)


def whole(
    moment: datetime, prices: Iterable[DatedPrice], *, part: Slice = MQ
) -> Delivery:
    """A delivery of the whole slice."""
    return Delivery(NAME, source(moment), part, prices, etag='"e"', byte_count=7)


def simple(moment: datetime, **usd: str) -> Delivery:
    """A whole delivery of plain prices by usage type."""
    return whole(moment, [dated(name, one, moment) for name, one in usd.items()])


def single(moment: datetime, prices: Sequence[DatedPrice]) -> Delivery:
    """Single look-ups, which take nothing away."""
    return Delivery("live eu-west-1", source(moment), None, prices)


def keep(store: Store, moment: datetime, *deliveries: Delivery) -> str:
    """One refresh that keeps the deliveries; the id of its book."""
    with store.refresh(moment, by="test") as refresh:
        for delivery in deliveries:
            refresh.keep(refresh.compare(delivery))
    return refresh.book_id
