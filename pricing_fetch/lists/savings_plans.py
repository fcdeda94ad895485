"""AWS's bulk savings plan files: what an hour costs under each plan, no credentials.

Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/
using-the-aws-price-list-bulk-api.html
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery, Slice
from farebox.prices.prefixes import without_prefix
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.lists.offers import prices_of
from pricing_fetch.lists.price_file import PriceFile, field_is
from pricing_fetch.lists.region_index import listed, read_index
from pricing_fetch.lists.tiers import ZERO, Refused, decimal, is_day, named
from pricing_fetch.lists.units import Units
from pricing_fetch.net import limits
from pricing_fetch.net.hosts import shown
from pricing_fetch.net.transport import Progress, Transport

PLANS: dict[str, tuple[str, ...]] = {
    "AWSComputeSavingsPlan": ("AmazonEC2", "AmazonECS", "AmazonEKS", "AWSLambda"),
    "AWSDatabaseSavingsPlans": ("AmazonRDS", "AmazonDynamoDB", "AmazonElastiCache"),
    "AWSMachineLearningSavingsPlans": ("AmazonSageMaker",),
}
"""Each plan's code to the services whose usage it discounts; the first is the default."""

READING = 2
"""Counted up with every change of what is read out of a plan's file (normalise.py)."""

_FAMILIES = {
    "ComputeSavingsPlans": "compute",
    "EC2InstanceSavingsPlans": "ec2-instance",
    "DatabaseSavingsPlans": "database",
    "MachineLearningSavingsPlans": "sagemaker",
    "SageMakerSavingsPlans": "sagemaker",
}
_OPTIONS = {
    "No Upfront": "no-upfront",
    "Partial Upfront": "partial-upfront",
    "All Upfront": "all-upfront",
}
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+", re.ASCII)
_BEFORE_SERVICE = (
    *("SKU", "RateCode", "Unit", "EffectiveDate", "DiscountedRate", "Currency"),
    "DiscountedSKU",
)


def fetch_plans(
    transport: Transport,
    plan: str,
    region: str,
    *,
    folder: Path,
    last: LastDelivery | None = None,
    progress: Progress | None = None,
    service: str = "",
    every_system: bool = False,
) -> Delivery:
    """The rates of a plan in a region, for one service's usage.

    The key is that of the discounted usage, with purchase `savings-plan` and a term such
    as `compute-1yr-no-upfront` or `ec2-instance-3yr-all-upfront`. The rate is what AWS
    takes off the commitment for a unit. Of EC2 only Linux on shared hardware is taken,
    as rules price it, unless `every_system`. Raises FetchError here, and Damaged while
    the prices are read.
    """
    services = PLANS.get(plan, ())
    service = service or (services[0] if services else "AmazonEC2")
    name = f"{plan} {region}"
    if not services or service != services[0]:
        name += f" {service}"
    as_of = transport.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    index = read_index(transport, "savingsPlan", plan, tuple(PLANS))
    found = listed(transport, index, region, "savingsPlan", plan)
    source = Source(shown(found.url), as_of, found.version)
    whole = Slice(service, region, "savings-plan")
    version = found.read_as(READING)
    if last is not None and last.version == version:
        return Delivery(name, source, whole, unchanged=True, version=version)
    got = transport.download(found.url, folder, limits.PLAN_BYTES, progress)
    left_out: Counter[str] = Counter()

    def rates(file: PriceFile) -> Iterator[DatedPrice]:
        return _rates(file, whole, source, left_out, every_system)

    return Delivery(
        name,
        source,
        whole,
        prices=prices_of(got, found, "", rates),
        version=version,
        etag=got.etag,
        content_hash=f"sha256:{got.sha256}",
        byte_count=got.byte_count,
        left_out=left_out,
        files=got.files,
    )


def term_of(family: str, years: str, unit: str, option: str) -> str:
    """The key's term: `EC2InstanceSavingsPlans`, 3, year, `All Upfront` make
    `ec2-instance-3yr-all-upfront`. Empty for a length that is not in years."""
    if unit != "year" or not years.isdigit() or option not in _OPTIONS:
        return ""
    kind = _FAMILIES.get(family)
    if kind is None:
        words = _WORDS.findall(family.removesuffix("SavingsPlans"))
        kind = "-".join(words).lower()
    return f"{kind}-{years}yr-{_OPTIONS[option]}" if kind else ""


class _Row(NamedTuple):
    """The fields of a row that a rate is made of, in the order of `_FIELDS`."""

    service: str
    usage_type: str
    operation: str
    rate: str
    currency: str
    unit: str
    day: str
    option: str
    years: str
    length: str
    family: str
    region: str


_FIELDS = (
    *("DiscountedServiceCode", "DiscountedUsageType", "DiscountedOperation"),
    *("DiscountedRate", "Currency", "Unit", "EffectiveDate", "PurchaseOption"),
    *("LeaseContractLength", "LeaseContractLengthUnit", "Product Family"),
    *("DiscountedRegionCode",),
)


def _rates(
    file: PriceFile,
    whole: Slice,
    source: Source,
    left_out: Counter[str],
    every_system: bool,
) -> Iterator[DatedPrice]:
    """Every rate of the service, each key once."""
    fields = itemgetter(*file.indexes(*_FIELDS))
    units = Units()
    seen: dict[tuple[str, str, str], DatedPrice | None] = {}
    keep = field_is(
        file.columns, "DiscountedServiceCode", whole.service, _BEFORE_SERVICE
    )
    for _, texts in file.rows(keep):
        row = _Row(*fields(texts))
        bare = without_prefix(row.usage_type, whole.region)
        term = term_of(row.family, row.years, row.length, row.option)
        reason = _left_out(row, whole) or _left_out_key(row, term)
        if not (reason or every_system or _is_linux(row, whole, bare)):
            reason = "not Linux on shared hardware"
        try:
            dollars = ZERO if reason else decimal(row.rate)
        except Refused as refused:
            reason, dollars = str(refused), ZERO
        if not dollars:
            left_out[reason or "a rate of 0"] += 1
            continue
        key = PriceKey(
            whole.service,
            whole.region,
            row.usage_type,
            row.operation,
            "savings-plan",
            term=term,
        )
        unit = units.spelling(whole.service, bare, row.unit)
        dated = DatedPrice(Price(key, (Tier(ZERO, dollars),), unit, source), row.day)
        place = (bare, row.operation, term)
        before = seen.setdefault(place, dated)
        if before is None or before.price.tiers != dated.price.tiers:
            seen[place] = None
    contested = sum(one is None for one in seen.values())
    if contested:
        left_out["several rates for one key"] = contested
    yield from (one for one in seen.values() if one is not None)


def _left_out(row: _Row, whole: Slice) -> str:
    """Why a row is of no rate that is asked for; empty where it is."""
    if row.service != whole.service:
        return "of another service"
    if row.region and row.region != whole.region:
        return "of another place"
    if row.currency != "USD":
        return f"not in USD but {named(row.currency, 'no currency')}"
    return ""


def _is_linux(row: _Row, whole: Slice, bare: str) -> bool:
    """Whether it is no machine of EC2, or one with Linux on shared hardware.

    `bare` is the row's usage type without the region's prefix.
    """
    return whole.service != "AmazonEC2" or (
        bare.startswith("BoxUsage:") and row.operation == "RunInstances"
    )


def _left_out_key(row: _Row, term: str) -> str:
    """Why a row's key or day cannot be kept in a price book; empty where it can."""
    texts = row.usage_type + row.operation + row.unit
    if not term or not row.usage_type or "," in texts or not texts.isprintable():
        return "a key that a price book cannot hold"
    if row.day and not is_day(row.day):
        return "a day that is none"
    return ""
