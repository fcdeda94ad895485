"""A pool of hosting machines, mostly spot, in one Auto Scaling group per zone.

One group per zone, because a data volume lives in one zone: its machine must come back
there. Within a zone EC2 picks, among interchangeable instance types, pools that are
cheap and unlikely to be reclaimed, and replaces machines at risk before they go.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.arguments import require_name, tags_of
from components.instance_types import machine_image
from components.machines import (
    ROLE_NAME_LIMIT,
    ROLE_SOURCE,
    MachineArgs,
    Statement,
    instance_profile,
    launch_template,
    propagated,
    to_anywhere,
    user_data,
)
from components.shared_files import machine_permissions as files_permissions
from components.spot_pool_args import (
    FIRST_USER_PORT,
    LAST_USER_PORT,
    ROUTES_PORT,
    PoolZone,
    SpotPoolArgs,
)
from components.user_records import machine_permissions
from components.watching_args import may_write
from passepartout.agent.ec2 import HOOK
from passepartout.agent.install import TLS_PORTS

__all__ = ["PoolZone", "SpotPool", "SpotPoolArgs"]

BOOT_SCRIPT = Path(__file__).parent / "boot" / "hosting_vm.sh"


class SpotPool(pulumi.ComponentResource):
    """Launch template, role, security group, and a group of machines per zone.

    Outputs: `security_group_id`, `group_names` by zone id, `role_arn`.
    """

    security_group_id: pulumi.Output[str]
    group_names: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: SpotPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Build the pool; `name` starts the names of everything in it."""
        require_name(name, "-profile", ROLE_NAME_LIMIT, ROLE_SOURCE)
        super().__init__("passepartout:hosting:SpotPool", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = tags_of(args.tags, "SpotPool")
        # Only machines carry the pool's tag. A root volume with it would be
        # snapshotted, and taken for a data volume.
        machine_tags = {**tags, "VolumePool": args.volume_pool}
        group = aws.ec2.SecurityGroup(
            f"{name}-machines",
            description="Hosting machines: users only through the reverse proxies",
            vpc_id=args.vpc_id,
            ingress=[
                aws.ec2.SecurityGroupIngressArgs(
                    description="routes and users, from the proxies",
                    protocol="tcp",
                    from_port=ROUTES_PORT,
                    to_port=LAST_USER_PORT + TLS_PORTS,
                    security_groups=[args.proxy_security_group_id],
                )
            ],
            egress=[to_anywhere()],
            tags=tags,
            opts=child,
        )
        template = launch_template(
            f"{name}-template",
            MachineArgs(
                image_id=machine_image("instance_types", args.instance_types),
                instance_type=None,
                root_gib=args.root_gib,
                security_group_id=group.id,
                public_address=args.public_addresses,
                boot=_boot(args),
            ),
            profile=instance_profile(name, permissions(args), tags, child),
            tags=tags,
            machine_tags=machine_tags,
            child=child,
        )
        shares = _spread(args.on_demand_base, args.zones)
        self.group_names = {
            zone.zone_id: self._group(
                name, args, zone, on_demand, template, machine_tags
            )
            for zone, on_demand in zip(args.zones, shares, strict=True)
        }
        self.security_group_id = group.id
        self.register_outputs(
            {
                "security_group_id": self.security_group_id,
                "group_names": self.group_names,
            }
        )

    def _group(
        self,
        name: str,
        args: SpotPoolArgs,
        zone: PoolZone,
        on_demand_base: int,
        template: aws.ec2.LaunchTemplate,
        tags: Mapping[str, str],
    ) -> pulumi.Output[str]:
        """The Auto Scaling group of one zone; its name."""
        group = aws.autoscaling.Group(
            f"{name}-{zone.zone_id}",
            vpc_zone_identifiers=[zone.subnet_id],
            min_size=zone.min_machines,
            desired_capacity=zone.machines,
            max_size=zone.max_machines,
            capacity_rebalance=True,
            health_check_type="EC2",
            health_check_grace_period=300,
            # A shortage of spot capacity must not fail a deployment: the group goes on
            # trying by itself.
            wait_for_capacity_timeout="0",
            mixed_instances_policy=aws.autoscaling.GroupMixedInstancesPolicyArgs(
                instances_distribution=aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
                    on_demand_allocation_strategy="prioritized",
                    on_demand_base_capacity=on_demand_base,
                    on_demand_percentage_above_base_capacity=args.on_demand_percent,
                    spot_allocation_strategy="price-capacity-optimized",
                ),
                launch_template=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs(
                    launch_template_specification=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs(
                        launch_template_id=template.id,
                        version=template.latest_version.apply(str),
                    ),
                    overrides=[
                        aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs(
                            instance_type=instance_type
                        )
                        for instance_type in args.instance_types
                    ],
                ),
            ),
            # Time for a machine to stop its users and give its volumes back.
            initial_lifecycle_hooks=[
                aws.autoscaling.GroupInitialLifecycleHookArgs(
                    name=HOOK,
                    lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
                    heartbeat_timeout=300,
                    default_result="CONTINUE",
                )
            ],
            # No instance refresh: it would end machines, and their users' sessions, for
            # a new agent that the running machines can take without (docs/operating.md).
            tags=propagated({**tags, "Name": f"{name}-{zone.zone_id}"}),
            # How many run is the policy's word after the first deployment (`Watching`).
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["desiredCapacity"]
            ),
        )
        return group.name


def _boot(args: SpotPoolArgs) -> pulumi.Output[str]:
    """The user data of a machine: where its agent is, and the agent's settings."""
    settings: dict[str, object] = {
        "region": args.region,
        "pool": args.volume_pool,
        "record": f"dynamodb:{args.region}/{args.record_table}",
        "volumes": args.volumes_per_machine,
        "places": args.users_per_volume,
        "gib_per_user": args.gib_per_user,
        "image": args.container_image,
        "container_mib": args.container_mib,
        "container_cpus": args.container_cpus,
        "routes_port": ROUTES_PORT,
        "first_port": FIRST_USER_PORT,
        "ports": LAST_USER_PORT - FIRST_USER_PORT + 1,
    }
    if args.machine_log is not None:
        settings |= {"machine_log": args.machine_log, "user_lines": args.user_lines}
    files = args.shared_files
    if files is not None:
        settings |= {"shares": dict(files.shares), "retiring": list(files.retiring)}
    return pulumi.Output.all(
        args.bucket_name, args.agent_key, files.file_system_id if files else ""
    ).apply(
        lambda known: user_data(
            BOOT_SCRIPT.read_text(),
            region=args.region,
            bucket=known[0],
            agent=known[1],
            packages="amazon-efs-utils" if files else "xfsprogs",
            settings=json.dumps({**settings, "bucket": known[0], **mounts(known[2])}),
        )
    )


def mounts(file_system: str) -> dict[str, str]:
    """The setting that lets the agent mount a file system instead of volumes."""
    return {"file_system": file_system} if file_system else {}


def permissions(args: SpotPoolArgs) -> list[Statement]:
    """What a machine may do: take and give back volumes of its pool, itself alone."""
    of_the_pool = {"StringEquals": {"aws:ResourceTag/VolumePool": args.volume_pool}}
    everywhere = f"arn:aws:ec2:{args.region}:*"
    statements: list[Statement] = [
        {
            "Sid": "TakeAndGiveBackVolumes",
            "Effect": "Allow",
            "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
            "Resource": f"{everywhere}:volume/*",
            "Condition": of_the_pool,
        },
        {
            # The session of a machine's role ends with the machine's id, so a machine
            # can take and detach for no other: a volume is never torn from its holder.
            "Sid": "ForThisMachineOnly",
            "Effect": "Allow",
            "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
            "Resource": f"{everywhere}:instance/*",
            "Condition": {
                **of_the_pool,
                "StringLike": {"aws:userid": "*:${ec2:InstanceID}"},
            },
        },
        {
            # EC2 has no narrower resource for these actions.
            "Sid": "SeeVolumesAndOwnGroup",
            "Effect": "Allow",
            "Action": ["ec2:DescribeVolumes", "ec2:DescribeTags"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": args.region}},
        },
        {
            "Sid": "TellTheGroup",
            "Effect": "Allow",
            "Action": [
                "autoscaling:CompleteLifecycleAction",
                "autoscaling:SetInstanceHealth",
            ],
            "Resource": f"arn:aws:autoscaling:{args.region}:*:autoScalingGroup:*",
            "Condition": {
                "StringEquals": {"autoscaling:ResourceTag/VolumePool": args.volume_pool}
            },
        },
        *machine_permissions(args.region, args.record_table, args.bucket_name),
    ]
    if args.machine_log is not None:
        statements.append(may_write(args.region, args.machine_log))
    if args.shared_files is not None:
        statements += files_permissions(args.shared_files.file_system_arn)
    if args.image_repository_arn is not None:
        statements += [
            {
                # ECR has no narrower resource for this action.
                "Sid": "LogInToRegistry",
                "Effect": "Allow",
                "Action": ["ecr:GetAuthorizationToken"],
                "Resource": "*",
            },
            {
                "Sid": "PullImage",
                "Effect": "Allow",
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "Resource": args.image_repository_arn,
            },
        ]
    return statements


def _spread(count: int, zones: tuple[PoolZone, ...]) -> list[int]:
    """`count` over the zones as evenly as can be, the first ones getting the rest."""
    share, rest = divmod(count, len(zones))
    return [share + (place < rest) for place in range(len(zones))]
