"""The policies of the pack: what each checks, its options, and how they are read.

Pulumi validates a pack's config against the options' schema, but lets unknown keys
pass; here they are refused, because a budget under a wrong name guards nothing.

* GuardError   the pack's config cannot be meant
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.errors import FareboxError
from farebox.graph import ResourceGraph
from farebox.guard import budgets as budget
from farebox.guard import surprises
from farebox.guard.budgets import Finding
from farebox.prices import PriceBook
from farebox.quote.basket import Basket
from farebox.reports.figures import dollars

Options = Mapping[str, Any]

USD = {"type": "number", "minimum": 0}
USD_BY_NAME = {"type": "object", "additionalProperties": USD}
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}


class GuardError(FareboxError):
    """The pack's config, or what it names, cannot be meant."""


class Seen(Struct, frozen=True):
    """What a pack sees: the stack, the book and the statement at its prices."""

    basket: Basket
    book: PriceBook
    statement: Statement

    @property
    def graph(self) -> ResourceGraph:
        """The stack's resources."""
        return self.basket.graph


class Check(Struct, frozen=True):
    """One policy: it is checked where its option is given, or where it has none.

    `counts_use`: without a usage file its findings lack what depends on use.
    """

    name: str
    description: str
    findings: Callable[[Seen, Options], list[Finding]]
    options: Mapping[str, Mapping[str, Any]] = {}
    mandatory: bool = False
    counts_use: bool = False


SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "usage": {"type": "string", "description": "Usage file."},
    "users": {**POSITIVE, "description": "Users of the stack."},
    "hours_per_month": {**POSITIVE, "description": "Hours in the month, 730."},
    "on": {"type": "string", "description": "Day like 2026-11-23; today."},
    "prices": {
        "type": "string",
        "description": "store, embedded, a book's file or sha256:…; as the stack's.",
    },
    "free_tier": {
        "type": "boolean",
        "description": "Whether the stack gets the account's free allowances; true.",
    },
    "on_demand_fallback": {
        "type": "boolean",
        "description": "Price spot at on demand where the book lacks it; false.",
    },
}
"""Options of `pricing`, which hold for all policies."""


def advised(seen: Seen, least_usd: Decimal) -> list[Finding]:
    """A finding for each change that would save so much a month, most first."""
    from farebox.advice.advise import advise

    found = advise(seen.basket, seen.statement, seen.book)
    return [
        Finding(
            f"{one.idea.name}: {one.idea.change} saves {dollars(one.usd_saved)} USD a "
            f"month ({one.idea.kind}).\nRisk: {one.idea.risk}.",
            one.idea.urn or None,
        )
        for one in found.found
        if one.usd_saved >= least_usd
    ]


CHECKS = (
    Check(
        "stack-budget",
        "The stack stays within its budget.",
        lambda seen, given: budget.stack_budget(
            seen.statement, exactly(given["usd_per_month"])
        ),
        {"usd_per_month": {**USD, "description": "US dollars a month."}},
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "user-budget",
        "The stack stays within its budget per user.",
        lambda seen, given: budget.user_budget(
            seen.statement, exactly(given["usd_per_user"])
        ),
        {"usd_per_user": {**USD, "description": "US dollars a user and month."}},
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "component-budgets",
        "Components stay within their budgets.",
        lambda seen, given: budget.component_budgets(
            seen.statement, seen.graph, by_name(given["components"])
        ),
        {
            "components": {
                **USD_BY_NAME,
                "description": "US dollars a month by component; * matches any part.",
            }
        },
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "tag-budgets",
        "What is tagged stays within its budget.",
        lambda seen, given: budget.tag_budgets(
            seen.statement, seen.graph, by_name(given["tags"])
        ),
        {
            "tags": {
                **USD_BY_NAME,
                "description": "US dollars a month by tag, as team=search.",
            }
        },
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "allowed-instances",
        "Only allowed instance types are used.",
        lambda seen, given: surprises.not_allowed(seen.graph, given["types"]),
        {"types": {**TEXTS, "description": "Types, families, or patterns with *."}},
        mandatory=True,
    ),
    Check(
        "nat-per-zone",
        "A VPC has one NAT gateway at most.",
        lambda seen, given: surprises.nat_per_zone(seen.statement, seen.graph),
    ),
    Check(
        "gp2-volumes",
        "Volumes are gp3, not gp2.",
        lambda seen, given: surprises.gp2_volumes(seen.statement),
    ),
    Check(
        "unattached-addresses",
        "Every Elastic IP is in use.",
        lambda seen, given: surprises.unattached_addresses(seen.statement),
    ),
    Check(
        "previous-generation",
        "Instance types are of the current generation.",
        lambda seen, given: surprises.previous_generation(seen.graph),
    ),
    Check(
        "no-usage",
        "Every metered charge has its usage given.",
        lambda seen, given: surprises.no_usage(seen.statement),
        counts_use=True,
    ),
    Check(
        "unpriced",
        "Every charge has a figure.",
        lambda seen, given: surprises.unpriced(seen.statement),
    ),
    Check(
        "advice",
        "Nothing would cost less for the same work.",
        lambda seen, given: advised(seen, exactly(given["least_usd_per_month"])),
        {"least_usd_per_month": {**USD, "description": "What a saving is from."}},
    ),
)


def exactly(figure: float) -> Decimal:
    """A figure of the config as it is written there: Pulumi hands on 500 as 500.0."""
    return Decimal(int(figure)) if figure == int(figure) else Decimal(repr(figure))


def by_name(figures: Mapping[str, float]) -> dict[str, Decimal]:
    """Figures by name."""
    return {name: exactly(figure) for name, figure in figures.items()}


def refuse_unknown(policy: str, options: Options, known: Sequence[str]) -> None:
    """Refuse options that the policy does not have. Raises GuardError."""
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it has {_listed(known)}"
            raise GuardError(f"{policy} has no option {name!r}; {hint}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
