"""AWS IoT Core: minutes of connections, messages, shadows, rules and their actions.

Source: https://aws.amazon.com/iot-core/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.chunks import chunks_of
from farebox.rules.service import Key, Meter, Metric, Type, Use, free
from farebox.rules.shapes import field, text, values_of

SOURCE = "https://aws.amazon.com/iot-core/pricing/"
SERVICE = "AWSIoT"
KB_PER_MESSAGE = Decimal(5)
"""Each 5 KB of a message count as one, for rules and actions too."""

CONNECTED = Use(
    key="monthly_connection_mins",
    service=SERVICE,
    usage_type="ConnectionMinutes",
    unit="minutes",
    says="minutes that devices are connected",
)
MESSAGES = Use(
    key="monthly_messages",
    service=SERVICE,
    usage_type="Messages",
    unit="Messages",
    says="messages, in and out",
)
MESSAGE_SIZE = Key(
    key="message_size_kb", says="size of a message; each 5 KB count as one", unit="KB"
)
OPERATIONS = Use(
    key="monthly_shadow_operations",
    service=SERVICE,
    usage_type="RegistryAndShadowOperations",
    unit="Operations",
    says="operations on shadows and the registry, 1 KB each",
    optional=True,
)
TRIGGERED = Use(
    key="monthly_rules_triggered",
    service=SERVICE,
    usage_type="RulesTriggered",
    unit="Rules",
    says="times that the rule is triggered",
    metrics=(
        Metric(
            namespace="AWS/IoT",
            names=("TopicMatch",),
            dimensions={"RuleName": "name"},
        ),
    ),
)
EXECUTED = Meter(
    service=SERVICE,
    usage_type="ActionsExecuted",
    unit="Actions",
    says="actions of the rule",
)
ACTIONS = (
    "cloudwatchAlarms",
    "cloudwatchLogs",
    "cloudwatchMetrics",
    "dynamodbs",
    "dynamodbv2s",
    "elasticsearch",
    "firehoses",
    "https",
    "iotAnalytics",
    "iotEvents",
    "kafkas",
    "kineses",
    "lambdas",
    "republishes",
    "s3",
    "sns",
    "sqs",
    "stepFunctions",
    "timestreams",
)
"""The inputs of a rule that hold its actions."""


def thing(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Minutes of connections and messages, 5 KB each; shadows where the file says so."""
    yield CONNECTED.charge(resource, usage)
    factor = chunks_of(usage, MESSAGE_SIZE, KB_PER_MESSAGE)
    yield MESSAGES.charge(resource, usage, factor=factor)
    yield from OPERATIONS.where_given(resource, usage)


def topic_rule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each trigger, and each action that it starts; what actions reach is charged there."""
    enabled = flag(resource.input("enabled"))
    if enabled is False:
        yield NoCharge("it is disabled: nothing triggers it")
        return
    chunks = chunks_of(usage, MESSAGE_SIZE, KB_PER_MESSAGE)
    yield TRIGGERED.charge(resource, usage, factor=chunks)
    actions = [resource.input(name) for name in ACTIONS]
    triggered = TRIGGERED.given(usage)
    if UNKNOWN in actions:
        yield EXECUTED.gap(resource, "its actions are not known before deployment")
    elif triggered is None:
        yield EXECUTED.without_use(resource, TRIGGERED.key)
    else:
        count = Decimal(sum(len(values_of(each)) for each in actions))
        yield EXECUTED.metered(
            resource,
            triggered.quantity * count * chunks,
            f"{triggered.quantity.normalize():f} x {count.normalize():f} actions x "
            f"{chunks.normalize():f}",
            usage=triggered.status,
        )


def indexing(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An index of things is charged by what it takes in and by the query."""
    things = text(
        field(resource.input("thingIndexingConfiguration"), "thingIndexingMode")
    )
    groups = text(
        field(
            resource.input("thingGroupIndexingConfiguration"), "thingGroupIndexingMode"
        )
    )
    if things in (None, "OFF") and groups in (None, "OFF"):
        yield NoCharge("indexing is off")
    else:
        yield Gap(
            "no-price",
            "an index of things is charged by what it takes in and by the query, and "
            "Farebox knows no price for it",
        )


TYPES = {
    "aws:iot/thing:Thing": Type(
        billed=(
            "A device is billed by the minute of its connection and by the message, 5 KB "
            "each."
        ),
        source=SOURCE,
        uses=(CONNECTED, MESSAGES, MESSAGE_SIZE, OPERATIONS),
        rule=thing,
        terraform="aws_iot_thing",
        notes=(
            "A fleet that registers itself has no `Thing` in the program: give its use on "
            "one that stands for it."
        ),
    ),
    "aws:iot/topicRule:TopicRule": Type(
        billed="A rule is billed by the trigger and by each action that it starts.",
        source=SOURCE,
        meters=(EXECUTED,),
        uses=(TRIGGERED, MESSAGE_SIZE),
        rule=topic_rule,
        terraform="aws_iot_topic_rule",
        not_modelled="`errorAction`",
    ),
    "aws:iot/indexingConfiguration:IndexingConfiguration": Type(
        billed="An index of things is charged by what it takes in and by the query.",
        source="https://aws.amazon.com/iot-device-management/pricing/",
        rule=indexing,
        terraform="aws_iot_indexing_configuration",
    ),
}

FREE = free(
    "iot",
    {
        "a right or a key of devices, whose connections are charged": (
            "CaCertificate Certificate Policy PolicyAttachment RoleAlias "
            "ThingPrincipalAttachment"
        ),
        "its function is charged, not the authorizer": "Authorizer",
        "a name or a group of devices, whose connections are charged": (
            "BillingGroup DomainConfiguration ProvisioningTemplate ThingGroup "
            "ThingGroupMembership ThingType"
        ),
        "events and logs are charged as messages and by their log group": (
            "EventConfigurations LoggingOptions"
        ),
        "where a rule's actions go; the rule is charged": "TopicRuleDestination",
    },
)
