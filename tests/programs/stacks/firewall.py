"""A web firewall before a balancer, with AWS's own rules and a rate limit."""

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
balancer = aws.lb.LoadBalancer(
    "web", load_balancer_type="application", subnets=[s.id for s in public]
)
seen = {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
firewall = aws.wafv2.WebAcl(
    "web",
    scope="REGIONAL",
    default_action={"allow": {}},
    visibility_config={**seen, "metric_name": "web"},
    rules=[
        {
            "name": "common",
            "priority": 1,
            "override_action": {"none": {}},
            "statement": {
                "managed_rule_group_statement": {
                    "vendor_name": "AWS",
                    "name": "AWSManagedRulesCommonRuleSet",
                }
            },
            "visibility_config": {**seen, "metric_name": "common"},
        },
        {
            "name": "rate",
            "priority": 2,
            "action": {"block": {}},
            "statement": {
                "rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}
            },
            "visibility_config": {**seen, "metric_name": "rate"},
        },
    ],
)
aws.wafv2.WebAclAssociation("web", resource_arn=balancer.arn, web_acl_arn=firewall.arn)
