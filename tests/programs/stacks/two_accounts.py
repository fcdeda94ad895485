"""A network account and an application account, by roles that are assumed."""

import pulumi
import pulumi_aws as aws


def account(name: str, number: str) -> pulumi.ResourceOptions:
    role = {"role_arn": f"arn:aws:iam::{number}:role/deploy"}
    provider = aws.Provider(name, region="eu-west-1", assume_roles=[role])
    return pulumi.ResourceOptions(provider=provider)


network = account("network", "111122223333")
app = account("app", "444455556666")
zone = aws.route53.Zone("internal", name="internal.example.com", opts=network)
share = aws.ram.ResourceShare("subnets", allow_external_principals=False, opts=network)
aws.ram.PrincipalAssociation(
    "app", principal="444455556666", resource_share_arn=share.arn, opts=network
)
aws.sns.Topic("alarms", opts=app)
aws.ssm.Parameter("zone", type="String", value=zone.zone_id, opts=app)
aws.ec2.Instance(
    "app",
    ami="ami-0abcdef1234567890",
    instance_type="m7g.large",
    associate_public_ip_address=False,
    root_block_device={"volume_type": "gp3", "volume_size": 30},
    opts=app,
)
