"""Schedules, tasks and topics: how often, how much, and what odd input gives."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.bill.assumptions import exactly
from farebox.bill.statement import Statement, unaccounted
from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import SECRET_TEXT, UNKNOWN_TEXT
from farebox.prices import Price, PriceBook, PriceKey, Tier
from farebox.rating.estimate import estimate
from farebox.rules.aws.scheduler import runs_per_month
from farebox.rules.errors import EstimateError
from tests.casebook import SOURCE
from tests.rules.network import resource, statement_of

SCHEDULE = "aws:scheduler/schedule:Schedule"
DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
MONTH = Decimal(730)


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(1 hour)", "730"),
        ("rate(1 minute)", "43800"),
        ("rate(73 days)", "0.4166666666666666666666666667"),
        # Each quarter of an hour, eight hours, five of seven days: 4 x 8 x 365 x 5 / 7 / 12.
        ("cron(0/15 9-16 ? * MON-FRI *)", "695.2380952380952380952380951"),
        ("cron(0,30 6 1,15 * ? *)", "4"),
        # The 31st is in seven months: 7 / 12.
        ("cron(0 0 31 * ? *)", "0.5833333333333333333333333333"),
        # The first of two months of twelve.
        ("cron(0 0 1 JAN,JUL ? *)", "0.1666666666666666666666666667"),
        ("at(2026-12-24T18:00:00)", "1"),
    ],
)
def test_runs_in_a_month_follow_from_the_expression(expression: str, runs: str) -> None:
    found = runs_per_month(expression, MONTH)
    assert found is not None
    assert round(found, 20) == round(Decimal(runs), 20)


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 1 L * ? *)",
        "cron(0 1 ? * 2#1 *)",
        "cron(0 1 15W * ? *)",
        "cron(0 1 1 * ? 2027)",
        "cron(0 1 1 * MON *)",
        "cron(0 24 * * ? *)",
        "cron(60 1 * * ? *)",
        "cron(0 1 * * ?)",
        "cron(5-1 1 * * ? *)",
        "cron(0/0 1 * * ? *)",
        "cron(٣ 1 * * ? *)",
        "rate(0 days)",
        "rate(1 week)",
        "hourly",
    ],
)
def test_what_is_not_simple_is_not_guessed(expression: str) -> None:
    assert runs_per_month(expression, MONTH) is None


@given(
    st.sets(st.integers(0, 59), min_size=1, max_size=4),
    st.sets(st.integers(0, 23), min_size=1, max_size=4),
    st.sets(st.integers(1, 31), min_size=1, max_size=5),
    st.sets(st.integers(1, 12), min_size=1, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_a_date_expression_fires_as_often_as_its_year_is_counted(
    minutes: set[int], hours: set[int], dates: set[int], months: set[int]
) -> None:
    fields = (",".join(map(str, sorted(part))) for part in (minutes, hours, dates))
    listed = ",".join(map(str, sorted(months)))
    expression = f"cron({' '.join(fields)} {listed} ? *)"
    days = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    matching = sum(day.day in dates and day.month in months for day in days)

    found = runs_per_month(expression, MONTH)

    assert found is not None
    assert round(found * 12, 18) == len(minutes) * len(hours) * matching


def _started(**target: Any) -> Statement:
    definition = resource(DEFINITION, "task", name="task", cpu="256", memory="512")
    inputs = {
        "scheduleExpression": "rate(1 hour)",
        "target": {"ecsParameters": {"taskDefinitionArn": "task", **target}},
    }
    return statement_of(
        definition, resource(SCHEDULE, **inputs), usage={"task_minutes": 60}
    )


def _reasons(statement: Statement) -> list[str]:
    return [entry.reason for entry in statement.unpriced]


def test_tasks_on_spot_have_usage_types_of_their_own() -> None:
    statement = _started(
        capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT"}]
    )
    keys = [entry.key for entry in statement.unpriced]
    assert [key and key.usage_type for key in keys] == [
        "SpotUsage-Fargate-vCPU-Hours:perCPU",
        "SpotUsage-Fargate-GB-Hours",
    ]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({}, "its tasks run where the cluster's default says"),
        ({"launchType": UNKNOWN_TEXT}, "what its tasks run on is not known"),
        ({"launchType": "FARGATE", "taskCount": UNKNOWN_TEXT}, "how many tasks"),
        ({"launchType": "FARGATE", "taskDefinitionArn": "other"}, "outside the stack"),
    ],
)
def test_what_is_not_known_of_a_scheduled_task_is_a_gap(
    target: dict[str, Any], reason: str
) -> None:
    statement = _started(**target)
    assert [reason in said for said in _reasons(statement)] == [True]


def test_tasks_on_ec2_cost_nothing_beside_their_instances() -> None:
    statement = _started(launchType="EC2")
    assert [line.key.usage_type for line in statement.lines] == [
        "USE1-ScheduledInvocation"
    ]
    assert not statement.unpriced


def test_an_unknown_public_address_of_a_task_is_a_gap_not_nothing() -> None:
    network = {"assignPublicIp": UNKNOWN_TEXT}
    statement = _started(launchType="FARGATE", networkConfiguration=network)
    assert "public IPv4 address is not known" in _reasons(statement)[0]


def test_a_reference_that_is_not_known_yet_is_followed_to_its_definition() -> None:
    definition = resource(DEFINITION, "task", cpu="1 vCPU", memory="2GB")

    inputs = {
        "scheduleExpression": "rate(1 hour)",
        "target": {
            "ecsParameters": {
                "launchType": "FARGATE",
                "taskDefinitionArn": UNKNOWN_TEXT,
            }
        },
    }
    schedule = Resource(
        f"{SCHEDULE}::s",
        SCHEDULE,
        "s",
        inputs,
        "us-east-1",
        dependencies={"target": [definition.urn]},
    )
    statement = statement_of(definition, schedule, usage={"task_minutes": 60})
    # 730 hours of one vCPU and 2 GB: 730 x 0.04048 + 1460 x 0.004445
    assert statement.usd_per_month == Decimal("29.5504") + Decimal("6.4897")


@pytest.mark.parametrize(
    "cpu", ["half", "0", "256 GB", "", None, UNKNOWN_TEXT, "1" * 30]
)
def test_a_task_without_a_size_is_a_gap(cpu: Any) -> None:
    definition = resource(DEFINITION, "task", name="task", cpu=cpu, memory="512")
    service = resource(
        SERVICE, "web", launchType="FARGATE", desiredCount=1, taskDefinition="task"
    )
    statement = statement_of(definition, service)
    assert "says no cpu and memory for the task" in _reasons(statement)[0]


@pytest.mark.parametrize(("free_tier", "usd"), [(True, "1.50"), (False, "2.00")])
def test_a_list_that_states_the_free_tier_itself_gives_it_once(
    free_tier: bool, usd: str
) -> None:
    # 4,000,000 requests at 0.0000005 are 2.00, and 1.50 after one free million.
    key = PriceKey("AmazonSNS", "us-east-1", "Requests-Tier1")
    listed = (
        Tier(Decimal(0), Decimal(0)),
        Tier(Decimal(1_000_000), Decimal("0.0000005")),
    )
    price = Price(key, listed, "Requests", SOURCE)
    statement = estimate(
        ResourceGraph([resource("aws:sns/topic:Topic")]),
        PriceBook([price], book_id="sha256:listed", kind="file"),
        UsageFile(
            resources=[Entry("*", {"monthly_requests": exactly(Decimal(4_000_000))})]
        ),
        Terms(on=date(2026, 11, 23), free_tier=free_tier),
    )
    assert statement.usd_per_month == Decimal(usd)


def test_a_windows_task_is_charged_with_its_licence_under_usage_types_of_its_own() -> (
    None
):
    definition = resource(
        DEFINITION,
        "task",
        name="task",
        cpu="1024",
        memory="2048",
        runtimePlatform={"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
    )
    service = resource(
        SERVICE, "web", launchType="FARGATE", desiredCount=1, taskDefinition="task"
    )
    statement = statement_of(definition, service)
    assert [entry.key.usage_type for entry in statement.unpriced if entry.key] == [
        "Fargate-Windows-vCPU-Hours:perCPU",
        "Fargate-Windows-GB-Hours",
        "Fargate-Windows-OS-Hours:perCPU",
    ]
    assert not statement.lines


NAMES = [
    "scheduleExpression",
    "state",
    "target",
    "ecsParameters",
    "launchType",
    "taskCount",
    "cpu",
    "memory",
    "capacityProviderStrategies",
    "capacityProvider",
    "base",
    "weight",
    "networkConfiguration",
    "assignPublicIp",
    "taskDefinition",
    "taskDefinitionArn",
    "desiredCount",
    "runtimePlatform",
    "ephemeralStorage",
    "sizeInGib",
    "settings",
    "name",
    "value",
    "protocol",
    "fifoTopic",
    "metricTransformation",
    "dimensions",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            UNKNOWN_TEXT,
            SECRET_TEXT,
            "FARGATE",
            "FARGATE_SPOT",
            "containerInsights",
            "rate(1 hour)",
            "task",
        ]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
TYPES = (
    SCHEDULE,
    SERVICE,
    "aws:ecs/cluster:Cluster",
    "aws:sns/topic:Topic",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
)


@pytest.mark.parametrize("type_", TYPES)
@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_odd_inputs_are_answered_or_refused(
    type_: str, inputs: dict[str, Any], definition: dict[str, Any]
) -> None:
    it = resource(type_, **inputs)
    task = resource(DEFINITION, "task", **{"name": "task", "cpu": "256", **definition})
    try:
        statement = statement_of(it, task, usage={"task_minutes": 5})
    except EstimateError:
        return
    assert not unaccounted([it.urn, task.urn], statement)
    assert all(line.usd_per_month >= 0 for line in statement.lines)
