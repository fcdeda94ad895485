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

Options = Mapping[str, Any]

USD = {"type": "number", "minimum": 0}
USD_BY_NAME = {"type": "object", "additionalProperties": USD}
POSITIVE = {"type": "number", "exclusiveMinimum": 0}
TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}


class GuardError(FareboxError):
    """The pack's config, or what it names, cannot be meant."""


class Check(Struct, frozen=True):
    """One policy: it is checked where its option is given, or where it has none.

    `counts_use`: without a usage file its findings lack what depends on use.
    """

    name: str
    description: str
    findings: Callable[[Statement, ResourceGraph, Options], list[Finding]]
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

CHECKS = (
    Check(
        "stack-budget",
        "The stack stays within its budget.",
        lambda statement, graph, given: budget.stack_budget(
            statement, exactly(given["usd_per_month"])
        ),
        {"usd_per_month": {**USD, "description": "US dollars a month."}},
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "user-budget",
        "The stack stays within its budget per user.",
        lambda statement, graph, given: budget.user_budget(
            statement, exactly(given["usd_per_user"])
        ),
        {"usd_per_user": {**USD, "description": "US dollars a user and month."}},
        mandatory=True,
        counts_use=True,
    ),
    Check(
        "component-budgets",
        "Components stay within their budgets.",
        lambda statement, graph, given: budget.component_budgets(
            statement, graph, by_name(given["components"])
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
        lambda statement, graph, given: budget.tag_budgets(
            statement, graph, by_name(given["tags"])
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
        lambda statement, graph, given: surprises.not_allowed(graph, given["types"]),
        {"types": {**TEXTS, "description": "Types, families, or patterns with *."}},
        mandatory=True,
    ),
    Check(
        "nat-per-zone",
        "A VPC has one NAT gateway at most.",
        lambda statement, graph, given: surprises.nat_per_zone(statement, graph),
    ),
    Check(
        "gp2-volumes",
        "Volumes are gp3, not gp2.",
        lambda statement, graph, given: surprises.gp2_volumes(statement),
    ),
    Check(
        "unattached-addresses",
        "Every Elastic IP is in use.",
        lambda statement, graph, given: surprises.unattached_addresses(statement),
    ),
    Check(
        "previous-generation",
        "Instance types are of the current generation.",
        lambda statement, graph, given: surprises.previous_generation(graph),
    ),
    Check(
        "no-usage",
        "Every metered charge has its usage given.",
        lambda statement, graph, given: surprises.no_usage(statement),
        counts_use=True,
    ),
    Check(
        "unpriced",
        "Every charge has a figure.",
        lambda statement, graph, given: surprises.unpriced(statement),
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
