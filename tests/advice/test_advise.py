"""Each advice is the stack priced again: its saving is what the statement would lose."""

from decimal import Decimal
from typing import Any

import pytest

from farebox.graph import UNKNOWN, Resource
from tests.advice.advising import (
    GROUP,
    INSTANCE,
    TEMPLATE,
    VOLUME,
    advised,
    resource,
    told,
)


def test_gp2_is_gp3_with_the_iops_that_its_size_gives() -> None:
    found = advised(
        resource(VOLUME, "small", type="gp2", size=500, availabilityZone="a"),
        resource(VOLUME, "large", type="gp2", size=2000, availabilityZone="a"),
    )
    # By hand: 500 x (0.10 - 0.08) = 10. 2000 x 0.02 = 40, less (6000 - 3000) x 0.005 = 15.
    assert told(found) == [
        ("large", "type: gp2 -> gp3", Decimal(25)),
        ("small", "type: gp2 -> gp3", Decimal(10)),
    ]
    assert found.usd_saved == 35
    assert found.found[0].idea.inputs is not None
    assert found.found[0].idea.inputs["iops"] == 6000


def test_what_a_template_launches_saves_where_it_is_charged() -> None:
    found = advised(
        resource(
            TEMPLATE,
            "lt",
            instanceType="r6a.large",
            blockDeviceMappings=[
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {"volumeType": "gp2", "volumeSize": 50},
                }
            ],
        ),
        resource(
            GROUP,
            "asg",
            minSize=2,
            maxSize=2,
            launchTemplate={"id": "lt", "version": "$Latest"},
            availabilityZones=["us-east-1a"],
        ),
    )
    # By hand: 2 x 50 GB x (0.10 - 0.08) = 2.
    [gp3] = [one for one in told(found) if "gp3" in one[1]]
    assert gp3 == ("lt", "blockDeviceMappings.ebs.volumeType: gp3", Decimal(2))


def test_an_address_that_nothing_uses_is_idle_and_one_in_use_is_not() -> None:
    gateway = Resource(
        "urn::nat",
        "aws:ec2/natGateway:NatGateway",
        "nat",
        {"allocationId": "used"},
        "us-east-1",
        dependencies={"allocationId": ["urn::used"]},
        id="nat",
    )
    eip = "aws:ec2/eip:Eip"
    found = advised(resource(eip, "spare"), resource(eip, "used"), gateway)
    # By hand: 730 h x 0.005.
    assert told(found) == [("spare", "remove it", Decimal("3.65"))]


@pytest.mark.parametrize(
    ("stack", "saves"), [("dev", True), ("shop-staging-2", True), ("prod", False)]
)
def test_a_standby_is_advised_against_in_development_alone(
    stack: str, saves: bool
) -> None:
    database = resource(
        "aws:rds/instance:Instance",
        "sql",
        engine="postgres",
        engineVersion="16.3",
        instanceClass="db.m7g.large",
        multiAz=True,
        allocatedStorage=100,
        storageType="gp3",
    )
    found = told(advised(database, stack=stack, wide=True))
    assert any(change == "multiAz: true -> false" for _, change, _ in found) == saves


def test_a_cluster_in_extended_support_is_worth_its_fee() -> None:
    cluster = resource("aws:eks/cluster:Cluster", "k8s", version="1.31")
    # By hand: 730 h x (0.60 - 0.10).
    [(_, change, usd)] = told(advised(cluster))
    assert change.startswith("version: 1.31 -> 1.")
    assert usd == 365


def test_graviton_is_advised_where_the_book_prices_it_and_never_for_windows() -> None:
    box: dict[str, Any] = {
        "instanceType": "m5.large",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 8},
    }
    found = told(advised(resource(INSTANCE, "web", **box), wide=True))
    assert [change for _, change, _ in found] == ["instanceType: m5.large -> m7g.large"]
    windows = resource(INSTANCE, "win", **box, getPasswordData=True)
    assert not told(advised(windows, wide=True))


def test_a_type_without_a_price_and_an_unknown_input_give_no_advice() -> None:
    odd = resource(INSTANCE, "web", instanceType="m5.colossal")
    unknown = resource(VOLUME, "v", type="04da6b54-80e4-46f7-96ec-b56ff0331ba9", size=9)
    assert unknown.input("type") is UNKNOWN
    assert not advised(odd, unknown).found
