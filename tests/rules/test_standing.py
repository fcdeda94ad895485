"""What stands in a Local Zone or on an Outpost never has a price of its region."""

import pytest

from farebox.graph import Resource
from farebox.rules.machines.standing import GROUPS, STANDING
from farebox.rules.registry import TYPES
from tests.rules.network import resource, statement_of

SUBNET = "aws:ec2/subnet:Subnet"
ZONE = "us-east-1-bos-1a"
PLACES = [(type_, name) for type_, names in STANDING.items() for name in names]


def _named(name: str) -> object:
    """The value by which an input says that a resource stands in the Local Zone."""
    if name.endswith("utpostArn"):
        return "arn:aws:outposts:us-east-1:1:outpost/op-1"
    if name in GROUPS:
        return "far"
    if "ubnet" not in name:
        return ZONE if name == "availabilityZone" else [ZONE]
    if name == "subnetMappings":
        return [{"subnetId": "subnet-1"}]
    return ["subnet-1"] if name.endswith("s") else "subnet-1"


def _stands(type_: str, id_: str, **inputs: object) -> Resource:
    return Resource(f"{type_}::{id_}", type_, id_, inputs, "us-east-1", id=id_)


def _network(zone: str) -> list[Resource]:
    groups = [type_ for types in GROUPS.values() for type_ in types]
    return [
        _stands(SUBNET, "subnet-1", availabilityZone=zone),
        *(
            _stands(type_, "far", name="far", subnetIds=["subnet-1"])
            for type_ in groups
        ),
    ]


@pytest.mark.parametrize(("type_", "name"), PLACES)
def test_a_resource_in_a_local_zone_or_on_an_outpost_has_no_figure(
    type_: str, name: str
) -> None:
    charged = {"instanceType": "m5.large", "size": 8, "vpcEndpointType": "Interface"}
    it = resource(type_, **{**charged, name: _named(name)})
    statement = statement_of(it, *_network(ZONE))
    assert not statement.lines
    assert {e.code for e in statement.unpriced} == {"no-price"}


@pytest.mark.parametrize("type_", sorted(STANDING))
def test_a_type_of_the_table_has_a_rule(type_: str) -> None:
    assert type_ in TYPES


def test_a_subnet_of_the_region_keeps_the_regions_prices() -> None:
    it = resource("aws:ec2/natGateway:NatGateway", subnetId="subnet-1")
    [line] = statement_of(it, *_network("us-east-1a")).lines
    assert line.quantity == 730
