"""A public network load balancer that ends TLS and hands on plain TCP to machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.arguments import require

NAME_LIMIT = 32
"""Characters in the name of a load balancer or a target group."""
NAME_SOURCE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"
LIMITS_SOURCE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
TARGETS_PER_ZONE = 500
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.2 and 1.3 with forward secrecy.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsName:
    """A name in a Route 53 zone that is to lead to a load balancer."""

    hosted_zone_id: str
    host_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancer:
    """A load balancer, what its targets need to know of it, and what its metrics have."""

    dns_name: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    dimension: tuple[str, pulumi.Output[str]]
    targets_dimension: tuple[str, pulumi.Output[str]]


def require_targets(
    argument: str, machines: int, zones: int, *, cross_zone: bool
) -> None:
    """Raise BadArgument when a load balancer cannot hold so many machines."""
    at_most = TARGETS_PER_ZONE if cross_zone else TARGETS_PER_ZONE * zones
    where = "in all with cross-zone balancing" if cross_zone else f"in {zones} zones"
    require(
        machines <= at_most,
        argument,
        machines,
        f"must be at most {at_most:,}, because a network load balancer takes "
        f"{TARGETS_PER_ZONE} targets per zone, {at_most:,} {where}",
        LIMITS_SOURCE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerArgs:
    """Where a load balancer stands, and the port and health of what it leads to.

    With `target_tls` it encrypts on the way to its targets too.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    certificate_arn: pulumi.Input[str]
    target_port: int
    health_check: aws.lb.TargetGroupHealthCheckArgs
    cross_zone: bool
    dns_name: DnsName | None
    target_tls: bool = False


def tls_balancer(
    name: str,
    args: BalancerArgs,
    *,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> Balancer:
    """One listener on port 443, one target group of machines, a DNS name if given.

    Targets see the client's own address, so the limit of 55,000 connections a minute
    per target, which holds for translated addresses, does not apply.
    """
    group = aws.ec2.SecurityGroup(
        f"{name}-nlb",
        description="HTTPS from anywhere",
        vpc_id=args.vpc_id,
        ingress=[
            aws.ec2.SecurityGroupIngressArgs(
                protocol="tcp", from_port=443, to_port=443, cidr_blocks=["0.0.0.0/0"]
            )
        ],
        egress=[
            aws.ec2.SecurityGroupEgressArgs(
                protocol="tcp",
                from_port=args.target_port,
                to_port=args.target_port,
                cidr_blocks=["0.0.0.0/0"],
            )
        ],
        tags=tags,
        opts=child,
    )
    balancer = aws.lb.LoadBalancer(
        f"{name}-nlb",
        load_balancer_type="network",
        internal=False,
        subnets=list(args.subnet_ids),
        security_groups=[group.id],
        enable_cross_zone_load_balancing=args.cross_zone,
        tags=tags,
        opts=child,
    )
    targets = aws.lb.TargetGroup(
        f"{name}-targets",
        vpc_id=args.vpc_id,
        target_type="instance",
        protocol="TLS" if args.target_tls else "TCP",
        port=args.target_port,
        preserve_client_ip="true",
        deregistration_delay=60,
        health_check=args.health_check,
        tags=tags,
        opts=child,
    )
    aws.lb.Listener(
        f"{name}-listener",
        load_balancer_arn=balancer.arn,
        protocol="TLS",
        port=443,
        certificate_arn=args.certificate_arn,
        ssl_policy=TLS_POLICY,
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="forward", target_group_arn=targets.arn
            )
        ],
        tags=tags,
        opts=child,
    )
    if args.dns_name is not None:
        aws.route53.Record(
            f"{name}-record",
            zone_id=args.dns_name.hosted_zone_id,
            name=args.dns_name.host_name,
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=balancer.dns_name,
                    zone_id=balancer.zone_id,
                    evaluate_target_health=True,
                )
            ],
            opts=child,
        )
    return Balancer(
        dns_name=balancer.dns_name,
        target_group_arn=targets.arn,
        security_group_id=group.id,
        dimension=("LoadBalancer", balancer.arn_suffix),
        targets_dimension=("TargetGroup", targets.arn_suffix),
    )
