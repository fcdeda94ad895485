"""A stack of a given size, for measurements."""

import pulumi
import pulumi_aws as aws

count = pulumi.Config().require_int("count")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet(
    "subnet",
    vpc_id=vpc.id,
    cidr_block="10.0.0.0/24",
    availability_zone="us-east-1a",
)
for index in range(count - 4):
    aws.ebs.Volume(
        f"volume-{index}",
        availability_zone=subnet.availability_zone,
        size=100,
        type="gp3",
        iops=3000,
        throughput=125,
        encrypted=True,
        tags={"Name": f"volume-{index}", "pool": "many"},
    )
aws.ec2.Eip("address", domain="vpc")
