"""Mistakes that only the provider sees: one at a time, the engine stops at the first."""

import pulumi
import pulumi_aws as aws

match pulumi.Config().require("mistake"):
    case "network":
        aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/8")
    case "type":
        aws.lb.LoadBalancer("balancer", load_balancer_type="nlb", subnets=["a", "b"])
    case "name":
        aws.lb.TargetGroup(
            "a-name-that-is-too-long-for-aws", port=1, protocol="TCP", vpc_id="vpc-1"
        )
    case "subnet":
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.1.0.0/24")
