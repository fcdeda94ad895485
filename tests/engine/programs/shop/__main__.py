"""A web shop: network, an instance, a volume, a group in a component, a second region."""

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
zone = config.require("zone")
size = config.require_int("volume_gib")
tags = {"project": "shop"}


class Workers(pulumi.ComponentResource):
    """An Auto Scaling group and what it launches."""

    def __init__(self, name: str, subnet_ids: list[pulumi.Input[str]]) -> None:
        super().__init__("shop:workers:Workers", name)
        child = pulumi.ResourceOptions(parent=self)
        template = aws.ec2.LaunchTemplate(
            f"{name}-template",
            instance_type="m7g.large",
            image_id=image.id,
            block_device_mappings=[
                {
                    "device_name": "/dev/xvda",
                    "ebs": {"volume_size": 20, "volume_type": "gp3"},
                }
            ],
            opts=child,
        )
        group = aws.autoscaling.Group(
            f"{name}/group",
            min_size=1,
            max_size=5,
            desired_capacity=2,
            vpc_zone_identifiers=subnet_ids,
            mixed_instances_policy={
                "instances_distribution": {
                    "on_demand_base_capacity": 1,
                    "on_demand_percentage_above_base_capacity": 0,
                    "spot_allocation_strategy": "price-capacity-optimized",
                },
                "launch_template": {
                    "launch_template_specification": {
                        "launch_template_id": template.id,
                        "version": "$Latest",
                    },
                    "overrides": [
                        {"instance_type": "m7g.large"},
                        {"instance_type": "m6g.large"},
                    ],
                },
            },
            opts=child,
        )
        self.group_name: pulumi.Output[str] = group.name
        self.register_outputs({"group_name": self.group_name})


zones = aws.get_availability_zones(state="available")
image = aws.ec2.get_ami(
    owners=["amazon"],
    most_recent=True,
    filters=[{"name": "name", "values": ["al2023-ami-*-arm64"]}],
)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags=tags)
subnets = [
    aws.ec2.Subnet(
        f"subnet-{name[-1]}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{index}.0/24",
        availability_zone=name,
        map_public_ip_on_launch=True,
    )
    for index, name in enumerate(zones.names[:2])
]
server = aws.ec2.Instance(
    "server",
    ami=image.id,
    instance_type="t4g.small",
    subnet_id=subnets[0].id,
    user_data=config.get_secret("password"),
    tags=tags,
)
data = aws.ebs.Volume(
    "data", availability_zone=zone, size=size, type="gp3", encrypted=True, tags=tags
)
aws.ec2.VolumeAttachment(
    "data", volume_id=data.id, instance_id=server.id, device_name="/dev/sdf"
)
role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                }
            ],
        }
    ),
)
aws.iam.RolePolicy(
    "policy",
    role=role.id,
    policy=data.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "ec2:AttachVolume", "Resource": arn}
                ],
            }
        )
    ),
)
workers = Workers("workers", [subnet.id for subnet in subnets])
europe = aws.Provider("europe", region="eu-west-1")
aws.ebs.Volume(
    "archive",
    availability_zone="eu-west-1a",
    size=500,
    type="sc1",
    opts=pulumi.ResourceOptions(provider=europe),
)
if config.get_bool("gateway"):
    address = aws.ec2.Eip("gateway", domain="vpc")
    aws.ec2.NatGateway("gateway", allocation_id=address.id, subnet_id=subnets[0].id)
pulumi.export("group", workers.group_name)
pulumi.export("password", config.get_secret("password"))
