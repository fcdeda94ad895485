"""Who is told when a price refresh fails, does not start, or is overdue.

Three signs, because each misses what another sees: the exit code of a task that ran, an
invocation that Scheduler gave up, and the hours since the last success, which also
tell of a schedule that was switched off or a task that found no place.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.machines import policy_document
from components.price_refresh_args import PriceRefreshArgs
from components.price_refresh_policies import failed, succeeded, topic_permission


def watch(
    name: str,
    args: PriceRefreshArgs,
    cluster: aws.ecs.Cluster,
    schedules: aws.scheduler.ScheduleGroup,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> aws.sns.Topic:
    """The topic that is told, with its rules and alarms; `name` starts their names."""
    topic = _topic(name, args, tags, child)

    def rule(
        what: str, pattern: Callable[[str], dict[str, Any]], description: str
    ) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            f"{name}-{what}",
            description=description,
            event_pattern=cluster.arn.apply(lambda arn: json.dumps(pattern(arn))),
            tags=tags,
            opts=child,
        )

    def alarm(
        what: str,
        description: str,
        namespace: str,
        metric_name: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        *,
        at_least: int,
        hours: int = 1,
    ) -> None:
        """Sums of an hour: too few for `hours` in a row, or any where 0 are allowed."""
        aws.cloudwatch.MetricAlarm(
            f"{name}-{what}",
            alarm_description=description,
            namespace=namespace,
            metric_name=metric_name,
            dimensions=dimensions,
            statistic="Sum",
            period=3_600,
            comparison_operator=(
                "LessThanThreshold" if at_least else "GreaterThanThreshold"
            ),
            threshold=at_least,
            evaluation_periods=hours,
            treat_missing_data="breaching" if at_least else "notBreaching",
            alarm_actions=[topic.arn],
            ok_actions=[topic.arn],
            tags=tags,
            opts=child,
        )

    failure = rule("failed", failed, "A price refresh failed or did not start")
    aws.cloudwatch.EventTarget(
        f"{name}-tell-failed", rule=failure.name, arn=topic.arn, opts=child
    )
    alarm(
        "not-started",
        "Scheduler gave up on starting a price refresh",
        "AWS/Scheduler",
        "InvocationDroppedCount",
        {"ScheduleGroup": schedules.name},
        at_least=0,
    )
    # Without a target this rule only counts, in a metric that costs nothing. No
    # refresh counts nothing, so it is the hours without data that alarm.
    success = rule("succeeded", succeeded, "A price refresh left with exit code 0")
    alarm(
        "stale",
        f"No price refresh has succeeded for {args.stale_after_hours} hours",
        "AWS/Events",
        "TriggeredRules",
        {"RuleName": success.name},
        at_least=1,
        hours=args.stale_after_hours,
    )
    return topic


def _topic(
    name: str,
    args: PriceRefreshArgs,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> aws.sns.Topic:
    """A topic without a key: the one that AWS manages for SNS lets no service in.

    What is told holds nothing secret.
    """
    topic = aws.sns.Topic(f"{name}-topic", tags=tags, opts=child)
    aws.sns.TopicPolicy(
        f"{name}-topic-policy",
        arn=topic.arn,
        policy=topic.arn.apply(
            lambda arn: policy_document(topic_permission(args, arn))
        ),
        opts=child,
    )
    if args.alarm_email is not None:
        aws.sns.TopicSubscription(
            f"{name}-mail",
            topic=topic.arn,
            protocol="email",
            endpoint=args.alarm_email,
            opts=child,
        )
    return topic
