"""Who is told when a scheduled refresh failed, was given up or is overdue."""

import json
from typing import Any

import pytest

from components.price_refresh_policies import CONTAINER, failed, succeeded
from tests.components.scheduled_refresh import refresh


def _matches(pattern: Any, event: Any) -> bool:
    """EventBridge's matching, as far as these patterns use it."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_matches(one, event) for one in wanted):
                return False
            continue
        value = event.get(key)
        if isinstance(wanted, dict):
            inner = value if isinstance(value, list) else [value]
            if not any(one is not None and _matches(wanted, one) for one in inner):
                return False
        elif value is None or not any(_one(rule, value) for rule in wanted):
            return False
    return True


def _one(rule: Any, value: Any) -> bool:
    return (
        value not in rule["anything-but"] if isinstance(rule, dict) else rule == value
    )


def stopped(exit_code: int | None, **more: Any) -> dict[str, Any]:
    """An event in the shape of ECS's documentation of task state changes."""
    ran = {} if exit_code is None else {"exitCode": exit_code}
    return {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "detail": {
            "clusterArn": "c",
            "lastStatus": "STOPPED",
            "stopCode": "EssentialContainerExited",
            "containers": [{"name": CONTAINER, **ran}],
            **more,
        },
    }


@pytest.mark.parametrize(
    ("event", "failure", "success"),
    [
        (stopped(0), False, True),
        (stopped(1), True, False),
        # Some sources failed, the others are in.
        (stopped(3), True, False),
        # The memory ran out.
        (stopped(137), True, False),
        (stopped(None, stopCode="TaskFailedToStart"), True, False),
        (stopped(0, clusterArn="other"), False, False),
        (stopped(0, lastStatus="RUNNING"), False, False),
        # A container that AWS adds to tasks, for its runtime monitoring.
        (
            stopped(
                None,
                containers=[
                    {"name": CONTAINER, "exitCode": 0},
                    {"name": "agent", "exitCode": 1},
                ],
            ),
            False,
            True,
        ),
    ],
)
def test_events_of_a_task_tell_failure_from_success(
    event: dict[str, Any], failure: bool, success: bool
) -> None:
    assert _matches(failed("c"), event) is failure
    assert _matches(succeeded("c"), event) is success


def test_a_failure_an_invocation_given_up_and_an_overdue_refresh_are_told() -> None:
    made = refresh(stale_after_hours=30, alarm_email="ops@example.test")
    target = made.one("aws:cloudwatch/eventTarget:EventTarget").inputs
    assert target["rule"] == "price-refresh-failed.name"
    assert target["arn"] == "price-refresh-topic.arn"
    alarms = {
        one.name.removeprefix("price-refresh-"): one.inputs
        for one in made.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert set(alarms) == {"not-started", "stale"}
    for alarm in alarms.values():
        assert alarm["alarmActions"] == ["price-refresh-topic.arn"]
        assert (alarm["statistic"], alarm["period"]) == ("Sum", 3_600)
    dropped, stale = alarms["not-started"], alarms["stale"]
    assert dropped["metricName"] == "InvocationDroppedCount"
    assert dropped["dimensions"] == {"ScheduleGroup": "shop-prices"}
    assert dropped["treatMissingData"] == "notBreaching"
    assert stale["dimensions"] == {"RuleName": "price-refresh-succeeded.name"}
    assert (stale["comparisonOperator"], stale["threshold"]) == ("LessThanThreshold", 1)
    assert (stale["evaluationPeriods"], stale["treatMissingData"]) == (30, "breaching")
    mail = made.one("aws:sns/topicSubscription:TopicSubscription").inputs
    assert (mail["protocol"], mail["endpoint"]) == ("email", "ops@example.test")


def test_only_alarms_and_rules_of_the_account_may_publish() -> None:
    made = refresh().one("aws:sns/topicPolicy:TopicPolicy").inputs
    (statement,) = json.loads(made["policy"])["Statement"]
    assert statement["Principal"] == {
        "Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }
    assert statement["Action"] == ["sns:Publish"]
    assert statement["Resource"] == "price-refresh-topic.arn"
    account = {"aws:SourceAccount": "111122223333"}
    assert statement["Condition"] == {"StringEquals": account}
