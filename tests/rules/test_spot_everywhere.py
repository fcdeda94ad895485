"""Whatever asks for spot is charged as spot or has a gap: never on demand unsaid."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest

from farebox.bill.statement import Statement
from farebox.graph.values import UNKNOWN
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book, graph_of

Item = dict[str, Any]


def of(type_: str, /, **inputs: Any) -> Item:
    """A resource of `type_` under the name that the law looks at."""
    return {"type": type_, "name": "it", "inputs": inputs}


def template(**inputs: Any) -> Item:
    return {
        "type": "aws:ec2/launchTemplate:LaunchTemplate",
        "name": "template",
        "id": "lt-1",
        "inputs": {"instanceType": "r6a.large", **inputs},
    }


def group(**inputs: Any) -> Item:
    sizes = {"minSize": 2, "maxSize": 2, "desiredCapacity": 2}
    zones = ["us-east-1a"]
    return of("aws:autoscaling/group:Group", **sizes, availabilityZones=zones, **inputs)


def fargate(**inputs: Any) -> list[Item]:
    task = {"family": "f", "cpu": "256", "memory": "512"}
    return [
        {
            "type": "aws:ecs/taskDefinition:TaskDefinition",
            "name": "task",
            "id": "f",
            "inputs": {**task, "requiresCompatibilities": ["FARGATE"]},
        },
        of("aws:ecs/service:Service", desiredCount=2, taskDefinition="f", **inputs),
    ]


SPOT = {"marketType": "spot"}
LAUNCHED = {"id": "lt-1", "version": "$Latest"}
BY_ID = {"launchTemplateId": "lt-1", "version": "$Latest"}
M5 = [{"instanceType": "m5.xlarge"}]
NODES = {"minSize": 2, "maxSize": 2, "desiredSize": 2}
MIXED = {
    "launchTemplate": {
        "launchTemplateSpecification": {"launchTemplateId": "lt-1"},
        "overrides": [{"instanceType": "r6a.large"}],
    },
}

ASKING: Mapping[str, list[Item]] = {
    "ec2: instance": [
        of(
            "aws:ec2/instance:Instance",
            instanceType="r6a.large",
            instanceMarketOptions=SPOT,
        )
    ],
    "ec2: instance with options of spot alone": [
        of(
            "aws:ec2/instance:Instance",
            instanceType="r6a.large",
            instanceMarketOptions={"spotOptions": {"maxPrice": "0.1"}},
        )
    ],
    "ec2: instance by template": [
        template(instanceMarketOptions=SPOT),
        of("aws:ec2/instance:Instance", launchTemplate=LAUNCHED),
    ],
    "ec2: spot request": [
        of("aws:ec2/spotInstanceRequest:SpotInstanceRequest", instanceType="r6a.large")
    ],
    "ec2: spot fleet": [
        of(
            "aws:ec2/spotFleetRequest:SpotFleetRequest",
            targetCapacity=2,
            launchSpecifications=[{"instanceType": "r6a.large"}],
        )
    ],
    "ec2: spot fleet by template": [
        template(),
        of(
            "aws:ec2/spotFleetRequest:SpotFleetRequest",
            targetCapacity=2,
            launchTemplateConfigs=[{"launchTemplateSpecification": LAUNCHED}],
        ),
    ],
    "ec2: fleet": [
        template(),
        of(
            "aws:ec2/fleet:Fleet",
            targetCapacitySpecification={
                "defaultTargetCapacityType": "spot",
                "totalTargetCapacity": 2,
            },
            launchTemplateConfigs=[{"launchTemplateSpecification": BY_ID}],
        ),
    ],
    "autoscaling: launch configuration": [
        {
            "type": "aws:ec2/launchConfiguration:LaunchConfiguration",
            "name": "lc",
            "id": "lc",
            "inputs": {"instanceType": "r6a.large", "spotPrice": "0.1"},
        },
        group(launchConfiguration="lc"),
    ],
    "autoscaling: template": [
        template(instanceMarketOptions=SPOT),
        group(launchTemplate=LAUNCHED),
    ],
    "autoscaling: mixed policy": [
        template(),
        group(
            mixedInstancesPolicy=MIXED
            | {"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0}}
        ),
    ],
    "eks: node group": [
        of(
            "aws:eks/nodeGroup:NodeGroup",
            capacityType="SPOT",
            instanceTypes=["r6a.large"],
            scalingConfig=NODES,
            subnetIds=["subnet-1"],
        )
    ],
    "ecs: service on Fargate": fargate(
        capacityProviderStrategies=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    ),
    "ecs: managed instances": [
        of(
            "aws:ecs/capacityProvider:CapacityProvider",
            cluster="c",
            managedInstancesProvider={
                "instanceLaunchTemplate": {"capacityOptionType": "SPOT"}
            },
        )
    ],
    "batch: machines": [
        of(
            "aws:batch/computeEnvironment:ComputeEnvironment",
            type="MANAGED",
            computeResources={
                "type": "SPOT",
                "minVcpus": 4,
                "maxVcpus": 8,
                "instanceTypes": ["r6a.large"],
            },
        )
    ],
    "batch: Fargate": [
        of(
            "aws:batch/computeEnvironment:ComputeEnvironment",
            type="MANAGED",
            computeResources={"type": "FARGATE_SPOT", "maxVcpus": 8},
        )
    ],
    "emr: task group": [
        of(
            "aws:emr/instanceGroup:InstanceGroup",
            clusterId="c",
            instanceType="m5.xlarge",
            instanceCount=2,
            bidPrice="0.1",
        )
    ],
    "emr: task fleet": [
        of(
            "aws:emr/instanceFleet:InstanceFleet",
            clusterId="c",
            targetSpotCapacity=2,
            instanceTypeConfigs=M5,
        )
    ],
    "emr: cluster": [
        of(
            "aws:emr/cluster:Cluster",
            releaseLabel="emr-7.0.0",
            masterInstanceFleet={
                "targetSpotCapacity": 1,
                "instanceTypeConfigs": M5,
            },
        )
    ],
    "gamelift: fleet": [
        of(
            "aws:gamelift/fleet:Fleet",
            ec2InstanceType="c5.large",
            fleetType="SPOT",
        )
    ],
    "gamelift: server group": [
        template(),
        of(
            "aws:gamelift/gameServerGroup:GameServerGroup",
            balancingStrategy="SPOT_ONLY",
            launchTemplate={"id": "lt-1"},
        ),
    ],
    "elasticbeanstalk: environment": [
        of(
            "aws:elasticbeanstalk/environment:Environment",
            settings=[
                {
                    "namespace": "aws:ec2:instances",
                    "name": "EnableSpot",
                    "value": "true",
                }
            ],
        )
    ],
    "sagemaker: training": [
        of(
            "aws:sagemaker/trainingJob:TrainingJob",
            enableManagedSpotTraining=True,
            resourceConfig={"instanceType": "ml.m5.large", "instanceCount": 1},
        )
    ],
}
"""By module of pulumi-aws: each resource that can ask for spot, asking for it alone."""

SAID = re.compile(
    r'name="(\w*[sS]pot\w*|bidPrice\w*|instanceMarketOptions|capacityOptionType)"'
)


def statement_of(resources: list[Item]) -> Statement:
    graph = graph_of({"resources": resources})
    return estimate(graph, frozen_book(), on=date(2026, 11, 23))


@pytest.mark.parametrize("name", ASKING)
def test_what_asks_for_spot_is_never_charged_on_demand(name: str) -> None:
    found = statement_of(ASKING[name])
    own = [line for line in found.lines if line.subject.name == "it"]
    machines = [
        line.key.usage_type
        for line in own
        if re.search(r"BoxUsage:|(?<!SpotUsage-)Fargate-(vCPU|GB)", line.key.usage_type)
    ]
    assert not machines
    spot = any(line.key.purchase == "spot" for line in own)
    assert spot or [gap for gap in found.unpriced if gap.subject.name == "it"]


@pytest.mark.parametrize(
    "options", [UNKNOWN, {"marketType": UNKNOWN}], ids=["all", "market"]
)
def test_a_market_that_is_unknown_is_neither(options: Any) -> None:
    for resources in (
        [
            of(
                "aws:ec2/instance:Instance",
                instanceType="r6a.large",
                instanceMarketOptions=options,
            )
        ],
        [template(instanceMarketOptions=options), group(launchTemplate=LAUNCHED)],
    ):
        found = statement_of(resources)
        assert not [x for x in found.lines if "Usage:r6a" in x.key.usage_type]
        assert any(
            gap.code == "unknown-input" and "spot is not known" in gap.reason
            for gap in found.unpriced
        )


def test_every_module_of_the_sdk_that_knows_spot_is_in_the_table() -> None:
    modules = {
        path.parent.name
        for path in Path(pulumi_aws.__file__).parent.glob("*/_inputs.py")
        if SAID.search(path.read_text(encoding="utf-8"))
    }
    covered = {name.partition(":")[0] for name in ASKING}
    assert modules <= covered
