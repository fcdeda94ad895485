"""Makes small bills in AWS's own shapes, from charges that a test states once.

A charge is told in plain words and written as CUR 2.0, as the legacy CUR and as FOCUS
1.2, so that one truth is read through every door.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

PAYER, ACCOUNT = "000011112222", "012345678901"


class Made(Struct, frozen=True, kw_only=True):
    """One row to be: what was used by whom, and what it cost."""

    service: str = "AmazonEC2"
    usage_type: str = "BoxUsage:m7i.large"
    operation: str = "RunInstances"
    resource: str = ""
    region: str = "us-east-1"
    amount: Decimal = Decimal(24)
    unit: str = "Hrs"
    usd: Decimal = Decimal("2.4192")
    listed: Decimal = Decimal("2.4192")
    kind: str = "Usage"
    day: str = "2026-10-01"
    invoice: str = "2000000001"
    currency: str = "USD"
    account: str = ACCOUNT
    tags: Mapping[str, str] = {}


def cur2(made: Iterable[Made], path: Path) -> Path:
    """A flattened CUR 2.0 file, its tags as a map in JSON."""
    rows = [
        {
            "bill_billing_period_start_date": f"{one.day[:7]}-01T00:00:00.000Z",
            "bill_invoice_id": one.invoice,
            "bill_payer_account_id": PAYER,
            "bill_billing_entity": "AWS",
            "line_item_usage_account_id": one.account,
            "line_item_line_item_type": one.kind,
            "line_item_usage_start_date": f"{one.day}T00:00:00.000Z",
            "line_item_product_code": one.service,
            "product_servicecode": one.service,
            "product_region_code": one.region,
            "line_item_usage_type": one.usage_type,
            "line_item_operation": one.operation,
            "line_item_resource_id": one.resource,
            "line_item_usage_amount": one.amount,
            "pricing_unit": one.unit,
            "line_item_unblended_cost": one.usd,
            "pricing_public_on_demand_cost": one.listed,
            "line_item_currency_code": one.currency,
            "resource_tags": json.dumps(
                {_as_in_cur2(key): value for key, value in one.tags.items()}
            ),
        }
        for one in made
    ]
    return _written(rows, path)


def _as_in_cur2(key: str) -> str:
    """A tag's key as CUR 2.0 has it: in snake case, a user's with `user_` before it."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
    plain = re.sub(r"[^a-z0-9]+", "_", snake)
    return plain if key.startswith("aws:") else f"user_{plain}"


def legacy(made: Iterable[Made], path: Path) -> Path:
    """A legacy CUR file: names with slashes, a column for each tag."""
    made = list(made)
    keys = sorted({key for one in made for key in one.tags})
    rows = [
        {
            "identity/LineItemId": f"row{place}",
            "bill/BillingPeriodStartDate": f"{one.day[:7]}-01T00:00:00Z",
            "bill/InvoiceId": one.invoice,
            "bill/PayerAccountId": PAYER,
            "bill/BillingEntity": "AWS",
            "lineItem/UsageAccountId": one.account,
            "lineItem/LineItemType": one.kind,
            "lineItem/UsageStartDate": f"{one.day}T00:00:00Z",
            "lineItem/ProductCode": one.service,
            "product/servicecode": one.service,
            "product/regionCode": one.region,
            "lineItem/UsageType": one.usage_type,
            "lineItem/Operation": one.operation,
            "lineItem/ResourceId": one.resource,
            "lineItem/UsageAmount": one.amount,
            "pricing/unit": one.unit,
            "lineItem/UnblendedCost": one.usd,
            "pricing/publicOnDemandCost": one.listed,
            "lineItem/CurrencyCode": one.currency,
            **{
                f"resourceTags/{'' if key.startswith('aws:') else 'user:'}{key}": (
                    one.tags.get(key, "")
                )
                for key in keys
            },
        }
        for place, one in enumerate(made)
    ]
    return _written(rows, path)


FOCUS_KINDS = {"Usage": "Usage", "Tax": "Tax", "Credit": "Credit", "Fee": "Purchase"}


def focus(made: Iterable[Made], path: Path) -> Path:
    """A FOCUS 1.2 file as AWS fills it."""
    rows = [
        {
            "BillingAccountId": PAYER,
            "BillingPeriodStart": f"{one.day[:7]}-01T00:00:00Z",
            "BillingCurrency": one.currency,
            "InvoiceId": one.invoice,
            "SubAccountId": one.account,
            "ChargeCategory": FOCUS_KINDS.get(one.kind, one.kind),
            "ChargePeriodStart": f"{one.day}T00:00:00Z",
            "x_ServiceCode": one.service,
            "RegionId": one.region,
            "SkuMeter": one.usage_type,
            "x_Operation": one.operation,
            "ResourceId": one.resource,
            "PricingQuantity": one.amount,
            "PricingUnit": one.unit,
            "BilledCost": one.usd,
            "EffectiveCost": one.usd,
            "ContractedCost": one.usd,
            "ListCost": one.listed,
            "Tags": json.dumps(dict(one.tags)),
        }
        for one in made
    ]
    return _written(rows, path)


def _written(rows: list[dict[str, Any]], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
