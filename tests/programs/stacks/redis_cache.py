"""A cache with a copy in another zone, a serverless one, and a box beside."""

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
group = aws.elasticache.SubnetGroup("cache", subnet_ids=[s.id for s in private])
aws.elasticache.ReplicationGroup(
    "sessions",
    description="sessions",
    engine="valkey",
    node_type="cache.m7g.large",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    subnet_group_name=group.name,
)
aws.elasticache.ServerlessCache("bursts", engine="valkey", name="bursts")
aws.elasticache.ParameterGroup("tuned", family="valkey8")
aws.ec2.Instance(
    "admin",
    ami="ami-0abcdef1234567890",
    instance_type="t4g.micro",
    subnet_id=private[0].id,
    root_block_device={"volume_type": "gp3", "volume_size": 8},
)
