"""List prices of single keys: pricing:GetProducts, for what one stack uses.

A product comes as a JSON text. It is laid out as rows of the bulk list, so that the
same code decides which rows are prices: one key has one price, or none is taken.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from json import dumps
from typing import Any

from msgspec import MsgspecError, json
from msgspec.structs import replace

from farebox.prices.aliases import bare_key, listed_name
from farebox.prices.deliveries import DatedPrice, Delivery, LastDelivery
from farebox.prices.prefixes import REGION_PREFIX, without_prefix
from farebox.prices.values import GLOBAL, PriceKey, Source
from pricing_fetch.calls.aws import pages, refuse_china
from pricing_fetch.calls.spot_history import instant, nothing_to_tell
from pricing_fetch.errors import Damaged, Denied, FetchError, NotListed
from pricing_fetch.lists.normalise import Normaliser
from pricing_fetch.lists.price_file import Keep

URL = "https://api.pricing.us-east-1.amazonaws.com/?Action=GetProducts"
PAGE_ROWS = 100
CALLS_AT_ONCE = 4

LINUX = {
    "operatingSystem": "Linux",
    "preInstalledSw": "NA",
    "licenseModel": "No License required",
}
"""With these, and what holds for every shared machine, one price is left of a type."""

SHARED = {"tenancy": "Shared", "capacitystatus": "Used", "marketoption": "OnDemand"}

_ATTRIBUTES = {
    "Location Type": "locationType",
    "From Location Type": "fromLocationType",
    "usageType": "usagetype",
    "operation": "operation",
    "Region Code": "regionCode",
    "Tenancy": "tenancy",
    "Operating System": "operatingSystem",
    "License Model": "licenseModel",
    "Pre Installed S/W": "preInstalledSw",
    "CapacityStatus": "capacitystatus",
    "MarketOption": "marketoption",
}
"""Column of the bulk list to the attribute of a product that is the same."""

COLUMNS = (
    *("SKU", "OfferTermCode", "RateCode", "TermType", "EffectiveDate"),
    *("StartingRange", "EndingRange", "Unit", "PricePerUnit", "Currency"),
    *("Product Family", "serviceCode", *_ATTRIBUTES),
)


def fetch_products(
    client: Any,
    keys: Iterable[PriceKey],
    *,
    now: Callable[[], datetime],
    name: str = "",
    stop: Callable[[], bool] = lambda: False,
    calls_at_once: int = CALLS_AT_ONCE,
    last: LastDelivery | None = None,
    progress: Callable[[int, int | None], None] = nothing_to_tell,
) -> Delivery:
    """The on-demand prices of some keys, named `live <region>` unless a name is given.

    A key's usage type may lack the region's prefix; with the prefix it costs one call,
    without it up to three. A key that AWS does not list, or has several prices for, is
    named in `left_out`, and so is one that was not asked for because `stop` said so, or
    whose call failed while others did not. Nothing is taken away: `whole` is None.
    Raises FetchError.
    """
    asked = [key for key in dict.fromkeys(keys) if key.purchase == "on-demand"]
    regions = sorted({key.region for key in asked})
    name = name or f"live {' '.join(region for region in regions if region != GLOBAL)}"
    name = name.strip()
    for region in regions:
        refuse_china(region)
    if not asked:
        raise NotListed(f"{name}: no key with a list price was named; name some")
    as_of = instant(now())
    left_out: Counter[str] = Counter()
    tables: dict[tuple[str, str], ProductTable] = {}
    failures: list[FetchError] = []
    done = 0
    with closing(_asked(client, asked, name, stop, calls_at_once)) as answers:
        for key, found in answers:
            if isinstance(found, FetchError):
                failures.append(found)
                left_out[f"{key}: the call failed"] += 1
            elif found is None:
                left_out[f"{key}: not asked, the time was over"] += 1
            elif not found:
                left_out[f"{key}: AWS does not list it"] += 1
            else:
                place = key.service, key.region
                done += tables.setdefault(place, ProductTable(name)).add_all(found)
                progress(done, None)
    denied = [error for error in failures if isinstance(error, Denied)]
    if denied or (failures and not tables):
        raise (denied or failures)[0]
    prices: list[DatedPrice] = []
    for (service, region), table in tables.items():
        source = Source(URL, as_of, table.version, f"{service}, GetProducts")
        here = [key for key in asked if (key.service, key.region) == (service, region)]
        prices += _prices_of(table, here, source, left_out)
    return Delivery(
        name=name,
        source=Source(URL, as_of),
        prices=tuple(dict.fromkeys(prices)),
        byte_count=done,
        left_out=left_out,
    )


Found = list[str] | FetchError | None
"""The products of a key as JSON texts, or why there are none; None: not asked."""


def _asked(
    client: Any,
    keys: Sequence[PriceKey],
    name: str,
    stop: Callable[[], bool],
    calls_at_once: int,
) -> Generator[tuple[PriceKey, Found], None, None]:
    """Each key with AWS's answer, in the order of the keys."""

    def ask(key: PriceKey) -> Found:
        if stop():
            return None
        try:
            return _products(client, key, name)
        except FetchError as error:
            return error

    if calls_at_once > 1:
        with ThreadPoolExecutor(calls_at_once) as threads:
            yield from zip(keys, threads.map(ask, keys), strict=True)
    else:
        yield from zip(keys, map(ask, keys), strict=True)


def _prices_of(
    table: "ProductTable",
    keys: Sequence[PriceKey],
    source: Source,
    left_out: Counter[str],
) -> Iterator[DatedPrice]:
    """The prices of the keys, all of one service and region, out of AWS's answers."""
    normaliser = Normaliser(
        table,
        service=keys[0].service,
        region=keys[0].region,
        source=source,
        left_out=left_out,
    )
    listed = list(normaliser.prices())
    for key in keys:
        found = [one for one in listed if _is_of(one.price.key, key)]
        yield from found
        if not found and not _is_named(left_out, key):
            left_out[f"{key}: no single price of it in AWS's answer"] += 1


def _is_named(left_out: Mapping[str, int], key: PriceKey) -> bool:
    return any(reason.startswith(f"{key}: ") for reason in left_out)


def _is_of(listed: PriceKey, key: PriceKey) -> bool:
    """Whether a listed price is the key's; a key without operation takes each."""
    bare = bare_key(key).usage_type
    return bare_key(listed).usage_type == bare and (
        not key.operation or listed.operation in ("", key.operation)
    )


def _products(client: Any, key: PriceKey, source: str) -> list[str]:
    """The JSON texts of the products that may have the key."""
    for fields in _questions(key):
        filters = [
            {"Type": "TERM_MATCH", "Field": field, "Value": value}
            for field, value in fields.items()
        ]
        request = {
            "ServiceCode": key.service,
            "Filters": filters,
            "FormatVersion": "aws_v1",
            "MaxResults": PAGE_ROWS,
        }
        found = [
            text if isinstance(text, str) else dumps(text)
            for page in pages(
                client, "get_products", request, rows="PriceList", source=source
            )
            for text in page
        ]
        if found:
            return found
    return []


def _questions(key: PriceKey) -> Iterator[dict[str, str]]:
    """The filters to try, one set after the other, until there is an answer."""
    place = {"regionCode": key.region}
    if key.service == "AWSDataTransfer":
        # Its products have no regionCode. (Two public programs ask by this field.)
        place = {"fromRegionCode": key.region}
    elif key.region == GLOBAL:
        place = {}
    bare = without_prefix(key.usage_type, key.region)
    if key.service == "AmazonEC2" and bare.startswith("BoxUsage:"):
        machine = {**place, **SHARED, "instanceType": bare.removeprefix("BoxUsage:")}
        if key.operation in ("", "RunInstances"):
            yield {**machine, **LINUX, "operation": "RunInstances"}
        else:
            yield {**machine, "operation": key.operation}
        return
    listed = listed_name(key.service, key.region, bare)
    if listed != bare:
        for usage_type in _spellings(replace(key, usage_type=listed), listed):
            yield {**place, "usagetype": usage_type}
    for usage_type in _spellings(key, bare):
        yield {**place, "usagetype": usage_type}


def _spellings(key: PriceKey, bare: str) -> Sequence[str]:
    """How the list may spell the usage type; as the key has it first."""
    if bare != key.usage_type:
        return (key.usage_type,)
    prefix = REGION_PREFIX.get(key.region)
    with_code = f"{prefix}-{bare}" if prefix else bare
    with_region = f"{key.region}-{bare}"
    if key.region == GLOBAL:
        return (bare,)
    if key.service == "awskms":
        return (with_region, with_code, bare)
    several = (bare, with_code, with_region)
    if key.region != "us-east-1":
        several = (with_code, bare, with_region)
    return tuple(dict.fromkeys(several))


class ProductTable:
    """Products of one service and region as rows of its bulk list."""

    columns = COLUMNS

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: dict[str, list[list[str]]] = {}
        self.version = ""
        """The newest version that a product names."""

    def add_all(self, texts: Iterable[str]) -> int:
        """Lay out products; how many characters they took. Raises Damaged."""
        taken = 0
        for text in texts:
            self.add(text)
            taken += len(text)
        return taken

    def add(self, text: str) -> None:
        """Lay out one product; the same one again changes nothing. Raises Damaged."""
        try:
            product = json.decode(text)
            rows = list(_rows_of(product))
            if not all(isinstance(field, str) for row in rows for field in row):
                raise TypeError("a field that is no text")
            self._rows[product["product"]["sku"]] = rows
            self.version = max(self.version, str(product["version"]))
        except (
            *(MsgspecError, KeyError, TypeError, AttributeError),
            *(ValueError, RecursionError),
        ) as error:
            raise Damaged(
                f"{self._name}: a product is not in the shape of AWS's price list"
                f" ({error}); nothing is taken"
            ) from error

    def indexes(self, *names: str) -> list[int]:
        """Where the columns stand."""
        return [self.columns.index(name) for name in names]

    def index(self, name: str) -> int | None:
        """Where a column stands that not every list has."""
        return self.columns.index(name) if name in self.columns else None

    def rows(self, keep: Keep) -> Iterator[tuple[int, list[str]]]:
        """Number and fields of every row; they are all of on-demand terms."""
        rows = (row for several in self._rows.values() for row in several)
        return enumerate(rows, 1)


def _rows_of(document: Mapping[str, Any]) -> Iterator[list[Any]]:
    """The on-demand rows of a product, one for each range of its terms."""
    product = document["product"]
    attributes = product["attributes"]
    about = [attributes.get(attribute, "") for attribute in _ATTRIBUTES.values()]
    family = product.get("productFamily", "")
    for term in document["terms"].get("OnDemand", {}).values():
        # The bulk list gives the day alone; so one price is the same from both.
        effective = term["effectiveDate"].removesuffix("T00:00:00Z")
        for rate_code, dimension in term["priceDimensions"].items():
            dollars = dimension["pricePerUnit"]
            currency = "USD" if "USD" in dollars else next(iter(dollars), "")
            yield [
                *(product["sku"], term["offerTermCode"], rate_code, "OnDemand"),
                *(effective, dimension["beginRange"], dimension["endRange"]),
                *(dimension["unit"], dollars.get(currency, ""), currency),
                *(family, document["serviceCode"], *about),
            ]
