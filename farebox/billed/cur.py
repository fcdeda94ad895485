"""The rows of a CUR, of either version, in the one form.

What a plan or a reservation costs per use stands in columns of their own, which an
export may leave out; then all its rows count as they were billed, covered use and fees
alike, for half of them would count a commitment twice or not at all.

Sources: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html,
https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html
"""

from collections.abc import Callable

import ibis
from ibis.expr.types import Value

from farebox.billed.access import MONEY, Columns
from farebox.billed.kinds import (
    AWS,
    DISCOUNTS,
    MARKETPLACE,
    class_of,
    given_free,
    list_cost,
)

NET = "line_item_net_unblended_cost"
RESERVED_COST = ("reservation_effective_cost",)
PLANNED_COST = ("savings_plan_savings_plan_effective_cost",)


def cur_rows(columns: Columns) -> dict[str, Value]:
    """The expressions of each column of the one form."""
    kind = columns.text("line_item_line_item_type")
    operation = columns.text("line_item_operation")
    started = columns.day("line_item_usage_start_date")
    period = columns.day("bill_billing_period_start_date").substr(0, 7)
    entity = columns.text("bill_billing_entity")
    seller = entity.lower().contains("marketplace").ifelse(MARKETPLACE, AWS)
    usage_type = columns.text("line_item_usage_type")
    unblended = columns.money("line_item_unblended_cost")
    net = _net(columns, kind, unblended)
    late = (started != "") & (period != "") & (started.substr(0, 7) < period)
    class_ = class_of(kind, operation, seller, unblended, late)
    purchase = _purchase(columns, usage_type)
    listed = list_cost(
        operation, unblended, columns.money("pricing_public_on_demand_cost")
    )
    return {
        "month": ibis.ifelse(period != "", period, started.substr(0, 7)),
        "day": started,
        "payer": columns.account("bill_payer_account_id"),
        "account": columns.account(
            "line_item_usage_account_id", "bill_payer_account_id"
        ),
        "kind": kind,
        "class": class_,
        "invoice": columns.text("bill_invoice_id"),
        "currency": columns.text("line_item_currency_code"),
        "seller": seller,
        "service": columns.text("product_servicecode", "line_item_product_code"),
        "region": _region(columns),
        "usage_type": usage_type,
        "operation": operation.re_replace(r":SV\d+$", ""),
        "purchase": purchase,
        "resource": columns.text("line_item_resource_id"),
        "sku": columns.text("product_sku"),
        "unit": columns.text("pricing_unit"),
        "amount": columns.money("line_item_usage_amount").fill_null(0),
        "unblended": unblended,
        "amortised": _amortised(columns, kind, unblended, columns.money),
        "listed": listed,
        "net": net,
        "net_amortised": _amortised(columns, kind, net, _net_money(columns)),
        "free": given_free(class_, purchase, unblended, listed),
    }


def _region(columns: Columns) -> Value:
    """The region of a row; those of data transfer have it in other columns."""
    said = [each.get("region", "").nullif("") for each in columns.maps("product")]
    own = columns.text(
        "product_region_code", "product_from_region_code", "product_region"
    )
    return ibis.coalesce(own.nullif(""), *said, "")


def _net(columns: Columns, kind: Value, unblended: Value) -> Value:
    """A row's cost after discounts, by default its cost.

    A discount's own row without one has none yet: where use tells its cost after
    discounts, the row is in it already (`charges.py` decides by the month).
    """
    if not columns.has(NET):
        return unblended
    said = columns.money(NET)
    return kind.isin(DISCOUNTS).ifelse(said, ibis.coalesce(said, unblended))


def _purchase(columns: Columns, usage_type: Value) -> Value:
    return ibis.cases(
        (_plan(columns) != "", "savings-plan"),
        (_reservation(columns) != "", "reserved"),
        (usage_type.contains("SpotUsage"), "spot"),
        else_="on-demand",
    )


def _plan(columns: Columns) -> Value:
    return columns.text(
        "savings_plan_savings_plan_a_r_n", "savings_plan_savings_plan_arn"
    )


def _reservation(columns: Columns) -> Value:
    return columns.text("reservation_reservation_a_r_n", "reservation_reservation_arn")


def _net_money(columns: Columns) -> Callable[..., Value]:
    """Reads a column of commitments after discounts, or else the plain one."""

    def read(name: str) -> Value:
        head, _, tail = name.partition("_")
        if head == "savings":
            head, tail = "savings_plan", tail.removeprefix("plan_")
        return columns.money(f"{head}_net_{tail}", name)

    return read


def _amortised(
    columns: Columns, kind: Value, billed: Value, money: Callable[..., Value]
) -> Value:
    """The cost of a row with commitments spread over their use, from what was billed."""
    zero = ibis.literal(0).cast(MONEY)
    cases: list[tuple[Value, Value]] = []
    if columns.has(*PLANNED_COST):
        fee = money("savings_plan_total_commitment_to_date").fill_null(0)
        used = money("savings_plan_used_commitment").fill_null(0)
        code = columns.text("line_item_product_code")
        plans = (_plan(columns) != "") | code.endswith("SavingsPlans")
        cases += [
            ((kind == "Refund") & plans, zero),
            (kind == "SavingsPlanCoveredUsage", money(*PLANNED_COST)),
            (kind.isin(("SavingsPlanNegation", "SavingsPlanUpfrontFee")), zero),
            (kind == "SavingsPlanRecurringFee", fee - used),
        ]
    if columns.has(*RESERVED_COST):
        upfront = "reservation_unused_amortized_upfront_fee_for_billing_period"
        unused = money(upfront).fill_null(0)
        recurring = money("reservation_unused_recurring_fee").fill_null(0)
        bought = (kind == "Fee") & (_reservation(columns) != "")
        cases += [
            (kind == "DiscountedUsage", money(*RESERVED_COST)),
            (kind == "RIFee", unused + recurring),
            (bought, zero),
        ]
    if not cases:
        return billed
    return ibis.cases(*cases, else_=billed).cast(MONEY).fill_null(billed)
