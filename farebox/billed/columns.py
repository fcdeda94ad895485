"""One form for the rows of a bill, made from each of AWS's formats by one expression.

CUR 2.0, the legacy CUR and FOCUS name and shape the same facts in three ways. The
expressions here are Ibis's, so that DuckDB and Spark make the same rows of them.

Sources: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html,
https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html,
https://focus.finops.org/focus-specification/v1-2/
"""

import re
from collections.abc import Collection, Iterable
from typing import Literal

import ibis
from ibis import Table
from ibis.expr.types import StringColumn, Value

from farebox.billed.errors import BillError

Format = Literal["CUR 2.0", "legacy CUR", "FOCUS"]

MONEY = "decimal(38, 12)"
"""US dollars and quantities: exact, and finer than any rate of AWS."""

PARENTS = {
    "auto_scaling_group": ("aws:autoscaling:groupName",),
    "cluster": ("aws:eks:cluster-name", "ebs.csi.aws.com/cluster"),
    "node_group": ("eks:nodegroup-name",),
    "policy": ("aws:dlm:lifecycle-policy-id",),
    "task_service": ("aws:ecs:serviceName",),
    "claim": ("kubernetes.io/created-for/pvc/name",),
}
"""Tags that say what made a thing; AWS spells each in several ways on a bill."""

CHARGED = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
COMMITMENTS = (
    "SavingsPlanNegation",
    "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee",
    "RIFee",
)
DISCOUNTS = (
    "EdpDiscount",
    "PrivateRateDiscount",
    "SppDiscount",
    "BundledDiscount",
    "Discount",
)
CLASSES = {
    **dict.fromkeys(CHARGED, "usage"),
    **dict.fromkeys(COMMITMENTS, "commitment"),
    **dict.fromkeys(DISCOUNTS, "discount"),
    **dict.fromkeys(("Fee", "FlatRateSubscription", "Purchase"), "fee"),
    **dict.fromkeys(("Credit", "Refund", "Adjustment"), "credit"),
    "Tax": "tax",
}
"""The type of a line item to what it is beside an estimate; others are not classified."""

SPLIT_OPERATIONS = ("EKSPod-EC2", "ECSTask-EC2")
"""Rows that show a node's cost a second time, by pod or task."""

NEEDED: dict[Format, tuple[str, ...]] = {
    "CUR 2.0": ("line_item_usage_type", "line_item_unblended_cost"),
    "legacy CUR": ("line_item_usage_type", "line_item_unblended_cost"),
    "FOCUS": ("billedcost", "chargeperiodstart"),
}
"""Columns without which a bill cannot be read."""

ROW = (
    "month",
    "day",
    "payer",
    "account",
    "kind",
    "class",
    "invoice",
    "currency",
    "seller",
    "service",
    "region",
    "usage_type",
    "operation",
    "purchase",
    "resource",
    "sku",
    "unit",
    "amount",
    "unblended",
    "amortised",
    "listed",
    "net",
    *PARENTS,
)
"""The columns of a row in the one form, in order."""


def plain_name(column: str) -> str:
    """A column as Athena names it: `lineItem/UsageType` is `line_item_usage_type`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.replace("/", "_"))
    return re.sub(r"[^a-z0-9]+", "_", text.lower())


def format_of(columns: Collection[str]) -> Format:
    """Which of AWS's formats has these columns. Raises BillError for none of them."""
    plain = {plain_name(name) for name in columns}
    joined = {name.replace("_", "") for name in plain}
    if {"billedcost", "chargeperiodstart"} <= joined:
        return "FOCUS"
    if "line_item_usage_type" in plain or "line_item_unblended_cost" in plain:
        return "CUR 2.0" if "resource_tags" in plain else "legacy CUR"
    raise BillError(
        "it has the columns of no bill that Farebox reads: CUR 2.0, the legacy CUR, or "
        "FOCUS 1.0 and 1.2"
    )


class _Columns:
    """The columns that a file has, by plain name; what it has not is NULL."""

    def __init__(self, table: Table, *, joined: bool = False) -> None:
        self.table = table
        self.joined = joined
        self.names: dict[str, str] = {}
        for name in table.columns:
            plain = plain_name(name)
            self.names.setdefault(plain.replace("_", "") if joined else plain, name)

    def text(self, *names: str) -> StringColumn:
        """The first of the columns that says something, as text; empty for none."""
        found = [
            self.table[self.names[name]].cast("string").nullif("")
            for name in names
            if name in self.names
        ]
        return ibis.coalesce(*found, "") if found else ibis.literal("")

    def money(self, *names: str) -> Value:
        """The first of the columns that has a figure, exactly; NULL for none."""
        found = [
            self.table[self.names[name]].try_cast(MONEY)
            for name in names
            if name in self.names
        ]
        return ibis.coalesce(*found) if found else ibis.null().cast(MONEY)

    def maps(self, *names: str) -> list[Value]:
        """Columns that hold maps, also where they are JSON texts."""
        found = []
        for name in names:
            if name in self.names:
                column = self.table[self.names[name]]
                if column.type().is_string():
                    column = column.nullif("").cast("json").cast("map<string, string>")
                found.append(column)
        return found


def tag_spellings(tag: str) -> tuple[str, ...]:
    """How a bill may spell a tag's key, in a map or as a column of its own."""
    plain = re.sub(r"[^a-z0-9]+", "_", tag.lower())
    snake = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).lower())
    keys = (tag, plain, snake)
    return tuple(
        dict.fromkeys(f"{head}{key}" for key in keys for head in ("", "user_", "user:"))
    )


def _tag(columns: _Columns, tags: Iterable[str]) -> StringColumn:
    """What a row says under any of the tags; empty where it says nothing."""
    found: list[Value] = []
    for spelling in (s for tag in tags for s in tag_spellings(tag)):
        found += [
            each.get(spelling, "").nullif("")
            for each in columns.maps("resource_tags", "tags")
        ]
        for column in (f"resource_tags_{plain_name(spelling)}",):
            if column in columns.names:
                found.append(columns.text(column).nullif(""))
    return ibis.coalesce(*found, "") if found else ibis.literal("")


def normal(table: Table) -> Table:
    """The rows of a bill in the one form, `ROW`. Raises BillError for another table."""
    format_ = format_of(table.columns)
    columns = _Columns(table, joined=format_ == "FOCUS")
    missing = [name for name in NEEDED[format_] if name not in columns.names]
    if missing:
        raise BillError(
            f"a {format_} export without {', '.join(missing)} cannot be read: name "
            "them in the export's SQL"
        )
    rows = _focus(columns) if format_ == "FOCUS" else _cur(columns)
    parents = {name: _tag(columns, tags) for name, tags in PARENTS.items()}
    return table.select(**rows, **parents)


def _class_of(kind: Value, operation: Value, seller: Value) -> Value:
    known = [(kind == name, class_) for name, class_ in CLASSES.items()]
    return ibis.cases(
        (operation.isin(SPLIT_OPERATIONS), "split"),
        ((kind == "Usage") & (seller == "marketplace"), "marketplace"),
        *known,
        else_="unclassified",
    )


def _cur(columns: _Columns) -> dict[str, Value]:
    """The columns of a CUR, of either version."""
    kind = columns.text("line_item_line_item_type")
    operation = columns.text("line_item_operation")
    started = columns.text("line_item_usage_start_date").substr(0, 10)
    period = columns.text("bill_billing_period_start_date").substr(0, 7)
    entity = columns.text("bill_billing_entity")
    seller = (entity.lower().contains("marketplace")).ifelse("marketplace", "aws")
    usage_type = columns.text("line_item_usage_type")
    plan = columns.text(
        "savings_plan_savings_plan_a_r_n", "savings_plan_savings_plan_arn"
    )
    reservation = columns.text(
        "reservation_reservation_a_r_n", "reservation_reservation_arn"
    )
    unblended = columns.money("line_item_unblended_cost")
    net = ibis.coalesce(columns.money("line_item_net_unblended_cost"), unblended)
    listed = columns.money("pricing_public_on_demand_cost").fill_null(0)
    zero = ibis.literal(0).cast(MONEY)
    amortised = ibis.cases(
        (operation.isin(SPLIT_OPERATIONS), zero),
        (kind == "DiscountedUsage", columns.money("reservation_effective_cost")),
        (
            kind == "SavingsPlanCoveredUsage",
            columns.money("savings_plan_savings_plan_effective_cost"),
        ),
        (kind.isin(("SavingsPlanNegation", "SavingsPlanUpfrontFee")), zero),
        (
            kind == "SavingsPlanRecurringFee",
            columns.money("savings_plan_total_commitment_to_date").fill_null(0)
            - columns.money("savings_plan_used_commitment").fill_null(0),
        ),
        (
            kind == "RIFee",
            columns.money(
                "reservation_unused_amortized_upfront_fee_for_billing_period"
            ).fill_null(0)
            + columns.money("reservation_unused_recurring_fee").fill_null(0),
        ),
        ((kind == "Fee") & (reservation != ""), zero),
        else_=unblended,
    )
    split = operation.isin(SPLIT_OPERATIONS)
    return {
        "month": ibis.ifelse(period != "", period, started.substr(0, 7)),
        "day": started,
        "payer": columns.text("bill_payer_account_id"),
        "account": columns.text("line_item_usage_account_id", "bill_payer_account_id"),
        "kind": kind,
        "class": _class_of(kind, operation, seller),
        "invoice": columns.text("bill_invoice_id"),
        "currency": columns.text("line_item_currency_code"),
        "seller": seller,
        "service": columns.text("product_servicecode", "line_item_product_code"),
        "region": columns.text(
            "product_region_code", "product_from_region_code", "product_region"
        ),
        "usage_type": usage_type,
        "operation": operation.re_replace(r":SV\d+$", ""),
        "purchase": ibis.cases(
            (plan != "", "savings-plan"),
            (reservation != "", "reserved"),
            (usage_type.contains("SpotUsage"), "spot"),
            else_="on-demand",
        ),
        "resource": columns.text("line_item_resource_id"),
        "sku": columns.text("product_sku"),
        "unit": columns.text("pricing_unit"),
        "amount": columns.money("line_item_usage_amount").fill_null(0),
        "unblended": unblended,
        "amortised": amortised.cast(MONEY),
        "listed": ibis.ifelse(split, zero, listed),
        "net": net,
    }


def _focus(columns: _Columns) -> dict[str, Value]:
    """The columns of FOCUS 1.0 and 1.2, as AWS fills them."""
    category = columns.text("chargecategory")
    started = columns.text("chargeperiodstart").substr(0, 10)
    period = columns.text("billingperiodstart").substr(0, 7)
    operation = columns.text("xoperation")
    publisher = columns.text("invoiceissuername", "publishername")
    seller = publisher.lower().contains("marketplace").ifelse("marketplace", "aws")
    commitment = columns.text("commitmentdiscountid")
    usage_type = columns.text("skumeter", "xusagetype")
    billed = columns.money("billedcost")
    return {
        "month": ibis.ifelse(period != "", period, started.substr(0, 7)),
        "day": started,
        "payer": columns.text("billingaccountid"),
        "account": columns.text("subaccountid", "billingaccountid"),
        "kind": category,
        "class": _class_of(category, operation, seller),
        "invoice": columns.text("invoiceid"),
        "currency": columns.text("billingcurrency"),
        "seller": seller,
        "service": columns.text("xservicecode", "servicename"),
        "region": columns.text("regionid", "region"),
        "usage_type": usage_type,
        "operation": operation.re_replace(r":SV\d+$", ""),
        "purchase": ibis.cases(
            (commitment.contains("savingsplan"), "savings-plan"),
            (commitment != "", "reserved"),
            (columns.text("pricingcategory") == "Dynamic", "spot"),
            else_="on-demand",
        ),
        "resource": columns.text("resourceid"),
        "sku": columns.text("skuid"),
        "unit": columns.text("pricingunit", "consumedunit"),
        "amount": columns.money("pricingquantity", "consumedquantity").fill_null(0),
        "unblended": billed,
        "amortised": ibis.coalesce(columns.money("effectivecost"), billed),
        "listed": columns.money("listcost").fill_null(0),
        "net": ibis.coalesce(columns.money("contractedcost"), billed),
    }


def fits(rows: Table) -> Value:
    """Whether a row has a month, an account and a cost that can be read."""
    return (
        rows.month.re_search(r"^[0-9]{4}-[0-9]{2}$")
        & rows.unblended.notnull()
        & (rows.account != "")
    )


__all__ = ["ROW", "fits", "format_of", "normal"]
