"""What a bill may call a resource of a state: its id, its ARN, and those of its parts.

A state has many ids of other things in a resource's outputs: a listener names its load
balancer, a policy its bucket. Only the outputs that name the resource itself, or a part
that is made with it, are its own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from farebox.graph import Resource

OWN_OUTPUTS = ("arn", "id")
PARTS: dict[str, tuple[str, ...]] = {
    "aws:ec2/instance:Instance": ("primaryNetworkInterfaceId",),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": (
        "spotInstanceId",
        "primaryNetworkInterfaceId",
    ),
    "aws:ec2/natGateway:NatGateway": ("networkInterfaceId",),
    "aws:ec2/eip:Eip": ("allocationId",),
    "aws:rds/instance:Instance": ("identifier", "resourceId"),
    "aws:rds/cluster:Cluster": ("clusterResourceId", "clusterIdentifier"),
    "aws:docdb/cluster:Cluster": ("clusterResourceId", "clusterIdentifier"),
    "aws:neptune/cluster:Cluster": ("clusterResourceId", "clusterIdentifier"),
    "aws:lb/loadBalancer:LoadBalancer": ("arnSuffix",),
    "aws:alb/loadBalancer:LoadBalancer": ("arnSuffix",),
    "aws:kms/key:Key": ("keyId",),
    "aws:apigatewayv2/api:Api": ("apiId",),
}
"""Outputs that name a part of a resource, or itself in another way, by type."""

SEVERAL = {"aws:ec2/vpcEndpoint:VpcEndpoint": "networkInterfaceIds"}
"""Outputs that name several parts."""

BLOCKS = ("rootBlockDevice", "ebsBlockDevices")
IMAGES = ("aws:ec2/ami:", "aws:ec2/amiCopy:", "aws:ec2/amiFromInstance:")
"""Types whose blocks name the snapshots that they are kept in, and no volumes."""

SHORTEST_TAIL = 8
"""Characters below which the end of an ARN is too common a name to be a match."""

WITHOUT_ACCOUNT = re.compile(r"^(arn:[^:]*:[^:]*:[^:]*):\d*:")


def identities(resource: Resource) -> Iterator[str]:
    """A resource's id, and the outputs that name it or a part of it."""
    yield resource.id
    answers = resource.answers()
    for said in _texts(answers, *OWN_OUTPUTS, *PARTS.get(resource.type, ())):
        yield said
        if said == answers.get("clusterResourceId"):
            # A state has it in capitals, and a bill in small letters.
            yield said.lower()
    image = resource.type.startswith(IMAGES)
    part = "snapshotId" if image else "volumeId"
    if image:
        yield from _texts(answers, "rootSnapshotId")
    for name in BLOCKS:
        value = answers.get(name)
        for block in value if isinstance(value, list) else [value]:
            if isinstance(block, Mapping):
                yield from _texts(block, part)
    if resource.type in SEVERAL:
        several = answers.get(SEVERAL[resource.type])
        yield from (x for x in several or () if isinstance(x, str))
    if resource.type.startswith("aws:elasticache/replicationGroup:"):
        head = arn_of(resource).partition("replicationgroup:")[0]
        for member in answers.get("memberClusters") or ():
            yield f"{head}cluster:{member}"


def arn_of(resource: Resource) -> str:
    """A resource's own ARN; empty where the state has none."""
    said = resource.answers().get("arn")
    found = said if isinstance(said, str) else resource.id
    return found if found.startswith("arn:") else ""


def _texts(answers: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        value = answers.get(name)
        if isinstance(value, str) and value:
            yield value.removesuffix(":*")


def wider(said: str) -> Iterator[str]:
    """An ARN of a bill, then those of what it is a part of.

    A version of a function, an index of a table, a stage of an interface: each is
    charged to the thing whose ARN its own begins with.
    """
    said = said.removesuffix(":*")
    yield said
    parts = said.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return
    head, tail = ":".join(parts[:5]), parts[5]
    while cut := max(tail.rfind("/"), tail.rfind(":"), 0):
        tail = tail[:cut]
        yield f"{head}:{tail}"


def without_account(said: str) -> str:
    """An ARN without its account, which some of a provider's ARNs leave out."""
    return WITHOUT_ACCOUNT.sub(r"\1::", said)


def tail_of(said: str) -> str:
    """The last part of an ARN or a path, empty where it is too short to mean one thing."""
    tail = re.split(r"[/:]", said)[-1]
    return tail if len(tail) >= SHORTEST_TAIL and tail != said else ""
