"""A cluster of Aurora that grows and shrinks, with a proxy before it."""

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
subnets = aws.rds.SubnetGroup("db", subnet_ids=[s.id for s in private])
cluster = aws.rds.Cluster(
    "db",
    engine="aurora-postgresql",
    engine_version="16.4",
    engine_mode="provisioned",
    master_username="app",
    manage_master_user_password=True,
    db_subnet_group_name=subnets.name,
    serverlessv2_scaling_configuration={"min_capacity": 0.5, "max_capacity": 8},
    skip_final_snapshot=True,
)
for name in ("writer", "reader"):
    aws.rds.ClusterInstance(
        name,
        cluster_identifier=cluster.id,
        engine="aurora-postgresql",
        instance_class="db.serverless",
    )
secret = aws.secretsmanager.Secret("db")
aws.rds.Proxy(
    "db",
    engine_family="POSTGRESQL",
    role_arn=role("proxy", "rds.amazonaws.com").arn,
    vpc_subnet_ids=[s.id for s in private],
    auths=[
        {"auth_scheme": "SECRETS", "secret_arn": secret.arn, "iam_auth": "DISABLED"}
    ],
)
