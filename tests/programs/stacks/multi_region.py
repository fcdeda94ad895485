"""One table in two regions, and a bucket whose copy stands in the other one."""

import pulumi
import pulumi_aws as aws

west = aws.Provider("west", region="us-west-2")
there = pulumi.ResourceOptions(provider=west)
aws.dynamodb.Table(
    "sessions",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    replicas=[{"region_name": "us-west-2"}],
)
aws.s3.Bucket("files")
aws.s3.Bucket("copy", opts=there)
aws.ec2.Instance(
    "standby",
    ami="ami-0abcdef1234567890",
    instance_type="t4g.small",
    associate_public_ip_address=False,
    root_block_device={"volume_type": "gp3", "volume_size": 16},
    opts=there,
)
aws.kms.Key("here", enable_key_rotation=True)
aws.kms.Key("there", opts=there)
zone = aws.route53.Zone("zone", name="example.com")
check = aws.route53.HealthCheck(
    "east", type="HTTPS", fqdn="east.example.com", port=443, resource_path="/health"
)
aws.route53.Record(
    "east",
    zone_id=zone.zone_id,
    name="app",
    type="CNAME",
    ttl=60,
    records=["east.example.com"],
    set_identifier="east",
    health_check_id=check.id,
    failover_routing_policies=[{"type": "PRIMARY"}],
)
