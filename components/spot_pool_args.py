"""What a spot pool is asked for, and what of it AWS or one machine could not do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.arguments import (
    require,
    require_between,
    require_region,
    require_tags,
    require_zone_ids,
)
from components.instance_types import (
    ATTACHMENTS_SOURCE,
    data_volumes_at_most,
    machine_image,
    require_offered,
)

GROUP_SOURCE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html"
ROUTES_PORT = 19_999
"""Where a machine publishes which users it runs; ports for users come after it."""
FIRST_USER_PORT = ROUTES_PORT + 1
LAST_USER_PORT = FIRST_USER_PORT + 2_047
USER_IMAGE = "clfoundation/sbcl"
"""Stands in until the operator has an image that keeps docs/image.md."""
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
class SharedFolders:
    """The file system that stands in for volumes, and how many shares a zone has.

    `retiring` names the shares that take no more users.
    """

    file_system_id: pulumi.Input[str]
    file_system_arn: pulumi.Input[str]
    shares: Mapping[str, int]
    retiring: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPoolArgs:
    """What machines to run, where, and what each of them hosts.

    `on_demand_base` machines over all zones are on demand, and `on_demand_percent` of
    the rest. `volume_pool` is the tag by which machines find their data volumes.
    `image_repository_arn` is given when the container image lives in a private ECR.
    `record_table` has the users; `bucket_name` and `agent_key` lead to the agent.
    `shared_files` is given where users' data are in a file system, not on volumes.
    `container_cpus` is what a container never exceeds, a share such as "1.5".
    `machine_log` names the log group that machines' journals go to, with `user_lines`
    of each user's a minute; None leaves all of it on the machines.
    """

    region: str
    vpc_id: pulumi.Input[str]
    zones: tuple[PoolZone, ...]
    instance_types: tuple[str, ...]
    proxy_security_group_id: pulumi.Input[str]
    public_addresses: bool
    volume_pool: str
    record_table: str
    bucket_name: pulumi.Input[str]
    agent_key: pulumi.Input[str]
    volumes_per_machine: int
    users_per_volume: int
    users_per_machine: int
    gib_per_user: int
    container_mib: int
    shared_files: SharedFolders | None = None
    container_cpus: str = "2"
    container_image: str = USER_IMAGE
    machine_log: str | None = None
    user_lines: int = 0
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
                self.shared_files is not None
                or 1 <= self.volumes_per_machine <= at_most,
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
            "docs/stack.md (a port of the machine for each user's container)",
        )
        require_between(
            "users_per_volume",
            self.users_per_volume,
            1,
            65_536,
            "users",
            "docs/stack.md",
        )
        require(
            bool(re.fullmatch(r"\d+(\.\d+)?", self.container_cpus))
            and float(self.container_cpus) > 0,
            "container_cpus",
            self.container_cpus,
            "must be a number of processors such as 2 or 0.5",
            "https://docs.docker.com/engine/containers/resource_constraints/",
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
        require_between(
            "user_lines",
            self.user_lines,
            0,
            10_000 if self.machine_log else 0,
            "lines a minute, none without machine_log",
            "docs/operating.md",
        )
        require_tags("tags", self.tags)
