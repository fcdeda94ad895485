"""The spot prices of 90 days, by pool: ec2:DescribeSpotPriceHistory, kept as facts.

A price book is of a day, so it cannot hold every change. The changes are facts of kind
`spot-history` instead, each merged with what the store has of the pool, so that a
history that is asked for once a quarter grows without a gap.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from farebox.prices.deliveries import Delivery, Fact, LastDelivery
from farebox.prices.errors import StoreError
from farebox.prices.spot_series import (
    KIND,
    Point,
    merged,
    read_points,
    subject_of,
    write_points,
)
from pricing_fetch.calls.aws import refuse_china
from pricing_fetch.calls.fact_delivery import fact_delivery
from pricing_fetch.calls.spot_history import (
    HISTORY,
    address,
    changes_since,
    instant,
    nothing_to_tell,
)
from pricing_fetch.errors import NotListed


def none_known(kind: str, region: str) -> Sequence[Fact]:
    """What a store has that has nothing."""
    return ()


def fetch_spot_days(
    client: Any,
    region: str,
    *,
    instance_types: Sequence[str],
    known: Callable[[str, str], Sequence[Fact]] = none_known,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """Facts of kind `spot-history` by pool, named `spot 90 days <region>`.

    `known` gives the facts that the store has of a kind and region; these go on from
    them. `last` is not looked at: a pool that AWS no longer tells of must not be
    confirmed. Raises FetchError.
    """
    name = f"spot 90 days {region}"
    refuse_china(region)
    types = sorted(set(instance_types))
    if not types:
        raise NotListed(f"{name}: no instance type was named; name some with --type")
    asked_at = now()
    left_out: Counter[str] = Counter()
    pools, size = changes_since(
        client,
        name,
        asked_at - HISTORY,
        instance_types=types,
        present=False,
        left_out=left_out,
        progress=progress,
    )
    if not pools:
        raise NotListed(
            f"{name}: AWS has no spot pool of {', '.join(types)[:200]}; name other types"
            " with --type, or another region"
        )
    before = {fact.subject: fact for fact in known(KIND, region)}
    found: dict[tuple[str, str], str] = {}
    for (zone_id, instance_type), times in sorted(pools.items()):
        subject = subject_of(instance_type, zone_id)
        points: list[Point] = [(instant(at), f"{times[at]:f}") for at in sorted(times)]
        older: list[Point] = []
        older_until = ""
        if subject in before:
            try:
                older = read_points(before[subject].json, f"{subject} in {region}")
            except StoreError:
                left_out["older history that cannot be read"] += 1
            older_until = before[subject].source.as_of
        whole = merged(older, older_until, points, asked_at)
        found[KIND, subject] = write_points(whole)
    delivery = fact_delivery(
        name,
        address(region),
        region,
        found,
        note="by zone id, Linux, every change",
        now=lambda: asked_at,
        last=None,
        left_out=left_out,
    )
    return replace(delivery, byte_count=size)
