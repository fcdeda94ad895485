"""One payer's bill has the same names in other accounts and regions: they are not the stack's."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.billed import shop
from tests.billed.focus_shape import focus_1_2
from tests.billed.scene import Held, Scene, Writer

OTHER = "444455556666"
MONTH = Scene("us-east-1", "2026-02", "111122223333")
GP3 = ("EBS:VolumeUsage.gp3", "CreateVolume-Gp3")
M5 = ("BoxUsage:m5.large", "RunInstances")
C5 = ("BoxUsage:c5.large", "RunInstances")
DB = ("InstanceUsage:db.t4g.medium", "CreateDBInstance:0014")
CPU = ("Fargate-vCPU-Hours:perCPU", "FargateTask")
EKS = ("AmazonEKS-Hours:perCluster", "CreateOperation")
WORKERS: dict[str, Any] = {"tags": {"aws:autoscaling:groupName": "workers"}}
TASK: dict[str, Any] = {"of": "AmazonECS", "tags": {"aws:ecs:serviceName": "web"}}
CLAIM: dict[str, Any] = {"kubernetes.io/created-for/pvc/name": "data"}
ELSEWHERE: dict[str, Any] = {"line_item_usage_account_id": OTHER}


def _stack() -> None:
    arn, has = MONTH.arn, MONTH.has
    cluster = has(
        *("aws:eks/cluster:Cluster", "prod", "production"),
        {"arn": arn("eks", "cluster/production"), "name": "production"},
    )
    has(
        *("aws:eks/nodeGroup:NodeGroup", "nodes", "production:nodes"),
        {
            "arn": arn("eks", "nodegroup/production/nodes/x"),
            "clusterName": "production",
            "nodeGroupName": "nodes",
            "instanceTypes": ["m5.large"],
            "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 2},
            "resources": [{"autoscalingGroups": [{"name": "eks-nodes-1"}]}],
        },
        cluster,
    )
    template = has(
        *("aws:ec2/launchTemplate:LaunchTemplate", "lt", "lt-0b1b2c3d4e5f60025"),
        {"instanceType": "c5.large"},
    )
    has(
        *("aws:autoscaling/group:Group", "workers", "workers"),
        {
            "name": "workers",
            "arn": arn(
                "autoscaling", "autoScalingGroup:1:autoScalingGroupName/workers"
            ),
            "desiredCapacity": 1,
            "minSize": 1,
            "maxSize": 1,
            "launchTemplate": {"id": "lt-0b1b2c3d4e5f60025", "version": "$Latest"},
        },
        template,
    )
    has(
        *("aws:rds/instance:Instance", "db", "production-db"),
        {
            "arn": arn("rds", "db:production-db"),
            "identifier": "production-db",
            "engine": "postgres",
            "engineVersion": "16",
            "instanceClass": "db.t4g.medium",
            "allocatedStorage": 20,
            "storageType": "gp3",
        },
    )
    apps = arn("ecs", "cluster/apps")
    task = has(
        *("aws:ecs/taskDefinition:TaskDefinition", "task", "web"),
        {
            "arn": arn("ecs", "task-definition/web:3"),
            "family": "web",
            "cpu": "512",
            "memory": "1024",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": "[]",
        },
    )
    has(
        *("aws:ecs/service:Service", "web", arn("ecs", "service/apps/web")),
        {
            "name": "web",
            "cluster": apps,
            "launchType": "FARGATE",
            "desiredCount": 1,
            "taskDefinition": arn("ecs", "task-definition/web:3"),
        },
        task,
    )


def _own() -> None:
    # February has 672 hours. Nodes say only their cluster; Karpenter's say their pool.
    arn, bills = MONTH.arn, MONTH.bills
    for node in ("i-0b00000000000011", "i-0b00000000000012"):
        bills(*M5, node, "672", "64.512", tags={"aws:eks:cluster-name": "production"})
    pool = {"karpenter.sh/nodepool": "default", "aws:ec2:fleet-id": "fleet-1"}
    bills(*M5, "i-0b00000000000013", "10", "0.96", tags=pool)
    bills(*GP3, "vol-0b0000000000001c1", "100", "8", unit="GB-Mo", tags=CLAIM)
    cluster = arn("eks", "cluster/production")
    bills(*EKS, cluster, "672", "67.2", of="AmazonEKS")
    bills(*C5, "i-0b00000000000021", "672", "57.12", **WORKERS)
    bills(*DB, arn("rds", "db:production-db"), "672", "43.68", of="AmazonRDS")
    bills(*CPU, arn("ecs", "task/apps/0123456789abcdef1"), "336", "13.60128", **TASK)
    split = arn("eks", "pod/production/ns/p/uid")
    bills("EKS-EC2-vCPU-Hours", "EKSPod-EC2", split, "99", "5", "0", of="AmazonEKS")


def _others() -> None:
    arn, bills = MONTH.arn, MONTH.bills
    nodes = {"aws:eks:cluster-name": "production"}
    bills(*M5, "i-0c00000000000011", "672", "64.512", tags=nodes, **ELSEWHERE)
    claimed = (*GP3, "vol-0c0000000000001c1", "100", "8")
    bills(*claimed, unit="GB-Mo", tags=CLAIM, **ELSEWHERE)
    bills(*C5, "i-0c00000000000021", "672", "57.12", **WORKERS, **ELSEWHERE)
    # An untagged volume of theirs is no group's of this stack's account.
    bills(*GP3, "vol-0c0000000000001c2", "8", "0.64", unit="GB-Mo", **ELSEWHERE)
    theirs = arn("rds", "db:production-db", OTHER)
    bills(*DB, theirs, "672", "43.68", of="AmazonRDS", **ELSEWHERE)
    cluster = arn("eks", "cluster/production", OTHER)
    bills(*EKS, cluster, "672", "67.2", of="AmazonEKS", **ELSEWHERE)
    task = arn("ecs", "task/apps/0123456789abcdef9", OTHER)
    bills(*CPU, task, "336", "13.60128", **TASK, **ELSEWHERE)
    # The same account: a service of that name in another cluster, a group in Ireland.
    bills(*CPU, arn("ecs", "task/other/0123456789abcdef8"), "336", "13.60128", **TASK)
    ireland = {"product_region_code": "eu-west-1"}
    group = ("=EU-BoxUsage:c5.large", C5[1], "i-0d00000000000021", "672", "64.5")
    bills(*group, **WORKERS, **ireland)
    there = arn("rds", "db:production-db").replace("us-east-1", "eu-west-1")
    bills("=EU-InstanceUsage:db.t4g.medium", DB[1], there, "672", "48", **ireland)


_stack()
_own()
_others()


SHAPES: dict[str, Writer] = {
    "cur2.parquet": shop.cur2_parquet,
    "legacy.csv": shop.legacy_csv,
    "focus12.csv": focus_1_2,
}


@pytest.fixture(params=sorted(SHAPES), scope="module")
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Held:
    suffix = Path(request.param).suffix
    folder = tmp_path_factory.mktemp("scene")
    return MONTH.held(folder, SHAPES[request.param], suffix)


def test_each_resource_has_its_own_charges_and_no_namesakes(held: Held) -> None:
    assert held.billed("nodes", "BoxUsage:m5.large") == Decimal("129.024")
    assert held.billed("workers", "BoxUsage:c5.large") == Decimal("57.12")
    assert held.billed("workers", "EBS:VolumeUsage.gp3") == 0
    assert held.billed("db", "InstanceUsage:db.t4g.medium") == Decimal("43.68")
    assert held.billed("prod", "AmazonEKS-Hours:perCluster") == Decimal("67.2")
    assert held.billed("web", "Fargate-vCPU-Hours:perCPU") == Decimal("13.60128")


def test_what_the_cluster_made_is_its_and_what_others_made_is_not(held: Held) -> None:
    causes = held.causes()
    # Karpenter's node and the volume of a claim: 0.96 + 8.
    assert causes["made by the stack, not estimated"] == Decimal("8.96")
    # 64.512 + 8 + 57.12 + 0.64 + 43.68 + 67.2 + 13.60128.
    assert causes["of other accounts"] == Decimal("254.75328")
    # The other cluster's task, and the group in Ireland; the database there is drift.
    assert causes["made by others"] == Decimal("78.10128")
    assert causes["not in the stack"] == 48


def test_rows_that_split_a_node_count_in_no_way(held: Held) -> None:
    # 129.024 + 0.96 + 8 + 67.2 + 57.12 + 43.68 + 13.60128 of the stack, and the others.
    whole = Decimal("319.58528") + Decimal("254.75328") + Decimal("126.10128")
    assert held.totals() == dict.fromkeys(held.totals(), whole)


def test_what_has_no_name_in_another_account_is_not_the_stacks(tmp_path: Path) -> None:
    scene = Scene("us-east-1", "2026-10")
    id_ = "i-0e1b2c3d4e5f60001"
    scene.has(
        *("aws:ec2/instance:Instance", "web", id_),
        {"instanceType": "m5.large", "arn": scene.arn("ec2", f"instance/{id_}")},
    )
    scene.bills(*M5, id_, "744", "71.424")
    for resource, account in (("", OTHER), ("i-0e1b2c3d4e5f60002", OTHER)):
        volume = (*GP3, resource, "8", "0.64")
        scene.bills(*volume, unit="GB-Mo", line_item_usage_account_id=account)
    found = scene.held(tmp_path, shop.legacy_csv)
    assert found.causes()["of other accounts"] == Decimal("1.28")
    assert found.billed("web", "EBS:VolumeUsage.gp3") == 0
