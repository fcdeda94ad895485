"""Reads the facts: rows of a tier each, made into prices under the keys of the bill."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from farebox.prices.aliases import bare_key, usual_name
from farebox.prices.borders import ends_at
from farebox.prices.doubts import FIRST_TIER
from farebox.prices.reading import FREE
from farebox.prices.values import ZERO, Price, PriceKey, Tier
from tests.facts.origins import source_of
from tests.facts.units import unit_of

PRICES = ("wide_prices.csv.gz", "wide_prices_2.csv.gz")

ACCOUNT_FREE = frozenset(
    {
        ("AmazonDynamoDB", "ReadCapacityUnit-Hrs"),
        ("AmazonDynamoDB", "ReplWriteCapacityUnit-Hrs"),
        ("AmazonDynamoDB", "Streams-Requests"),
        ("AmazonDynamoDB", "TimedStorage-ByteHrs"),
        ("AmazonDynamoDB", "WriteCapacityUnit-Hrs"),
        ("AmazonMacie", "SensitiveDataDiscovery"),
        ("AmazonSNS", "DeliveryAttempts-HTTP"),
        ("AmazonSNS", "DeliveryAttempts-SMTP"),
        ("AmazonSNS", "Requests-Tier1"),
    }
)
"""Lists that begin with what an account has free: that is no tier of the price.

The quantities are in farebox/rules/allowances.py, where a statement is asked for them.
"""

OPERATIONS = {
    "(Valkey; operation not established)": "CreateCacheCluster:Valkey",
    "(Valkey)": "CreateCacheCluster:Valkey",
    "CreateCluster (Valkey, code not seen)": "CreateCluster:Valkey",
    "CreateCluster (Redis OSS)": "CreateCluster",
}
"""Operations that the facts describe, for AWS's code was not seen; docs/prices.md."""

Row = dict[str, str]


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a CSV file, which may be packed."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt") if packed else path.open() as lines:
        yield from csv.DictReader(lines)


def on_demand(folder: Path) -> list[Price]:
    """The facts' prices on demand, each with all of its tiers."""
    rows: dict[PriceKey, list[Row]] = {}
    wrong = made_up(folder)
    for name in PRICES:
        for row in rows_of(folder / name):
            named = row["source"], row["region"], row["usage_type"]
            if row["purchase"] == "on-demand" and named not in wrong:
                rows.setdefault(_key(row), []).append(row)
    return _one_spelling(_price(key, found) for key, found in rows.items())


def confirmed(folder: Path) -> set[PriceKey]:
    """Bare keys of which the facts say that another source has the same figure."""
    return {
        bare_key(_key(row))
        for name in PRICES
        for row in rows_of(folder / name)
        if row["confidence"] == "feed+third-party"
        or row["confidence"].startswith("price list, and")
    }


def made_up(folder: Path) -> frozenset[tuple[str, str, str]]:
    """(source, region, usage type) of facts that are another type's price.

    Karpenter's file has the Dedicated rate of some bare-metal types. An older table put
    the virtual type's rate in its place, and the facts took it for a listed one.
    """
    return frozenset(
        ("karpenter", row["region"], f"BoxUsage:{row['instance_type']}")
        for row in rows_of(folder / "ondemand.csv")
        if "replaced by" in row["source"]
    )


def _key(row: Row) -> PriceKey:
    operation = row["operation"]
    return PriceKey(
        row["service"],
        row["region"],
        row["usage_type"],
        OPERATIONS.get(operation, operation),
    )


def _price(key: PriceKey, rows: list[Row]) -> Price:
    found = sorted(
        (Tier(Decimal(row["tier_start"]), _plain(row["usd_per_unit"])) for row in rows),
        key=lambda tier: tier.from_quantity,
    )
    bare = usual_name(key.service, key.region, key.usage_type)
    if (key.service, bare) in ACCOUNT_FREE:
        found = [tier for tier in found if tier.usd_per_unit]
        found[0] = Tier(ZERO, found[0].usd_per_unit)
    source = source_of(rows[0])
    if not all(tier.usd_per_unit for tier in found):
        source = replace(source, note=f"{FREE} the list has it at 0; {source.note}")
    unit = unit_of(key.service, bare, rows[0]["unit"])
    price = Price(key, tuple(found), unit, source)
    if ends_at(price) is not None and FIRST_TIER not in source.note:
        source = replace(source, note=f"{FIRST_TIER}{source.note}")
    return replace(price, source=source)


def _plain(figure: str) -> Decimal:
    return Decimal(figure)


def _one_spelling(prices: Iterable[Price]) -> list[Price]:
    """The prices, one for each key without prefix: lists may name a charge twice.

    Raises ValueError where the two have not the same price.
    """
    found: dict[PriceKey, Price] = {}
    for price in sorted(prices, key=lambda one: (one.key.usage_type, str(one.key))):
        key = price.key
        bare = replace(
            key, usage_type=usual_name(key.service, key.region, key.usage_type)
        )
        known = found.setdefault(bare, price)
        if (known.tiers, known.unit) != (price.tiers, price.unit):
            raise ValueError(f"two prices of {bare}: {known.tiers} and {price.tiers}")
    return list(found.values())
