"""Where users' data may live, and what each place lets a machine hold.

`gp3` are EBS volumes that users share, one machine at a time; `efs` is one file system
of the region, of which a machine holds shares: folders for as many users as a volume
would have. A share is no attachment, so no instance type has a limit of them; what is
limited is how many files a machine has open there.
"""

from collections.abc import Mapping, Sequence

from farebox.hosting.errors import PlanError
from farebox.hosting.instance_types import InstanceType
from farebox.hosting.limits import (
    bought_at_most,
    check_attachments,
    check_speed,
    check_volume,
    volumes_at_most,
)
from farebox.hosting.plan_values import TierConfig, VolumeConfig

EFS_SOURCE = "https://docs.aws.amazon.com/efs/latest/ug/limits.html"
EFS_OPEN_FILES = 32_768
"""Files that one machine may have open on a file system."""
FILES_PER_USER = 32
"""Files that a user has open at a time (assumed): its image, its logs, its databases."""
EFS_USERS_PER_VM = EFS_OPEN_FILES // FILES_PER_USER
EFS_CONNECTIONS = 25_000
"""Machines that may have a file system mounted: each has one connection."""


def users_by_place(
    config: TierConfig, types: Sequence[InstanceType], volumes: VolumeConfig
) -> Mapping[str, int]:
    """Users of one machine that the place of their data allows, by the limit's name."""
    if config.storage == "efs":
        return {"open files": EFS_USERS_PER_VM}
    found = {"attachments": volumes_at_most(types) * volumes.users_per_volume}
    bought = bought_at_most(types, volumes)
    if bought is not None:
        found["ebs speed"] = bought * volumes.users_per_volume
    return found


def check_place(
    config: TierConfig,
    types: Sequence[InstanceType],
    volumes: VolumeConfig,
    users_per_vm: int,
) -> None:
    """Raise PlanError where a machine cannot hold the data of so many users."""
    if config.storage == "gp3":
        check_attachments(types, volumes, users_per_vm)
    elif users_per_vm > EFS_USERS_PER_VM:
        raise PlanError(
            f"{users_per_vm:,} users of a machine have {FILES_PER_USER} files open each",
            limit=f"a machine may have {EFS_OPEN_FILES:,} open on EFS",
            source=EFS_SOURCE,
            nearest=f"users_per_vm: {EFS_USERS_PER_VM}, or storage: gp3",
        )


def check_asked(config: TierConfig, volumes: VolumeConfig) -> None:
    """Raise PlanError for a speed that the place does not sell."""
    if config.storage == "gp3":
        check_speed(volumes)


def place_gib(config: TierConfig, volumes: VolumeConfig, users: int) -> int:
    """GiB of so many users together; PlanError where no volume has them."""
    if config.storage == "efs":
        return users * volumes.gib_per_user
    return check_volume(volumes, users)
