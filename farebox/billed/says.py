"""The causes of a difference between a bill and its estimate, each in a few words."""

from typing import Literal

Cause = Literal[
    "open month",
    "hours",
    "quantity",
    "price",
    "spot",
    "free allowance",
    "commitment",
    "discount",
    "late rows",
    "not estimated",
    "not on the bill",
    "made by the stack, not estimated",
    "made by others",
    "no longer in the state",
    "of several",
    "of other stacks",
    "of other accounts",
    "no resource named",
    "not in the stack",
    "marketplace",
    "fees and commitments",
    "tax",
    "credits",
    "not classified",
]

SAYS: dict[Cause, str] = {
    "open month": "the month is not over, and billed to its last day so far",
    "hours": "the month has other than 730 hours",
    "quantity": "more or less ran, or was used, than the estimate says",
    "price": "the list price is another than the book's",
    "spot": "the list price of a spot hour is that of on demand",
    "free allowance": "billed at nothing, as free tiers are",
    "commitment": "covered by a savings plan or a reservation",
    "discount": "negotiated, bundled or after discounts",
    "late rows": "use of earlier months, billed in this one",
    "not estimated": "resources of the stack, charges that the estimate has no figure for",
    "not on the bill": "estimated, and nothing was billed: stopped, deleted or not yet made",
    "made by the stack, not estimated": "launched by what the stack made",
    "made by others": "launched by a group, cluster or policy that is not in the state",
    "no longer in the state": "tagged as this stack's, and not in its state: left over or deleted",
    "of several": "its id is that of several resources: counted once, as none's",
    "of other stacks": "tagged as another stack's",
    "of other accounts": "billed to accounts in which the stack has nothing",
    "no resource named": "the bill names no resource, and the estimate has no such charge",
    "not in the stack": "billed to the stack's accounts, by nothing of any stack: drift",
    "marketplace": "sold by others through AWS",
    "fees and commitments": "support, plans and reservations beside the use they cover",
    "tax": "never part of an estimate",
    "credits": "credits and refunds",
    "not classified": "rows of a type that Farebox does not know",
}
"""Each cause in a few words, in the order in which a report shows them."""

NOT_USAGE: dict[str, Cause] = {
    "commitment": "fees and commitments",
    "fee": "fees and commitments",
    "tax": "tax",
    "credit": "credits",
    "discount": "discount",
    "late": "late rows",
    "marketplace": "marketplace",
    "unclassified": "not classified",
}
"""The cause of what is no use of this month, by the class of a row."""
