"""What stands in a Local or Wavelength Zone or on an Outpost, which its zone or subnets say.

AWS sells some services there too, at prices of their own: the region's would be a wrong
figure without a word. What launches instances knows its places by itself.
Source: https://aws.amazon.com/about-aws/global-infrastructure/localzones/features/
"""

from collections.abc import Iterator

from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.machines.places import Place, places_of
from farebox.rules.shapes import field, text, values_of

_SUBNETS = ("subnets", "subnetMappings", "subnetIds", "subnetId")
_ZONES = ("availabilityZone", "availabilityZones")
_BALANCER = (*_SUBNETS[:2], *_ZONES)
_DATABASE = (*_ZONES[:1], "dbSubnetGroupName")
_FILES = ("subnetIds", "preferredSubnetId")

STANDING: dict[str, tuple[str, ...]] = {
    "aws:ebs/volume:Volume": ("outpostArn", "availabilityZone"),
    "aws:ebs/fastSnapshotRestore:FastSnapshotRestore": ("availabilityZone",),
    "aws:ec2/capacityReservation:CapacityReservation": (
        "outpostArn",
        "availabilityZone",
    ),
    "aws:ec2/dedicatedHost:DedicatedHost": ("outpostArn", "availabilityZone"),
    "aws:ec2/natGateway:NatGateway": ("subnetId",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("subnetIds",),
    **{
        f"aws:{module}/loadBalancer:LoadBalancer": _BALANCER
        for module in (
            "lb",
            "alb",
            "applicationloadbalancing",
            "elasticloadbalancing",
            "elasticloadbalancingv2",
            "elb",
        )
    },
    "aws:rds/instance:Instance": _DATABASE,
    "aws:rds/clusterInstance:ClusterInstance": _DATABASE,
    "aws:elasticache/cluster:Cluster": (
        "preferredOutpostArn",
        "availabilityZone",
        "preferredAvailabilityZones",
        "subnetGroupName",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "preferredCacheClusterAzs",
        "subnetGroupName",
    ),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": _FILES,
    "aws:fsx/lustreFileSystem:LustreFileSystem": _FILES,
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": _FILES,
    "aws:fsx/ontapFileSystem:OntapFileSystem": _FILES,
}
"""Types that AWS sells there, and the inputs that say where one stands, nearest first."""

GROUPS = {
    "dbSubnetGroupName": frozenset(("aws:rds/subnetGroup:SubnetGroup",)),
    "subnetGroupName": frozenset(("aws:elasticache/subnetGroup:SubnetGroup",)),
}
"""Inputs that name a group of subnets, and the type of the group."""


def apart(resource: Resource, circumstances: Circumstances) -> str:
    """Why the region's prices do not hold for a resource; empty where they do.

    The first input that names places decides: all of them must be apart, so far as the
    stack has them.
    """
    for name in STANDING.get(resource.type, ()):
        reasons = [place.apart() for place in _places(resource, circumstances, name)]
        if reasons:
            return reasons[0] if all(reasons) else ""
    return ""


def at_own_prices(charges: list[Charge], why: str) -> list[Charge]:
    """The charges of a rule for a resource apart: none of them has the region's price."""
    free = all(isinstance(charge, NoCharge) for charge in charges)
    return charges if free else [Gap("no-price", why)]


def _places(
    resource: Resource, circumstances: Circumstances, name: str
) -> Iterator[Place]:
    graph, value = circumstances.graph, resource.input(name)
    if value in (None, ""):
        return
    if name.endswith("utpostArn"):
        yield Place(outpost=True)
    elif name in GROUPS:
        for group in graph.references(resource, name, value, GROUPS[name]):
            yield from places_of(graph, group, "subnetIds", group.input("subnetIds"))
    elif name == "subnetMappings":
        ids = [field(mapping, "subnetId") for mapping in values_of(value)]
        yield from places_of(graph, resource, name, ids)
    elif "ubnet" in name:
        yield from places_of(graph, resource, name, value)
    else:
        for zone in values_of(value):
            said = text(zone)
            if isinstance(said, str):
                yield Place(zone=said)
