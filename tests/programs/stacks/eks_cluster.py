"""A Kubernetes cluster with a group of nodes and its add-ons."""

import json

import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
public, private = [], []
for place, zone in enumerate(("us-east-1a", "us-east-1b")):
    public.append(
        aws.ec2.Subnet(
            f"public-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{place}.0/24",
            availability_zone=zone,
            map_public_ip_on_launch=True,
        )
    )
    private.append(
        aws.ec2.Subnet(
            f"private-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{place + 10}.0/24",
            availability_zone=zone,
        )
    )


def role(name: str, service: str) -> aws.iam.Role:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return aws.iam.Role(name, assume_role_policy=json.dumps(policy))


cluster = aws.eks.Cluster(
    "cluster",
    role_arn=role("cluster", "eks.amazonaws.com").arn,
    version="1.34",
    vpc_config={"subnet_ids": [subnet.id for subnet in private]},
)
aws.eks.NodeGroup(
    "nodes",
    cluster_name=cluster.name,
    node_role_arn=role("nodes", "ec2.amazonaws.com").arn,
    subnet_ids=[subnet.id for subnet in private],
    instance_types=["m7g.large"],
    ami_type="AL2023_ARM_64_STANDARD",
    scaling_config={"min_size": 2, "desired_size": 3, "max_size": 5},
)
for addon in ("vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver"):
    aws.eks.Addon(addon, cluster_name=cluster.name, addon_name=addon)
