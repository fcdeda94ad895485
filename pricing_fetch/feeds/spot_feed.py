"""AWS's public spot feed: one figure for each type and region, without an account.

The figure is for no zone, so it is kept without a zone id, and no zone's pool is rated
at it. What AWS means by it is not documented; it serves to check and to compare.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.calls.spot_history import spot_key, spot_usd
from pricing_fetch.errors import Damaged
from pricing_fetch.feeds.feeds import check_floors, decoded, is_region, read_feed
from pricing_fetch.net.transport import Transport

NAME = "spot feed"

LEAST_REGIONS, LEAST_TYPES, LEAST_PRICES = 30, 1_000, 25_000
"""A feed with less was cut or frozen: on 2026-08-10 it had 40 regions, 1,156 types.

Source: the floors of spotinfo, which once served a frozen feed for two years.
"""

RATE, COLUMN, CURRENCY = "perhr", "linux", "USD"


class _Column(Struct):
    name: str
    prices: dict[str, str]


class _Size(Struct, rename="camel"):
    size: str
    value_columns: list[_Column]


class _Group(Struct):
    sizes: list[_Size]


class _Region(Struct, rename="camel"):
    region: str
    instance_types: list[_Group]


class _Config(Struct):
    rate: str
    currencies: list[str]
    regions: list[_Region]


class _Feed(Struct):
    config: _Config


def fetch_spot_feed(
    transport: Transport,
    *,
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Delivery:
    """Linux spot figures of every region, US dollars an hour, with no zone id.

    Local Zones, `N/A` and China are left out. Whether a figure can be true beside its
    on-demand price is not looked at here. Raises FetchError; Damaged for a feed that
    lost regions or types.
    """
    feed = read_feed(
        transport,
        transport.addresses.spot_feed,
        note="one figure per region and type, Linux",
        last=last,
        progress=progress,
    )
    if feed.unchanged:
        return feed.delivery(NAME)
    config = decoded(feed, _Feed).config
    url = feed.source.url
    if config.rate != RATE or CURRENCY not in config.currencies:
        raise Damaged(
            f"{url}: the figures are not USD an hour any more; nothing of it was taken"
        )
    left_out: Counter[str] = Counter()
    prices = _prices(config, left_out)
    types = {key.usage_type.rpartition(":")[2] for key in prices}
    check_floors(
        url,
        (
            (len(config.regions), LEAST_REGIONS, "regions"),
            (len(types), LEAST_TYPES, "instance types"),
            (len(prices), LEAST_PRICES, "prices"),
        ),
    )
    dated = tuple(_dated(prices, feed.source))
    return feed.delivery(NAME, prices=dated, left_out=left_out)


def _prices(config: _Config, left_out: Counter[str]) -> dict[PriceKey, Decimal]:
    prices: dict[PriceKey, Decimal] = {}
    contested: set[PriceKey] = set()
    for region in config.regions:
        sizes = [size for group in region.instance_types for size in group.sizes]
        code = region.region
        if not is_region(code) or code.startswith("cn-"):
            where = "China" if code.startswith("cn-") else "Local Zones"
            left_out[where] += len(sizes)
            continue
        for size in sizes:
            usd = next(
                (
                    spot_usd(column.prices.get(CURRENCY, ""))
                    for column in size.value_columns
                    if column.name == COLUMN
                ),
                None,
            )
            if usd is None:
                left_out["no price (N/A or 0)"] += 1
                continue
            key = spot_key(code, size.size, "")
            if prices.setdefault(key, usd) != usd:
                contested.add(key)
    for key in contested:
        del prices[key]
        left_out["two figures for one type"] += 1
    return prices


def _dated(prices: dict[PriceKey, Decimal], source: Source) -> Iterator[DatedPrice]:
    zero = Decimal(0)
    for key, usd in prices.items():
        yield DatedPrice(Price(key, (Tier(zero, usd),), "Hrs", source))
