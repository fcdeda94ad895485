"""Policies that keep a group's machines as busy as they were planned to be.

A policy makes the group reach its largest size by itself. It tracks figures that the
machines' work follows: open connections of proxies, users of hosting machines.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.balancers import Balancer

WARMUP_SECONDS = 180
"""Until a new machine counts: it installs what it runs, and the load balancer looks."""

Specification = (
    aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationArgs
)
Query = aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricArgs
Stat = aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricMetricStatArgs
MetricOf = aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs
Dimension = aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A group behind a load balancer, and the connections that each machine shall have."""

    group: aws.autoscaling.Group
    balancer: Balancer
    target: int


def connections_policy(
    name: str, tracked: Tracked, opts: pulumi.ResourceOptions
) -> aws.autoscaling.Policy:
    """Open connections of the load balancer, shared by its healthy machines."""
    balancer = tracked.balancer
    return _policy(
        name,
        tracked.group.name,
        Specification(
            metrics=[
                Query(
                    id="each",
                    expression="open / machines",
                    label="open connections of a machine",
                ),
                _query("open", "ActiveFlowCount_TLS", "Average", [balancer.dimension]),
                _query(
                    "machines",
                    "HealthyHostCount",
                    "Maximum",
                    [balancer.dimension, balancer.targets_dimension],
                ),
            ]
        ),
        tracked.target,
        opts,
    )


def places_policy(
    name: str,
    group_name: pulumi.Input[str],
    metric: tuple[str, str],
    target_percent: float,
    opts: pulumi.ResourceOptions,
) -> aws.autoscaling.Policy:
    """Places of a zone's machines that users have; it adds machines and takes none away.

    `metric` is a namespace and a name.
    A machine that goes takes volumes with it, which the others may have no room for:
    a tier shrinks by its plan.
    """
    return _policy(
        name,
        group_name,
        Specification(namespace=metric[0], metric_name=metric[1], statistic="Maximum"),
        target_percent,
        opts,
        only_out=True,
    )


def _policy(
    name: str,
    group_name: pulumi.Input[str],
    specification: Specification,
    target: float,
    opts: pulumi.ResourceOptions,
    *,
    only_out: bool = False,
) -> aws.autoscaling.Policy:
    return aws.autoscaling.Policy(
        name,
        autoscaling_group_name=group_name,
        policy_type="TargetTrackingScaling",
        estimated_instance_warmup=WARMUP_SECONDS,
        target_tracking_configuration=aws.autoscaling.PolicyTargetTrackingConfigurationArgs(
            customized_metric_specification=specification,
            target_value=target,
            disable_scale_in=only_out,
        ),
        opts=opts,
    )


def _query(
    id_: str,
    metric_name: str,
    stat: str,
    dimensions: list[tuple[str, pulumi.Output[str]]],
) -> Query:
    return Query(
        id=id_,
        return_data=False,
        metric_stat=Stat(
            stat=stat,
            metric=MetricOf(
                namespace="AWS/NetworkELB",
                metric_name=metric_name,
                dimensions=[
                    Dimension(name=key, value=value) for key, value in dimensions
                ],
            ),
        ),
    )
