"""A statement as FOCUS 1.2: each charge a row, in the month of the statement's day.

What is estimated has no invoice and no resource id of AWS: the id is the urn. Charges
without a figure are no rows of FOCUS; the statement's own formats have them.

What a commitment covers is two rows, as on a bill: the use, which costs but is not billed,
and a month's part of the commitment, which is billed. So BilledCost and EffectiveCost both
add up to the statement.

Source: https://focus.finops.org/focus-specification/v1-2/
"""

from collections.abc import Iterable, Iterator
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
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountQuantity",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
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

NOT_COMMITTED = {
    "CommitmentDiscountCategory": "",
    "CommitmentDiscountId": "",
    "CommitmentDiscountName": "",
    "CommitmentDiscountQuantity": "",
    "CommitmentDiscountStatus": "",
    "CommitmentDiscountType": "",
    "CommitmentDiscountUnit": "",
}

ESTIMATED = "estimate"
"""The account of what nobody was billed for yet."""


def focus_rows(statement: Statement) -> Iterator[dict[str, str]]:
    """A row of texts for each charge; an empty text is FOCUS's null."""
    return focus_rows_of(statement.lines, date.fromisoformat(statement.on))


def focus_rows_of(lines: Iterable[LineItem], on: date) -> Iterator[dict[str, str]]:
    """The same of any charges, in the month of a day."""
    start, end = _month(on)
    for line in lines:
        row = _row(line, start, end)
        commitment = _commitment(line)
        if commitment:
            yield (
                row
                | commitment
                | {
                    "BilledCost": "0",
                    "ContractedCost": row["ListCost"],
                    "ContractedUnitPrice": row["ListUnitPrice"],
                }
            )
            yield row | commitment | _purchase(line)
        else:
            yield row


def _commitment(line: LineItem) -> dict[str, str]:
    """The columns of what a commitment covers; empty for all else, discounts too."""
    key = line.key
    if not key.term or line.usd_per_unit < 0:
        return {}
    spend = key.purchase == "savings-plan"
    quantity = line.usd_per_month if spend else line.quantity
    return {
        "CommitmentDiscountCategory": "Spend" if spend else "Usage",
        "CommitmentDiscountId": f"{ESTIMATED}:{key.term}",
        "CommitmentDiscountName": key.term,
        "CommitmentDiscountQuantity": plain(quantity),
        "CommitmentDiscountStatus": "Used",
        "CommitmentDiscountType": "Savings Plan" if spend else "Reserved Instance",
        "CommitmentDiscountUnit": "USD" if spend else line.unit,
    }


def _purchase(line: LineItem) -> dict[str, str]:
    """A month's part of the commitment itself: billed, and no cost of its own."""
    usd = plain(line.usd_per_month)
    return {
        "BilledCost": usd,
        "ChargeCategory": "Purchase",
        "ChargeDescription": f"a month of {line.key.term}",
        "ChargeFrequency": "Recurring",
        "CommitmentDiscountStatus": "",
        "ConsumedQuantity": "",
        "ConsumedUnit": "",
        "ContractedCost": usd,
        "EffectiveCost": "0",
        "ListCost": usd,
        "ListUnitPrice": plain(line.usd_per_unit),
        "PricingCategory": "Standard",
        "x_UsdLow": "0",
        "x_UsdHigh": "0",
    }


def _row(line: LineItem, start: str, end: str) -> dict[str, str]:
    key, usd = billed_key(line.key), plain(line.usd_per_month)
    rate, quantity = plain(line.usd_per_unit), plain(line.quantity)
    list_rate = line.list_usd_per_unit
    listed = line.usd_per_unit if list_rate is None else list_rate
    subject, discount = line.subject, line.usd_per_unit < 0
    return NOT_COMMITTED | {
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
        "ListCost": plain(line.quantity * listed),
        "ListUnitPrice": plain(listed),
        "PricingCategory": "Other" if discount else PRICING[key.purchase],
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
