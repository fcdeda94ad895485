"""AWS Budgets and Cost Explorer: budgets that act, by the day.

Source: https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Type, free

SOURCE = "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/"
ACTION = "aws:budgets/budgetAction:BudgetAction"
HOURS_PER_DAY = Decimal(24)

ACTING = Meter(
    service="AWSBudgets",
    usage_type="ActionEnabledBudgetsUsage",
    unit="Budget-Days",
    says="budget with actions",
    region="global",
)


def action(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A budget with actions costs by the day, however many actions it has."""
    name = resource.input("budgetName")
    if name is UNKNOWN:
        reason = "whether its budget is charged for another action is not known"
        yield ACTING.gap(resource, reason)
        return
    actions = circumstances.graph.by_type.get(ACTION, ())
    first = next((a for a in actions if a.input("budgetName") == name), resource)
    if first.urn != resource.urn:
        yield NoCharge(f"{first.name} is charged for the same budget")
        return
    days = circumstances.hours_per_month / HOURS_PER_DAY
    yield ACTING.metered(resource, days, f"the budget {name}")


TYPES = {
    ACTION: Type(
        billed="A budget with actions is billed by the day; two of them are free.",
        source=SOURCE,
        meters=(ACTING,),
        rule=action,
        terraform="aws_budgets_budget_action",
    )
}

FREE = (
    free("budgets", {"a budget that only tells costs nothing": "Budget"})
    | free(
        "costexplorer",
        {
            "looking for anomalies and naming costs are not charged": (
                "AnomalyMonitor AnomalySubscription CostAllocationTag CostCategory"
            )
        },
    )
    | free("resourceexplorer", {"searching for resources is not charged": "Index View"})
)
