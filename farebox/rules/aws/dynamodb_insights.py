"""Contributor Insights of DynamoDB: rules that CloudWatch keeps, and what they count.

Sources: https://aws.amazon.com/dynamodb/pricing/ (Contributor Insights) and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.aws.dynamodb import TABLES
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.known import unknown
from farebox.rules.service import Meter, Type, Use
from farebox.rules.shapes import blocks, text

SERVICE = "AmazonCloudWatch"

RULES = Meter(
    service=SERVICE,
    usage_type="CW:ContributorRulesManaged",
    operation="DynamoDB",
    unit="Rule",
    says="rules of Contributor Insights",
)
EVENTS = Use(
    key="monthly_events",
    service=SERVICE,
    usage_type="CW:ContributorEventsManaged",
    operation="DynamoDBEvents",
    unit="Events",
    says="reads and writes that the rules count",
)

ONLY_THROTTLED = "THROTTLED_KEYS"


def insights(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Two rules for each key, the most used and the most throttled, and their events.

    Source: https://aws.amazon.com/dynamodb/pricing/
    """
    mode = text(resource.input("mode"))
    keys = _keys(resource, circumstances.graph)
    if isinstance(mode, Unknown):
        yield unknown("mode")
    elif isinstance(keys, Unknown):
        yield RULES.gap(resource, "the keys of its table are not in the stack")
    else:
        each = Decimal(1 if mode == ONLY_THROTTLED else 2)
        count = each * keys
        because = f"{keys:f} keys x {each:f} rules"
        yield RULES.metered(resource, count, because)
    yield EVENTS.charge(resource, usage)


def _keys(resource: Resource, graph: ResourceGraph) -> Decimal | Unknown:
    """One where the table or the index has a partition key alone, two with a sort key."""
    name = resource.input("tableName")
    index = text(resource.input("indexName"))
    found = graph.references(resource, "tableName", name, TABLES)
    if len(found) != 1 or isinstance(index, Unknown):
        return UNKNOWN
    sort = found[0].input("rangeKey")
    if index is not None:
        indexes = blocks(found[0].input("globalSecondaryIndexes"))
        of_name = [one for one in indexes if one.get("name") == index]
        if not of_name:
            return UNKNOWN
        sort = of_name[0].get("rangeKey")
    return UNKNOWN if sort is UNKNOWN else Decimal(2 if sort else 1)


TYPES = {
    "aws:dynamodb/contributorInsights:ContributorInsights": Type(
        billed=(
            "Contributor Insights is billed by the rule and month, and by the event that "
            "its rules count."
        ),
        source="https://aws.amazon.com/dynamodb/pricing/",
        meters=(RULES,),
        uses=(EVENTS,),
        rule=insights,
        terraform="aws_dynamodb_contributor_insights",
        notes=(
            "Two rules for a table or an index with a partition key, four with a sort "
            "key; half as many where only throttled keys are asked for."
        ),
    ),
}
