"""A pool of hosting machines, mostly spot, in one Auto Scaling group per zone.

One group per zone, because a data volume lives in one zone: its machine must come back
there. Within a zone EC2 picks, among interchangeable instance types, pools that are
cheap and unlikely to be reclaimed, and replaces machines at risk before they go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.arguments import (
    require,
    require_between,
    require_name,
    require_region,
    require_tags,
    require_zone_ids,
    tags_of,
)
from components.instance_types import (
    ATTACHMENTS_SOURCE,
    data_volumes_at_most,
    machine_image,
    require_offered,
)
from components.machines import (
    ROLE_NAME_LIMIT,
    ROLE_SOURCE,
    Statement,
    instance_profile,
    launch_template,
    propagated,
    to_anywhere,
    user_data,
)

GROUP_SOURCE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html"
BOOT_SCRIPT = Path(__file__).parent / "boot" / "hosting_vm.sh"
ROUTES_PORT = 19_999
"""Where a machine publishes which users it runs; ports for users come after it."""
FIRST_USER_PORT = ROUTES_PORT + 1
LAST_USER_PORT = FIRST_USER_PORT + 2_047
DISK_NAMES = 78
"""/dev/xvdba to /dev/xvddz.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolZone:
    """Machines of one zone: at least, as a rule, at most, and the subnet they live in."""

    zone_id: str
    subnet_id: pulumi.Input[str]
    min_machines: int
    machines: int
    max_machines: int

    def __post_init__(self) -> None:
        """Refuse sizes that an Auto Scaling group would refuse."""
        require(
            0 <= self.min_machines <= self.machines <= self.max_machines,
            f"machines of {self.zone_id}",
            (self.min_machines, self.machines, self.max_machines),
            "must be 0 <= least <= usual <= most",
            GROUP_SOURCE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPoolArgs:
    """What machines to run, where, and what each of them hosts.

    `on_demand_base` machines over all zones are on demand, and `on_demand_percent` of
    the rest. `volume_pool` is the tag by which machines find their data volumes.
    `image_repository_arn` is given when the container image lives in a private ECR.
    """

    region: str
    vpc_id: pulumi.Input[str]
    zones: tuple[PoolZone, ...]
    instance_types: tuple[str, ...]
    proxy_security_group_id: pulumi.Input[str]
    public_addresses: bool
    volume_pool: str
    volumes_per_machine: int
    users_per_machine: int
    gib_per_user: int
    container_mib: int
    container_image: str = "clfoundation/sbcl"
    image_repository_arn: str | None = None
    on_demand_base: int = 0
    on_demand_percent: int = 0
    root_gib: int = 30
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what AWS, or one machine, could not do."""
        require_region("region", self.region)
        zone_ids = tuple(zone.zone_id for zone in self.zones)
        require_zone_ids("zones", zone_ids, at_least=1)
        require_between(
            "instance_types (count)",
            len(self.instance_types),
            1,
            40,
            "types",
            GROUP_SOURCE,
        )
        require(
            len(set(self.instance_types)) == len(self.instance_types),
            "instance_types",
            self.instance_types,
            "must name each type once",
            GROUP_SOURCE,
        )
        machine_image("instance_types", self.instance_types)
        require_offered("instance_types", self.instance_types, zone_ids)
        for name in self.instance_types:
            at_most = min(data_volumes_at_most(name), DISK_NAMES)
            require(
                1 <= self.volumes_per_machine <= at_most,
                "volumes_per_machine",
                self.volumes_per_machine,
                f"must be from 1 to {at_most}, because a {name} attaches no more "
                "beside its root volume and network interface; use larger volumes",
                ATTACHMENTS_SOURCE,
            )
        require_between(
            "users_per_machine",
            self.users_per_machine,
            1,
            LAST_USER_PORT - FIRST_USER_PORT + 1,
            "users",
            "docs/stack.md (a port per user on the machine)",
        )
        require_between(
            "gib_per_user", self.gib_per_user, 1, 65_536, "GiB", "docs/stack.md"
        )
        require_between(
            "container_mib",
            self.container_mib,
            64,
            32 * 1024 * 1024,
            "MiB",
            "docs/stack.md",
        )
        require_between(
            "on_demand_base", self.on_demand_base, 0, 100_000, "machines", GROUP_SOURCE
        )
        require_between(
            "on_demand_percent", self.on_demand_percent, 0, 100, "%", GROUP_SOURCE
        )
        require_between(
            "root_gib",
            self.root_gib,
            8,
            65_536,
            "GiB: the machine image needs 8",
            "https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html",
        )
        require(
            bool(self.volume_pool) and "'" not in self.volume_pool,
            "volume_pool",
            self.volume_pool,
            "must be a tag value without quotes",
            "docs/stack.md",
        )
        require(
            bool(self.container_image) and not set(self.container_image) & set("' \n"),
            "container_image",
            self.container_image,
            "must be an image reference such as registry/name:tag",
            "https://docs.docker.com/reference/cli/docker/image/pull/",
        )
        require_tags("tags", self.tags)


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
                    to_port=LAST_USER_PORT,
                    security_groups=[args.proxy_security_group_id],
                )
            ],
            egress=[to_anywhere()],
            tags=tags,
            opts=child,
        )
        template = launch_template(
            f"{name}-template",
            image_id=machine_image("instance_types", args.instance_types),
            instance_type=None,
            root_gib=args.root_gib,
            profile=instance_profile(name, permissions(args), tags, child),
            security_group_id=group.id,
            public_address=args.public_addresses,
            boot=user_data(
                BOOT_SCRIPT.read_text(),
                region=args.region,
                volume_pool=args.volume_pool,
                volumes_per_vm=args.volumes_per_machine,
                gib_per_user=args.gib_per_user,
                container_image=args.container_image,
                container_mib=args.container_mib,
                routes_port=ROUTES_PORT,
                first_port=FIRST_USER_PORT,
            ),
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
                    name="drain",
                    lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
                    heartbeat_timeout=120,
                    default_result="CONTINUE",
                )
            ],
            instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
                strategy="Rolling",
                preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                    min_healthy_percentage=90
                ),
            ),
            tags=propagated({**tags, "Name": f"{name}-{zone.zone_id}"}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return group.name


def permissions(args: SpotPoolArgs) -> list[Statement]:
    """What a machine may do: take and give back volumes of its pool, no others."""
    of_the_pool = {"StringEquals": {"aws:ResourceTag/VolumePool": args.volume_pool}}
    everywhere = f"arn:aws:ec2:{args.region}:*"
    statements: list[Statement] = [
        {
            "Sid": "TakeAndGiveBackVolumes",
            "Effect": "Allow",
            "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
            "Resource": [f"{everywhere}:volume/*", f"{everywhere}:instance/*"],
            "Condition": of_the_pool,
        },
        {
            # EC2 has no narrower resource for this action.
            "Sid": "SeeVolumes",
            "Effect": "Allow",
            "Action": ["ec2:DescribeVolumes"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": args.region}},
        },
    ]
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
