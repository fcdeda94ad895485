"""Web servers behind a balancer, in private subnets, over a database with a standby."""

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
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
address = aws.ec2.Eip("nat", domain="vpc")
aws.ec2.NatGateway("nat", allocation_id=address.id, subnet_id=public[0].id)
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id)
balancer = aws.lb.LoadBalancer(
    "web",
    load_balancer_type="application",
    subnets=[subnet.id for subnet in public],
    security_groups=[group.id],
)
target = aws.lb.TargetGroup("web", port=80, protocol="HTTP", vpc_id=vpc.id)
aws.lb.Listener(
    "http",
    load_balancer_arn=balancer.arn,
    port=80,
    protocol="HTTP",
    default_actions=[{"type": "forward", "target_group_arn": target.arn}],
)
template = aws.ec2.LaunchTemplate(
    "web",
    image_id="ami-0abcdef1234567890",
    instance_type="t3.medium",
    vpc_security_group_ids=[group.id],
    block_device_mappings=[
        {"device_name": "/dev/xvda", "ebs": {"volume_size": 20, "volume_type": "gp3"}}
    ],
)
aws.autoscaling.Group(
    "web",
    min_size=2,
    max_size=6,
    desired_capacity=2,
    vpc_zone_identifiers=[subnet.id for subnet in private],
    target_group_arns=[target.arn],
    launch_template={"id": template.id, "version": "$Latest"},
)
subnets = aws.rds.SubnetGroup("db", subnet_ids=[subnet.id for subnet in private])
aws.rds.Instance(
    "db",
    engine="postgres",
    engine_version="16.3",
    instance_class="db.m7g.large",
    allocated_storage=100,
    storage_type="gp3",
    multi_az=True,
    db_subnet_group_name=subnets.name,
    username="shop",
    manage_master_user_password=True,
    skip_final_snapshot=True,
)
