"""CloudFormation templates within a program: what they make, and what is not known."""

import json
from typing import Any

import pytest

from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.graph.preview import read_preview
from farebox.graph.state import read_state
from farebox.graph.templates.expand import MOST_RESOURCES, read_template
from farebox.graph.templates.names import input_name, token_of
from farebox.graph.templates.values import Values, is_unknown
from tests.graph.documents import UNKNOWN_TEXT, export, preview, root, state, step

STACK = "aws:cloudformation/stack:Stack"

NODES = """
Parameters:
  Size: {Type: String, Default: m5.large}
  Subnets: {Type: CommaDelimitedList, Default: "subnet-a, subnet-b"}
  Public: {Type: String, Default: "no"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /aws/ami}
Mappings:
  Disks:
    us-east-1: {Gib: 40}
Conditions:
  IsPublic: !Equals [!Ref Public, "yes"]
  Never: !Not [!Equals [a, a]]
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: !Ref Image
        InstanceType: !Ref Size
        BlockDeviceMappings:
          - DeviceName: /dev/xvda
            Ebs: {VolumeSize: !FindInMap [Disks, !Ref "AWS::Region", Gib], VolumeType: gp3}
        NetworkInterfaces:
          - AssociatePublicIpAddress: !If [IsPublic, true, false]
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "1"
      MaxSize: "4"
      DesiredCapacity: "3"
      VPCZoneIdentifier: !Ref Subnets
      LaunchTemplate:
        LaunchTemplateId: !Ref Template
        Version: !GetAtt Template.LatestVersionNumber
  Gone:
    Type: AWS::EC2::EIP
    Condition: Never
"""


def stack(body: Any, **inputs: Any) -> Resource:
    text = body if isinstance(body, str) else json.dumps(body)
    given = {"templateBody": text, **inputs}
    return Resource("urn:stack", STACK, "nodes", given, "us-east-1")


def made(body: Any, **inputs: Any) -> dict[str, Resource]:
    found = read_template(stack(body, **inputs)).resources
    return {item.name.removeprefix("nodes/"): item for item in found}


def problems(body: Any, **inputs: Any) -> tuple[str, ...]:
    return read_template(stack(body, **inputs)).problems


def test_a_template_makes_the_resources_that_it_declares() -> None:
    found = made(NODES)
    assert {name: item.type for name, item in found.items()} == {
        "Template": "aws:ec2/launchTemplate:LaunchTemplate",
        "Group": "aws:autoscaling/group:Group",
    }
    template, group = found["Template"], found["Group"]
    assert template.input("instanceType") == "m5.large"
    assert template.input("imageId") is UNKNOWN
    assert template.input("blockDeviceMappings") == [
        {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 40, "volumeType": "gp3"}}
    ]
    assert template.input("networkInterfaces") == [{"associatePublicIpAddress": False}]
    assert [group.input(n) for n in ("minSize", "desiredCapacity", "maxSize")] == [
        1,
        3,
        4,
    ]
    assert group.input("vpcZoneIdentifiers") == ["subnet-a", "subnet-b"]
    assert group.input("launchTemplate") == {"id": UNKNOWN, "version": "$Latest"}
    assert group.dependencies == {"launchTemplate": ["urn:stack/Template"]}
    assert (group.parent, group.region, problems(NODES)) == (
        "urn:stack",
        "us-east-1",
        (),
    )


def test_parameters_of_the_stack_go_before_their_defaults() -> None:
    found = made(NODES, parameters={"Size": "m5.xlarge", "Public": "yes"})["Template"]
    assert found.input("instanceType") == "m5.xlarge"
    assert found.input("networkInterfaces") == [{"associatePublicIpAddress": True}]
    unknown = made(NODES, parameters={"Size": UNKNOWN_TEXT, "Public": UNKNOWN_TEXT})
    assert unknown["Template"].input("instanceType") is UNKNOWN
    (interface,) = unknown["Template"].input("networkInterfaces")
    assert interface == {"associatePublicIpAddress": UNKNOWN}


def test_a_resource_under_a_condition_that_is_not_known_is_told() -> None:
    body = {
        "Parameters": {"On": {"Type": "String"}},
        "Conditions": {"IsOn": {"Fn::Equals": [{"Ref": "On"}, "yes"]}},
        "Resources": {"Ip": {"Type": "AWS::EC2::EIP", "Condition": "IsOn"}},
    }
    assert problems(body) == ("whether Ip (AWS::EC2::EIP) is made is not known",)
    assert list(made(body, parameters={"On": "yes"})) == ["Ip"]
    assert made(body, parameters={"On": "no"}) == {}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"templateUrl": "https://x"}, "is elsewhere (templateUrl)"),
        ({"templateBody": UNKNOWN_TEXT}, "is not known yet"),
        ({"templateBody": "a: ["}, "cannot be read"),
        ({"templateBody": "- a"}, "it is no map of keys"),
        ({"templateBody": "a: &x [*x]"}, "cannot be read"),
        ({"templateBody": "{}"}, "declares no resources"),
        ({"templateBody": '{"Resources": {"A": {}}}'}, "A is no resource"),
        (
            {"templateBody": '{"Transform": "Mine", "Resources": {}}'},
            "changed by Mine before it is deployed",
        ),
    ],
)
def test_what_of_a_template_is_not_seen_is_told(
    inputs: dict[str, Any], said: str
) -> None:
    found = read_template(Resource("urn:stack", STACK, "nodes", inputs, "us-east-1"))
    (problem,) = found.problems
    assert said in problem
    assert found.resources == ()


def test_a_template_of_more_than_aws_takes_is_not_read() -> None:
    many = {f"R{n}": {"Type": "AWS::EC2::EIP"} for n in range(MOST_RESOURCES + 1)}
    assert problems({"Resources": many}) == (
        "its template declares no resources that are read",
    )


VALUES = Values(
    {
        "Parameters": {"Env": {"Default": "prod"}, "Open": {}},
        "Conditions": {
            "Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
            "Open": {"Fn::Equals": [{"Ref": "Open"}, "x"]},
            "Loop": {"Condition": "Loop"},
        },
        "Resources": {"Disk": {}, "Key": {}},
    },
    {},
    "us-east-1",
)
OPEN = UNKNOWN_TEXT


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ({"Ref": "Env"}, "prod"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Disk"}, f"{OPEN}#Disk"),
        ({"Ref": "Nothing"}, OPEN),
        ({"Fn::GetAtt": ["Disk", "Arn"]}, f"{OPEN}#Disk"),
        ({"Fn::GetAtt": "Disk.Arn"}, f"{OPEN}#Disk"),
        ({"Fn::GetAtt": 3}, OPEN),
        ({"Fn::Sub": "${Env}-${!raw}-${AWS::Region}"}, "prod-${raw}-us-east-1"),
        ({"Fn::Sub": "${Disk}/${Key.Arn}"}, f"{OPEN}#Disk,Key"),
        ({"Fn::Sub": ["${a}", {"a": {"Ref": "Env"}}]}, "prod"),
        ({"Fn::Sub": {}}, OPEN),
        ({"Fn::If": ["Prod", 1, 2]}, 1),
        ({"Fn::If": ["Open", {"Ref": "Disk"}, 2]}, f"{OPEN}#Disk"),
        ({"Fn::If": ["Loop", 1, 2]}, OPEN),
        ({"a": {"Fn::If": ["Prod", {"Ref": "AWS::NoValue"}, 2]}, "b": 1}, {"b": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"Fn::Join": ["-", ["a", {"Ref": "Env"}]]}, "a-prod"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Key"}]]}, f"{OPEN}#Key"),
        ({"Fn::Select": ["1", ["a", "b"]]}, "b"),
        ({"Fn::Select": [5, ["a", "b"]]}, OPEN),
        ({"Fn::FindInMap": ["a", "b", "c"]}, OPEN),
        ({"Fn::ImportValue": {"Ref": "Disk"}}, f"{OPEN}#Disk"),
        ({"Fn::And": [{"Condition": "Prod"}, {"Condition": "Open"}]}, OPEN),
        ({"Fn::Or": [{"Condition": "Prod"}, {"Condition": "Open"}]}, True),
        (
            {"Fn::And": [{"Condition": "Prod"}, {"Fn::Not": [{"Condition": "Prod"}]}]},
            False,
        ),
    ],
)
def test_a_function_is_worked_out_as_far_as_it_is_known(
    written: Any, value: Any
) -> None:
    assert VALUES.of(written) == value


@pytest.mark.parametrize(
    ("type_", "token"),
    [
        ("AWS::EC2::Instance", "aws:ec2/instance:Instance"),
        ("AWS::EC2::NatGateway", "aws:ec2/natGateway:NatGateway"),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "aws:lb/loadBalancer:LoadBalancer",
        ),
        ("AWS::ElasticLoadBalancingV2::Listener", "aws:lb/listener:Listener"),
        ("AWS::Logs::LogGroup", "aws:cloudwatch/logGroup:LogGroup"),
        ("AWS::EC2::VPC", "aws:ec2/vpc:Vpc"),
        ("AWS::IAM::Role", "aws:iam/role:Role"),
        ("Custom::Thing", "cloudformation:index:Custom/Thing"),
    ],
)
def test_a_type_of_cloudformation_has_its_name_in_pulumi(
    type_: str, token: str
) -> None:
    assert token_of(type_) == token


def test_a_property_has_its_name_in_pulumi() -> None:
    names = ["InstanceType", "CPUCredits", "VPCZoneIdentifier", "subnetId", "EBS"]
    assert [input_name(name) for name in names] == [
        "instanceType",
        "cpuCredits",
        "vpcZoneIdentifier",
        "subnetId",
        "ebs",
    ]


def types(graph: ResourceGraph) -> dict[str, str]:
    return {item.name: item.type for item in graph.resources}


def test_a_preview_and_a_state_hold_what_their_templates_make() -> None:
    own = state(STACK, "nodes", inputs={"templateBody": NODES})
    graph = read_preview(preview(root(), step("create", own)))
    assert types(graph)["nodes/Group"] == "aws:autoscaling/group:Group"
    # A template by URL is known once AWS has answered.
    answered = state(
        STACK,
        "nodes",
        id="arn:aws:cloudformation:us-east-1:123456789012:stack/nodes/1",
        inputs={"templateUrl": "https://x"},
        outputs={"templateBody": NODES},
    )
    assert "nodes/Group" in types(read_state(export(answered)))


def test_a_resource_of_aws_native_is_the_one_of_aws() -> None:
    kind = "aws-native:ec2:Instance"
    inputs = {
        "imageId": "ami-1",
        "instanceType": "m5.large",
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 30}},
            {"deviceName": "/dev/sdb", "ebs": {"volumeSize": 9, "volumeType": "st1"}},
        ],
        "networkInterfaces": [{"associatePublicIpAddress": True, "subnetId": "s"}],
        "launchTemplate": UNKNOWN_TEXT,
    }
    graph = read_preview(
        preview(
            root(),
            step(
                "create",
                state(
                    kind,
                    "web",
                    inputs=inputs,
                    provider="",
                    propertyDependencies={"launchTemplate": ["u"]},
                ),
            ),
            config={"aws-native:region": "eu-west-1"},
        )
    )
    web = next(item for item in graph.resources if item.name == "web")
    assert (web.type, web.region) == ("aws:ec2/instance:Instance", "eu-west-1")
    assert web.input("rootBlockDevice") == {"volumeSize": 30}
    assert web.input("ebsBlockDevices") == [
        {"deviceName": "/dev/sdb", "volumeSize": 9, "volumeType": "st1"}
    ]
    assert (web.input("ami"), web.input("subnetId")) == ("ami-1", "s")
    assert web.input("associatePublicIpAddress") is True
    assert web.dependencies["launchTemplate"] == ["u"]


@pytest.mark.parametrize(
    "function",
    [
        {"Fn::FindInMap": ["a", {"b": 1}, "c"]},
        {"Fn::FindInMap": ["a", ["b"], "c"]},
        {"Ref": ["a"]},
        {"Fn::GetAtt": [{"a": 1}, "Arn"]},
        {"Fn::GetAtt": [["a"], "Arn"]},
        {"Fn::Select": [{"a": 1}, ["b"]]},
        {"Fn::If": [["a"], 1, 2]},
    ],
)
def test_a_function_of_what_is_no_name_is_not_known(function: dict[str, Any]) -> None:
    values = Values({"Mappings": {"a": {"b": {"c": 1}}}}, {}, "us-east-1")
    assert is_unknown(values.of(function))


def test_a_resource_of_aws_native_has_aws_answers_too() -> None:
    kind = "aws-native:ec2:Volume"
    graph = read_state(
        export(
            state(
                kind,
                "data",
                id="vol-1",
                inputs={"snapshotId": "snap-1"},
                outputs={"size": 200, "volumeType": "gp3", "snapshotId": "snap-1"},
            )
        )
    )
    (data,) = graph.resources
    assert data.type == "aws:ebs/volume:Volume"
    assert (data.input("size"), data.input("type")) == (200, "gp3")
