"""A template's properties as the inputs that the same type has in Pulumi.

Names follow one rule (`InstanceType` is `instanceType`). What the two write in other
ways, and a rule reads, is put right type by type; the rest goes as it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from farebox.graph.templates.names import input_name, renamed_inputs
from farebox.graph.templates.restructured import (
    FLATTENED,
    RESTRUCTURED,
    flattened,
    listed,
)
from farebox.graph.templates.values import is_unknown

Inputs = dict[str, Any]

ROOTS = ("/dev/xvda", "/dev/sda1")
"""The root devices of AWS's own images.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
"""


def inputs_of(type_: str, properties: Mapping[str, Any]) -> Inputs:
    """The inputs of a resource of a CloudFormation type."""
    found = {input_name(key): camel(value) for key, value in properties.items()}
    found = flattened(_FLATTENED.get(type_.lower(), ""), found)
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
    for item in listed(mappings):
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
    first = next(iter(listed(interfaces)), {})
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
    for item in listed(inputs.get("metricQueries")):
        stat = item.get("metricStat")
        metric = {"metric": stat} if isinstance(stat, dict) else {}
        queries.append({**item, **metric})
    return {**inputs, "metricQueries": queries} if queries else inputs


def _fleet(inputs: Inputs) -> Inputs:
    """A spot fleet's request, with each machine's disks and template as Pulumi has them."""
    request = inputs.get("spotFleetRequestConfigData")
    if not isinstance(request, dict):
        return inputs
    found = {**inputs, **request}
    for name in ("launchSpecifications", "launchTemplateConfigs"):
        if isinstance(found.get(name), list):
            found[name] = [_machine(item) for item in listed(found[name])]
    return found


def _machine(inputs: Inputs) -> Inputs:
    """One kind of machine of a fleet."""
    block = inputs.get("launchTemplateSpecification")
    if isinstance(block, dict):
        names = {"launchTemplateId": "id", "launchTemplateName": "name"}
        return {**inputs, "launchTemplateSpecification": _renamed(block, names)}
    return _instance(_renamed(dict(inputs), {"imageId": "ami"}))


SPECIAL: dict[str, Callable[[Inputs], Inputs]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::AutoScaling::LaunchConfiguration": _devices,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::SpotFleet": _fleet,
    "AWS::ECS::Service": _ecs_service,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::EKS::Nodegroup": _template_reference,
    "AWS::ElasticLoadBalancing::LoadBalancer": _balancer,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
}
"""Types of which more than a name differs."""

_SPECIAL = {
    type_.lower(): special
    for type_, special in (*SPECIAL.items(), *RESTRUCTURED.items())
}
_FLATTENED = {type_.lower(): type_ for type_ in FLATTENED}
