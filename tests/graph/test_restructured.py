"""Blocks that CloudFormation arranges otherwise are where Pulumi has them."""

from typing import Any

import pytest

from farebox.graph.templates.names import input_name, token_of
from farebox.graph.templates.properties import inputs_of
from farebox.graph.templates.restructured import FLATTENED, RESTRUCTURED
from tests.graph.documents import UNKNOWN_TEXT
from tests.sdk_types import types_of_the_sdk

SDK = set().union(*types_of_the_sdk().values()) | {
    "aws:fsx/fileSystem:FileSystem",
    "aws:lambda/version:Version",
}
"""A file system is of the kind that its inputs name; a version is a template's alone."""


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("VolumeSizeInGB", "volumeSizeInGb"),
        ("MultiAZ", "multiAz"),
        ("EnableIAMDatabaseAuthentication", "enableIamDatabaseAuthentication"),
        ("TargetGroupARNs", "targetGroupArns"),
        ("MaxvCpus", "maxVcpus"),
        ("VCpuCount", "vcpuCount"),
        ("SizeInGiB", "sizeInGib"),
        ("DBInstanceClass", "dbInstanceClass"),
        ("InstanceType", "instanceType"),
    ],
)
def test_an_acronym_has_one_capital(name: str, written: str) -> None:
    assert input_name(name) == written


def test_every_type_that_is_restructured_is_one_that_has_a_rule() -> None:
    types = {*FLATTENED, *RESTRUCTURED}
    assert not sorted(type_ for type_ in types if token_of(type_) not in SDK)


def test_an_emr_cluster_has_its_groups_their_disks_and_its_subnet() -> None:
    disk = {"VolumeSpecification": {"SizeInGB": 64, "VolumeType": "gp3"}}
    group = {
        "InstanceType": "m5.xlarge",
        "InstanceCount": 2,
        "EbsConfiguration": {
            "EbsBlockDeviceConfigs": [{**disk, "VolumesPerInstance": 2}, disk]
        },
    }
    found = inputs_of(
        "AWS::EMR::Cluster",
        {
            "Instances": {
                "MasterInstanceGroup": {"InstanceType": "m5.large", "InstanceCount": 1},
                "CoreInstanceGroup": group,
                "Ec2SubnetId": "subnet-1",
                "KeepJobFlowAliveWhenNoSteps": True,
            }
        },
    )
    assert found["masterInstanceGroup"]["instanceType"] == "m5.large"
    assert found["coreInstanceGroup"]["ebsConfigs"] == [
        {"size": 64, "type": "gp3", "volumesPerInstance": 2},
        {"size": 64, "type": "gp3", "volumesPerInstance": 1},
    ]
    assert found["ec2Attributes"] == {"subnetId": "subnet-1"}
    assert found["keepJobFlowAliveWhenNoSteps"] is True


def test_a_rule_of_iot_has_its_actions_by_kind() -> None:
    payload = {
        "Sql": "SELECT *",
        "RuleDisabled": False,
        "Actions": [
            {"Lambda": {"FunctionArn": "a"}},
            {"Lambda": {"FunctionArn": "b"}},
            {"DynamoDB": {"TableName": "t"}},
            {"S3": {"BucketName": "x"}},
        ],
    }
    found = inputs_of("AWS::IoT::TopicRule", {"TopicRulePayload": payload})
    assert len(found["lambdas"]) == 2
    assert len(found["dynamodbs"]) == len(found["s3"]) == 1
    assert found["enabled"] is True


def test_a_table_of_keyspaces_has_its_capacity_in_one_block() -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
    mode = {"Mode": "PROVISIONED", "ProvisionedThroughput": units}
    found = inputs_of("AWS::Cassandra::Table", {"BillingMode": mode})
    assert found["capacitySpecification"] == {
        "throughputMode": "PROVISIONED",
        "readCapacityUnits": 5,
        "writeCapacityUnits": 2,
    }


def test_a_clusters_logs_are_a_list_of_names() -> None:
    types = {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}, {"Type": "audit"}]}}
    found = inputs_of("AWS::EKS::Cluster", {"Logging": types})
    assert found["enabledClusterLogTypes"] == ["api", "audit"]


def test_an_environment_has_its_options_as_settings() -> None:
    option = {"Namespace": "aws:autoscaling:asg", "OptionName": "MinSize", "Value": "2"}
    found = inputs_of(
        "AWS::ElasticBeanstalk::Environment", {"OptionSettings": [option]}
    )
    assert found["settings"][0]["name"] == "MinSize"
    assert found["settings"][0]["value"] == "2"


def test_a_cluster_has_its_default_strategy_and_a_plan_its_rules() -> None:
    strategy = [{"CapacityProvider": "FARGATE", "Weight": 1}]
    given = {"DefaultCapacityProviderStrategy": strategy}
    found = inputs_of("AWS::ECS::Cluster", given)
    assert found["defaultCapacityProviderStrategies"][0]["weight"] == 1
    plan = {
        "BackupPlan": {"BackupPlanName": "p", "BackupPlanRule": [{"RuleName": "r"}]}
    }
    rules = inputs_of("AWS::Backup::BackupPlan", plan)["rules"]
    assert rules == [{"ruleName": "r"}]


def test_a_delivery_stream_goes_where_it_is_configured_to() -> None:
    given: dict[str, Any] = {
        "HttpEndpointDestinationConfiguration": {"EndpointConfiguration": {}}
    }
    found = inputs_of("AWS::KinesisFirehose::DeliveryStream", given)
    assert found["destination"] == "http_endpoint"
    assert "httpEndpointConfiguration" in found


def test_a_spot_fleet_is_its_request() -> None:
    mapping = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20}}
    request = {
        "TargetCapacity": 4,
        "LaunchSpecifications": [
            {
                "ImageId": "ami",
                "InstanceType": "m5.large",
                "BlockDeviceMappings": [mapping],
            }
        ],
        "LaunchTemplateConfigs": [
            {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt", "Version": "1"}}
        ],
    }
    found = inputs_of("AWS::EC2::SpotFleet", {"SpotFleetRequestConfigData": request})
    [machine], [template] = (
        found["launchSpecifications"],
        found["launchTemplateConfigs"],
    )
    assert found["targetCapacity"] == 4
    assert (machine["ami"], machine["rootBlockDevice"]) == ("ami", {"volumeSize": 20})
    assert template["launchTemplateSpecification"] == {"id": "lt", "version": "1"}


@pytest.mark.parametrize(
    ("type_", "given", "unknown"),
    [
        ("AWS::DynamoDB::Table", "ProvisionedThroughput", ("readCapacity", "writeCapacity")),
        ("AWS::Cassandra::Table", "BillingMode", ("capacitySpecification",)),
        ("AWS::EKS::Cluster", "Logging", ("enabledClusterLogTypes",)),
        ("AWS::EMR::InstanceGroupConfig", "EbsConfiguration", ("ebsConfigs",)),
    ],
)  # fmt: skip
def test_a_block_that_is_not_known_is_known_nowhere(
    type_: str, given: str, unknown: tuple[str, ...]
) -> None:
    found: dict[str, Any] = inputs_of(type_, {given: UNKNOWN_TEXT})
    assert [found[name] for name in unknown] == [UNKNOWN_TEXT] * len(unknown)
