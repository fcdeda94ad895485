"""A stack that refers to another one."""

import pulumi
import pulumi_aws as aws

shop = pulumi.StackReference("organization/shop/dev")
aws.sns.Topic("topic", tags={"group": shop.require_output("group")})
