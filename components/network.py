"""A VPC with a public and a private subnet in each zone.

Machines reach the internet by a public IPv4 address of their own in a public subnet
unless NAT gateways are asked for. An address costs the same whatever it carries; a NAT
gateway charges for every GB, so it is dearer as soon as a machine moves some 80 GB a
month. Security groups keep the addresses closed from outside.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.arguments import (
    require,
    require_name,
    require_region,
    require_tags,
    require_zone_ids,
    tags_of,
)

VPC_SOURCE = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
SUBNETS_PER_KIND = 8
"""The address range is cut into 16 equal blocks: 8 public ones, 8 private ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkArgs:
    """Where the network is and what it offers.

    `interface_endpoints` are AWS services to reach privately, `ssm` for example; each
    costs money per zone and hour, so there are none unless asked for.
    """

    region: str
    zone_ids: tuple[str, ...]
    cidr_block: str = "10.64.0.0/16"
    nat_gateways: bool = False
    interface_endpoints: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        require_region("region", self.region)
        require_zone_ids("zone_ids", self.zone_ids, at_least=1)
        require(
            len(self.zone_ids) <= SUBNETS_PER_KIND,
            "zone_ids",
            self.zone_ids,
            f"must name at most {SUBNETS_PER_KIND} zones",
            "docs/stack.md",
        )
        try:
            block = ipaddress.IPv4Network(self.cidr_block)
        except ValueError:
            block = None
        require(
            block is not None and block.is_private and 16 <= block.prefixlen <= 24,
            "cidr_block",
            self.cidr_block,
            "must be a private IPv4 range from /16 to /24, because AWS takes at most "
            "/16 and its sixteenth part must be a subnet of at least /28",
            VPC_SOURCE,
        )
        require(
            len(set(self.interface_endpoints)) == len(self.interface_endpoints),
            "interface_endpoints",
            self.interface_endpoints,
            "must name each service once",
            "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
        )
        require_tags("tags", self.tags)


class Network(pulumi.ComponentResource):
    """VPC, subnets, routes, gateway endpoints, and NAT gateways where asked.

    Outputs: `vpc_id`; `public_subnet_ids`, `private_subnet_ids` and
    `outbound_subnet_ids` by zone id, the last where machines are to live; `zone_names`
    by zone id, for what AWS wants by this account's name of the zone.
    """

    vpc_id: pulumi.Output[str]
    cidr_block: str
    public_addresses: bool
    public_subnet_ids: dict[str, pulumi.Output[str]]
    private_subnet_ids: dict[str, pulumi.Output[str]]
    outbound_subnet_ids: dict[str, pulumi.Output[str]]
    zone_names: dict[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: NetworkArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the network; `name` starts the names of everything in it."""
        require_name(name, "-internet-gateway", 255, VPC_SOURCE)
        super().__init__("passepartout:hosting:Network", name, None, opts)
        self._prefix = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = tags_of(args.tags, "Network")

        self._vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr_block,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={**self._tags, "Name": f"{name}-vpc"},
            opts=self._child,
        )
        blocks = ipaddress.IPv4Network(args.cidr_block).subnets(prefixlen_diff=4)
        cidr_blocks = [str(block) for block in blocks]
        public = self._subnets("public", cidr_blocks[:SUBNETS_PER_KIND])
        private = self._subnets("private", cidr_blocks[SUBNETS_PER_KIND:])
        self._route(public, private)

        self.vpc_id = self._vpc.id
        self.cidr_block = args.cidr_block
        self.public_addresses = not args.nat_gateways
        self.public_subnet_ids = {zone: subnet.id for zone, subnet in public.items()}
        self.private_subnet_ids = {zone: subnet.id for zone, subnet in private.items()}
        self.outbound_subnet_ids = (
            self.private_subnet_ids if args.nat_gateways else self.public_subnet_ids
        )
        self.zone_names = {
            zone: subnet.availability_zone for zone, subnet in public.items()
        }
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
            }
        )

    def _subnets(self, kind: str, cidr_blocks: list[str]) -> dict[str, aws.ec2.Subnet]:
        """One subnet per zone; a public one gives its machines public addresses."""
        return {
            zone_id: aws.ec2.Subnet(
                f"{self._prefix}-{kind}-{zone_id}",
                vpc_id=self._vpc.id,
                availability_zone_id=zone_id,
                cidr_block=cidr_block,
                map_public_ip_on_launch=kind == "public",
                tags={**self._tags, "Name": f"{self._prefix}-{kind}-{zone_id}"},
                opts=self._child,
            )
            for zone_id, cidr_block in zip(
                self._args.zone_ids, cidr_blocks, strict=False
            )
        }

    def _route(
        self, public: dict[str, aws.ec2.Subnet], private: dict[str, aws.ec2.Subnet]
    ) -> None:
        """Routes: public subnets to the internet, private ones to NAT or nowhere."""
        name, args = self._prefix, self._args
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet-gateway",
            vpc_id=self._vpc.id,
            tags=self._tags,
            opts=self._child,
        )
        public_table = self._table("public", "public", public)
        to_internet = aws.ec2.Route(
            f"{name}-public-to-internet",
            route_table_id=public_table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._child,
        )
        tables = [public_table]
        if args.nat_gateways:
            for zone_id, subnet in private.items():
                table = self._table(f"private-{zone_id}", "private", {zone_id: subnet})
                self._nat(zone_id, public[zone_id], table, to_internet)
                tables.append(table)
        else:
            tables.append(self._table("private", "private", private))
        for service in ("s3", "dynamodb"):
            # Gateway endpoints are free and keep this traffic off NAT gateways.
            aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=self._vpc.id,
                service_name=f"com.amazonaws.{args.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=[table.id for table in tables],
                tags=self._tags,
                opts=self._child,
            )
        if args.interface_endpoints:
            self._interface_endpoints(private)

    def _table(
        self, label: str, kind: str, subnets: dict[str, aws.ec2.Subnet]
    ) -> aws.ec2.RouteTable:
        """A route table and its association with each of the subnets."""
        table = aws.ec2.RouteTable(
            f"{self._prefix}-{label}",
            vpc_id=self._vpc.id,
            tags={**self._tags, "Name": f"{self._prefix}-{label}"},
            opts=self._child,
        )
        for zone_id, subnet in subnets.items():
            aws.ec2.RouteTableAssociation(
                f"{self._prefix}-{kind}-{zone_id}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=self._child,
            )
        return table

    def _nat(
        self,
        zone_id: str,
        public: aws.ec2.Subnet,
        table: aws.ec2.RouteTable,
        to_internet: aws.ec2.Route,
    ) -> None:
        """A NAT gateway of the zone's own, so that no traffic crosses zones for it."""
        address = aws.ec2.Eip(
            f"{self._prefix}-nat-address-{zone_id}",
            domain="vpc",
            tags=self._tags,
            opts=self._child,
        )
        nat = aws.ec2.NatGateway(
            f"{self._prefix}-nat-{zone_id}",
            allocation_id=address.id,
            subnet_id=public.id,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[to_internet]),
        )
        aws.ec2.Route(
            f"{self._prefix}-private-to-nat-{zone_id}",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=nat.id,
            opts=self._child,
        )

    def _interface_endpoints(self, private: dict[str, aws.ec2.Subnet]) -> None:
        """Private addresses of AWS services, in each zone, for the VPC alone."""
        group = aws.ec2.SecurityGroup(
            f"{self._prefix}-endpoints",
            description="HTTPS from the network to AWS services",
            vpc_id=self._vpc.id,
            ingress=[
                aws.ec2.SecurityGroupIngressArgs(
                    protocol="tcp",
                    from_port=443,
                    to_port=443,
                    cidr_blocks=[self._args.cidr_block],
                )
            ],
            tags=self._tags,
            opts=self._child,
        )
        for service in self._args.interface_endpoints:
            aws.ec2.VpcEndpoint(
                f"{self._prefix}-{service}",
                vpc_id=self._vpc.id,
                service_name=f"com.amazonaws.{self._args.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=[subnet.id for subnet in private.values()],
                security_group_ids=[group.id],
                private_dns_enabled=True,
                tags=self._tags,
                opts=self._child,
            )
