"""The Price List Query API: GetProducts from a price book."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import sha256

from msgspec import json

from farebox.prices.values import Price, PriceKey
from tests.aws.api import Answer, Api, Factors, Operation, Request, moved


class PricingApi(Api):
    """The Price List Query API over a book's on-demand prices.

    With `noise` every instance type has the rows beside it that real lists have: unused
    reservations at 0, Dedicated, Windows and capacity blocks.
    """

    service = "pricing"

    def __init__(
        self,
        prices: Iterable[Price],
        factors: Factors | None = None,
        *,
        effective: str = "2026-11-01T00:00:00Z",
        published: str = "2026-11-20T00:00:00Z",
        noise: bool = True,
    ) -> None:
        super().__init__()
        self.page_rows = 100
        factors = factors or {}
        self.products: list[Answer] = []
        for price in prices:
            if price.key.purchase == "on-demand":
                for product in _products_of(
                    price, factors, effective, published, noise
                ):
                    self.products.append(product)

    def operations(self) -> dict[str, Operation]:
        """GetProducts alone."""
        return {"GetProducts": self._get_products}

    def _get_products(self, request: Request) -> Answer:
        service = request["ServiceCode"]
        found = [
            json.encode(product).decode()
            for product in self.products
            if product["serviceCode"] == service
            and all(_matches(product, entry) for entry in request.get("Filters", ()))
        ]
        return {"FormatVersion": "aws_v1", **self.page(request, found, "PriceList")}


def _matches(product: Answer, entry: Request) -> bool:
    """Whether a product passes a filter; text is matched whole and without case."""
    assert entry["Type"] == "TERM_MATCH", entry
    field, wanted = entry["Field"], str(entry["Value"]).lower()
    if field in ("ServiceCode", "serviceCode", "servicecode"):
        return str(product["serviceCode"]).lower() == wanted
    if field == "productFamily":
        return str(product["product"]["productFamily"]).lower() == wanted
    attribute = str(product["product"]["attributes"].get(field, ""))
    return attribute.lower() == wanted


def _products_of(
    price: Price, factors: Factors, effective: str, published: str, noise: bool
) -> Iterator[Answer]:
    key = price.key
    tiers = moved(price, factors)
    attributes = _attributes(key)
    made = _product(key, attributes, price.unit, tiers, effective, published)
    yield made
    if not noise or "BoxUsage:" not in key.usage_type:
        return
    usd = tiers[0][1]
    for name, factor, other in (
        ("unused", "0", {"capacitystatus": "UnusedCapacityReservation"}),
        ("dedicated", "1.1", {"tenancy": "Dedicated"}),
        ("windows", "1.8", {"operatingSystem": "Windows", "operation": "RunInstances:0002"}),
        ("block", "0", {"marketoption": "CapacityBlock", "operation": "RunInstances:CB"}),
        ("sql", "3", {"preInstalledSw": "SQL Std", "operation": "RunInstances:0004"}),
    ):  # fmt: skip
        usage_type = key.usage_type
        if name == "unused":
            usage_type = usage_type.replace("BoxUsage", "UnusedBox")
        elif name == "dedicated":
            usage_type = usage_type.replace("BoxUsage", "DedicatedUsage")
        yield _product(
            key,
            {**attributes, **other, "usagetype": usage_type},
            price.unit,
            [(Decimal(0), usd * Decimal(factor))],
            effective,
            published,
            sku_of=name,
        )


def _attributes(key: PriceKey) -> dict[str, str]:
    attributes = {
        "servicecode": key.service,
        "usagetype": key.usage_type,
        "operation": key.operation,
        "locationType": "AWS Region",
        "regionCode": key.region,
    }
    if key.service == "AWSDataTransfer":
        del attributes["regionCode"], attributes["locationType"]
        return attributes | {
            "transferType": "AWS Outbound",
            "fromRegionCode": key.region,
            "fromLocationType": "AWS Region",
            "toLocation": "External",
        }
    if key.region == "global":
        return attributes | {"regionCode": "", "locationType": "Other"}
    if "BoxUsage:" in key.usage_type:
        attributes |= {
            "instanceType": key.usage_type.rpartition("BoxUsage:")[2],
            "tenancy": "Shared",
            "capacitystatus": "Used",
            "marketoption": "OnDemand",
            "operatingSystem": "Linux",
            "preInstalledSw": "NA",
            "licenseModel": "No License required",
        }
    return attributes


def _product(
    key: PriceKey,
    attributes: dict[str, str],
    unit: str,
    tiers: Sequence[tuple[Decimal, Decimal]],
    effective: str,
    published: str,
    sku_of: str = "",
) -> Answer:
    """A product as GetProducts has it, after botocore's own example."""
    digest = sha256(f"{key} {sku_of}".encode()).hexdigest().upper()
    sku = digest[:16]
    term = f"{sku}.JRTCKXETXF"
    ends = [f"{start:f}" for start, _ in tiers[1:]] + ["Inf"]
    dimensions = {}
    for number, ((start, usd), end) in enumerate(zip(tiers, ends, strict=True)):
        rate = f"{term}.{digest[16 + number : 26 + number]}"
        dimensions[rate] = {
            "unit": unit,
            "beginRange": f"{start:f}",
            "endRange": end,
            "description": f"${usd} per {unit} ({attributes['usagetype']})",
            "appliesTo": [],
            "rateCode": rate,
            "pricePerUnit": {"USD": f"{usd:.10f}"},
        }
    family = "Storage"
    if "instanceType" in attributes:
        bare = ".metal" in attributes["instanceType"]
        family = "Compute Instance (bare metal)" if bare else "Compute Instance"
    return {
        "product": {"productFamily": family, "attributes": attributes, "sku": sku},
        "serviceCode": key.service,
        "terms": {
            "OnDemand": {
                term: {
                    "priceDimensions": dimensions,
                    "sku": sku,
                    "effectiveDate": effective,
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                }
            }
        },
        "version": published[:19].translate(str.maketrans("", "", "-:TZ")),
        "publicationDate": published,
    }
