"""The Spot Advisor's table: how much of a type's capacity AWS took back in a month."""

from collections import Counter
from collections.abc import Callable

from msgspec import Struct, json

from farebox.prices.deliveries import Delivery, Fact, LastDelivery
from pricing_fetch.errors import Damaged
from pricing_fetch.feeds.feeds import check_floors, decoded, is_region, read_feed
from pricing_fetch.net.transport import Transport

NAME = "spot advisor"
KIND = "advisor"

LEAST_REGIONS, LEAST_TYPES = 30, 800
"""A table with less was cut: 33 regions and 929 types in June 2025."""


class Advised(Struct, frozen=True):
    """A fact's value: percent saved against on demand, and AWS's bucket, 0 to 4."""

    savings_percent: int
    bucket: int
    label: str


class _Range(Struct):
    index: int
    label: str


class _Said(Struct):
    s: int
    r: int


class _Table(Struct):
    ranges: list[_Range]
    spot_advisor: dict[str, dict[str, dict[str, _Said]]]


def fetch_advisor(
    transport: Transport,
    *,
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Delivery:
    """Facts of kind `advisor`: region, instance type, an Advised for Linux.

    Raises FetchError; Damaged for a table that lost regions or types, or that names a
    bucket which it does not explain.
    """
    feed = read_feed(
        transport,
        transport.addresses.spot_advisor,
        note="Linux",
        last=last,
        progress=progress,
    )
    if feed.unchanged:
        return feed.delivery(NAME)
    table = decoded(feed, _Table)
    url = feed.source.url
    labels = {each.index: each.label for each in table.ranges}
    left_out: Counter[str] = Counter()
    facts = []
    for region, systems in sorted(table.spot_advisor.items()):
        types = systems.get("Linux", {})
        if not is_region(region):
            left_out["Local Zones"] += len(types)
            continue
        for instance_type, said in sorted(types.items()):
            if said.r not in labels or not 0 <= said.s <= 100:
                raise Damaged(
                    f"{url}: {instance_type} in {region} has the bucket {said.r} and"
                    f" saves {said.s} %, which cannot be; nothing of it was taken"
                )
            value = Advised(said.s, said.r, labels[said.r])
            text = json.encode(value).decode()
            facts.append(Fact(KIND, region, instance_type, text, feed.source))
    check_floors(
        url,
        (
            (len({fact.region for fact in facts}), LEAST_REGIONS, "regions"),
            (len({fact.subject for fact in facts}), LEAST_TYPES, "instance types"),
        ),
    )
    return feed.delivery(NAME, facts=tuple(facts), left_out=left_out)
