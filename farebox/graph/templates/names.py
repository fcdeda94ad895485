"""CloudFormation's names of types and properties, as the names that Pulumi has for them.

`AWS::EC2::Instance` is `aws:ec2/instance:Instance`, `InstanceType` is `instanceType`.
The tables hold what does not follow from the rule; a type that they miss keeps a name
that no rule knows, and is a gap.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

import re

MODULES = {
    "elasticloadbalancingv2": "lb",
    "elasticloadbalancing": "elb",
    "logs": "cloudwatch",
    "events": "cloudwatch",
    "certificatemanager": "acm",
    "applicationautoscaling": "appautoscaling",
}
"""Services in small letters whose module in Pulumi has another name."""

TYPES = {
    "AWS::AutoScaling::AutoScalingGroup": "aws:autoscaling/group:Group",
    "AWS::AutoScaling::LaunchConfiguration": (
        "aws:ec2/launchConfiguration:LaunchConfiguration"
    ),
    "AWS::AutoScaling::ScalingPolicy": "aws:autoscaling/policy:Policy",
    "AWS::AutoScaling::ScheduledAction": "aws:autoscaling/schedule:Schedule",
    "AWS::CloudWatch::Alarm": "aws:cloudwatch/metricAlarm:MetricAlarm",
    "AWS::EC2::CapacityReservation": "aws:ec2/capacityReservation:CapacityReservation",
    "AWS::EC2::EC2Fleet": "aws:ec2/fleet:Fleet",
    "AWS::EC2::EIP": "aws:ec2/eip:Eip",
    "AWS::EC2::EIPAssociation": "aws:ec2/eipAssociation:EipAssociation",
    "AWS::EC2::GatewayRouteTableAssociation": (
        "aws:ec2/routeTableAssociation:RouteTableAssociation"
    ),
    "AWS::EC2::Host": "aws:ec2/dedicatedHost:DedicatedHost",
    "AWS::EC2::KeyPair": "aws:ec2/keyPair:KeyPair",
    "AWS::EC2::SecurityGroupEgress": "aws:ec2/securityGroupRule:SecurityGroupRule",
    "AWS::EC2::SecurityGroupIngress": "aws:ec2/securityGroupRule:SecurityGroupRule",
    "AWS::EC2::SpotFleet": "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "AWS::EC2::SubnetRouteTableAssociation": (
        "aws:ec2/routeTableAssociation:RouteTableAssociation"
    ),
    "AWS::EC2::TransitGatewayAttachment": (
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
    ),
    "AWS::EC2::VPC": "aws:ec2/vpc:Vpc",
    "AWS::EC2::VPCEndpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "AWS::EC2::VPCGatewayAttachment": (
        "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
    ),
    "AWS::EC2::VPNConnection": "aws:ec2/vpnConnection:VpnConnection",
    "AWS::EC2::Volume": "aws:ebs/volume:Volume",
    "AWS::EKS::Nodegroup": "aws:eks/nodeGroup:NodeGroup",
    "AWS::EKS::FargateProfile": "aws:eks/fargateProfile:FargateProfile",
    "AWS::Events::Rule": "aws:cloudwatch/eventRule:EventRule",
    "AWS::IAM::ManagedPolicy": "aws:iam/policy:Policy",
    "AWS::IAM::OIDCProvider": "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "AWS::Route53::HostedZone": "aws:route53/zone:Zone",
    "AWS::Route53::RecordSet": "aws:route53/record:Record",
    "AWS::SNS::Subscription": "aws:sns/topicSubscription:TopicSubscription",
}
"""Types whose name in Pulumi does not follow from CloudFormation's."""

ACRONYM = re.compile(r"^[A-Z]+(?=[A-Z][a-z]|\d|$)|^[A-Z]")
"""`CPU` of `CPUCredits`, `VPC` of `VPCZoneIdentifier`, `I` of `InstanceType`."""


def token_of(type_: str) -> str:
    """Pulumi's token of a CloudFormation type; how its service is spelled is all one."""
    known = _TOKENS.get(type_.lower())
    if known is not None:
        return known
    parts = type_.split("::")
    if len(parts) != 3 or parts[0] != "AWS" or not parts[2]:
        return f"cloudformation:index:{type_.replace('::', '/')}"
    service, name = parts[1].lower(), parts[2]
    if service == "logs":
        name = f"Log{name.removeprefix('Log')}"
    module = MODULES.get(service, service)
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


_TOKENS = {type_.lower(): token for type_, token in TYPES.items()}


def type_of_native(token: str) -> str:
    """CloudFormation's name of a type of the package `aws-native`, as `aws-native:ec2:VPC`.

    That package writes services in small letters, and so does this name.
    """
    _, _, rest = token.partition(":")
    service, _, name = rest.partition(":")
    return f"AWS::{service}::{name}"


def input_name(name: str) -> str:
    """`InstanceType` as `instanceType`, `CPUCredits` as `cpuCredits`."""
    return ACRONYM.sub(lambda match: match[0].lower(), name, count=1)
