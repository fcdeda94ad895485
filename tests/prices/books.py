"""Small books and prices for the tests of this folder."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from farebox.prices import Price, PriceKey, Source, Tier

USUAL = {
    "service": "AmazonEC2",
    "region": "us-east-1",
    "operation": "",
    "purchase": "on-demand",
}
LISTED = Source("https://example.test/list.csv", "2026-09-03", "v7", "read by hand")
FREE = Source("https://example.test/free.html", "2026", "", "free: said on the page")


def price(
    usage_type: str,
    usd: str | dict[str, str],
    *,
    unit: str = "Hrs",
    source: Source = LISTED,
    **key: Any,
) -> Price:
    """A price whose tiers are `usd` from 0 on, or a map of start to dollars.

    `key` gives parts of its key; of EC2 in us-east-1, on demand, where it does not.
    """
    tiers = usd if isinstance(usd, dict) else {"0": usd}
    return Price(
        PriceKey(usage_type=usage_type, **(USUAL | key)),
        tuple(Tier(Decimal(start), Decimal(rate)) for start, rate in tiers.items()),
        unit,
        source,
    )


def box(instance_type: str, usd: str, region: str = "us-east-1") -> Price:
    """An on-demand Linux price of an instance type."""
    return price(
        f"BoxUsage:{instance_type}", usd, region=region, operation="RunInstances"
    )


def spot(instance_type: str, usd: str, zone_id: str = "use1-az1") -> Price:
    """A spot price of an instance type in a zone of us-east-1."""
    return price(f"SpotUsage:{instance_type}", usd, purchase="spot", zone_id=zone_id)


def text_of(rows: Sequence[str], sources: Sequence[str] = ()) -> str:
    """The text of a book from its lines as they are, sorted or not."""
    sources = sources or ["list,https://example.test/list.csv,2026-09-03,v7,by hand"]
    lines = ["farebox.prices/1", f"sources {len(sources)}", *sources]
    return "\n".join([*lines, f"prices {len(rows)}", *rows, "end", ""])
