"""Answers to what a program asks of AWS while it runs: zones, an image, the caller."""

import json
from collections.abc import Mapping
from typing import Any

ACCOUNT = "123456789012"
ZONE_NUMBERS = {
    "us-east-1": (1, 2, 3, 4, 5, 6),
    "us-west-1": (1, 3),
    "us-west-2": (1, 2, 3, 4),
    "ca-central-1": (1, 2, 4),
    "ap-northeast-1": (1, 2, 4),
    "ap-northeast-2": (1, 2, 3, 4),
}
"""Of zone ids; 1 to 3 elsewhere. The letters of an account are given out in order.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
"""
DESCRIPTIONS = {
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)",
    "eu-west-1": "Europe (Ireland)",
    "eu-central-1": "Europe (Frankfurt)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
}


class NoAnswer(Exception):
    """The stand-in does not know this function."""


def answer(token: str, asked: Mapping[str, Any], default_region: str) -> dict[str, Any]:
    """The result of a function of the AWS plugin; NoAnswer for other functions."""
    region = str(asked.get("region") or default_region)
    match token.rsplit(":", 1)[1]:
        case "getAvailabilityZones":
            return _zones(region)
        case "getAvailabilityZone":
            return _zone(region, asked)
        case "getCallerIdentity":
            user = f"arn:aws:iam::{ACCOUNT}:user/tester"
            return {"accountId": ACCOUNT, "arn": user, "userId": "AID", "id": ACCOUNT}
        case "getRegion":
            return {
                "name": region,
                "region": region,
                "id": region,
                "endpoint": f"ec2.{region}.amazonaws.com",
                "description": DESCRIPTIONS.get(region, region),
            }
        case "getPartition":
            return {
                "partition": "aws",
                "id": "aws",
                "dnsSuffix": "amazonaws.com",
                "reverseDnsPrefix": "com.amazonaws",
            }
        case "getAmi":
            return _image(region, asked)
        case "getAmiIds":
            return {"ids": ["ami-0123456789abcdef0"], "id": "ids", **asked}
        case "getParameter":
            value = "ami-0123456789abcdef0"
            return {**asked, "id": asked["name"], "type": "String", "version": 1} | {
                "value": value,
                "insecureValue": value,
                "arn": f"arn:aws:ssm:{region}:{ACCOUNT}:parameter{asked['name']}",
            }
        case "getPolicyDocument":
            return _policy(asked)
        case name:
            raise NoAnswer(
                f"the stand-in AWS plugin has no answer for {name}: add one to "
                "tests/engine/plugin/answers.py"
            )


def _zones(region: str) -> dict[str, Any]:
    numbers = ZONE_NUMBERS.get(region, (1, 2, 3))
    return {
        "id": region,
        "region": region,
        "groupNames": [region],
        "names": [f"{region}{letter}" for letter in "abcdef"[: len(numbers)]],
        "zoneIds": [zone_id(region, number) for number in numbers],
    }


def zone_ids(region: str) -> dict[str, str]:
    """A region's zones: their names in the stand-in's account, and their ids."""
    zones = _zones(region)
    return dict(zip(zones["names"], zones["zoneIds"], strict=True))


def zone_id(region: str, zone: int) -> str:
    """The id of a region's zone: us-east-1's first is use1-az1, ap-southeast-1's
    apse1-az1. Which letter an account gives to it is up to AWS; here in order."""
    area, direction, number = region.split("-")[:3]
    short = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}
    for long, letter in short.items():
        direction = direction.replace(long, letter)
    return f"{area}{direction}{number}-az{zone}"


def _zone(region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    zones = _zones(region)
    for name, identity in zip(zones["names"], zones["zoneIds"], strict=True):
        if (
            asked.get("zoneId", identity) == identity
            and asked.get("name", name) == name
        ):
            return {
                "id": name,
                "name": name,
                "zoneId": identity,
                "region": region,
                "nameSuffix": name[-1],
                "state": "available",
                "zoneType": "availability-zone",
            }
    raise NoAnswer(f"{region} has no availability zone {asked}")


def _image(region: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    filters = {item["name"]: item["values"] for item in asked.get("filters", [])}
    architecture = next(iter(filters.get("architecture", [])), "x86_64")
    if any("arm64" in str(name) for name in filters.get("name", [])):
        architecture = "arm64"
    return {
        **asked,
        "id": "ami-0123456789abcdef0",
        "imageId": "ami-0123456789abcdef0",
        "arn": f"arn:aws:ec2:{region}::image/ami-0123456789abcdef0",
        "name": "al2023-ami-2023.0.20260101.0-kernel-6.12-" + architecture,
        "architecture": architecture,
        "rootDeviceName": "/dev/xvda",
        "rootDeviceType": "ebs",
        "virtualizationType": "hvm",
        "state": "available",
        "platform": "",
        "region": region,
        "blockDeviceMappings": [],
        "productCodes": [],
        "tags": {},
    }


POLICY_KEYS = {"actions": "Action", "notActions": "NotAction"} | {
    "resources": "Resource",
    "notResources": "NotResource",
}


def _policy(asked: Mapping[str, Any]) -> dict[str, Any]:
    statements = []
    for item in asked.get("statements", []):
        statement: dict[str, Any] = {"Effect": item.get("effect", "Allow")}
        if item.get("sid"):
            statement["Sid"] = item["sid"]
        for key, written in POLICY_KEYS.items():
            if item.get(key):
                values = sorted(item[key])
                statement[written] = values[0] if len(values) == 1 else values
        for principal in item.get("principals", []):
            statement.setdefault("Principal", {})[principal["type"]] = principal[
                "identifiers"
            ]
        for condition in item.get("conditions", []):
            tests = statement.setdefault("Condition", {})
            tests.setdefault(condition["test"], {})[condition["variable"]] = condition[
                "values"
            ]
        statements.append(statement)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return {**asked, "id": "1", "json": document, "minifiedJson": document}
