"""The relay: its cluster, its nodes, the way to it, and who may do what."""

import json
from typing import Any

import pytest

from components.arguments import BadArgument
from components.balancers import DnsName
from components.relay_cluster import RelayCluster, RelayClusterArgs
from components.relay_workload_args import NODE_PORT
from tests.components.harness import TAGS, ZONES, Program, run

CLUSTER = "aws:eks/cluster:Cluster"
NODES = "aws:eks/nodeGroup:NodeGroup"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def subnets(kind: str, zones: tuple[str, ...] = ZONES) -> dict[str, str]:
    return {zone: f"{kind}-{zone}" for zone in zones}


def arguments(**more: Any) -> RelayClusterArgs:
    args: dict[str, Any] = {
        "cluster_name": "passepartout-test-relay",
        "kubernetes_version": "1.34",
        "vpc_id": "vpc-1",
        "control_subnet_ids": subnets("private"),
        "node_subnet_ids": subnets("public"),
        "balancer_subnet_ids": subnets("public"),
        "certificate_arn": "arn:certificate",
        "instance_type": "m7g.large",
        "min_nodes": 2,
        "nodes": 3,
        "max_nodes": 5,
        "tags": TAGS,
    }
    return RelayClusterArgs(**{**args, **more})


def relay(**more: Any) -> Program:
    return run(lambda: RelayCluster("relay", arguments(**more)))


def test_the_control_plane_sits_in_private_subnets_of_all_zones() -> None:
    cluster = relay().one(CLUSTER).inputs
    assert cluster["vpcConfig"]["subnetIds"] == list(subnets("private").values())
    assert cluster["version"] == "1.34"
    assert cluster["roleArn"] == "relay-cluster-role.arn"


def test_the_kubernetes_api_is_private_until_operators_are_named() -> None:
    closed = relay().one(CLUSTER).inputs["vpcConfig"]
    assert closed["endpointPrivateAccess"] is True
    assert closed["endpointPublicAccess"] is False
    some = relay(operator_cidrs=("192.0.2.0/24",)).one(CLUSTER).inputs["vpcConfig"]
    assert some["endpointPublicAccess"] is True
    assert some["publicAccessCidrs"] == ["192.0.2.0/24"]


def test_extended_support_is_never_bought_unawares() -> None:
    assert relay().one(CLUSTER).inputs["upgradePolicy"] == {"supportType": "STANDARD"}


def test_the_control_planes_log_is_kept_for_a_month_not_for_ever() -> None:
    made = relay()
    log = made.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert log["name"] == "/aws/eks/passepartout-test-relay/cluster"
    assert log["retentionInDays"] == 30
    assert made.one(CLUSTER).inputs["enabledClusterLogTypes"] == [
        "audit",
        "authenticator",
    ]
    assert not relay(log_types=()).of_type("aws:cloudwatch/logGroup:LogGroup")


@pytest.mark.parametrize(
    ("instance_type", "image"),
    [
        ("m7g.large", "AL2023_ARM_64_STANDARD"),
        ("m7i.large", "AL2023_x86_64_STANDARD"),
    ],
)
def test_nodes_are_one_group_over_all_zones(instance_type: str, image: str) -> None:
    nodes = relay(instance_type=instance_type).one(NODES).inputs
    assert nodes["subnetIds"] == list(subnets("public").values())
    assert nodes["amiType"] == image
    assert nodes["instanceTypes"] == [instance_type]
    assert nodes["scalingConfig"] == {"minSize": 2, "desiredSize": 3, "maxSize": 5}
    template = {"id": "relay-template.id", "version": "1"}
    assert nodes["launchTemplate"] == template


def test_a_nodes_template_leaves_to_eks_what_eks_decides() -> None:
    # EKS refuses a template with an instance profile, and picks image and type itself.
    template = relay().one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    assert not {"imageId", "instanceType", "iamInstanceProfile"} & set(template)
    assert template["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"
    assert template["metadataOptions"]["httpTokens"] == "required"


def test_roles_have_the_policies_that_eks_asks_for_and_no_more() -> None:
    found = {
        (one.inputs["role"], one.inputs["policyArn"].split("/")[-1])
        for one in relay().of_type(ATTACHMENT)
    }
    assert found == {
        ("relay-cluster-role.name", "AmazonEKSClusterPolicy"),
        ("relay-node-role.name", "AmazonEKSWorkerNodePolicy"),
        ("relay-node-role.name", "AmazonEKS_CNI_Policy"),
        ("relay-node-role.name", "AmazonEC2ContainerRegistryPullOnly"),
    }


def test_each_role_trusts_its_own_service() -> None:
    trusted = {
        one.name: json.loads(one.inputs["assumeRolePolicy"])["Statement"][0]
        for one in relay().of_type("aws:iam/role:Role")
    }
    cluster, node = trusted["relay-cluster-role"], trusted["relay-node-role"]
    assert cluster["Principal"] == {"Service": "eks.amazonaws.com"}
    assert cluster["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert node["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert node["Action"] == ["sts:AssumeRole"]


def test_tls_ends_at_the_load_balancer_and_goes_on_to_the_nodes() -> None:
    made = relay()
    balancer = made.one("aws:lb/loadBalancer:LoadBalancer", "relay-nlb").inputs
    assert balancer["loadBalancerType"] == "network"
    assert balancer["subnets"] == list(subnets("public").values())
    listener = made.one("aws:lb/listener:Listener").inputs
    assert (listener["protocol"], listener["port"]) == ("TLS", 443)
    assert listener["certificateArn"] == "arn:certificate"
    assert listener["loadBalancerArn"] == "relay-nlb.arn"
    targets = {"type": "forward", "targetGroupArn": "relay-targets.arn"}
    assert listener["defaultActions"] == [targets]
    attachment = made.one("aws:autoscaling/attachment:Attachment").inputs
    assert attachment == {
        "autoscalingGroupName": "relay-nodes.autoScalingGroup",
        "lbTargetGroupArn": "relay-targets.arn",
    }


def test_nodes_take_relay_traffic_from_the_load_balancer_only() -> None:
    rule = relay().one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["securityGroupId"] == "relay-cluster.securityGroup"
    assert rule.inputs["referencedSecurityGroupId"] == "relay-nlb.id"
    ports = (rule.inputs["fromPort"], rule.inputs["toPort"])
    assert ports == (NODE_PORT, NODE_PORT)


def test_administrators_get_an_entry_and_its_policy() -> None:
    arn = "arn:aws:iam::111122223333:role/operators"
    made = relay(admin_role_arns=(arn,))
    entry = made.one("aws:eks/accessEntry:AccessEntry").inputs
    assert entry["principalArn"] == arn
    policy = made.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").inputs
    assert policy["policyArn"].endswith("AmazonEKSClusterAdminPolicy")
    assert policy["accessScope"] == {"type": "cluster"}


def test_a_dns_name_leads_to_the_load_balancer() -> None:
    name = DnsName(hosted_zone_id="Z1", host_name="relay.example.com")
    record = relay(dns_name=name).one("aws:route53/record:Record").inputs
    assert (record["zoneId"], record["name"]) == ("Z1", "relay.example.com")
    assert record["aliases"] == [
        {
            "name": "relay-nlb.dnsName",
            "zoneId": "relay-nlb.zoneId",
            "evaluateTargetHealth": True,
        }
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cluster_name": "a b"}, "must be 1 to 100 letters, digits"),
        ({"kubernetes_version": "1.34.1"}, "must be a minor version such as 1.34"),
        (
            {"control_subnet_ids": subnets("private", ("use1-az1",))},
            "must name at least 2 zones",
        ),
        (
            {"control_subnet_ids": subnets("private", ("use1-az1", "use1-az3"))},
            "must leave out cac1-az3, use1-az3, usw1-az2",
        ),
        ({"instance_type": "large"}, "must be an EC2 instance type"),
        ({"min_nodes": 4}, "nodes is (4, 3, 5): it must be 0 <= least"),
        ({"max_nodes": 451}, "at most 450"),
        ({"root_gib": 10}, "must be from 20 to 65,536 GiB"),
        ({"log_types": ("gossip",)}, "must be among api, audit"),
        ({"log_days": 31}, "log_days is 31: it must be one of 1, 3, 5"),
    ],
)
def test_a_bad_cluster_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadArgument) as raised:
        arguments(**change)
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)


def test_a_name_too_long_for_a_target_group_is_refused() -> None:
    # 32 - 8 (Pulumi's suffix) - 8 ("-targets") leave 16.
    with pytest.raises(BadArgument, match="at most 16 of them"):
        run(lambda: RelayCluster("r" * 17, arguments()))
