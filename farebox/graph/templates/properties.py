"""A template's properties as the inputs that the same type has in Pulumi.

Names follow one rule (`InstanceType` is `instanceType`). What the two write in other
ways, and a rule reads, is put right type by type; the rest goes as it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from farebox.graph.templates.names import input_name, renamed_inputs
from farebox.graph.templates.values import is_unknown

Inputs = dict[str, Any]

ROOTS = ("/dev/xvda", "/dev/sda1")
"""The root devices of AWS's own images.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""


def inputs_of(type_: str, properties: Mapping[str, Any]) -> Inputs:
    """The inputs of a resource of a CloudFormation type."""
    found = {input_name(key): camel(value) for key, value in properties.items()}
    found = _renamed(found, renamed_inputs(type_))
    special = _SPECIAL.get(type_.lower())
    return special(found) if special is not None else found


def without_own_copy(inputs: Inputs, region: str | None) -> Inputs:
    """The inputs without the copy in the own region, which is the table itself.

    A global table of CloudFormation lists every region, a table of Pulumi the others.
    """
    copies = inputs.get("replicas")
    if not isinstance(copies, list) or region is None:
        return inputs
    others = [copy for copy in copies if _region_of(copy) != region]
    return {**inputs, "replicas": others}


def _region_of(copy: Any) -> Any:
    return copy.get("regionName") if isinstance(copy, dict) else None


def camel(value: Any) -> Any:
    """Every key of the blocks within a value, as Pulumi writes it."""
    if isinstance(value, dict):
        return {input_name(str(key)): camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def _renamed(inputs: Inputs, names: Mapping[str, str]) -> Inputs:
    return {names.get(key, key): value for key, value in inputs.items()}


def _devices(inputs: Inputs) -> Inputs:
    """Block device mappings as the root block device and the others."""
    mappings = inputs.pop("blockDeviceMappings", None)
    if is_unknown(mappings):
        return {**inputs, "rootBlockDevice": mappings, "ebsBlockDevices": mappings}
    data = []
    for item in _list(mappings):
        disk = item.get("ebs")
        if not isinstance(disk, dict):
            continue
        if item.get("deviceName") in ROOTS:
            inputs["rootBlockDevice"] = disk
        else:
            data.append({"deviceName": item.get("deviceName"), **disk})
    return {**inputs, "ebsBlockDevices": data} if data else inputs


def _template_reference(inputs: Inputs) -> Inputs:
    """`LaunchTemplate {LaunchTemplateId}` as `{id}`."""
    block = inputs.get("launchTemplate")
    if isinstance(block, dict):
        names = {"launchTemplateId": "id", "launchTemplateName": "name"}
        inputs["launchTemplate"] = _renamed(block, names)
    return inputs


def _instance(inputs: Inputs) -> Inputs:
    inputs = _template_reference(_devices(inputs))
    interfaces = inputs.pop("networkInterfaces", None)
    first = next(iter(_list(interfaces)), {})
    for name in ("associatePublicIpAddress", "subnetId"):
        if name in first:
            inputs.setdefault(name, first[name])
    if "networkInterfaceId" in first:
        inputs["networkInterfaces"] = interfaces
    return inputs


def _launch_template(inputs: Inputs) -> Inputs:
    data = inputs.pop("launchTemplateData", None)
    found = dict(data) if isinstance(data, dict) else {}
    if is_unknown(data):
        found = {"instanceType": data, "blockDeviceMappings": data}
    if "launchTemplateName" in inputs:
        found["name"] = inputs["launchTemplateName"]
    return found


def _group(inputs: Inputs) -> Inputs:
    inputs = _template_reference(inputs)
    for name in ("minSize", "maxSize", "desiredCapacity"):
        inputs[name] = _whole(inputs.get(name))
    return {key: value for key, value in inputs.items() if value is not None}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _balancer(inputs: Inputs) -> Inputs:
    scheme = inputs.pop("scheme", None)
    internal = scheme if is_unknown(scheme) else scheme == "internal"
    return {**inputs, "internal": internal}


def _ecs_service(inputs: Inputs) -> Inputs:
    network = inputs.get("networkConfiguration")
    own = network.get("awsvpcConfiguration") if isinstance(network, dict) else None
    if isinstance(own, dict):
        public = own.get("assignPublicIp")
        known = public if is_unknown(public) else public == "ENABLED"
        inputs["networkConfiguration"] = {**own, "assignPublicIp": known}
    # Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
    # (DesiredCount: a new service without a number runs one task)
    return {"desiredCount": 1, **inputs}


def _task_definition(inputs: Inputs) -> Inputs:
    storage = inputs.get("ephemeralStorage")
    if isinstance(storage, dict):
        inputs["ephemeralStorage"] = _renamed(storage, {"sizeInGiB": "sizeInGib"})
    return inputs


def _alarm(inputs: Inputs) -> Inputs:
    queries = []
    for item in _list(inputs.get("metricQueries")):
        stat = item.get("metricStat")
        metric = {"metric": stat} if isinstance(stat, dict) else {}
        queries.append({**item, **metric})
    return {**inputs, "metricQueries": queries} if queries else inputs


def _health_check(inputs: Inputs) -> Inputs:
    config = inputs.get("healthCheckConfig")
    return {**inputs, **config} if isinstance(config, dict) else inputs


def _table(inputs: Inputs) -> Inputs:
    """Capacity out of its block; each index and each copy as Pulumi has them."""
    found = {**inputs, **_capacity(inputs.pop("provisionedThroughput", None))}
    indexes = _list(inputs.get("globalSecondaryIndexes"))
    if indexes:
        found["globalSecondaryIndexes"] = [
            {**index, **_capacity(index.get("provisionedThroughput"))}
            for index in indexes
        ]
    if isinstance(inputs.get("streamSpecification"), dict):
        found["streamEnabled"] = True
    recovery = inputs.get("pointInTimeRecoverySpecification")
    if isinstance(recovery, dict):
        on = recovery.get("pointInTimeRecoveryEnabled")
        found["pointInTimeRecovery"] = {"enabled": on}
    copies = _list(inputs.get("replicas"))
    if copies:
        found["replicas"] = [
            {**item, "regionName": item.get("region")} for item in copies
        ]
    return found


def _capacity(value: Any) -> Inputs:
    if is_unknown(value):
        return {"readCapacity": value, "writeCapacity": value}
    if not isinstance(value, dict):
        return {}
    return {
        "readCapacity": value.get("readCapacityUnits"),
        "writeCapacity": value.get("writeCapacityUnits"),
    }


def _distribution(inputs: Inputs) -> Inputs:
    config = inputs.get("distributionConfig")
    return {**inputs, **config} if isinstance(config, dict) else inputs


def _file_system(inputs: Inputs) -> Inputs:
    """The block of its kind (`LustreConfiguration`) as inputs of its own."""
    for name in ("lustre", "ontap", "openZFS", "windows"):
        block = inputs.get(f"{name}Configuration")
        if isinstance(block, dict):
            return {**inputs, **block}
    return inputs


def _list(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, dict)]


SPECIAL: dict[str, Callable[[Inputs], Inputs]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::AutoScaling::LaunchConfiguration": _devices,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::DynamoDB::Table": _table,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::ECS::Service": _ecs_service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::EKS::Nodegroup": _template_reference,
    "AWS::ElasticLoadBalancing::LoadBalancer": _balancer,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::FSx::FileSystem": _file_system,
    "AWS::Route53::HealthCheck": _health_check,
}
"""Types of which more than a name differs."""

_SPECIAL = {type_.lower(): special for type_, special in SPECIAL.items()}
