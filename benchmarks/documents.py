"""Makes previews of any size, in the shape and the proportions of real ones.

A cell of ten resources repeats: a component with a subnet, a security group, a launch
template and its Auto Scaling group, an instance with a volume and its attachment, an
elastic IP and its association. A third of the text is stack traces, as in a real one.
"""

import sys
from pathlib import Path
from random import Random
from typing import Any

import msgspec

STACK, PROJECT = "bench", "benchmark"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ROOT = f"urn:pulumi:{STACK}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{STACK}"
PROVIDER = (
    f"urn:pulumi:{STACK}::{PROJECT}::pulumi:providers:aws::default_7_51_0::"
    f"{UNKNOWN_TEXT}"
)
COMPONENT = "bench:index:Cell"
PARENTS = f"{COMPONENT}$"

INSTANCE_TYPES = ("t3.medium", "m7g.large", "c7i.xlarge", "r6a.4xlarge", "m6i.large")
VOLUME_TYPES = ("gp3", "gp3", "gp3", "gp2", "st1")
FRAMES = (
    "components/cell.py#{line}",
    "components/cell.py#31",
    ".venv/lib/python3.11/site-packages/pulumi_aws/_utilities.py#112",
    ".venv/lib/python3.11/site-packages/pulumi/resource.py#1042",
    "__main__.py#{line}",
    ".venv/lib/python3.11/site-packages/pulumi/runtime/stack.py#138",
    ".venv/lib/python3.11/site-packages/pulumi/runtime/stack.py#66",
)
TRACE_FRAMES = 9


def preview_document(resources: int, seed: int = 1) -> bytes:
    """What `pulumi preview --json` prints for a first deployment of that many."""
    random = Random(seed)
    steps = [_step(ROOT, {}, {}, custom=False)]
    if resources > 1:
        vpc = _urn("aws:ec2/vpc:Vpc", "network")
        steps.append(_step(vpc, {"cidrBlock": "10.0.0.0/8", "tags": _tags("vpc")}, {}))
    cell = 0
    while len(steps) < resources:
        steps.extend(_cell(cell, random)[: resources - len(steps)])
        cell += 1
    document = {
        "config": {"aws:region": "us-east-1", f"{PROJECT}:tier": "100k"},
        "steps": steps,
        "duration": 1_000_000 * resources,
        "changeSummary": {"create": len(steps)},
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=4)


def _cell(number: int, random: Random) -> list[dict[str, Any]]:
    vpc = _urn("aws:ec2/vpc:Vpc", "network")
    component = f"urn:pulumi:{STACK}::{PROJECT}::{COMPONENT}::cell-{number}"
    made = [_step(component, {}, {}, custom=False)]

    def make(
        kind: str, name: str, inputs: dict[str, Any], by: dict[str, list[str]]
    ) -> str:
        urn = _urn(kind, f"{name}-{number}", PARENTS)
        made.append(_step(urn, inputs, by, parent=component, line=number % 90 + 10))
        return urn

    zone = f"us-east-1{random.choice('abcdf')}"
    subnet = make(
        "aws:ec2/subnet:Subnet",
        "subnet",
        {
            "availabilityZone": zone,
            "cidrBlock": f"10.{number >> 8 & 255}.{number & 255}.0/24",
            "mapPublicIpOnLaunch": random.random() < 0.3,
            "vpcId": UNKNOWN_TEXT,
            "tags": _tags("subnet"),
            "__defaults": [],
        },
        {"vpcId": [vpc]},
    )
    group = make(
        "aws:ec2/securityGroup:SecurityGroup",
        "group",
        {
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443}],
            "vpcId": UNKNOWN_TEXT,
            "revokeRulesOnDelete": False,
            "__defaults": ["revokeRulesOnDelete"],
        },
        {"vpcId": [vpc]},
    )
    template = make(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "template",
        {
            "imageId": "ami-0abcdef1234567890",
            "instanceType": random.choice(INSTANCE_TYPES),
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {"volumeSize": random.choice((20, 30)), "volumeType": "gp3"},
                }
            ],
            "monitoring": {"enabled": random.random() < 0.2},
            "vpcSecurityGroupIds": [UNKNOWN_TEXT],
        },
        {"vpcSecurityGroupIds": [group]},
    )
    least = random.randint(1, 3)
    make(
        "aws:autoscaling/group:Group",
        "workers",
        {
            "desiredCapacity": least,
            "minSize": least,
            "maxSize": least * 3,
            "launchTemplate": {"id": UNKNOWN_TEXT, "version": "$Latest"},
            "vpcZoneIdentifiers": [UNKNOWN_TEXT],
        },
        {"launchTemplate": [template], "vpcZoneIdentifiers": [subnet]},
    )
    instance = make(
        "aws:ec2/instance:Instance",
        "instance",
        {
            "ami": "ami-0abcdef1234567890",
            "instanceType": random.choice(INSTANCE_TYPES),
            "subnetId": UNKNOWN_TEXT,
            "vpcSecurityGroupIds": [UNKNOWN_TEXT],
            "rootBlockDevice": {"volumeSize": 16, "volumeType": "gp3"},
            "getPasswordData": False,
            "userDataReplaceOnChange": False,
            "tags": _tags("instance"),
            "__defaults": ["getPasswordData", "userDataReplaceOnChange"],
        },
        {"subnetId": [subnet], "vpcSecurityGroupIds": [group]},
    )
    volume = make(
        "aws:ebs/volume:Volume",
        "volume",
        {
            "availabilityZone": zone,
            "size": random.choice((50, 100, 500)),
            "type": random.choice(VOLUME_TYPES),
            "encrypted": True,
            "tags": _tags("volume"),
        },
        {},
    )
    make(
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "attachment",
        {
            "deviceName": "/dev/sdf",
            "instanceId": UNKNOWN_TEXT,
            "volumeId": UNKNOWN_TEXT,
        },
        {"instanceId": [instance], "volumeId": [volume]},
    )
    address = make("aws:ec2/eip:Eip", "address", {"domain": "vpc"}, {})
    make(
        "aws:ec2/eipAssociation:EipAssociation",
        "association",
        {"allocationId": UNKNOWN_TEXT, "instanceId": UNKNOWN_TEXT},
        {"allocationId": [address], "instanceId": [instance]},
    )
    return made


def _urn(kind: str, name: str, parents: str = "") -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::{parents}{kind}::{name}"


def _tags(name: str) -> dict[str, str]:
    return {"Name": name, "project": PROJECT, "stack": STACK, "owner": "platform"}


def _step(
    urn: str,
    inputs: dict[str, Any],
    dependencies: dict[str, list[str]],
    *,
    parent: str = ROOT,
    custom: bool = True,
    line: int = 7,
) -> dict[str, Any]:
    state: dict[str, Any] = {
        "urn": urn,
        "custom": custom,
        "type": urn.split("::")[2].rpartition("$")[2],
        "inputs": inputs,
    }
    if urn != ROOT:
        state["parent"] = parent
    if custom:
        state["dependencies"] = [u for urns in dependencies.values() for u in urns]
        state["provider"] = PROVIDER
        # Every input has an entry; inputs that need no other resource have none in it.
        state["propertyDependencies"] = {
            key: dependencies.get(key, []) for key in inputs if key != "__defaults"
        }
    state["created"] = "0001-01-01T00:00:00Z"
    state["sourcePosition"] = f"project:///components/cell.py#{line}"
    state["stackTrace"] = [
        {"sourcePosition": "project:///" + frame.format(line=line)}
        for frame in (FRAMES * 2)[:TRACE_FRAMES]
    ]
    return {"op": "create", "urn": urn, "provider": PROVIDER, "newState": state}


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(preview_document(int(sys.argv[1]), seed=1))
