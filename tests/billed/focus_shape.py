"""Rows told in CUR's columns, written as AWS's FOCUS 1.0 or 1.2 has the same month.

FOCUS folds commitments into what they cover: covered use is billed at nothing and costs
its part, a negation is no row, and what nobody used of a fee is a row of its own. Costs
are after discounts, whose rows are no rows either.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from farebox.billed.kinds import DISCOUNTS
from tests.billed.shop import write_rows

Row = Mapping[str, Any]

CATEGORY = {
    "Tax": "Tax",
    "Credit": "Credit",
    "Refund": "Credit",
    "Fee": "Purchase",
    "RIFee": "Purchase",
    "SavingsPlanUpfrontFee": "Purchase",
    "SavingsPlanRecurringFee": "Purchase",
}
COVERED = {
    "SavingsPlanCoveredUsage": "savings_plan_net_savings_plan_effective_cost",
    "DiscountedUsage": "reservation_net_effective_cost",
}
PLAN, RESERVED = "savings_plan_savings_plan_a_r_n", "reservation_reservation_a_r_n"
UNUSED = (
    "reservation_unused_recurring_fee",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
)


def focus(version: str, made: list[dict[str, Any]], path: Path) -> Path:
    """Write the rows as a FOCUS file of the version."""
    return write_rows([flat for one in made for flat in _rows(one, version)], path)


focus_1_0 = partial(focus, "1.0")
focus_1_2 = partial(focus, "1.2")


def _rows(one: Row, version: str) -> Iterator[dict[str, Any]]:
    kind = one["line_item_line_item_type"]
    net = Decimal(one["line_item_net_unblended_cost"] or 0)
    by_plan = one[PLAN] or one[RESERVED]
    if kind == "SavingsPlanNegation" or kind in DISCOUNTS:
        return
    if kind in COVERED:
        yield _row(one, version, Decimal(0), Decimal(one[COVERED[kind]]), "Used")
        return
    spread = CATEGORY.get(kind) == "Purchase" or (kind == "Refund" and one[PLAN])
    yield _row(one, version, net, Decimal(0) if by_plan and spread else net)
    fee, used = (
        "savings_plan_total_commitment_to_date",
        "savings_plan_used_commitment",
    )
    left = Decimal(one[fee] or 0) - Decimal(one[used] or 0)
    left += sum((Decimal(one[name] or 0) for name in UNUSED), Decimal(0))
    if left:
        yield _row(one, version, Decimal(0), left, "Unused")


def _row(
    one: Row, version: str, billed: Decimal, effective: Decimal, status: str = ""
) -> dict[str, Any]:
    kind = one["line_item_line_item_type"]
    category = "Usage" if status else CATEGORY.get(kind, "Usage")
    market = "Marketplace" in one["bill_billing_entity"]
    meter = "SkuMeter" if version == "1.2" else "x_UsageType"
    billing = {"BillingAccountType": "Payer"} if version == "1.2" else {}
    return {
        "BilledCost": billed,
        "BillingAccountId": one["bill_payer_account_id"],
        "BillingCurrency": one["line_item_currency_code"],
        "BillingPeriodStart": one["bill_billing_period_start_date"],
        "ChargeCategory": category,
        "ChargeClass": "",
        "ChargePeriodStart": one["line_item_usage_start_date"],
        "CommitmentDiscountId": one[PLAN] or one[RESERVED],
        "CommitmentDiscountStatus": status,
        "EffectiveCost": effective,
        "InvoiceId": one["bill_invoice_id"],
        "InvoiceIssuerName": "AWS Marketplace"
        if market
        else "Amazon Web Services, Inc.",
        "ListCost": one["pricing_public_on_demand_cost"],
        "PricingCategory": _pricing(one),
        "PricingQuantity": one["line_item_usage_amount"],
        "PricingUnit": one["pricing_unit"],
        "PublisherName": "Seller" if market else "Amazon Web Services, Inc.",
        "RegionId": one["product_region_code"] or one["product_from_region_code"],
        "ResourceId": one["line_item_resource_id"],
        meter: one["line_item_usage_type"],
        "SubAccountId": one["line_item_usage_account_id"],
        "Tags": json.dumps(dict(one["tags"])),
        "x_Operation": one["line_item_operation"],
        "x_ServiceCode": one["product_servicecode"],
        **billing,
    }


def _pricing(one: Row) -> str:
    if one[PLAN] or one[RESERVED]:
        return "Committed"
    return "Dynamic" if "SpotUsage" in one["line_item_usage_type"] else "Standard"
