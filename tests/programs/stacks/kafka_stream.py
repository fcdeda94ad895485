"""Three brokers of Kafka, their settings and keys."""

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
group = aws.ec2.SecurityGroup("kafka", vpc_id=vpc.id)
settings = aws.msk.Configuration(
    "kafka",
    kafka_versions=["3.6.0"],
    server_properties="auto.create.topics.enable = true",
)
aws.msk.Cluster(
    "events",
    cluster_name="events",
    kafka_version="3.6.0",
    number_of_broker_nodes=2,
    broker_node_group_info={
        "instance_type": "kafka.m5.large",
        "client_subnets": [s.id for s in private],
        "security_groups": [group.id],
        "storage_info": {"ebs_storage_info": {"volume_size": 500}},
    },
    configuration_info={"arn": settings.arn, "revision": settings.latest_revision},
)
