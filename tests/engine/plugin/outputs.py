"""What AWS would give back: identifiers, names and computed outputs."""

import hashlib
from collections.abc import Mapping
from typing import Any

from tests.engine.plugin.answers import ACCOUNT, zone_ids
from tests.engine.plugin.schema import outputs_of
from tests.engine.plugin.wire import plain

ID_PREFIXES = {
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/instance:Instance": "i",
    "aws:ebs/volume:Volume": "vol",
    "aws:ec2/securityGroup:SecurityGroup": "sg",
    "aws:ec2/internetGateway:InternetGateway": "igw",
    "aws:ec2/natGateway:NatGateway": "nat",
    "aws:ec2/routeTable:RouteTable": "rtb",
    "aws:ec2/launchTemplate:LaunchTemplate": "lt",
    "aws:ec2/eip:Eip": "eipalloc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": "policy",
}

ARN_IDS = frozenset(
    {
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:lb/targetGroup:TargetGroup",
        "aws:lb/listener:Listener",
        "aws:lb/listenerRule:ListenerRule",
        "aws:acm/certificate:Certificate",
        "aws:ecs/cluster:Cluster",
        "aws:sns/topic:Topic",
        "aws:iam/policy:Policy",
    }
)
"""Types whose id is their arn."""

NAMING_INPUTS = ("name", "bucket", "identifier")
LONGEST_GENERATED_NAME = {
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:iam/role:Role": 64,
    "aws:s3/bucket:Bucket": 63,
}


def generated_name(logical_name: str, seed: bytes) -> str:
    """The logical name and seven hex digits, as the bridge names things."""
    return f"{logical_name}-{hashlib.sha256(seed).hexdigest()[:7]}"


def identifier(token: str, urn: str, inputs: Mapping[str, Any], region: str) -> str:
    """An id of the type's shape; the same for the same resource and inputs."""
    digits = hashlib.sha256(f"{urn} {sorted(inputs.items())}".encode()).hexdigest()
    if token in ARN_IDS:
        return arn(token, _name(urn, inputs), region)
    if token in ID_PREFIXES:
        return f"{ID_PREFIXES[token]}-{digits[:17]}"
    name = next((inputs[key] for key in NAMING_INPUTS if inputs.get(key)), None)
    return str(plain(name)) if name else f"{urn.rsplit('::', 1)[1]}-{digits[:8]}"


def arn(token: str, name: str, region: str) -> str:
    """An arn of the usual shape."""
    service = token.split(":")[1].partition("/")[0]
    service = {"lb": "elasticloadbalancing", "ebs": "ec2"}.get(service, service)
    kind = token.rsplit(":", 1)[1].lower()
    where = "" if service in ("iam", "s3", "route53", "cloudfront") else region
    account = "" if service == "s3" else ACCOUNT
    label = name if service in ("s3", "sns", "sqs") else f"{kind}/{name}"
    return f"arn:aws:{service}:{where}:{account}:{label}"


def _name(urn: str, inputs: Mapping[str, Any]) -> str:
    return str(plain(inputs.get("name")) or urn.rsplit("::", 1)[1])


def computed(
    token: str, urn: str, inputs: Mapping[str, Any], region: str
) -> dict[str, Any]:
    """The properties of a resource after its deployment, inputs included."""
    own_id = identifier(token, urn, inputs, region)
    name = _name(urn, inputs)
    known = {
        "arn": arn(token, name, region),
        "name": name,
        "region": region,
        "ownerId": ACCOUNT,
        "dnsName": f"{name}.{region}.elb.amazonaws.com",
        "endpoint": f"https://{name}.{region}.example.com",
        "zoneId": "Z35SXDOTRQ7X7K",
        "hostedZoneId": "Z35SXDOTRQ7X7K",
        "privateIp": "10.0.0.10",
        "publicIp": "203.0.113.10",
        "privateDns": "ip-10-0-0-10.ec2.internal",
        "publicDns": "ec2-203-0-113-10.compute-1.amazonaws.com",
        "latestVersion": 1,
        "defaultVersion": 1,
        "allocationId": own_id,
        "tagsAll": inputs.get("tags") or {},
        "volumeId": own_id,
        "launchTemplateId": own_id,
        "vpcId": f"vpc-{hashlib.sha256(own_id.encode()).hexdigest()[:17]}",
        "certificateAuthority": {"data": "LS0tLS1CRUdJTg=="},
        "identities": [{"oidcs": [{"issuer": f"https://oidc.example.com/{name}"}]}],
        "nameServers": [f"ns-{index}.example.com" for index in range(4)],
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{name}",
    }
    outputs = dict(inputs) | {"id": own_id}
    if token == "aws:ec2/subnet:Subnet":
        outputs |= _zone_of(inputs, region)
    for key, kind in outputs_of(token).items():
        if outputs.get(key) is not None:
            continue
        if key in known:
            outputs[key] = known[key]
        elif kind.name in EMPTY:
            outputs[key] = EMPTY[kind.name]
    return {key: value for key, value in outputs.items() if key != "__defaults"}


def _zone_of(inputs: Mapping[str, Any], region: str) -> dict[str, Any]:
    """A subnet's zone by name and by id, whichever of them was asked for."""
    zones = zone_ids(region)
    wanted_name, wanted_id = (
        plain(inputs.get(key)) for key in ("availabilityZone", "availabilityZoneId")
    )
    for name, zone in zones.items():
        if wanted_name == name or wanted_id == zone:
            return {"availabilityZone": name, "availabilityZoneId": zone}
    name = next(iter(zones))
    return {"availabilityZone": name, "availabilityZoneId": zones[name]}


EMPTY: Mapping[str, Any] = {
    "str": "",
    "bool": False,
    "int": 0,
    "float": 0,
    "Sequence": [],
    "Mapping": {},
}
