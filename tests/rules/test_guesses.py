"""A line that rests on a choice of AWS is marked assumed; given means the program."""

from typing import Any

import pytest

from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import ResourceGraph
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rating.estimate import estimate
from farebox.rating.metering import Metering
from farebox.rules.charges import Circumstances
from farebox.rules.machines.systems import GUESSED
from tests.rules.network import BOOK, ON, resource, statement_of

INSTANCE = "aws:ec2/instance:Instance"
NODES = "aws:eks/nodeGroup:NodeGroup"
SIZE = {"minSize": 1, "desiredSize": 1, "maxSize": 1}


@pytest.mark.parametrize(
    ("type_", "inputs", "usage_type", "status"),
    [
        ("aws:ebs/volume:Volume", {"size": 10}, "EBS:VolumeUsage.gp2", "assumed"),
        (
            "aws:ebs/volume:Volume",
            {"size": 10, "type": "gp2"},
            "EBS:VolumeUsage.gp2",
            "given",
        ),
        (
            INSTANCE,
            {"instanceType": "r6a.large", "rootBlockDevice": {"volumeSize": 50}},
            "EBS:VolumeUsage.gp3",
            "assumed",
        ),
        (
            INSTANCE,
            {
                "instanceType": "r6a.large",
                "rootBlockDevice": {"volumeSize": 50, "volumeType": "gp3"},
            },
            "EBS:VolumeUsage.gp3",
            "given",
        ),
        (NODES, {"diskSize": 50}, "EBS:VolumeUsage.gp2", "assumed"),
        (NODES, {}, "BoxUsage:t3.medium", "assumed"),
        (NODES, {"instanceTypes": ["t3.medium"]}, "BoxUsage:t3.medium", "given"),
    ],
)
def test_what_aws_chooses_is_assumed_and_what_the_program_says_is_given(
    type_: str, inputs: dict[str, Any], usage_type: str, status: str
) -> None:
    if type_ == NODES:
        inputs = {**inputs, "scalingConfig": SIZE}
    lines = statement_of(resource(type_, **inputs)).lines
    assert [x.usage for x in lines if x.key.usage_type == usage_type][:1] == [status]


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (INSTANCE, {}),
        ("aws:ec2/spotInstanceRequest:SpotInstanceRequest", {}),
        (
            "aws:autoscaling/group:Group",
            {"minSize": 1, "maxSize": 1, "availabilityZones": ["us-east-1a"]},
        ),
    ],
)
def test_an_address_of_a_default_subnet_is_assumed(
    type_: str, inputs: dict[str, Any]
) -> None:
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "lt",
        name="lt",
        instanceType="r6a.large",
    )
    launched = resource(type_, "web", launchTemplate={"name": "lt"}, **inputs)
    lines = statement_of(template, launched).lines
    addresses = [x for x in lines if x.key.usage_type == "PublicIPv4:InUseAddress"]
    assert [x.quantity for x in addresses] == [730]
    assert [x.usage for x in addresses] == ["assumed"]


GROUP = "elasticache/replicationGroup:ReplicationGroup"
R6G = {"nodeType": "cache.r6g.large", "engine": "redis"}
NODE = {"instanceType": "r6g.large.search"}
MINIMUM = {
    "instanceConfiguration": {"memory": "2 GB"},
    "autoScalingConfigurationArn": "least",
}
COUNTED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("elasticache/cluster:Cluster", R6G, {"numCacheNodes": 1}),
    (GROUP, R6G, {"numCacheClusters": 1}),
    (GROUP, {**R6G, "numNodeGroups": 1}, {"replicasPerNodeGroup": 0}),
    (
        "memorydb/cluster:Cluster",
        {"nodeType": "db.r6g.large", "engine": "redis", "numShards": 1},
        {"numReplicasPerShard": 1},
    ),
    ("redshift/cluster:Cluster", {"nodeType": "ra3.xlplus"}, {"numberOfNodes": 1}),
    (
        "opensearch/domain:Domain",
        {"clusterConfig": NODE},
        {"clusterConfig": {**NODE, "instanceCount": 1}},
    ),
    ("apprunner/service:Service", {}, MINIMUM),
    (
        "appstream/fleet:Fleet",
        {"instanceType": "stream.standard.medium", "fleetType": "ALWAYS_ON"},
        {"computeCapacity": {"desiredInstances": 1}},
    ),
    (
        "emr/instanceGroup:InstanceGroup",
        {"instanceType": "m5.xlarge"},
        {"instanceCount": 1},
    ),
]


@pytest.mark.parametrize(("type_", "inputs", "counted"), COUNTED)
def test_a_number_that_aws_chooses_is_a_guess_and_one_that_is_said_is_none(
    type_: str, inputs: dict[str, Any], counted: dict[str, Any]
) -> None:
    scaling = "aws:apprunner/autoScalingConfigurationVersion"
    least = resource(
        f"{scaling}:AutoScalingConfigurationVersion", "least", minSize=1, arn="least"
    )

    def status(**said: Any) -> str:
        it = resource(f"aws:{type_}", **said)
        graph = ResourceGraph((it, least))
        metering = Metering(Circumstances(graph, BOOK, Terms(on=ON)))
        metering.meter(it, UsageFile())
        return metering.lots[0].metered.usage

    assert status(**inputs) == "assumed"
    assert status(**{**inputs, **counted}) == "given"


AWS_IMAGE = (
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
)


@pytest.mark.parametrize(
    ("inputs", "usage", "guessed"),
    [
        ({"ami": "ami-1"}, {}, True),
        ({"ami": UNKNOWN_TEXT}, {}, True),
        ({"ami": "resolve:ssm:/my/own/image"}, {}, True),
        ({"ami": AWS_IMAGE}, {}, False),
        ({"ami": "ami-1", "getPasswordData": True}, {}, False),
        ({"ami": "ami-1", "userData": "<powershell>dir</powershell>"}, {}, False),
        ({"ami": "ami-1"}, {"operating_system": "rhel"}, False),
    ],
)
def test_linux_is_called_a_guess_where_nothing_tells_the_system(
    inputs: dict[str, Any], usage: dict[str, str], guessed: bool
) -> None:
    it = resource(INSTANCE, instanceType="r6a.large", **inputs)
    file = UsageFile(resources=[Entry("*", usage)] if usage else [])
    notes = estimate(ResourceGraph([it]), BOOK, file, on=ON).notes
    assert (GUESSED in notes) == guessed


def test_a_group_that_schedules_resize_is_told_of() -> None:
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "lt",
        name="lt",
        instanceType="r6a.large",
    )
    group = resource(
        "aws:autoscaling/group:Group",
        "web",
        minSize=1,
        maxSize=1,
        launchTemplate={"name": "lt"},
    )
    night = resource("aws:autoscaling/schedule:Schedule", "night", desiredCapacity=0)
    night = type(night)(
        night.urn,
        night.type,
        night.name,
        night.raw_inputs,
        night.region,
        dependencies={"autoscalingGroupName": [group.urn]},
    )
    notes = statement_of(template, group, night).notes
    assert any("web is resized by night" in note for note in notes)
