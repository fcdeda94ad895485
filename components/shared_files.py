"""One EFS file system for all users' data, in every zone, with backups of its own.

Machines mount it whole and keep shares of it, folders that the record says are theirs.
There is no access point a user: a mount each would be a TLS connection each, of which a
file system has 25,000, and folders are moved to another machine by one line of the
record. What a container sees is its own folder alone.
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
from components.machines import Statement, policy_document, trust
from components.user_volumes import SNAPSHOT_HOURS

NFS_PORT = 2_049
VAULT_SOURCE = (
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/"
    "lag-vault-primary-backup.html"
)
VAULT_NAME_LIMIT = 50
LEAST_DAYS = 7
"""The shortest time that an air-gapped vault keeps a backup."""
BACKUP_POLICIES = ("Backup", "Restores")
"""AWS's own policies for the role that backs up and brings back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFilesArgs:
    """Subnets by zone id, in which machines live, and how often to back up.

    A backup is kept for as many intervals as `backups_kept`, a week at least.
    """

    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    volume_pool: str
    backup_hours: int = 24
    backups_kept: int = 7
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what EFS or AWS Backup would refuse."""
        require_region("region", self.region)
        require_zone_ids("subnet_ids", tuple(self.subnet_ids), at_least=1)
        require(
            self.backup_hours in SNAPSHOT_HOURS,
            "backup_hours",
            self.backup_hours,
            f"must be one of {', '.join(map(str, SNAPSHOT_HOURS))}",
            VAULT_SOURCE,
        )
        require_between(
            "backups_kept", self.backups_kept, 1, 1_000, "backups", VAULT_SOURCE
        )
        require_tags("tags", self.tags)

    @property
    def days_kept(self) -> int:
        """Days that a backup is kept."""
        return max(LEAST_DAYS, -(-self.backup_hours * self.backups_kept // 24))


class SharedFiles(pulumi.ComponentResource):
    """The file system, a way to it in each zone, its policy, and its backups.

    Outputs: `file_system_id`, `file_system_arn`.
    """

    file_system_id: pulumi.Output[str]
    file_system_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: SharedFilesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the file system; `name` starts the names of everything in it."""
        require_name(name, "-vault", VAULT_NAME_LIMIT, VAULT_SOURCE)
        super().__init__("passepartout:hosting:SharedFiles", name, None, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        self._tags = tags_of(args.tags, "SharedFiles", VolumePool=args.volume_pool)
        # Users' data outlive a mistake, as volumes do.
        kept = pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True)
        files = aws.efs.FileSystem(
            name,
            encrypted=True,
            throughput_mode="elastic",
            tags={**self._tags, "Name": name},
            opts=kept,
        )
        self._group = aws.ec2.SecurityGroup(
            f"{name}-ways",
            description="Users' files: only hosting machines",
            vpc_id=args.vpc_id,
            tags=self._tags,
            opts=self._child,
        )
        for zone_id, subnet_id in args.subnet_ids.items():
            aws.efs.MountTarget(
                f"{name}-{zone_id}",
                file_system_id=files.id,
                subnet_id=subnet_id,
                security_groups=[self._group.id],
                opts=self._child,
            )
        aws.efs.FileSystemPolicy(
            f"{name}-policy",
            file_system_id=files.id,
            policy=files.arn.apply(lambda arn: policy_document(*only_by_tls(arn))),
            opts=self._child,
        )
        self._back_up(args, files, kept)
        self.file_system_id, self.file_system_arn = files.id, files.arn
        self.register_outputs(
            {
                "file_system_id": self.file_system_id,
                "file_system_arn": self.file_system_arn,
            }
        )

    def admit(self, machines: pulumi.Input[str]) -> None:
        """Let machines of a security group mount the file system."""
        aws.vpc.SecurityGroupIngressRule(
            f"{self._name}-from-machines",
            description="NFS, from the hosting machines",
            security_group_id=self._group.id,
            referenced_security_group_id=machines,
            ip_protocol="tcp",
            from_port=NFS_PORT,
            to_port=NFS_PORT,
            tags=self._tags,
            opts=self._child,
        )

    def _back_up(
        self,
        args: SharedFilesArgs,
        files: aws.efs.FileSystem,
        kept: pulumi.ResourceOptions,
    ) -> None:
        """Backups go straight into a vault that nobody can empty before its time."""
        name = self._name
        vault = aws.backup.Vault(f"{name}-vault", tags=self._tags, opts=kept)
        locked = aws.backup.LogicallyAirGappedVault(
            f"{name}-locked",
            min_retention_days=LEAST_DAYS,
            max_retention_days=max(args.days_kept, LEAST_DAYS),
            tags=self._tags,
            opts=kept,
        )
        role = aws.iam.Role(
            f"{name}-backup",
            assume_role_policy=trust("backup.amazonaws.com"),
            tags=self._tags,
            opts=self._child,
        )
        for what in BACKUP_POLICIES:
            aws.iam.RolePolicyAttachment(
                f"{name}-{what.lower()}",
                role=role.name,
                policy_arn="arn:aws:iam::aws:policy/service-role/"
                f"AWSBackupServiceRolePolicyFor{what}",
                opts=self._child,
            )
        plan = aws.backup.Plan(
            f"{name}-backups",
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name=f"every-{args.backup_hours}-hours",
                    target_vault_name=vault.name,
                    target_logically_air_gapped_backup_vault_arn=locked.arn,
                    schedule=schedule(args.backup_hours),
                    start_window=60,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(
                        delete_after=args.days_kept
                    ),
                )
            ],
            tags=self._tags,
            opts=self._child,
        )
        aws.backup.Selection(
            f"{name}-backed-up",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=[files.arn],
            opts=self._child,
        )


def schedule(hours: int) -> str:
    """Every so many hours, from three at night on, as a cron expression of AWS."""
    at = ",".join(str((3 + hour) % 24) for hour in range(0, 24, hours))
    return f"cron(0 {at} * * ? *)"


def only_by_tls(arn: str) -> list[Statement]:
    """Nobody without TLS; and with a policy, nobody whose own role does not allow it."""
    return [
        {
            "Sid": "NothingInTheClear",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def machine_permissions(arn: pulumi.Input[str]) -> list[Statement]:
    """What a machine may do with the file system: mount it, and own folders there."""
    return [
        {
            "Sid": "MountUsersFiles",
            "Effect": "Allow",
            "Action": [
                "elasticfilesystem:ClientMount",
                "elasticfilesystem:ClientWrite",
                "elasticfilesystem:ClientRootAccess",
                "elasticfilesystem:DescribeMountTargets",
            ],
            "Resource": arn,
        }
    ]
