"""The network: subnets where they belong, ways out, and what it refuses."""

from ipaddress import IPv4Network
from typing import Any

import pytest

from components.arguments import BadArgument
from components.network import Network, NetworkArgs
from tests.components.harness import REGION, TAGS, ZONES, Program, run


def network(**more: Any) -> Program:
    args: dict[str, Any] = {"region": REGION, "zone_ids": ZONES, "tags": TAGS}
    return run(lambda: Network("network", NetworkArgs(**{**args, **more})))


def test_each_zone_has_a_public_and_a_private_subnet_in_that_zone() -> None:
    subnets = network().of_type("aws:ec2/subnet:Subnet")
    assert {(s.name, s.inputs["availabilityZoneId"]) for s in subnets} == {
        (f"network-{kind}-{zone}", zone)
        for kind in ("public", "private")
        for zone in ZONES
    }


def test_only_public_subnets_give_their_machines_public_addresses() -> None:
    for subnet in network().of_type("aws:ec2/subnet:Subnet"):
        assert subnet.inputs["mapPublicIpOnLaunch"] is ("public" in subnet.name)


def test_subnets_lie_in_the_vpc_and_do_not_overlap() -> None:
    made = network(zone_ids=tuple(f"use1-az{number}" for number in range(1, 9)))
    vpc = IPv4Network(made.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"])
    blocks = [
        IPv4Network(subnet.inputs["cidrBlock"])
        for subnet in made.of_type("aws:ec2/subnet:Subnet")
    ]
    # 8 zones x 2 kinds of /20, which is the whole /16.
    assert len(blocks) == 16
    assert sum(block.num_addresses for block in blocks) == vpc.num_addresses
    assert all(block.subnet_of(vpc) for block in blocks)
    assert not any(
        one.overlaps(other) for one in blocks for other in blocks if one is not other
    )


def test_there_is_no_nat_gateway_and_no_paid_endpoint_unless_asked_for() -> None:
    made = network()
    assert not made.of_type("aws:ec2/natGateway:NatGateway")
    assert not made.of_type("aws:ec2/eip:Eip")
    endpoints = made.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {endpoint.inputs["serviceName"] for endpoint in endpoints} == {
        "com.amazonaws.us-east-1.s3",
        "com.amazonaws.us-east-1.dynamodb",
    }
    assert {e.inputs["vpcEndpointType"] for e in endpoints} == {"Gateway"}


def test_without_nat_only_the_public_route_table_leads_to_the_internet() -> None:
    route = network().one("aws:ec2/route:Route")
    assert route.inputs == {
        "routeTableId": "network-public.id",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "network-internet-gateway.id",
    }


def test_a_nat_gateway_has_its_own_zone_address_and_route() -> None:
    made = network(nat_gateways=True)
    for zone in ZONES:
        nat = made.one("aws:ec2/natGateway:NatGateway", f"network-nat-{zone}")
        assert nat.inputs["subnetId"] == f"network-public-{zone}.id"
        assert nat.inputs["allocationId"] == f"network-nat-address-{zone}.id"
        route = made.one("aws:ec2/route:Route", f"network-private-to-nat-{zone}")
        assert route.inputs["natGatewayId"] == f"network-nat-{zone}.id"
        assert route.inputs["routeTableId"] == f"network-private-{zone}.id"
    assert len(made.of_type("aws:ec2/eip:Eip")) == len(ZONES)


@pytest.mark.parametrize("nat_gateways", [False, True])
def test_every_subnet_has_one_route_table_and_every_table_the_endpoints(
    nat_gateways: bool,
) -> None:
    made = network(nat_gateways=nat_gateways)
    associated = [
        one.inputs["subnetId"]
        for one in made.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
    ]
    assert sorted(associated) == sorted(
        f"{subnet.name}.id" for subnet in made.of_type("aws:ec2/subnet:Subnet")
    )
    tables = {f"{t.name}.id" for t in made.of_type("aws:ec2/routeTable:RouteTable")}
    for endpoint in made.of_type("aws:ec2/vpcEndpoint:VpcEndpoint"):
        assert set(endpoint.inputs["routeTableIds"]) == tables


def test_an_interface_endpoint_is_private_and_open_to_the_vpc_only() -> None:
    made = network(interface_endpoints=("ssm",))
    endpoint = made.one("aws:ec2/vpcEndpoint:VpcEndpoint", "network-ssm")
    assert endpoint.inputs["vpcEndpointType"] == "Interface"
    assert endpoint.inputs["privateDnsEnabled"] is True
    assert endpoint.inputs["subnetIds"] == [f"network-private-{z}.id" for z in ZONES]
    rules = made.one("aws:ec2/securityGroup:SecurityGroup").inputs["ingress"]
    assert [rule["cidrBlocks"] for rule in rules] == [["10.64.0.0/16"]]


def test_machines_live_in_public_subnets_until_there_is_nat() -> None:
    found: dict[bool, Network] = {}

    def build() -> None:
        for nat_gateways in (False, True):
            args = NetworkArgs(region=REGION, zone_ids=ZONES, nat_gateways=nat_gateways)
            found[nat_gateways] = Network(f"nat-{nat_gateways}".lower(), args)

    run(build)
    assert found[False].public_addresses
    assert found[False].outbound_subnet_ids is found[False].public_subnet_ids
    assert not found[True].public_addresses
    assert found[True].outbound_subnet_ids is found[True].private_subnet_ids


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"region": "mars-1"},
            "region is 'mars-1': it must be a commercial AWS region",
        ),
        ({"region": "cn-north-1"}, "must be a commercial AWS region"),
        ({"zone_ids": ()}, "zone_ids is (): it must name at least 1 zones"),
        ({"zone_ids": ("us-east-1a",)}, "must be a zone id such as use1-az1"),
        ({"zone_ids": ("use1-az1", "use1-az1")}, "must name each zone once"),
        ({"zone_ids": ("use1-az1", "usw2-az1")}, "must stay in one region"),
        (
            {"zone_ids": tuple(f"use1-az{n}" for n in range(9))},
            "must name at most 8 zones",
        ),
        ({"cidr_block": "10.0.0.0/8"}, "must be a private IPv4 range from /16 to /24"),
        ({"cidr_block": "8.8.0.0/16"}, "must be a private IPv4 range"),
        ({"cidr_block": "nonsense"}, "cidr_block is 'nonsense'"),
        ({"interface_endpoints": ("ssm", "ssm")}, "must name each service once"),
        ({"tags": {"aws:Owner": "me"}}, "keys of 1 to 128 characters"),
        ({"tags": {f"tag{n}": "" for n in range(41)}}, "must have at most 40"),
    ],
)
def test_a_bad_network_is_refused(change: dict[str, Any], sentence: str) -> None:
    args: dict[str, Any] = {"region": REGION, "zone_ids": ZONES}
    with pytest.raises(BadArgument) as raised:
        NetworkArgs(**{**args, **change})
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)
