"""AWS's own limits, for the resource types that components here make.

Only values that are known before deployment are looked at: the real service would
refuse the others later, and the stand-in cannot.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from tests.engine.plugin import groups, machines, network
from tests.engine.plugin.known import Inputs, check_tags, known
from tests.engine.plugin.policies import check_attachment, check_policy
from tests.engine.plugin.schema import Failure
from tests.engine.plugin.wire import is_unknown

Check = Callable[[Inputs], Iterator[Failure]]


def check(token: str, inputs: Inputs) -> Iterator[Failure]:
    """What AWS would refuse in a resource's inputs."""
    yield from check_tags(inputs.get("tags"), "tags")
    for name in ENUMERATIONS.get(token, {}):
        yield from _one_of(inputs, name, ENUMERATIONS[token][name])
    for name in NAMES.get(token, {}):
        yield from _named(inputs, name, *NAMES[token][name])
    for name in POLICIES.get(token, ()):
        yield from check_policy(inputs.get(name), name)
    own = CHECKS.get(token)
    if own is not None:
        yield from own(inputs)


def _one_of(inputs: Inputs, name: str, allowed: Collection[str]) -> Iterator[Failure]:
    value = known(inputs, name)
    if value is not None and value not in allowed:
        yield Failure(name, f"{value!r} is none of {', '.join(sorted(allowed))}")


def _named(inputs: Inputs, name: str, longest: int, shape: str) -> Iterator[Failure]:
    value = known(inputs, name)
    if isinstance(value, str) and not re.fullmatch(shape, value):
        yield Failure(name, f"{value!r} does not match {shape}")
    if isinstance(value, str) and len(value) > longest:
        yield Failure(name, f"{value!r} is longer than {longest} characters")


KEPT_DAYS = frozenset(
    {0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731}
    | {1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""0 keeps them for ever."""


def _log_group(inputs: Inputs) -> Iterator[Failure]:
    """Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
    days = known(inputs, "retentionInDays")
    if days is not None and days not in KEPT_DAYS:
        yield Failure("retentionInDays", f"no log group keeps its logs {days} days")


DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def _certificate(inputs: Inputs) -> Iterator[Failure]:
    """Source: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""
    names = [
        known(inputs, "domainName"),
        *(inputs.get("subjectAlternativeNames") or []),
    ]
    for name in names:
        if (
            isinstance(name, str)
            and not is_unknown(name)
            and not DOMAIN.fullmatch(name)
        ):
            yield Failure("domainName", f"{name!r} is no domain name")
    if len(names) > 10:
        yield Failure("subjectAlternativeNames", "a certificate has 10 names at most")


NLB_PROTOCOLS = {"TCP", "UDP", "TCP_UDP", "TLS", "QUIC", "TCP_QUIC"}
ALB_PROTOCOLS = {"HTTP", "HTTPS"}

ENUMERATIONS: Mapping[str, Mapping[str, Collection[str]]] = {
    "aws:ec2/vpc:Vpc": {"instanceTenancy": {"default", "dedicated"}},
    "aws:ec2/eip:Eip": {"domain": {"vpc", "standard"}},
    "aws:ec2/natGateway:NatGateway": {"connectivityType": {"public", "private"}},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcEndpointType": {"Gateway", "Interface", "GatewayLoadBalancer", "Resource"}
    },
    "aws:lb/loadBalancer:LoadBalancer": {
        "loadBalancerType": {"application", "network", "gateway"},
        "ipAddressType": {"ipv4", "dualstack", "dualstack-without-public-ipv4"},
    },
    "aws:lb/targetGroup:TargetGroup": {
        "protocol": NLB_PROTOCOLS | ALB_PROTOCOLS | {"GENEVE"},
        "targetType": {"instance", "ip", "lambda", "alb"},
    },
    "aws:lb/listener:Listener": {"protocol": NLB_PROTOCOLS | ALB_PROTOCOLS},
    "aws:eks/nodeGroup:NodeGroup": {
        "capacityType": {"ON_DEMAND", "SPOT", "CAPACITY_BLOCK"}
    },
    "aws:acm/certificate:Certificate": {"validationMethod": {"DNS", "EMAIL"}},
    "aws:route53/record:Record": {
        "type": {"A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV"}
        | {"DS", "SVCB", "TXT"}
    },
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": {"state": {"ENABLED", "DISABLED"}},
    "aws:autoscaling/group:Group": {
        "healthCheckType": {"EC2", "ELB", "EBS", "VPC_LATTICE"}
    },
}

HYPHENATED = r"[A-Za-z0-9-]+"
IAM_NAME = r"[\w+=,.@-]+"
ANY_NAME = r"[^\n]+"

NAMES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "aws:lb/loadBalancer:LoadBalancer": {
        "name": (32, HYPHENATED),
        "namePrefix": (6, HYPHENATED),
    },
    "aws:lb/targetGroup:TargetGroup": {
        "name": (32, HYPHENATED),
        "namePrefix": (6, HYPHENATED),
    },
    "aws:iam/role:Role": {"name": (64, IAM_NAME), "namePrefix": (38, IAM_NAME)},
    "aws:iam/instanceProfile:InstanceProfile": {"name": (128, IAM_NAME)},
    "aws:iam/policy:Policy": {"name": (128, IAM_NAME)},
    "aws:iam/rolePolicy:RolePolicy": {"name": (128, IAM_NAME)},
    "aws:eks/cluster:Cluster": {"name": (100, r"[A-Za-z0-9][\w-]*")},
    "aws:eks/nodeGroup:NodeGroup": {"nodeGroupName": (63, r"[A-Za-z0-9][\w-]*")},
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "name": (125, r"[\w()./-]{3,}"),
        "namePrefix": (99, r"[\w()./-]+"),
        "description": (255, ANY_NAME),
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        "name": (255, r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+"),
        "description": (255, r"[\w .:/()#,@\[\]+=&;{}!$*-]*"),
    },
    "aws:autoscaling/group:Group": {"name": (255, r"[^:\n]+")},
    "aws:s3/bucket:Bucket": {"bucket": (63, r"[a-z0-9][a-z0-9.-]+[a-z0-9]")},
}
"""Longest name and its shape, from each service's API reference."""

POLICIES: Mapping[str, Collection[str]] = {
    "aws:iam/role:Role": ("assumeRolePolicy",),
    "aws:iam/policy:Policy": ("policy",),
    "aws:iam/rolePolicy:RolePolicy": ("policy",),
    "aws:s3/bucketPolicy:BucketPolicy": ("policy",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("policy",),
}

CHECKS: Mapping[str, Check] = {
    "aws:ebs/volume:Volume": machines.check_volume,
    "aws:ec2/launchTemplate:LaunchTemplate": machines.check_launch_template,
    "aws:ec2/instance:Instance": machines.check_instance_type,
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": machines.check_lifecycle_policy,
    "aws:ec2/vpc:Vpc": network.check_network,
    "aws:ec2/subnet:Subnet": network.check_subnet,
    "aws:ec2/securityGroup:SecurityGroup": network.check_rules,
    "aws:lb/listener:Listener": network.check_listener,
    "aws:lb/loadBalancer:LoadBalancer": network.check_load_balancer,
    "aws:lb/targetGroup:TargetGroup": network.check_target_group,
    "aws:autoscaling/group:Group": groups.check_group,
    "aws:eks/cluster:Cluster": groups.check_cluster,
    "aws:eks/nodeGroup:NodeGroup": groups.check_node_group,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": check_attachment,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:acm/certificate:Certificate": _certificate,
}
