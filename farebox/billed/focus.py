"""The rows of FOCUS 1.0 and 1.2, as AWS fills them, in the one form.

FOCUS folds plans and reservations into the use that they cover: a covered row is billed
at nothing and costs its part of the commitment. What nobody used is a row of use too,
and here the commitment's own. Its billed cost is after all discounts, so that it is the
net cost as well. What corrects an earlier invoice is no use of this month.

Source: https://focus.finops.org/focus-specification/v1-2/
"""

import ibis
from ibis.expr.types import Value

from farebox.billed.access import Columns
from farebox.billed.kinds import AWS, MARKETPLACE, class_of, given_free, list_cost

AMAZON = r"(?i)(^$|\baws\b|amazon)"
"""Publishers that are AWS itself, in whatever country."""


def focus_rows(columns: Columns) -> dict[str, Value]:
    """The expressions of each column of the one form."""
    category = columns.text("chargecategory")
    started = columns.day("chargeperiodstart")
    period = columns.day("billingperiodstart").substr(0, 7)
    operation = columns.text("xoperation")
    issuer = columns.text("invoiceissuername").lower()
    publisher = columns.text("publishername")
    sold = issuer.contains("marketplace") | publisher.lower().contains("marketplace")
    others = sold | ~publisher.re_search(AMAZON)
    seller = others.ifelse(MARKETPLACE, AWS)
    commitment = columns.text("commitmentdiscountid")
    unused = columns.text("commitmentdiscountstatus") == "Unused"
    billed = columns.money("billedcost")
    effective = ibis.coalesce(columns.money("effectivecost"), billed)
    listed = list_cost(operation, billed, columns.money("listcost"))
    late = (started != "") & (period != "") & (started.substr(0, 7) < period)
    said = class_of(category, operation, seller, billed, late)
    corrects = columns.text("chargeclass") == "Correction"
    class_ = ibis.cases(
        (unused & (category == "Usage"), "commitment"),
        (corrects & (category == "Usage"), (billed < 0).ifelse("credit", "late")),
        else_=said,
    )
    purchase = ibis.cases(
        (commitment.contains("savingsplan"), "savings-plan"),
        (commitment != "", "reserved"),
        (columns.text("pricingcategory") == "Dynamic", "spot"),
        else_="on-demand",
    )
    return {
        "month": ibis.ifelse(period != "", period, started.substr(0, 7)),
        "day": started,
        "payer": columns.account("billingaccountid"),
        "account": columns.account("subaccountid", "billingaccountid"),
        "kind": category,
        "class": class_,
        "invoice": columns.text("invoiceid"),
        "currency": columns.text("billingcurrency"),
        "seller": seller,
        "service": columns.text("xservicecode", "servicename"),
        "region": columns.text("regionid", "region"),
        "usage_type": columns.text("skumeter", "xusagetype"),
        "operation": operation.re_replace(r":SV\d+$", ""),
        "purchase": purchase,
        "resource": columns.text("resourceid"),
        "sku": columns.text("skuid"),
        "unit": columns.text("pricingunit", "consumedunit"),
        "amount": columns.money("pricingquantity", "consumedquantity").fill_null(0),
        "unblended": billed,
        "amortised": effective,
        "listed": listed,
        "net": billed,
        "net_amortised": effective,
        "free": given_free(class_, purchase, billed, listed),
    }
