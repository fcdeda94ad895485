"""A comparison as tables for other programs: csv, and FOCUS 1.2 with the estimate beside.

In csv each row is a place of the estimate, a charge without one, or a sum of what is no
use; estimated and billed add up to the whole. In FOCUS each row is what was billed.
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.billed.causes import Comparison, Pair, Unmatched, Whose
from farebox.billed.charges import Charge
from farebox.billed.month import next_month
from farebox.billed.says import NOT_USAGE
from farebox.reports.exports.focus import COLUMNS as FOCUS_COLUMNS
from farebox.reports.exports.services import service_category, service_name
from farebox.reports.figures import plain
from farebox.reports.page.report import Rows

COLUMNS = (
    "kind",
    "urn",
    "name",
    "account",
    "service",
    "region",
    "usage_type",
    "operation",
    "resource",
    "unit",
    "estimated",
    "billed",
    "estimated_usd",
    "billed_usd",
    "difference_usd",
    "causes",
)

OWN = ("x_Urn", "x_Owner", "x_Cause", "x_CreatedBy")
CATEGORIES = {
    "tax": "Tax",
    "credit": "Credit",
    "fee": "Purchase",
    "commitment": "Purchase",
}


def csv_rows(held: Comparison) -> Rows:
    """The comparison as csv."""
    return COLUMNS, _rows(held)


def _rows(held: Comparison) -> Iterator[dict[str, str]]:
    for pair in held.pairs:
        yield _paired(pair)
    for one in held.unmatched:
        yield _billed(one, held)
    use = {cause for pair in held.pairs for cause, _ in pair.causes}
    named = dict(held.causes)
    for cause in dict.fromkeys(NOT_USAGE.values()):
        usd = named.get(cause, Decimal(0))
        if cause in use:  # discounts are of charges, and rows of their own
            usd -= sum(
                (u for p in held.pairs for c, u in p.causes if c == cause), Decimal(0)
            )
        if usd:
            yield {
                "kind": "not use",
                "name": cause,
                "estimated_usd": "0",
                "billed_usd": plain(usd),
                "difference_usd": plain(usd),
                "causes": f"{cause} {plain(usd)}",
            }


def _paired(pair: Pair) -> dict[str, str]:
    return {
        "kind": "estimated",
        "urn": pair.urn,
        "name": pair.name,
        "service": pair.key.service,
        "region": pair.key.region,
        "usage_type": pair.key.usage_type,
        "unit": pair.unit,
        "estimated": plain(pair.estimated),
        "billed": plain(pair.billed),
        "estimated_usd": plain(pair.estimated_usd),
        "billed_usd": plain(pair.billed_usd),
        "difference_usd": plain(pair.billed_usd - pair.estimated_usd),
        "causes": "; ".join(f"{cause} {plain(usd)}" for cause, usd in pair.causes),
    }


def _billed(one: Unmatched, held: Comparison) -> dict[str, str]:
    charge, usd = one.charge, plain(one.charge.usd(held.cost))
    return {
        "kind": "not estimated",
        "urn": one.owner.urn,
        "name": one.owner.name,
        "account": charge.account,
        "service": charge.service,
        "region": charge.region,
        "usage_type": charge.usage_type,
        "operation": charge.operation,
        "resource": charge.resource,
        "unit": charge.unit,
        "estimated": "0",
        "billed": plain(charge.amount),
        "estimated_usd": "0",
        "billed_usd": usd,
        "difference_usd": usd,
        "causes": f"{one.cause} {usd}",
    }


def focus_rows(held: Comparison) -> Rows:
    """Every charge of the month as FOCUS 1.2, with whose it is and its cause."""
    return (*FOCUS_COLUMNS, *OWN), (_focus(one, held) for one in held.places)


def _focus(one: Whose, held: Comparison) -> dict[str, str]:
    charge = one.charge
    use = charge.class_ not in CATEGORIES
    return {
        **_when(held.month),
        **_costs(charge),
        "BillingAccountId": charge.account,
        "BillingCurrency": "USD",
        "ChargeCategory": CATEGORIES.get(charge.class_, "Usage"),
        "ChargeFrequency": "Usage-Based" if use else "Recurring",
        "ConsumedQuantity": plain(charge.amount),
        "ConsumedUnit": charge.unit,
        "InvoiceIssuerName": "Amazon Web Services",
        "PricingQuantity": plain(charge.amount),
        "PricingUnit": charge.unit,
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "RegionId": charge.region,
        "ResourceId": charge.resource,
        "ResourceName": one.owner.name,
        "ServiceCategory": service_category(charge.service),
        "ServiceName": service_name(charge.service),
        "SkuMeter": charge.usage_type,
        "x_Operation": charge.operation,
        "x_ServiceCode": charge.service,
        "x_Urn": one.owner.urn,
        "x_Owner": one.owner.name,
        "x_Cause": one.cause,
        "x_CreatedBy": charge.parents.created_by,
    }


def _costs(charge: Charge) -> dict[str, str]:
    return {
        "BilledCost": plain(charge.unblended),
        "EffectiveCost": plain(charge.amortised),
        "ListCost": plain(charge.listed),
        "ContractedCost": plain(charge.net),
    }


def _when(month: str) -> dict[str, str]:
    start, end = f"{month}-01T00:00:00Z", f"{next_month(month)}-01T00:00:00Z"
    return {
        "BillingPeriodStart": start,
        "BillingPeriodEnd": end,
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
    }
