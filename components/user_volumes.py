"""The gp3 volumes that hold users' data, several users on each, with snapshots.

One volume per user cannot work: a machine attaches some two dozen volumes and hosts a
hundred users or more. So users share volumes, kept apart by project quotas.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
from components.machines import (
    ROLE_NAME_LIMIT,
    ROLE_SOURCE,
    Statement,
    policy_document,
    trust,
)

GP3_SOURCE = "https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"
SNAPSHOT_SOURCE = (
    "https://docs.aws.amazon.com/dlm/latest/APIReference/API_CreateRule.html"
)
SNAPSHOT_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
VOLUMES_AT_MOST = 4_500
"""Of one stack, so that it stays under 5,000 resources and deploys in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeZone:
    """How many volumes a zone holds; `zone_name` is this account's name of the zone.

    `numbers` has each volume's number with how it is retired: "" is in use, "draining"
    takes no more users, "unprotected" may be let go of. Without it volumes are numbered
    from 1 and all in use.
    """

    zone_id: str
    zone_name: pulumi.Input[str]
    volumes: int
    numbers: tuple[tuple[int, str], ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        require_between(
            f"volumes of {self.zone_id}",
            self.volumes,
            0,
            VOLUMES_AT_MOST,
            "volumes",
            "docs/stack.md",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserVolumesArgs:
    """The size and speed of a volume, how many per zone, and how often to snapshot."""

    region: str
    zones: tuple[VolumeZone, ...]
    volume_pool: str
    gib: int
    iops: int = 3_000
    mib_per_second: int = 125
    snapshot_hours: int = 24
    snapshots_kept: int = 7
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what EBS or its lifecycle manager would refuse."""
        require_region("region", self.region)
        require_zone_ids("zones", tuple(zone.zone_id for zone in self.zones), 1)
        require_between(
            "volumes",
            sum(zone.volumes for zone in self.zones),
            1,
            VOLUMES_AT_MOST,
            "in all zones; put more users on a volume",
            "docs/stack.md",
        )
        require_between("gib", self.gib, 1, 65_536, "GiB", GP3_SOURCE)
        require_between("iops", self.iops, 3_000, 80_000, "IOPS", GP3_SOURCE)
        require_between(
            "mib_per_second", self.mib_per_second, 125, 2_000, "MiB/s", GP3_SOURCE
        )
        require(
            self.iops <= max(3_000, 500 * self.gib),
            "iops",
            self.iops,
            f"must be at most 500 per GiB, {max(3_000, 500 * self.gib):,} here",
            GP3_SOURCE,
        )
        require(
            4 * self.mib_per_second <= self.iops,
            "mib_per_second",
            self.mib_per_second,
            f"must be at most a quarter of the IOPS, {self.iops // 4:,} here",
            GP3_SOURCE,
        )
        require(
            self.snapshot_hours in SNAPSHOT_HOURS,
            "snapshot_hours",
            self.snapshot_hours,
            f"must be one of {', '.join(map(str, SNAPSHOT_HOURS))}",
            SNAPSHOT_SOURCE,
        )
        require_between(
            "snapshots_kept",
            self.snapshots_kept,
            1,
            1_000,
            "snapshots of a volume",
            "https://docs.aws.amazon.com/dlm/latest/APIReference/API_RetainRule.html",
        )
        require(
            0 < len(self.volume_pool) <= 256,
            "volume_pool",
            self.volume_pool,
            "must be a tag value of 1 to 256 characters",
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
        )
        require_tags("tags", self.tags)


class UserVolumes(pulumi.ComponentResource):
    """Encrypted gp3 volumes in each zone, and the policy that snapshots them.

    Outputs: `volume_count`, `snapshot_policy_id`.
    """

    volume_count: int
    snapshot_policy_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: UserVolumesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the volumes; `name` starts the names of everything in it."""
        require_name(name, "-snapshot-policy", ROLE_NAME_LIMIT, ROLE_SOURCE)
        super().__init__("passepartout:hosting:UserVolumes", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = tags_of(args.tags, "UserVolumes", VolumePool=args.volume_pool)
        # Users' data outlive a mistake: the engine refuses to delete or replace a
        # volume, and one that is let go of stays in AWS.
        self.volume_count = 0
        for zone in args.zones:
            numbers = zone.numbers
            if numbers is None:
                numbers = tuple((number + 1, "") for number in range(zone.volumes))
            for number, retired in numbers:
                own = f"{name}-{zone.zone_id}-{number:03d}"
                aws.ebs.Volume(
                    own,
                    availability_zone=zone.zone_name,
                    type="gp3",
                    size=args.gib,
                    iops=args.iops,
                    throughput=args.mib_per_second,
                    encrypted=True,
                    final_snapshot=True,
                    tags={
                        **tags,
                        "Name": own,
                        **({"Retire": retired} if retired else {}),
                    },
                    opts=pulumi.ResourceOptions(
                        parent=self,
                        protect=retired != "unprotected",
                        retain_on_delete=True,
                    ),
                )
            self.volume_count += len(numbers)
        self.snapshot_policy_id = _snapshots(name, args, tags, child)
        self.register_outputs(
            {
                "volume_count": self.volume_count,
                "snapshot_policy_id": self.snapshot_policy_id,
            }
        )


def _snapshots(
    name: str,
    args: UserVolumesArgs,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """The lifecycle policy over all volumes with the pool's tag, and its role."""
    role = aws.iam.Role(
        f"{name}-snapshot-role",
        assume_role_policy=trust("dlm.amazonaws.com"),
        tags=tags,
        opts=child,
    )
    aws.iam.RolePolicy(
        f"{name}-snapshot-policy",
        role=role.id,
        policy=policy_document(*permissions(args)),
        opts=child,
    )
    policy = aws.dlm.LifecyclePolicy(
        f"{name}-snapshots",
        # DLM takes letters, digits, spaces, hyphens and underscores here.
        description=f"Snapshots of {name}",
        execution_role_arn=role.arn,
        state="ENABLED",
        policy_details=aws.dlm.LifecyclePolicyPolicyDetailsArgs(
            policy_type="EBS_SNAPSHOT_MANAGEMENT",
            resource_types=["VOLUME"],
            target_tags={"VolumePool": args.volume_pool},
            schedules=[
                aws.dlm.LifecyclePolicyPolicyDetailsScheduleArgs(
                    name=f"every {args.snapshot_hours} hours",
                    copy_tags=True,
                    create_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs(
                        interval=args.snapshot_hours,
                        interval_unit="HOURS",
                        times="03:00",
                    ),
                    retain_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs(
                        count=args.snapshots_kept
                    ),
                )
            ],
        ),
        tags=tags,
        opts=child,
    )
    return policy.id


def permissions(args: UserVolumesArgs) -> list[Statement]:
    """What the lifecycle manager may do: snapshots of this pool's volumes only."""
    of_the_pool = {"StringEquals": {"aws:ResourceTag/VolumePool": args.volume_pool}}
    snapshots = f"arn:aws:ec2:{args.region}::snapshot/*"
    return [
        {
            "Sid": "ReadThePoolsVolumes",
            "Effect": "Allow",
            "Action": ["ec2:CreateSnapshot"],
            "Resource": f"arn:aws:ec2:{args.region}:*:volume/*",
            "Condition": of_the_pool,
        },
        {
            # A snapshot that is being made has no tags to check yet.
            "Sid": "MakeSnapshots",
            "Effect": "Allow",
            "Action": ["ec2:CreateSnapshot"],
            "Resource": snapshots,
        },
        {
            "Sid": "TagSnapshots",
            "Effect": "Allow",
            "Action": ["ec2:CreateTags"],
            "Resource": snapshots,
        },
        {
            "Sid": "DeleteThePoolsSnapshots",
            "Effect": "Allow",
            "Action": ["ec2:DeleteSnapshot"],
            "Resource": snapshots,
            "Condition": of_the_pool,
        },
        {
            # EC2 has no narrower resource for these actions.
            "Sid": "SeeVolumesAndSnapshots",
            "Effect": "Allow",
            "Action": ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": args.region}},
        },
    ]
