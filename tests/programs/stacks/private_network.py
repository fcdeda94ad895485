"""Two networks on a transit gateway, a tunnel to the office, private endpoints."""

import pulumi_aws as aws

gateway = aws.ec2transitgateway.TransitGateway("hub")
for name, cidr in (("app", "10.1.0.0/16"), ("data", "10.2.0.0/16")):
    vpc = aws.ec2.Vpc(name, cidr_block=cidr)
    subnet = aws.ec2.Subnet(
        name,
        vpc_id=vpc.id,
        cidr_block=cidr.replace("/16", "/24"),
        availability_zone="us-east-1a",
    )
    aws.ec2transitgateway.VpcAttachment(
        name, transit_gateway_id=gateway.id, vpc_id=vpc.id, subnet_ids=[subnet.id]
    )
    aws.ec2.VpcEndpoint(
        f"{name}-s3", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.s3"
    )
    aws.ec2.VpcEndpoint(
        f"{name}-logs",
        vpc_id=vpc.id,
        vpc_endpoint_type="Interface",
        service_name="com.amazonaws.us-east-1.logs",
        subnet_ids=[subnet.id],
    )
office = aws.ec2.CustomerGateway(
    "office", bgp_asn="65000", ip_address="203.0.113.10", type="ipsec.1"
)
aws.ec2.VpnConnection(
    "office",
    customer_gateway_id=office.id,
    transit_gateway_id=gateway.id,
    type="ipsec.1",
)
