"""What reverse proxies are asked for, and what of it AWS or one proxy could not do."""

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
from components.balancers import require_targets
from components.domain import require_domain, require_hosted_zone
from components.instance_types import machine_image
from components.spot_pool_args import GROUP_SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseProxiesArgs:
    """How many proxies of which type, and the domain whose names they route.

    Subnets are keyed by zone id. `relay_host` gets the names that no machine holds:
    users who host themselves keep a connection open to the relay. A proxy stops
    accepting at `connections_per_proxy`. `record_table` is the DynamoDB table of the
    users' record, None where no user lives here; with `state_log`, a log group's name,
    proxies tell how the stack is, whose machines have `places` for users each. The group
    of proxies keeps `target_connections` on each, where it may grow.
    """

    region: str
    vpc_id: pulumi.Input[str]
    proxy_subnet_ids: Mapping[str, pulumi.Input[str]]
    balancer_subnet_ids: Mapping[str, pulumi.Input[str]]
    public_addresses: bool
    domain: str
    relay_host: str
    certificate_arn: pulumi.Input[str]
    record_table: str | None
    instance_type: str
    min_proxies: int
    proxies: int
    max_proxies: int
    connections_per_proxy: int = 25_000
    target_connections: int = 20_000
    state_log: str | None = None
    places: int = 0
    root_gib: int = 8
    cross_zone: bool = False
    hosted_zone_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what AWS, or one proxy, could not do."""
        require_region("region", self.region)
        require_zone_ids("proxy_subnet_ids", tuple(self.proxy_subnet_ids), at_least=1)
        require(
            set(self.proxy_subnet_ids) <= set(self.balancer_subnet_ids),
            "balancer_subnet_ids",
            tuple(self.balancer_subnet_ids),
            "must cover the proxies' zones, because a load balancer reaches only zones "
            "that it is in",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html",
        )
        require_domain("domain", self.domain)
        require_domain("relay_host", self.relay_host)
        require_hosted_zone("hosted_zone_id", self.hosted_zone_id)
        require(
            self.record_table is None
            or bool(re.fullmatch(r"[\w.-]{3,255}", self.record_table)),
            "record_table",
            self.record_table,
            "must be 3 to 255 letters, digits, dots, hyphens and underscores",
            "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html",
        )
        machine_image("instance_type", (self.instance_type,))
        require(
            0 <= self.min_proxies <= self.proxies <= self.max_proxies,
            "proxies",
            (self.min_proxies, self.proxies, self.max_proxies),
            "must be 0 <= least <= usual <= most",
            GROUP_SOURCE,
        )
        require_targets(
            "max_proxies",
            self.max_proxies,
            len(self.balancer_subnet_ids),
            cross_zone=self.cross_zone,
        )
        require_between(
            "connections_per_proxy",
            self.connections_per_proxy,
            1,
            1_000_000,
            "connections",
            "docs/stack.md",
        )
        require_between(
            "target_connections",
            self.target_connections,
            1,
            self.connections_per_proxy,
            "connections, at most what a proxy takes",
            "docs/stack.md",
        )
        require(
            self.state_log is None
            or (self.record_table is not None and self.places > 0),
            "state_log",
            self.state_log,
            "must come with record_table and places: it tells of users and machines",
            "docs/operating.md",
        )
        require_between(
            "root_gib",
            self.root_gib,
            8,
            65_536,
            "GiB: the machine image needs 8",
            "https://docs.aws.amazon.com/linux/al2023/ug/ec2.html",
        )
        require_tags("tags", self.tags)
