"""Where each user lives, and what travels: a table, and a bucket.

The table is the durable record (docs/operating.md): proxies, machines and the operator
read and write it. The bucket has the machines' agent, and for as long as a user moves
from one volume to another, the user's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.agent_package import package, package_version
from components.arguments import require, require_name, require_tags, tags_of
from components.machines import Statement
from passepartout.users.dynamodb import INDEXES, KEYS
from passepartout.users.records import MOVES

NAME_SOURCE = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "HowItWorks.NamingRulesDataTypes.html"
)
BUCKET_SOURCE = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
)
MOVES_DAYS = 7
"""How long a copy of moved data may stay that a crash left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecordsArgs:
    """`table` is the table's name in AWS: operators and machines say it."""

    table: str
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a name that DynamoDB would refuse."""
        allowed = set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
        )
        require(
            3 <= len(self.table) <= 255 and set(self.table) <= allowed,
            "table",
            self.table,
            "must be 3 to 255 letters, digits, dots, hyphens and underscores",
            NAME_SOURCE,
        )
        require_tags("tags", self.tags)


class UserRecords(pulumi.ComponentResource):
    """The table, the bucket, and the agent in it. The table is protected.

    Outputs: `table`, `bucket_name`, `agent_key`.
    """

    table: str
    bucket_name: pulumi.Output[str]
    agent_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: UserRecordsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build table and bucket; `name` starts the names of everything in it."""
        require_name(name, "-bucket", 63, BUCKET_SOURCE)
        super().__init__("passepartout:hosting:UserRecords", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = tags_of(args.tags, "UserRecords")
        _table(f"{name}-table", args.table, tags, self)
        bucket = aws.s3.Bucket(f"{name}-bucket", tags=tags, opts=child)
        aws.s3.BucketPublicAccessBlock(
            f"{name}-bucket-closed",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        _ends(f"{name}-bucket-ends", bucket, child)
        agent = aws.s3.BucketObjectv2(
            f"{name}-agent",
            bucket=bucket.id,
            key=f"agent/{package_version()}.zip",
            source=package(),
            tags=tags,
            opts=child,
        )
        self.table = args.table
        self.bucket_name = bucket.id
        self.agent_key = agent.key
        self.register_outputs(
            {
                "table": self.table,
                "bucket_name": self.bucket_name,
                "agent_key": self.agent_key,
            }
        )


def _table(
    name: str, table: str, tags: Mapping[str, str], parent: pulumi.Resource
) -> None:
    """The record's table, with the keys and indexes that the code reads by."""
    attributes = {*KEYS, *(pair for keys in INDEXES.values() for pair in keys)}
    aws.dynamodb.Table(
        name,
        name=table,
        billing_mode="PAY_PER_REQUEST",
        hash_key=KEYS[0][0],
        range_key=KEYS[1][0],
        attributes=[
            aws.dynamodb.TableAttributeArgs(name=key, type=kind)
            for key, kind in sorted(attributes)
        ],
        global_secondary_indexes=[
            aws.dynamodb.TableGlobalSecondaryIndexArgs(
                name=index,
                key_schemas=[
                    aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                        attribute_name=key, key_type=part
                    )
                    for (key, _), part in zip(keys, ("HASH", "RANGE"), strict=True)
                ],
                projection_type="ALL",
            )
            for index, keys in INDEXES.items()
        ],
        point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
        deletion_protection_enabled=True,
        tags=tags,
        # Without it nobody knows whose data are where.
        opts=pulumi.ResourceOptions(parent=parent, protect=True, retain_on_delete=True),
    )


def _ends(name: str, bucket: aws.s3.Bucket, child: pulumi.ResourceOptions) -> None:
    """Copies that a crash left behind end by themselves."""
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="moves",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(
                    prefix=f"{MOVES}/"
                ),
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(
                    days=MOVES_DAYS
                ),
                abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=1
                ),
            )
        ],
        opts=child,
    )


def machine_permissions(
    region: str, table: str, bucket: pulumi.Input[str]
) -> list[Statement]:
    """What a machine may do here: the record's items, the agent, data on their way."""
    record = f"arn:aws:dynamodb:{region}:*:table/{table}"

    def below(prefix: str) -> pulumi.Output[str]:
        return pulumi.Output.concat("arn:aws:s3:::", bucket, "/", prefix, "/*")

    return [
        {
            "Sid": "ReadAndWriteTheRecord",
            "Effect": "Allow",
            "Action": [
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:Query",
            ],
            "Resource": [record, f"{record}/index/*"],
        },
        {
            "Sid": "FetchTheAgent",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": below("agent"),
        },
        {
            "Sid": "MoveData",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
            ],
            "Resource": below(MOVES),
        },
    ]
