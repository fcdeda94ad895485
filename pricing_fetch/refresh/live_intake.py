"""How live prices get into the store: guarded one by one, written in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from farebox.prices.ages import is_stale
from farebox.prices.aliases import bare_key
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.values import PriceKey, Source
from pricing_fetch.calls.spot_history import instant
from pricing_fetch.refresh.guards import refusals
from pricing_fetch.refresh.tally import Tally

if TYPE_CHECKING:
    from farebox.prices.store import Refresh, Store

BY = "live prices"


class Taken(Struct):
    """What the store took: the keys without prefix, and the refused ones with why."""

    keys: set[PriceKey] = field(default_factory=set)
    refused: dict[PriceKey, str] = field(default_factory=dict)
    changed_count: int = 0


def take(
    store: "Store",
    deliveries: Sequence[Delivery],
    seen_at: datetime,
    *,
    wait_seconds: float,
) -> Taken:
    """Write what passes the guards, a delivery `live <region>` for each region.

    Another refresh that writes is waited for so long, and no longer. A refused price keeps the store's. Raises StoreError.
    """
    taken = Taken()
    with store.refresh(seen_at, by=BY, wait_seconds=wait_seconds) as transaction:
        good: dict[str, list[DatedPrice]] = {}
        for prices in _together(deliveries):
            for dated in _guarded(transaction, prices, taken, seen_at):
                good.setdefault(dated.price.key.region, []).append(dated)
        for region, prices in good.items():
            delivery = Delivery(
                name=f"live {region}",
                source=Source("https://aws.amazon.com/pricing/", instant(seen_at)),
                prices=tuple(prices),
            )
            comparison = transaction.compare(delivery)
            transaction.keep(comparison)
            taken.keys.update(bare_key(dated.price.key) for dated in prices)
            taken.changed_count += len(comparison.new) + len(comparison.changed)
        for name, reasons in _by_region(taken).items():
            if name not in good:
                transaction.fail(f"live {name}", "refused: " + reasons)
    return taken


def _together(deliveries: Iterable[Delivery]) -> Iterator[list[DatedPrice]]:
    """What is guarded as one: a region's spot prices; each key of a list by itself."""
    for delivery in deliveries:
        prices = list(delivery.prices)
        spot = [dated for dated in prices if dated.price.key.purchase == "spot"]
        if spot:
            yield spot
        listed: dict[PriceKey, list[DatedPrice]] = {}
        for dated in prices:
            if dated.price.key.purchase != "spot":
                listed.setdefault(dated.price.key, []).append(dated)
        yield from listed.values()


def _guarded(
    transaction: "Refresh", prices: list[DatedPrice], taken: Taken, seen_at: datetime
) -> list[DatedPrice]:
    """The prices that pass; why the others do not is noted."""
    region = prices[0].price.key.region
    is_spot = prices[0].price.key.purchase == "spot"
    # On demand as the store has it, which these prices are held against.
    types = transaction.on_demand(region) if _needs_types(prices) else {}
    tally = Tally((lambda _: types) if is_spot else None)
    passed = list(tally.through(prices))
    left = {bare_key(dated.price.key) for dated in prices}
    left -= {bare_key(dated.price.key) for dated in passed}
    for key in left:
        taken.refused[key] = (
            "AWS's figure cannot be true (at 0, or spot outside 0.09 to 1.0 of on"
            " demand) and was refused"
        )
    if not passed:
        return []
    delivery = Delivery(
        name=f"live {region} guarded", source=passed[0].price.source, prices=passed
    )
    comparison = transaction.compare(delivery)
    counted = Tally()
    counted.count = len(passed)
    found = refusals(
        comparison,
        counted,
        first=False,
        spot_is_fresh=not any(
            is_stale(old, seen_at.date()) for old, _ in comparison.changed
        ),
        on_demand=lambda _: types,
    )
    if not found:
        return passed
    because = (
        f"AWS's figure was refused ({found[0]}); if it is right, take it with"
        " fare refresh --accept"
    )
    for dated in passed:
        taken.refused[bare_key(dated.price.key)] = because
    return []


def _needs_types(prices: Sequence[DatedPrice]) -> bool:
    return any(
        dated.price.key.service == "AmazonEC2"
        and (
            dated.price.key.purchase == "spot"
            or "BoxUsage:" in dated.price.key.usage_type
        )
        for dated in prices
    )


def _by_region(taken: Taken) -> dict[str, str]:
    """Region to the reasons of what was refused in it."""
    found: dict[str, dict[str, None]] = {}
    for key, why in taken.refused.items():
        found.setdefault(key.region, {})[why] = None
    return {region: "; ".join(whys) for region, whys in found.items()}
