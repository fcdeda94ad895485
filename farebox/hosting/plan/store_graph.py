"""Where a tier keeps its users' data, as far as it is charged: records, volumes, files.

`plan_graph` writes these down beside the rest; names and inputs are those of
`components/`, as far as a charge depends on them.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from farebox.hosting.plan_values import TierPlan, VolumePlan

RECORD, USER_VOLUME, USER_FILES = "record", "user-volume", "user-files"
"""The names of the components."""

LOCKED_VAULT = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"


class Planned(NamedTuple):
    """One resource: its type, its name, and the inputs that its charge depends on."""

    type: str
    name: str
    inputs: dict[str, Any]


def records(pool: str) -> Iterator[Planned]:
    """The table and the bucket of `UserRecords`."""
    yield Planned(
        "aws:dynamodb/table:Table",
        f"{RECORD}-table",
        {
            "name": pool,
            "billingMode": "PAY_PER_REQUEST",
            "pointInTimeRecovery": {"enabled": True},
        },
    )
    yield Planned("aws:s3/bucket:Bucket", f"{RECORD}-bucket", {})


def user_volumes(
    plan: TierPlan, volumes: VolumePlan, pool: str, *, each: bool
) -> Iterator[Planned]:
    """The volumes of `UserVolumes`, then the policy of their snapshots.

    One resource a volume, as in the program: lines, counts and the policy's sum come
    out alike. They share their inputs, so thousands are cheap. Without `each` the first
    one stands for all.
    """
    inputs = {
        "type": "gp3",
        "size": volumes.gib,
        "iops": volumes.iops,
        "throughput": volumes.mib_per_second,
        "finalSnapshot": True,
        "tags": {"VolumePool": pool},
    }
    names = (
        f"{USER_VOLUME}-{zone.zone_id}-{number:03d}"
        for zone in plan.zones
        for number, _ in zone.numbers
    )
    for name in islice(names, None if each else 1):
        yield Planned("aws:ebs/volume:Volume", name, inputs)
    schedule = {
        "createRule": {"interval": volumes.snapshot_hours, "intervalUnit": "HOURS"},
        "retainRule": {"count": volumes.snapshots_kept},
    }
    yield Planned(
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        f"{USER_VOLUME}-snapshots",
        {
            "state": "ENABLED",
            "policyDetails": {
                "policyType": "EBS_SNAPSHOT_MANAGEMENT",
                "resourceTypes": ["VOLUME"],
                "targetTags": {"VolumePool": pool},
                "schedules": [schedule],
            },
        },
    )


def user_files() -> Iterator[Planned]:
    """The file system and the two vaults of `SharedFiles`; what leads to them is not
    charged."""
    for type_, suffix, inputs in (
        ("aws:efs/fileSystem:FileSystem", "", {"throughputMode": "elastic"}),
        ("aws:backup/vault:Vault", "-vault", {}),
        (LOCKED_VAULT, "-locked", {}),
    ):
        yield Planned(type_, f"{USER_FILES}{suffix}", inputs)
