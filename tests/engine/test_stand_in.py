"""The stand-in AWS plugin refuses what the real provider and AWS would refuse."""

import json
from typing import Any

import pytest

from tests.engine.plugin import limits, schema
from tests.engine.plugin.account import SUBNET, VPC, Account, check_zone
from tests.engine.plugin.answers import NoAnswer, answer, zone_ids
from tests.engine.plugin.wire import is_unknown, plain, read, write

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
VOLUME = "aws:ebs/volume:Volume"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
ROLE = "aws:iam/role:Role"
RULE = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2"}}


def trust(**changes: Any) -> str:
    statement = {key: value for key, value in (RULE | changes).items() if value}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


GROUP_OF_ONE = {
    "minSize": 1,
    "maxSize": 1,
    "vpcZoneIdentifiers": ["subnet-1"],
    "launchTemplate": {"id": "lt-1"},
}
SCHEDULE = {
    "name": "daily",
    "createRule": {"interval": 24, "times": "03:00"},
    "retainRule": {"count": 7},
}


def policy_of(**changes: Any) -> dict[str, Any]:
    details = {"schedules": [SCHEDULE | changes], "targetTags": {"snapshot": "daily"}}
    return {"description": "daily", "executionRoleArn": "a", "policyDetails": details}


GOOD = [
    (VOLUME, {"availabilityZone": "us-east-1a", "size": 100, "type": "gp3"}),
    (VOLUME, {"availabilityZone": UNKNOWN, "size": UNKNOWN, "type": UNKNOWN}),
    (
        VOLUME,
        {"availabilityZone": "a", "size": 10, "type": "gp3"}
        | {"iops": 5000, "throughput": 1000},
    ),
    (TEMPLATE, {"instanceType": "r6a.8xlarge", "userData": "IyEvYmluL3No"}),
    (GROUP, GROUP_OF_ONE),
    (
        NODE_GROUP,
        {"clusterName": "c", "nodeRoleArn": "r", "subnetIds": ["s"]}
        | {"scalingConfig": {"minSize": 1, "desiredSize": 2, "maxSize": 3}},
    ),
    (BALANCER, {"loadBalancerType": "network", "subnets": ["a"], "name": "n" * 32}),
    (TARGETS, {"port": 443, "protocol": "TCP", "vpcId": UNKNOWN}),
    (
        LISTENER,
        {"loadBalancerArn": "a", "port": 443, "protocol": "TLS"}
        | {"certificateArn": UNKNOWN}
        | {"defaultActions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
    ),
    (ROLE, {"assumeRolePolicy": trust()}),
    ("aws:dlm/lifecyclePolicy:LifecyclePolicy", policy_of()),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "main"}}),
]


@pytest.mark.parametrize(("token", "inputs"), GOOD)
def test_what_aws_takes_is_taken(token: str, inputs: dict[str, Any]) -> None:
    assert [*schema.check(token, inputs), *limits.check(token, inputs)] == []


MISFORMED = [
    ("aws:ec2/vpc:Vpcs", {}, "no resource type"),
    (VOLUME, {"size": 1}, "availabilityZone: this property is required"),
    (VOLUME, {"availabilityZone": "a", "size": "ten"}, "size: this must be a whole"),
    (VOLUME, {"availabilityZone": "a", "gib": 1}, "gib: there is no property"),
    (VOLUME, {"availabilityZone": "a", "tags": ["x"]}, "tags: this must be a map"),
    (VOLUME, {"availabilityZone": "a", "encrypted": "yes"}, "encrypted: this must be"),
    (
        TEMPLATE,
        {"blockDeviceMappings": [{"ebs": {"volumesize": 8}}]},
        "blockDeviceMappings[0].ebs.volumesize: there is no property",
    ),
    (TEMPLATE, {"blockDeviceMappings": {}}, "blockDeviceMappings: this must be a list"),
    (
        NODE_GROUP,
        {"clusterName": "c", "nodeRoleArn": "r", "subnetIds": []}
        | {"scalingConfig": {"minSize": 1, "maxSize": 3}},
        "scalingConfig.desiredSize: this property is required",
    ),
]


@pytest.mark.parametrize(("token", "inputs", "said"), MISFORMED)
def test_an_input_that_the_plugins_schema_does_not_know_is_refused(
    token: str, inputs: dict[str, Any], said: str
) -> None:
    found = [f"{item.property}: {item.reason}" for item in schema.check(token, inputs)]
    assert any(said in text for text in found), found


BAD = [
    (VOLUME, {"size": 20, "type": "gp3", "iops": 90_000}, "3000 to 80000 IOPS"),
    (VOLUME, {"size": 10, "type": "gp3", "iops": 6_000}, "500 IOPS per GiB"),
    (VOLUME, {"size": 10, "type": "gp3", "throughput": 1000}, "0.25 MiB/s for each"),
    (VOLUME, {"size": 70_000, "type": "gp3"}, "1 to 65536 GiB"),
    (VOLUME, {"size": 10, "type": "gp9"}, "'gp9' is none of"),
    (VOLUME, {"size": 100, "type": "io2"}, "io2 needs IOPS"),
    (VOLUME, {"type": "gp3"}, "needs a size or a snapshot"),
    (VOLUME, {"size": 1, "tags": {"k" * 129: ""}}, "not of 1 to 128 characters"),
    (VOLUME, {"size": 1, "tags": {"k": "v" * 257}}, "longer than 256 characters"),
    (VOLUME, {"size": 1, "tags": {"aws:k": "v"}}, "which AWS keeps"),
    (VOLUME, {"size": 1, "tags": {str(n): "" for n in range(51)}}, "51 tags"),
    (TEMPLATE, {"instanceType": "r6a-large"}, "no instance type such as"),
    (TEMPLATE, {"userData": "#!/bin/sh"}, "as base64 only"),
    (TEMPLATE, {"name": "ab"}, "does not match"),
    (
        TEMPLATE,
        {"blockDeviceMappings": [{"ebs": {"volumeType": "st1", "volumeSize": 8}}]},
        "st1 takes 125 to 16384 GiB",
    ),
    (
        TEMPLATE,
        {"networkInterfaces": [{"deviceIndex": 0}], "vpcSecurityGroupIds": ["sg"]},
        "security groups belong to the interfaces",
    ),
    (GROUP, GROUP_OF_ONE | {"minSize": 2}, "minSize is 2 and maxSize is 1"),
    (GROUP, GROUP_OF_ONE | {"desiredCapacity": 2}, "desiredCapacity is 2 and maxSize"),
    (GROUP, GROUP_OF_ONE | {"launchTemplate": None}, "launches from one thing"),
    (GROUP, GROUP_OF_ONE | {"healthCheckType": "TCP"}, "'TCP' is none of"),
    (
        GROUP,
        GROUP_OF_ONE
        | {"launchTemplate": None}
        | {
            "mixedInstancesPolicy": {
                "instancesDistribution": {"spotAllocationStrategy": "cheapest"},
                "launchTemplate": {"launchTemplateSpecification": {}},
            }
        },
        "'cheapest' is none of",
    ),
    (NODE_GROUP, {"capacityType": "SPOTS"}, "'SPOTS' is none of"),
    (
        NODE_GROUP,
        {"amiType": "AL2023_x86_64_STANDARD", "instanceTypes": ["m7g.large"]},
        "m7g.large does not start from AL2023_x86_64_STANDARD",
    ),
    (BALANCER, {"name": "n" * 33, "subnets": ["a", "b"]}, "longer than 32 characters"),
    (BALANCER, {"name": "internal-x", "subnets": ["a", "b"]}, "starts with internal-"),
    (BALANCER, {"subnets": ["a"]}, "needs two subnets"),
    (TARGETS, {"protocol": "TPC", "port": 1, "vpcId": "v"}, "'TPC' is none of"),
    (TARGETS, {"protocol": "TCP", "port": 70_000, "vpcId": "v"}, "70000 is no port"),
    (LISTENER, {"protocol": "TLS", "port": 443}, "TLS listener needs a certificate"),
    (ROLE, {"name": "r" * 65, "assumeRolePolicy": trust()}, "longer than 64"),
    (ROLE, {"assumeRolePolicy": "{"}, "the policy is not JSON"),
    (ROLE, {"assumeRolePolicy": "{}"}, "no Version 2012-10-17"),
    (ROLE, {"assumeRolePolicy": trust(Principal=None)}, "has no Principal"),
    (
        ROLE,
        {"assumeRolePolicy": trust(Action="AssumeRole")},
        "'AssumeRole' is no action",
    ),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": trust()}, "has no Resource"),
    (
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": trust(Action="ec2:AttachVolumes", Resource="*", Principal=None)},
        "ec2 has no action AttachVolumes",
    ),
    (
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedCore"},
        "no policy that the stand-in knows",
    ),
    ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 8}, "keeps its logs 8"),
    (
        "aws:acm/certificate:Certificate",
        {"domainName": "example", "validationMethod": "DNS"},
        "no domain name",
    ),
    (
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        policy_of(createRule={"interval": 5}),
        "no schedule runs every 5 hours",
    ),
    (
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        policy_of(retainRule={"count": 1001}),
        "1 to 1,000 snapshots",
    ),
    (
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        policy_of() | {"description": "user's"},
        "other than letters and digits",
    ),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/8"}, "not between /16 and /28"),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.1/24"}, "is no network"),
    (
        "aws:ec2/securityGroup:SecurityGroup",
        {"ingress": [{"protocol": "tcp", "fromPort": 9, "toPort": 1, "self": True}]},
        "the first port 9 is above the last, 1",
    ),
    (
        "aws:ec2/securityGroup:SecurityGroup",
        {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 9}]},
        "names no network",
    ),
    ("aws:eks/cluster:Cluster", {"version": "1.3.4"}, "no Kubernetes version"),
    ("aws:eks/cluster:Cluster", {"vpcConfig": {"subnetIds": ["a"]}}, "in two zones"),
]


@pytest.mark.parametrize(("token", "inputs", "said"), BAD)
def test_what_aws_refuses_is_refused_with_a_reason(
    token: str, inputs: dict[str, Any], said: str
) -> None:
    found = [item.reason for item in limits.check(token, inputs)]
    assert any(said in reason for reason in found), found


def test_a_zone_of_another_region_is_refused() -> None:
    (failure,) = check_zone({"availabilityZone": "eu-west-1a"}, "us-east-1")
    assert failure.property == "availabilityZone"
    assert list(check_zone({"availabilityZoneId": "use1-az6"}, "us-east-1")) == []


def test_zone_ids_are_those_of_aws() -> None:
    assert zone_ids("us-east-1")["us-east-1a"] == "use1-az1"
    assert zone_ids("eu-central-1")["eu-central-1b"] == "euc1-az2"
    assert zone_ids("ap-southeast-1")["ap-southeast-1c"] == "apse1-az3"


def test_a_subnet_must_lie_in_its_vpc_and_beside_the_others() -> None:
    account = Account()
    account.add(VPC, "vpc-1", {"cidrBlock": "10.0.0.0/16"})
    account.add(SUBNET, "subnet-1", {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"})
    within = {"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24"}
    assert account.refuses(SUBNET, within) is None
    outside = within | {"cidrBlock": "10.1.0.0/24"}
    assert "InvalidSubnet.Range" in (account.refuses(SUBNET, outside) or "")
    twice = within | {"cidrBlock": "10.0.0.128/25"}
    assert "InvalidSubnet.Conflict" in (account.refuses(SUBNET, twice) or "")


def test_defaults_are_marked_in_objects_but_not_in_maps() -> None:
    inputs = {"blockDeviceMappings": [{"ebs": {"volumeSize": 8}}], "tags": {"a": "b"}}
    assert schema.with_defaults(TEMPLATE, inputs) == {
        "__defaults": [],
        "blockDeviceMappings": [
            {"__defaults": [], "ebs": {"__defaults": [], "volumeSize": 8}}
        ],
        "tags": {"a": "b"},
    }


def test_values_survive_the_wire_and_secrets_are_seen_through() -> None:
    secret = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": {"a": 1},
    }
    values = {"s": secret, "list": [1, 2.5, "x", True, None, UNKNOWN]}
    assert read(write(values)) == values
    assert plain(values)["s"] == {"a": 1}
    assert is_unknown(values["list"][-1])  # type: ignore[index]


def test_a_function_without_an_answer_says_where_to_add_one() -> None:
    with pytest.raises(NoAnswer, match=r"plugin/answers\.py"):
        answer("aws:rds/getInstance:getInstance", {}, "us-east-1")


def test_a_policy_document_is_written_as_iam_reads_it() -> None:
    asked = {"statements": [{"actions": ["s3:GetObject"], "resources": ["*"]}]}
    found = answer("aws:iam/getPolicyDocument:getPolicyDocument", asked, "us-east-1")
    (statement,) = json.loads(found["json"])["Statement"]
    assert statement == {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
