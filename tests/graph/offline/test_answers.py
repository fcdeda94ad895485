"""What a program may ask of AWS offline, and what it is told."""

import json

import pytest

from farebox.graph import UNKNOWN_REGION, ProgramError
from farebox.graph.offline.answers import answer
from farebox.graph.offline.policy import policy_json
from farebox.graph.zones import ZONE_NUMBERS, zones_of

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
ZONE = "aws:index/getAvailabilityZone:getAvailabilityZone"
PARAMETER = "aws:ssm/getParameter:getParameter"
VPC = "aws:ec2/getVpc:getVpc"
SUBNETS = "aws:ec2/getSubnets:getSubnets"
IMAGE = "aws:ec2/getAmi:getAmi"


def test_names_and_ids_of_zones_come_in_the_same_order() -> None:
    values = answer(ZONES, {"state": "available"}, "ap-southeast-1").values
    assert values["names"] == [f"ap-southeast-1{letter}" for letter in "abc"]
    assert values["zoneIds"] == ["apse1-az1", "apse1-az2", "apse1-az3"]


def test_zones_can_be_left_out_and_chosen() -> None:
    without = answer(
        ZONES,
        {"excludeNames": ["eu-west-1a"], "excludeZoneIds": ["euw1-az2"]},
        "eu-west-1",
    )
    chosen = answer(
        ZONES,
        {
            "filters": [
                {"name": "zone-id", "values": ["use1-az4", "use1-az6"]},
                {"name": "opt-in-status", "values": ["opt-in-not-required"]},
            ]
        },
        "us-east-1",
    )
    assert without.values["names"] == ["eu-west-1c"]
    assert chosen.values["names"] == ["us-east-1d", "us-east-1f"]


def test_a_zone_is_found_by_name_or_by_id() -> None:
    assert (
        answer(ZONE, {"name": "us-west-1b"}, "us-west-1").values["zoneId"] == "usw1-az3"
    )
    assert answer(ZONE, {"zoneId": "cac1-az4"}, "ca-central-1").values["name"] == (
        "ca-central-1c"
    )
    with pytest.raises(ProgramError, match="asks for the availability zone us-east-2f"):
        answer(ZONE, {"name": "us-east-2f"}, "us-east-2")


@pytest.mark.parametrize("region", sorted(ZONE_NUMBERS))
def test_every_region_has_as_many_zones_as_numbers(region: str) -> None:
    ids = list(zones_of(region).values())
    assert len(set(ids)) == len(ZONE_NUMBERS[region])


def test_an_image_has_the_architecture_that_was_asked_for() -> None:
    filters = [{"name": "name", "values": ["al2023-ami-*-arm64"]}]
    values = answer(IMAGE, {"filters": filters}, "us-east-1").values
    assert values["architecture"] == "arm64"
    assert values["id"].startswith("ami-")


def test_a_public_image_parameter_is_answered_and_a_private_one_is_not() -> None:
    path = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert answer(PARAMETER, {"name": path}, "us-east-1").values["value"][:4] == "ami-"
    whole = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended"
    found = answer(PARAMETER, {"name": whole}, "us-east-1").values["value"]
    assert json.loads(found)["image_id"].startswith("ami-")
    with pytest.raises(ProgramError, match="reads the SSM parameter /prod/db-url"):
        answer(PARAMETER, {"name": "/prod/db-url"}, "us-east-1")


def test_the_default_vpc_has_one_subnet_a_zone_and_others_are_not_known() -> None:
    vpc = answer(VPC, {"default": True}, "us-west-2").values["id"]
    filters = [{"name": "vpc-id", "values": [vpc]}]
    assert len(answer(SUBNETS, {"filters": filters}, "us-west-2").values["ids"]) == 4
    with pytest.raises(ProgramError, match="looks a VPC up in the account"):
        answer(VPC, {"id": "vpc-1"}, "us-west-2")
    with pytest.raises(ProgramError, match="looks subnets up in the account"):
        answer(SUBNETS, {"filters": []}, "us-west-2")


def test_a_question_without_a_known_region_is_refused() -> None:
    with pytest.raises(ProgramError, match="no region is set: give one with --region"):
        answer(ZONES, {}, None)
    with pytest.raises(ProgramError, match="region is not known before deployment"):
        answer(ZONES, {}, UNKNOWN_REGION)
    with pytest.raises(ProgramError, match="does not know the availability zones of x"):
        answer(ZONES, {}, "xx-north-9")


def test_a_policy_is_written_as_the_provider_writes_it() -> None:
    text, short = policy_json(
        {
            "statements": [
                {
                    "sid": "Read",
                    "actions": ["s3:GetObject", "s3:ListBucket"],
                    "resources": ["arn:aws:s3:::data/&{aws:username}"],
                    "principals": [
                        {"type": "AWS", "identifiers": ["arn:aws:iam::1:root"]},
                        {"type": "Service", "identifiers": ["ec2.amazonaws.com"]},
                    ],
                    "conditions": [
                        {"test": "Bool", "variable": "aws:Secure", "values": ["true"]}
                    ],
                }
            ]
        }
    )
    assert json.loads(text) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": "arn:aws:s3:::data/${aws:username}",
                "Principal": {
                    "AWS": "arn:aws:iam::1:root",
                    "Service": "ec2.amazonaws.com",
                },
                "Condition": {"Bool": {"aws:Secure": "true"}},
            }
        ],
    }
    assert json.loads(short) == json.loads(text)
    assert "\n" in text
    assert "\n" not in short


def test_documents_are_merged_by_sid() -> None:
    source = '{"Statement": [{"Sid": "A", "Effect": "Allow"}, {"Effect": "Deny"}]}'
    override = '{"Statement": {"Sid": "A", "Effect": "Deny"}}'
    everybody = {"principals": [{"type": "*", "identifiers": ["*"]}]}
    _, short = policy_json(
        {
            "sourcePolicyDocuments": [source],
            "statements": [everybody],
            "overridePolicyDocuments": [override],
        }
    )
    assert json.loads(short)["Statement"] == [
        {"Sid": "A", "Effect": "Deny"},
        {"Effect": "Deny"},
        {"Effect": "Allow", "Principal": "*"},
    ]
