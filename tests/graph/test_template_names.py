"""CloudFormation's names of types and inputs are those that Pulumi has for them."""

import json
from typing import Any

import pytest

from farebox.graph import Resource
from farebox.graph.templates.expand import with_templates
from farebox.graph.templates.names import BY_INPUTS, FILE, token_of
from farebox.graph.templates.properties import inputs_of, without_own_copy
from tests.graph.documents import UNKNOWN_TEXT as UNKNOWN
from tests.sdk_types import names_of, types_of_the_sdk

LINES = FILE.read_text(encoding="utf-8").splitlines()
SDK = set().union(*types_of_the_sdk().values())


def test_every_type_of_the_file_is_one_of_the_sdk_and_stands_once() -> None:
    tokens = [line.split()[1] for line in LINES]
    assert not sorted(set(tokens) - SDK)
    types = [line.split()[0].lower() for line in LINES]
    assert types == sorted(set(types), key=[*types].index)
    assert all(token_of(line.split()[0]) == line.split()[1] for line in LINES)


def test_a_renamed_input_is_one_that_the_type_has() -> None:
    for line in LINES:
        type_, token, *renamed = line.split()
        new = {pair.partition("=")[2] for pair in renamed}
        have = names_of(token) if new else set()
        if type_.lower() in BY_INPUTS:
            have = have | names_of("aws:rds/clusterInstance:ClusterInstance")
        assert not new - have, line
        assert "region" not in new, line  # CloudFormation has none: it would move it


@pytest.mark.parametrize(
    ("type_", "token"),
    [
        ("AWS::StepFunctions::StateMachine", "aws:sfn/stateMachine:StateMachine"),
        ("AWS::Lambda::Function", "aws:lambda/function:Function"),
        ("AWS::RDS::DBInstance", "aws:rds/instance:Instance"),
        ("AWS::KinesisFirehose::DeliveryStream", "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"),
        ("AWS::rds::DbInstance", "aws:rds/instance:Instance"),
        ("AWS::DynamoDB::GlobalTable", "aws:dynamodb/table:Table"),
        ("AWS::WAFv2::WebACL", "aws:wafv2/webAcl:WebAcl"),
    ],
)  # fmt: skip
def test_a_type_is_found_however_its_letters_are_written(
    type_: str, token: str
) -> None:
    assert token_of(type_) == token


def made(type_: str, **properties: Any) -> tuple[str, dict[str, Any]]:
    """The token and the inputs of a resource of CloudFormation's."""
    inputs = without_own_copy(inputs_of(type_, properties), "us-east-1")
    return token_of(type_, inputs), inputs


def test_a_database_in_a_cluster_is_an_instance_of_it() -> None:
    token, inputs = made(
        "AWS::RDS::DBInstance", DBClusterIdentifier="c", DBInstanceClass="db.r6g.large"
    )
    assert token == "aws:rds/clusterInstance:ClusterInstance"
    assert inputs == {"clusterIdentifier": "c", "instanceClass": "db.r6g.large"}
    token, inputs = made("AWS::RDS::DBInstance", MultiAZ=True, AllocatedStorage="100")
    assert token == "aws:rds/instance:Instance"
    assert inputs == {"multiAz": True, "allocatedStorage": "100"}


@pytest.mark.parametrize("type_", ["AWS::Lambda::Alias", "AWS::Lambda::Version"])
def test_concurrency_that_is_kept_ready_is_charged_by_itself(type_: str) -> None:
    ready = {"ProvisionedConcurrentExecutions": 5}
    token, inputs = made(type_, FunctionName="f", ProvisionedConcurrencyConfig=ready)
    assert token.endswith(":ProvisionedConcurrencyConfig")
    assert inputs["provisionedConcurrentExecutions"] == 5
    unknown, _ = made(type_, FunctionName="f", ProvisionedConcurrencyConfig=UNKNOWN)
    assert unknown == token
    assert made(type_, FunctionName="f")[0] != token


def test_a_file_system_is_of_the_kind_that_it_names() -> None:
    token, inputs = made(
        "AWS::FSx::FileSystem",
        FileSystemType="LUSTRE",
        LustreConfiguration={"DeploymentType": "SCRATCH_2"},
    )
    assert token == "aws:fsx/lustreFileSystem:LustreFileSystem"
    assert inputs["deploymentType"] == "SCRATCH_2"


def test_a_table_has_its_capacity_its_indexes_and_its_other_regions() -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
    _, inputs = made(
        "AWS::DynamoDB::GlobalTable",
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[{"IndexName": "i", "ProvisionedThroughput": units}],
        StreamSpecification={"StreamViewType": "KEYS_ONLY"},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        Replicas=[{"Region": "us-east-1"}, {"Region": "eu-west-1"}],
    )
    assert (inputs["readCapacity"], inputs["writeCapacity"]) == (5, 2)
    assert inputs["globalSecondaryIndexes"][0]["writeCapacity"] == 2
    assert inputs["streamEnabled"] is True
    assert inputs["pointInTimeRecovery"] == {"enabled": True}
    assert [copy["regionName"] for copy in inputs["replicas"]] == ["eu-west-1"]


def test_a_distribution_is_what_its_configuration_says() -> None:
    _, inputs = made(
        "AWS::CloudFront::Distribution",
        DistributionConfig={"PriceClass": "PriceClass_100"},
    )
    assert inputs["priceClass"] == "PriceClass_100"


def cloud_control(**inputs: Any) -> Resource:
    item = Resource("u", "aws:cloudcontrol/resource:Resource", "r", inputs)
    return with_templates([item])[0]


def test_what_cloud_control_makes_is_of_the_type_that_it_names() -> None:
    state = json.dumps({"Size": 100, "VolumeType": "gp3"})
    found = cloud_control(typeName="AWS::EC2::Volume", desiredState=state)
    assert found.type == "aws:ebs/volume:Volume"
    assert found.raw_inputs == {"size": 100, "type": "gp3"}


@pytest.mark.parametrize(
    "state", ["{", "[]", None, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"]
)
def test_what_cloud_control_does_not_say_stays_as_it_is(state: str | None) -> None:
    found = cloud_control(typeName="AWS::EC2::Volume", desiredState=state)
    assert found.type == "aws:cloudcontrol/resource:Resource"
