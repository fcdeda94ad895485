"""A statement as FOCUS 1.2: each charge a row, in the month of the statement's day.

What is estimated has no invoice and no resource id of AWS: the id is the urn. Charges
without a figure are no rows of FOCUS; the statement's own formats have them.

Source: https://focus.finops.org/focus-specification/v1-2/
"""

from collections.abc import Iterator
from datetime import date

from farebox.bill.statement import LineItem, Statement
from farebox.prices.aliases import billed_key
from farebox.reports.exports.services import service_category, service_name
from farebox.reports.figures import plain

COLUMNS = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "SkuMeter",
    "SkuPriceId",
    "x_Operation",
    "x_ServiceCode",
    "x_UsdLow",
    "x_UsdHigh",
    "x_UsageStatus",
)
"""The columns of a row: FOCUS's own, then those of this project with `x_`."""

PRICING = {
    "on-demand": "Standard",
    "spot": "Dynamic",
    "reserved": "Committed",
    "savings-plan": "Committed",
}

ESTIMATED = "estimate"
"""The account of what nobody was billed for yet."""


def focus_rows(statement: Statement) -> Iterator[dict[str, str]]:
    """A row of texts for each charge; an empty text is FOCUS's null."""
    start, end = _month(date.fromisoformat(statement.on))
    for line in statement.lines:
        yield _row(line, start, end)


def _row(line: LineItem, start: str, end: str) -> dict[str, str]:
    key, usd = billed_key(line.key), plain(line.usd_per_month)
    rate, quantity = plain(line.usd_per_unit), plain(line.quantity)
    subject = line.subject
    return {
        "BilledCost": usd,
        "BillingAccountId": ESTIMATED,
        "BillingAccountName": "",
        "BillingCurrency": "USD",
        "BillingPeriodEnd": end,
        "BillingPeriodStart": start,
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargeDescription": line.description,
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": end,
        "ChargePeriodStart": start,
        "ConsumedQuantity": quantity,
        "ConsumedUnit": line.unit,
        "ContractedCost": usd,
        "ContractedUnitPrice": rate,
        "EffectiveCost": usd,
        "InvoiceIssuerName": "Amazon Web Services",
        "ListCost": usd,
        "ListUnitPrice": rate,
        "PricingCategory": PRICING[key.purchase],
        "PricingQuantity": quantity,
        "PricingUnit": line.unit,
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "RegionId": "" if key.region == "global" else key.region,
        "ResourceId": subject.urn or "",
        "ResourceName": subject.name if subject.urn else "",
        "ResourceType": subject.type if subject.urn else "",
        "ServiceCategory": service_category(key.service),
        "ServiceName": service_name(key.service),
        "SkuMeter": key.usage_type,
        "SkuPriceId": "",
        "x_Operation": key.operation,
        "x_ServiceCode": key.service,
        "x_UsdLow": plain(min(line.usd_low, line.usd_high)),
        "x_UsdHigh": plain(max(line.usd_low, line.usd_high)),
        "x_UsageStatus": line.usage,
    }


def _month(day: date) -> tuple[str, str]:
    """The first instant of the day's month and of the next one, as FOCUS writes them."""
    start = day.replace(day=1)
    year, month = divmod(start.year * 12 + start.month, 12)
    return f"{start}T00:00:00Z", f"{date(year, month + 1, 1)}T00:00:00Z"
