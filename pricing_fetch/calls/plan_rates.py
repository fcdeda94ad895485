"""Savings plan rates by call: savingsplans:DescribeSavingsPlansOfferingRates.

The same rates as the bulk savings plan files, under the same keys and terms, for an
account that may call but not download, or for a few instance types at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from farebox.prices.prefixes import with_prefix, without_prefix
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.calls.aws import pages, refuse_china
from pricing_fetch.calls.spot_history import instant, nothing_to_tell
from pricing_fetch.errors import Damaged
from pricing_fetch.lists.savings_plans import term_of
from pricing_fetch.lists.tiers import ZERO, Refused, decimal, named
from pricing_fetch.lists.units import Units

URL = "https://savingsplans.amazonaws.com/DescribeSavingsPlansOfferingRates"
SERVICE = "AmazonEC2"
PLAN_TYPES = {
    "Compute": "ComputeSavingsPlans",
    "EC2Instance": "EC2InstanceSavingsPlans",
}
"""The API's name of a plan to the bulk file's."""

YEARS = {365 * 86_400: "1", 3 * 365 * 86_400: "3"}
"""A plan's length in seconds, as the API gives it, to years."""

PAGE_ROWS = 1000


def fetch_plan_rates(
    client: Any,
    region: str,
    *,
    instance_types: Sequence[str] | None = None,
    now: Callable[[], datetime],
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """USD an hour of Linux machines under each plan, named `plan rates <region>`.

    Whole when all types were asked for. Raises FetchError.
    """
    name = f"plan rates {region}"
    refuse_china(region)
    types = sorted(set(instance_types)) if instance_types is not None else None
    request: dict[str, Any] = {
        "savingsPlanTypes": list(PLAN_TYPES),
        "serviceCodes": [SERVICE],
        "operations": ["RunInstances"],
        "filters": [
            {"name": "region", "values": [region]},
            {"name": "productDescription", "values": ["Linux/UNIX"]},
            {"name": "tenancy", "values": ["shared"]},
        ],
        "maxResults": PAGE_ROWS,
    }
    if types is not None:
        usage_types = [f"BoxUsage:{each}" for each in types]
        request["usageTypes"] = [with_prefix(each, region) for each in usage_types]
    left_out: Counter[str] = Counter()
    rates: dict[PriceKey, tuple[Decimal, str] | None] = {}
    done = 0
    for page in pages(
        client,
        "describe_savings_plans_offering_rates",
        request,
        rows="searchResults",
        source=name,
    ):
        for row in page:
            done += len(str(row))
            _read(row, region, rates, left_out, name)
        progress(done, None)
    contested = sum(rate is None for rate in rates.values())
    if contested:
        left_out["several rates for one key"] = contested
    if types is None and not rates:
        raise Damaged(
            f"{name}: AWS lists no rate at all for the region; check its code"
        )
    source = Source(URL, instant(now()), note=f"Linux on shared hardware in {region}")
    kept = {key: rate for key, rate in rates.items() if rate is not None}
    text = "\n".join(sorted(f"{key} {usd} {unit}" for key, (usd, unit) in kept.items()))
    content_hash = f"sha256:{sha256(text.encode()).hexdigest()}"
    unchanged = types is None and last is not None and last.content_hash == content_hash
    units = Units()
    prices = tuple(
        DatedPrice(
            Price(
                key,
                (Tier(Decimal(0), usd),),
                units.spelling(SERVICE, without_prefix(key.usage_type, region), unit),
                source,
            )
        )
        for key, (usd, unit) in kept.items()
    )
    return Delivery(
        name=name,
        source=source,
        whole=Slice(SERVICE, region, "savings-plan") if types is None else None,
        prices=() if unchanged else prices,
        unchanged=unchanged,
        content_hash=content_hash,
        byte_count=done,
        left_out=left_out,
    )


def _read(
    row: Mapping[str, Any],
    region: str,
    rates: dict[PriceKey, tuple[Decimal, str] | None],
    left_out: Counter[str],
    name: str,
) -> None:
    """Keep one rate; two that differ for one key make it None."""
    try:
        offering = row["savingsPlanOffering"]
        family = PLAN_TYPES.get(offering["planType"], "")
        years = YEARS.get(int(offering["durationSeconds"]), "")
        term = term_of(family, years, "year", offering["paymentOption"])
        key = PriceKey(
            SERVICE,
            region,
            row["usageType"],
            row["operation"],
            "savings-plan",
            term=term,
        )
        usd, unit, currency = row["rate"], row["unit"], offering["currency"]
        said = {each["name"]: each.get("value", "") for each in row["properties"]}
        for one in (key.usage_type, key.operation, usd, unit, currency, *said.values()):
            if not isinstance(one, str):
                raise TypeError("no text")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(
            f"{name}: a rate is not in the known shape ({error}); nothing is taken"
        ) from error
    reason = _left_out(key, unit, currency, said)
    usd_per_unit = ZERO
    if not reason:
        with suppress(Refused):
            usd_per_unit = decimal(usd)
        reason = "" if usd_per_unit else "no rate, or 0"
    if reason:
        left_out[reason] += 1
    elif rates.setdefault(key, (usd_per_unit, unit)) != (usd_per_unit, unit):
        rates[key] = None


def _left_out(
    key: PriceKey, unit: str, currency: str, properties: Mapping[str, str]
) -> str:
    """Why a rate is not one that rules price, or an empty text where it is."""
    bare = without_prefix(key.usage_type, key.region)
    if "," in bare + unit or not (bare + unit).isprintable() or not unit:
        return "a key or a unit that a price book cannot hold"
    if not key.term:
        return "a plan whose term is not known"
    if currency != "USD":
        return f"not in USD but {named(currency, 'no currency')}"
    if (
        not bare.startswith("BoxUsage:")
        or key.operation != "RunInstances"
        or properties.get("tenancy", "shared").lower() != "shared"
        or properties.get("region", key.region) != key.region
    ):
        return "not Linux on shared hardware"
    return ""
