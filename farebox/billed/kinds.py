"""What a row of a bill is beside an estimate: use, a commitment, tax and the like.

Each row has one class and each class is counted, so that all classes are the bill.
"""

import ibis
from ibis.expr.types import Value

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
"""The type of a line item to its class; others are not classified."""

SOLD = (*CHARGED, "Fee", "Purchase")
"""What a seller of the Marketplace is paid by; taxes and credits on it stay what they are."""

SPLIT_OPERATIONS = ("EKSPod-EC2", "ECSTask-EC2")
"""Rows that show a node's cost a second time, by pod or task, and cost nothing."""

MARKETPLACE, AWS = "marketplace", "aws"


def is_split(operation: Value, unblended: Value) -> Value:
    """Whether a row is only a second view of what other rows cost."""
    return operation.isin(SPLIT_OPERATIONS) & (unblended == 0)


def list_cost(operation: Value, billed: Value, said: Value) -> Value:
    """A row's list price, nothing where it has none, or is a view of other rows."""
    zero = ibis.literal(0).cast(said.type())
    return is_split(operation, billed).ifelse(zero, said.fill_null(0))


def class_of(
    kind: Value, operation: Value, seller: Value, unblended: Value, late: Value
) -> Value:
    """The class of a row; `late` says whether its use is of an earlier month."""
    known = [(kind == name, class_) for name, class_ in CLASSES.items()]
    return ibis.cases(
        (is_split(operation, unblended), "split"),
        ((seller == MARKETPLACE) & kind.isin(SOLD), "marketplace"),
        (late & kind.isin(CHARGED), "late"),
        *known,
        else_="unclassified",
    )


def given_free(
    class_: Value, purchase: Value, unblended: Value, listed: Value
) -> Value:
    """The list price of what was billed at nothing, as free tiers are; zero otherwise."""
    free = (class_ == "usage") & (purchase == "on-demand") & (unblended == 0)
    return free.ifelse(listed, ibis.literal(0).cast(listed.type()))
