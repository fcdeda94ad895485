"""Reverse proxies: they tell users apart by host name, all on one port.

The other way, a port per user, ends early: an address has 64,512 ports above the
reserved ones, so k ports a user are 64,512 / k users, and a load balancer has 50
listeners. A name per user has no such end: the wildcard certificate fits all names, and
the proxies keep a map from name to machine and port, as the users' record has it
(`passepartout/proxy`).
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.arguments import require_name, tags_of
from components.balancers import (
    NAME_LIMIT,
    NAME_SOURCE,
    Balancer,
    BalancerArgs,
    DnsName,
    tls_balancer,
)
from components.instance_types import machine_image
from components.machines import (
    MachineArgs,
    Statement,
    instance_profile,
    launch_template,
    propagated,
    to_anywhere,
    user_data,
)
from components.reverse_proxies_args import ReverseProxiesArgs
from components.shipped import files_of, shipped
from components.target_tracking import Tracked, connections_policy
from components.watching_args import may_write

__all__ = ["ReverseProxies", "ReverseProxiesArgs"]

BOOT_SCRIPT = Path(__file__).parent / "boot" / "reverse_proxy.sh"
PROXY_PORT = 8_443
BOTO3 = "1.44.5"
"""The AWS SDK that a proxy reads the record with, from the package index."""
PROGRAM = (
    *files_of("passepartout/proxy"),
    *(
        f"passepartout/{name}.py"
        for name in ("__init__", "errors", "logs/__init__", "logs/cloudwatch")
    ),
    *(
        f"passepartout/users/{name}.py"
        for name in ("__init__", "dynamodb", "opening", "records", "store")
    ),
)
"""What of `passepartout/` a proxy runs; its standard library has the rest."""


class ReverseProxies(pulumi.ComponentResource):
    """A group of proxies over the zones, behind a load balancer that ends TLS.

    Outputs: `endpoint` (the load balancer's DNS name), `security_group_id`. `balancer`
    and `group_name` are for who watches them.
    """

    balancer: Balancer
    group_name: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: ReverseProxiesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the proxies; `name` starts the names of everything in it."""
        require_name(name, "-targets", NAME_LIMIT, NAME_SOURCE)
        super().__init__("passepartout:hosting:ReverseProxies", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = tags_of(args.tags, "ReverseProxies")
        zone = args.hosted_zone_id
        balancer = tls_balancer(
            name,
            BalancerArgs(
                vpc_id=args.vpc_id,
                subnet_ids=list(args.balancer_subnet_ids.values()),
                certificate_arn=args.certificate_arn,
                target_port=PROXY_PORT,
                health_check=aws.lb.TargetGroupHealthCheckArgs(
                    protocol="HTTPS",
                    path="/healthy",
                    matcher="200",
                    interval=10,
                    healthy_threshold=2,
                    unhealthy_threshold=2,
                ),
                cross_zone=args.cross_zone,
                target_tls=True,
                dns_name=(
                    DnsName(hosted_zone_id=zone, host_name=f"*.{args.domain}")
                    if zone is not None
                    else None
                ),
            ),
            tags=tags,
            child=child,
        )
        group = aws.ec2.SecurityGroup(
            f"{name}-machines",
            description="Proxies, only through their load balancer",
            vpc_id=args.vpc_id,
            ingress=[
                aws.ec2.SecurityGroupIngressArgs(
                    protocol="tcp",
                    from_port=PROXY_PORT,
                    to_port=PROXY_PORT,
                    security_groups=[balancer.security_group_id],
                )
            ],
            egress=[to_anywhere()],
            tags=tags,
            opts=child,
        )
        self.balancer = balancer
        self.group_name = self._group(name, args, group, balancer, tags)
        self.endpoint = balancer.dns_name
        self.security_group_id = group.id
        self.register_outputs(
            {"endpoint": self.endpoint, "security_group_id": self.security_group_id}
        )

    def _group(
        self,
        name: str,
        args: ReverseProxiesArgs,
        security_group: aws.ec2.SecurityGroup,
        balancer: Balancer,
        tags: Mapping[str, str],
    ) -> pulumi.Output[str]:
        """The Auto Scaling group of proxies; on demand, because users feel a loss."""
        child = pulumi.ResourceOptions(parent=self)
        template = launch_template(
            f"{name}-template",
            MachineArgs(
                image_id=machine_image("instance_type", (args.instance_type,)),
                instance_type=args.instance_type,
                root_gib=args.root_gib,
                security_group_id=security_group.id,
                public_address=args.public_addresses,
                boot=user_data(
                    BOOT_SCRIPT.read_text(),
                    boto3=BOTO3,
                    record=_record(args),
                    settings=json.dumps(
                        {
                            "domain": args.domain,
                            "max_connections": args.connections_per_proxy,
                            "port": PROXY_PORT,
                            "places": args.places,
                            "record": _record(args),
                            "region": args.region,
                            "relay_host": args.relay_host,
                            "state_log": args.state_log or "",
                        }
                    ),
                    program=shipped(PROGRAM),
                ),
            ),
            profile=instance_profile(name, permissions(args), tags, child),
            tags=tags,
            machine_tags=tags,
            child=child,
        )
        group = aws.autoscaling.Group(
            f"{name}-group",
            vpc_zone_identifiers=list(args.proxy_subnet_ids.values()),
            min_size=args.min_proxies,
            desired_capacity=args.proxies,
            max_size=args.max_proxies,
            launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            target_group_arns=[balancer.target_group_arn],
            health_check_type="ELB",
            health_check_grace_period=120,
            instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
                strategy="Rolling",
                preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                    min_healthy_percentage=90
                ),
            ),
            tags=propagated({**tags, "Name": f"{name}-machine"}),
            # How many run is the policy's word after the first deployment.
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["desiredCapacity"]
            ),
        )
        connections_policy(
            f"{name}-scaling",
            Tracked(group=group, balancer=balancer, target=args.target_connections),
            child,
        )
        return group.name


def _record(args: ReverseProxiesArgs) -> str:
    return f"dynamodb:{args.region}/{args.record_table}" if args.record_table else ""


def permissions(args: ReverseProxiesArgs) -> list[Statement]:
    """What a proxy may do: read the users' record, and tell how the stack is."""
    if args.record_table is None:
        return []
    table = f"arn:aws:dynamodb:{args.region}:*:table/{args.record_table}"
    return [
        {
            "Sid": "ReadTheRecord",
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:Query"],
            "Resource": [table, f"{table}/index/*"],
        },
        *([may_write(args.region, args.state_log)] if args.state_log else []),
    ]
