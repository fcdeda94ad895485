"""What a program may ask of AWS when there is no AWS: one function, one answer.

An answer is either the same for everybody, or a placeholder that no price depends on.
Each is told to the reader of the statement. Whatever is not in the table ends the run.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from farebox.graph.errors import WAY_OUT, ProgramError
from farebox.graph.offline.policy import policy_json
from farebox.graph.offline.zones import zone, zones, zones_or_error
from farebox.graph.resource import UNKNOWN_REGION

ACCOUNT = "123456789012"
"""AWS's own example of an account number."""

IMAGE = "ami-0123456789abcdef0"
DEFAULT_VPC = "vpc-0123456789abcdef0"
PUBLIC_PARAMETERS = "/aws/service/"

Values = dict[str, Any]
Arguments = Mapping[str, Any]
Function = Callable[[Arguments, str], Values]


class Answer(Struct, frozen=True):
    """What a function gives back, and the sentence that tells where it comes from."""

    values: Values
    note: str


def answer(token: str, arguments: Arguments, region: str | None) -> Answer:
    """The answer to a provider's function. Raises ProgramError where there is none."""
    name = token.rpartition(":")[2]
    found = _ANSWERS.get(token)
    if found is None:
        raise ProgramError(
            f"The program asks AWS for {name}, which Farebox cannot answer offline. "
            f"{WAY_OUT}"
        )
    function, note, regional = found
    if not regional:
        return Answer(function(arguments, region or ""), f"offline: {note}")
    if region is None:
        raise ProgramError(
            f"The program asks AWS for {name}, and no region is set: give one with "
            "--region, or set aws:region in the stack's config."
        )
    if region == UNKNOWN_REGION:
        raise ProgramError(
            f"The program asks AWS for {name} through a provider whose region is not "
            f"known before deployment. {WAY_OUT}"
        )
    text = note.format(region=region)
    return Answer(function(arguments, region), f"offline: {text}")


def _region(arguments: Arguments, region: str) -> Values:
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _caller(_arguments: Arguments, _region: str) -> Values:
    return {
        "id": ACCOUNT,
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/offline",
        "userId": "AIDAOFFLINE",
    }


def _partition(_arguments: Arguments, region: str) -> Values:
    china = region.startswith("cn-")
    partition = (
        "aws-cn" if china else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    )
    suffix = "amazonaws.com.cn" if china else "amazonaws.com"
    return {
        "id": partition,
        "partition": partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _image(arguments: Arguments, region: str) -> Values:
    asked = json.dumps(dict(arguments))
    architecture = "arm64" if "arm64" in asked or "aarch64" in asked else "x86_64"
    return {
        **arguments,
        "id": IMAGE,
        "imageId": IMAGE,
        "arn": f"arn:aws:ec2:{region}::image/{IMAGE}",
        "name": f"offline-{architecture}",
        "description": "",
        "architecture": architecture,
        "blockDeviceMappings": [],
        "productCodes": [],
        "platform": "windows" if "windows" in asked.lower() else "",
        "region": region,
        "rootDeviceName": "/dev/xvda",
        "rootDeviceType": "ebs",
        "state": "available",
        "tags": {},
        "virtualizationType": "hvm",
    }


def _image_ids(arguments: Arguments, region: str) -> Values:
    return {**arguments, "id": region, "ids": [IMAGE]}


def _parameter(arguments: Arguments, region: str) -> Values:
    name = str(arguments.get("name"))
    if not name.startswith(PUBLIC_PARAMETERS) or "ami" not in name:
        raise ProgramError(
            f"The program reads the SSM parameter {name}, which Farebox cannot know "
            f"offline. {WAY_OUT}"
        )
    value = IMAGE
    if name.endswith("/recommended"):
        value = json.dumps({"image_id": IMAGE, "image_name": "offline"})
    return {
        **arguments,
        "id": name,
        "arn": f"arn:aws:ssm:{region}::parameter{name}",
        "type": "String",
        "value": value,
        "insecureValue": value,
        "version": 1,
    }


def _policy(arguments: Arguments, _region: str) -> Values:
    text, short = policy_json(arguments)
    return {**arguments, "id": "offline", "json": text, "minifiedJson": short}


def _managed_policy(arguments: Arguments, _region: str) -> Values:
    arn = arguments.get("arn") or f"arn:aws:iam::aws:policy/{arguments.get('name')}"
    name = arn.rpartition("/")[2]
    return {**arguments, "id": arn, "arn": arn, "name": name, "tags": {}}


def _default_vpc(arguments: Arguments, region: str) -> Values:
    if not arguments.get("default"):
        raise ProgramError(
            f"The program looks a VPC up in the account, which Farebox cannot. {WAY_OUT}"
        )
    return {
        **arguments,
        "id": DEFAULT_VPC,
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/{DEFAULT_VPC}",
        "cidrBlock": "172.31.0.0/16",
        "state": "available",
        "tags": {},
    }


def _default_subnets(arguments: Arguments, region: str) -> Values:
    asked = {item["name"]: item["values"] for item in arguments.get("filters", ())}
    if asked.get("vpc-id") != [DEFAULT_VPC]:
        raise ProgramError(
            "The program looks subnets up in the account, which Farebox cannot. "
            f"{WAY_OUT}"
        )
    count = len(zones_or_error(region))
    ids = [f"subnet-0123456789abcde{number:02x}" for number in range(count)]
    return {**arguments, "id": region, "ids": ids}


def _service(arguments: Arguments, region: str) -> Values:
    service = str(arguments.get("serviceId", ""))
    return {
        **arguments,
        "id": f"com.amazonaws.{region}.{service}",
        "dnsName": f"{service}.{region}.amazonaws.com",
        "partition": "aws",
        "region": region,
        "reverseDnsName": f"com.amazonaws.{region}.{service}",
        "reverseDnsPrefix": "com.amazonaws",
        "serviceId": service,
        "supported": True,
    }


_ANSWERS: dict[str, tuple[Function, str, bool]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": (
        zones,
        "the zones of {region} come from Farebox's table; which letter means which "
        "zone id differs per account",
        True,
    ),
    "aws:index/getAvailabilityZone:getAvailabilityZone": (
        zone,
        "the zones of {region} come from Farebox's table; which letter means which "
        "zone id differs per account",
        True,
    ),
    "aws:index/getRegion:getRegion": (
        _region,
        "the region is {region}, as the stack's config or --region says",
        True,
    ),
    "aws:index/getService:getService": (
        _service,
        "names of services in {region} are put together, not looked up",
        True,
    ),
    "aws:index/getCallerIdentity:getCallerIdentity": (
        _caller,
        f"the account is a placeholder, {ACCOUNT}",
        False,
    ),
    "aws:index/getPartition:getPartition": (
        _partition,
        "the partition follows from the region",
        False,
    ),
    "aws:index/getDefaultTags:getDefaultTags": (
        lambda _arguments, _region: {"id": "offline", "tags": {}},
        "default tags of the provider count as none",
        False,
    ),
    "aws:ec2/getAmi:getAmi": (
        _image,
        f"machine images are a placeholder, {IMAGE}",
        True,
    ),
    "aws:ec2/getAmiIds:getAmiIds": (
        _image_ids,
        f"machine images are a placeholder, {IMAGE}",
        True,
    ),
    "aws:ssm/getParameter:getParameter": (
        _parameter,
        f"machine images from public SSM parameters are a placeholder, {IMAGE}",
        True,
    ),
    "aws:iam/getPolicyDocument:getPolicyDocument": (
        _policy,
        "policy documents are written by Farebox",
        False,
    ),
    "aws:iam/getPolicy:getPolicy": (
        _managed_policy,
        "IAM policies are named, not looked up",
        False,
    ),
    "aws:ec2/getVpc:getVpc": (
        _default_vpc,
        f"the default VPC of {{region}} is a placeholder, {DEFAULT_VPC}",
        True,
    ),
    "aws:ec2/getSubnets:getSubnets": (
        _default_subnets,
        "the default VPC of {region} has one placeholder subnet a zone",
        True,
    ),
}
"""By function: what answers it, what the reader is told, and whether the answer
depends on the region."""
