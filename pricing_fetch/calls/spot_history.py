"""Spot prices by zone id: ec2:DescribeSpotPriceHistory.

Asked from `now` on, AWS answers with the price in force of every pool; asked from
further back (it keeps 90 days), with every change since. Zone names mean another zone in
every account, so the prices are kept by zone id.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from farebox.prices.prefixes import with_prefix
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.calls.aws import answer, pages, refuse_china
from pricing_fetch.errors import Damaged, NotListed
from pricing_fetch.lists.tiers import Refused, decimal

PRODUCTS = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
"""Linux, as accounts of today and accounts of before 2014 call it."""

HISTORY = timedelta(days=90)
"""How far back AWS keeps the history."""

PAGE_ROWS = 1000

Pool = tuple[str, str]
"""Zone id and instance type."""


def nothing_to_tell(done: int, total: int | None) -> None:
    """A `progress` that shows nothing."""


def fetch_spot(
    client: Any,
    region: str,
    *,
    instance_types: Sequence[str] | None = None,
    since: datetime | None = None,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """Linux spot prices of a region in US dollars an hour, named `spot <region>`.

    Without `since` the price in force of each pool; with it, which needs
    `instance_types`, every change from then on, as several dated prices of one key.
    The delivery is whole when all types were asked for. `effective_from` is the time
    from which AWS has that price. Raises FetchError.
    """
    name = f"spot {region}"
    refuse_china(region)
    asked_at = now()
    types = sorted(set(instance_types)) if instance_types is not None else None
    if types == []:
        raise NotListed(
            f"{name}: no instance type was named; name some, or ask for all"
        )
    if since is not None and types is None:
        raise NotListed(
            f"{name}: the history of every type is millions of rows; name the types"
        )
    start = asked_at if since is None else max(since, asked_at - HISTORY)
    left_out: Counter[str] = Counter()
    pools, size = changes_since(
        client,
        name,
        start,
        instance_types=types,
        present=since is None,
        left_out=left_out,
        progress=progress,
    )
    if types is None and not pools:
        raise Damaged(
            f"{name}: AWS lists no spot price at all; check that the account has the"
            " region switched on"
        )
    source = Source(address(region), instant(asked_at), note="by zone id, Linux")
    text = "\n".join(_lines(pools))
    content_hash = f"sha256:{sha256(text.encode()).hexdigest()}"
    whole = Slice("AmazonEC2", region, "spot") if types is None else None
    unchanged = (
        whole is not None and last is not None and last.content_hash == content_hash
    )
    return Delivery(
        name=name,
        source=source,
        whole=whole,
        prices=() if unchanged else _prices(pools, region, source),
        unchanged=unchanged,
        content_hash=content_hash,
        byte_count=size,
        left_out=left_out,
    )


def changes_since(
    client: Any,
    name: str,
    start: datetime,
    *,
    instance_types: Sequence[str] | None,
    present: bool,
    left_out: Counter[str],
    progress: Callable[[int, int | None], None],
) -> tuple[dict[Pool, dict[datetime, Decimal]], int]:
    """Each pool's prices by the time of their change, and about how many bytes came.

    The price in force at `start` is among them; with `present` only the newest is
    kept. A type without any pool is counted in `left_out`. Raises FetchError.
    """
    request: dict[str, Any] = {
        "StartTime": start,
        "ProductDescriptions": list(PRODUCTS),
        "MaxResults": PAGE_ROWS,
    }
    if instance_types is not None:
        request["InstanceTypes"] = list(instance_types)
    zones = _ZoneIds(client, name)
    pools: dict[Pool, dict[datetime, Decimal]] = {}
    size = 0
    for page in pages(
        client,
        "describe_spot_price_history",
        request,
        rows="SpotPriceHistory",
        source=name,
    ):
        for row in page:
            size += _read(row, pools, zones, left_out, name, present=present)
        progress(size, None)
    seen = {instance_type for _, instance_type in pools}
    for instance_type in instance_types or ():
        if instance_type not in seen:
            left_out[f"{instance_type} has no spot pool here"] += 1
    return pools, size


def address(region: str) -> str:
    """Where a region's spot prices are asked."""
    return f"https://ec2.{region}.amazonaws.com/?Action=DescribeSpotPriceHistory"


def instant(when: datetime) -> str:
    """The instant as prices carry it: UTC, to the second, `2026-11-23T20:00:00Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spot_key(region: str, instance_type: str, zone_id: str) -> PriceKey:
    """The key of a spot price; without a zone id it is a whole region's figure."""
    return PriceKey(
        "AmazonEC2",
        region,
        with_prefix(f"SpotUsage:{instance_type}", region),
        "",
        "spot",
        zone_id,
    )


def spot_usd(text: str) -> Decimal | None:
    """US dollars of `0.3704` or `9.0E-4`; None for `N/A*`, nothing, and what is not > 0."""
    try:
        return Decimal(text) if decimal(text) else None
    except Refused:
        return None


def _read(
    row: Mapping[str, Any],
    pools: dict[Pool, dict[datetime, Decimal]],
    zones: "_ZoneIds",
    left_out: Counter[str],
    name: str,
    *,
    present: bool,
) -> int:
    """Keep one row; returns about how many bytes it was."""
    try:
        instance_type = row["InstanceType"]
        price, at = row["SpotPrice"], row["Timestamp"]
        zone_name = row.get("AvailabilityZone", "")
        zone_id = row.get("AvailabilityZoneId") or zones.of(zone_name)
        if row["ProductDescription"] not in PRODUCTS:
            left_out["not Linux"] += 1
            return 0
    except KeyError as error:
        raise Damaged(
            f"{name}: a row of AWS's answer has no {error.args[0]}; nothing is taken"
        ) from error
    texts = (instance_type, price, zone_name, zone_id)
    if not all(isinstance(one, str) for one in texts) or not isinstance(at, datetime):
        raise Damaged(
            f"{name}: a row of AWS's answer is not in the known shape; nothing is taken"
        )
    size = len(instance_type) + len(zone_name) + len(price) + 150
    if not zone_id:
        left_out["a zone without an id"] += 1
        return size
    if zone_id.count("-") != 1:
        left_out["Local Zones and Wavelength"] += 1
        return size
    if not 2000 <= at.year < 9000:
        left_out["a time that cannot be"] += 1
        return size
    usd = spot_usd(price)
    if usd is None:
        left_out["no price (N/A or 0)"] += 1
        return size
    times = pools.setdefault((zone_id, instance_type), {})
    if present:
        newest = max(times, default=at)
        if at < newest:
            return size
        times.clear()
    times[at] = usd
    return size


def _lines(pools: Mapping[Pool, Mapping[datetime, Decimal]]) -> list[str]:
    return [
        f"{zone_id} {instance_type} {instant(at)} {usd:f}"
        for (zone_id, instance_type), times in sorted(pools.items())
        for at, usd in sorted(times.items())
    ]


def _prices(
    pools: Mapping[Pool, Mapping[datetime, Decimal]], region: str, source: Source
) -> tuple[DatedPrice, ...]:
    """Each pool's prices in the order of time, without rows that change nothing.

    Of several changes in one day (UTC) the last one counts: a book is of a day.
    """
    zero = Decimal(0)
    dated = []
    for (zone_id, instance_type), times in sorted(pools.items()):
        key = spot_key(region, instance_type, zone_id)
        days = {instant(at)[:10]: (at, usd) for at, usd in sorted(times.items())}
        before: Decimal | None = None
        for at, usd in days.values():
            if usd != before:
                price = Price(key, (Tier(zero, usd),), "Hrs", source)
                dated.append(DatedPrice(price, instant(at)))
            before = usd
    return tuple(dated)


class _ZoneIds:
    """Zone names of this account to zone ids, asked for once and only if needed."""

    def __init__(self, client: Any, source: str) -> None:
        self._client = client
        self._source = source
        self._ids: dict[str, str] | None = None

    def of(self, zone_name: str) -> str:
        """The zone's id; empty where the account has no such zone."""
        if self._ids is None:
            found = answer(
                self._client,
                "describe_availability_zones",
                {"AllAvailabilityZones": True},
                rows="AvailabilityZones",
                source=self._source,
            )
            self._ids = {
                zone["ZoneName"]: zone["ZoneId"]
                for zone in found.get("AvailabilityZones", ())
                if zone.get("ZoneName") and zone.get("ZoneId")
            }
        return self._ids.get(zone_name, "")
