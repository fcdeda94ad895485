"""Jobs on Fargate and on spot machines, queued by priority."""

import json

import pulumi_aws as aws


def role(name: str, service: str) -> aws.iam.Role:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return aws.iam.Role(name, assume_role_policy=json.dumps(policy))


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
group = aws.ec2.SecurityGroup("jobs", vpc_id=vpc.id)
service = role("batch", "batch.amazonaws.com")
serverless = aws.batch.ComputeEnvironment(
    "serverless",
    type="MANAGED",
    service_role=service.arn,
    compute_resources={
        "type": "FARGATE",
        "max_vcpus": 64,
        "subnets": [s.id for s in private],
        "security_group_ids": [group.id],
    },
)
queue = aws.batch.JobQueue(
    "jobs",
    state="ENABLED",
    priority=1,
    compute_environment_orders=[{"order": 1, "compute_environment": serverless.arn}],
)
aws.batch.JobDefinition(
    "resize",
    type="container",
    platform_capabilities=["FARGATE"],
    container_properties=json.dumps(
        {
            "image": "resize:1",
            "resourceRequirements": [
                {"type": "VCPU", "value": "1"},
                {"type": "MEMORY", "value": "2048"},
            ],
        }
    ),
)
