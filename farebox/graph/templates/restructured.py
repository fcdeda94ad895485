"""Types whose blocks CloudFormation arranges in another way than Pulumi does.

Each function takes the inputs by Pulumi's names and puts blocks where Pulumi has them. A
block that is not known stays unknown in every place that it would fill.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Callable
from typing import Any

from farebox.graph.templates.values import is_unknown

Inputs = dict[str, Any]

FLATTENED = {
    "AWS::Backup::BackupPlan": "backupPlan",
    "AWS::CloudFront::Distribution": "distributionConfig",
    "AWS::EMR::Cluster": "instances",
    "AWS::Lambda::Alias": "provisionedConcurrencyConfig",
    "AWS::Lambda::Version": "provisionedConcurrencyConfig",
    "AWS::IoT::TopicRule": "topicRulePayload",
    "AWS::Route53::HealthCheck": "healthCheckConfig",
    "AWS::SES::ReceiptRule": "rule",
}
"""Types whose inputs stand in a block of their own in CloudFormation."""


def listed(value: Any) -> list[dict[str, Any]]:
    """The blocks of a list, or one block alone."""
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, dict)]


def flattened(type_: str, inputs: Inputs) -> Inputs:
    """The inputs with those of the type's own block among them."""
    name = FLATTENED.get(type_)
    block = inputs.get(name) if name else None
    if name and name.startswith("provisioned") and is_unknown(block):
        return {**inputs, "provisionedConcurrentExecutions": block}
    return {**inputs, **block} if isinstance(block, dict) else inputs


def _first(inputs: Inputs, *path: str) -> Any:
    """What stands at the end of a path of blocks; unknown where one on the way is."""
    value: Any = inputs
    for name in path:
        if is_unknown(value) or not isinstance(value, dict):
            break
        value = value.get(name)
    return value


def _capacity(value: Any) -> Inputs:
    if is_unknown(value):
        return {"readCapacity": value, "writeCapacity": value}
    if not isinstance(value, dict):
        return {}
    return {
        "readCapacity": value.get("readCapacityUnits"),
        "writeCapacity": value.get("writeCapacityUnits"),
    }


def table(inputs: Inputs) -> Inputs:
    """DynamoDB: capacity out of its block, for the table and for each index."""
    found = {**inputs, **_capacity(inputs.pop("provisionedThroughput", None))}
    indexes = listed(inputs.get("globalSecondaryIndexes"))
    if indexes:
        found["globalSecondaryIndexes"] = [
            {**index, **_capacity(index.get("provisionedThroughput"))}
            for index in indexes
        ]
    if isinstance(inputs.get("streamSpecification"), dict):
        found["streamEnabled"] = True
    recovery = _first(
        inputs, "pointInTimeRecoverySpecification", "pointInTimeRecoveryEnabled"
    )
    if recovery is not None:
        found["pointInTimeRecovery"] = {"enabled": recovery}
    copies = listed(inputs.get("replicas"))
    if copies:
        found["replicas"] = [
            {**item, "regionName": item.get("region")} for item in copies
        ]
    return found


def global_table(inputs: Inputs) -> Inputs:
    """DynamoDB's table of several regions, of which writing is scaled by itself."""
    scaling = _first(
        inputs,
        "writeProvisionedThroughputSettings",
        "writeCapacityAutoScalingSettings",
    )
    found = table(inputs)
    if scaling is not None:
        found["writeCapacityScaling"] = scaling
    return found


def distribution(inputs: Inputs) -> Inputs:
    """CloudFront: the behaviors beside the default one under Pulumi's name."""
    behaviors = inputs.pop("cacheBehaviors", None)
    if behaviors is not None:
        inputs["orderedCacheBehaviors"] = behaviors
    return inputs


def file_system(inputs: Inputs) -> Inputs:
    """FSx: the block of its kind (`LustreConfiguration`) as inputs of its own."""
    for name in ("lustre", "ontap", "openZFS", "openZfs", "windows"):
        block = inputs.get(f"{name}Configuration")
        if isinstance(block, dict):
            return {**inputs, **block}
    return inputs


def keyspace_table(inputs: Inputs) -> Inputs:
    """Keyspaces: `BillingMode {Mode, ProvisionedThroughput}` as its specification."""
    mode = inputs.get("billingMode")
    if is_unknown(mode):
        return {**inputs, "capacitySpecification": mode}
    if not isinstance(mode, dict):
        return inputs
    units = mode.get("provisionedThroughput")
    units = units if isinstance(units, dict) else {}
    said = {"throughputMode": mode.get("mode"), **units}
    return {**inputs, "capacitySpecification": said}


def cluster_logs(inputs: Inputs) -> Inputs:
    """EKS: the logs of the control plane as a list of their names."""
    types = _first(inputs, "logging", "clusterLogging", "enabledTypes")
    if is_unknown(types):
        return {**inputs, "enabledClusterLogTypes": types}
    names = [item.get("type") for item in listed(types)]
    return {**inputs, "enabledClusterLogTypes": names} if names else inputs


def emr_cluster(inputs: Inputs) -> Inputs:
    """EMR: the place of its machines, and their disks, as Pulumi has them."""
    places = {
        "subnetId": inputs.get("ec2SubnetId"),
        "subnetIds": inputs.get("ec2SubnetIds"),
    }
    known = {name: value for name, value in places.items() if value is not None}
    if known:
        inputs["ec2Attributes"] = known
    for name in ("masterInstanceGroup", "coreInstanceGroup"):
        if isinstance(inputs.get(name), dict):
            inputs[name] = with_disks(inputs[name])
    for name in ("masterInstanceFleet", "coreInstanceFleet"):
        fleet = inputs.get(name)
        if isinstance(fleet, dict):
            types = listed(fleet.get("instanceTypeConfigs"))
            inputs[name] = {
                **fleet,
                "instanceTypeConfigs": [with_disks(item) for item in types],
            }
    return inputs


def with_disks(group: Inputs) -> Inputs:
    """EMR: each disk's specification as a block of its own."""
    disks = _first(group, "ebsConfiguration", "ebsBlockDeviceConfigs")
    if disks is None:
        return group
    if is_unknown(disks):
        return {**group, "ebsConfigs": disks}
    found = []
    for disk in listed(disks):
        said = disk.get("volumeSpecification")
        said = said if isinstance(said, dict) else {}
        count = disk.get("volumesPerInstance", 1)
        found.append(
            {
                "size": said.get("sizeInGb"),
                "type": said.get("volumeType"),
                "iops": said.get("iops"),
                "throughput": said.get("throughput"),
                "volumesPerInstance": count,
            }
        )
    configs = [{k: v for k, v in disk.items() if v is not None} for disk in found]
    return {**group, "ebsConfigs": configs}


ACTIONS = {
    "cloudwatchAlarm": "cloudwatchAlarms",
    "cloudwatchLogs": "cloudwatchLogs",
    "cloudwatchMetric": "cloudwatchMetrics",
    "dynamoDB": "dynamodbs",
    "dynamoDBv2": "dynamodbv2s",
    "firehose": "firehoses",
    "http": "https",
    "kafka": "kafkas",
    "kinesis": "kineses",
    "lambda": "lambdas",
    "republish": "republishes",
    "stepFunctions": "stepFunctions",
    "timestream": "timestreams",
}
"""Actions of a rule of IoT, to the input that Pulumi has for each kind."""


def topic_rule(inputs: Inputs) -> Inputs:
    """IoT: actions by kind, and whether the rule is on."""
    actions = inputs.pop("actions", None)
    if is_unknown(actions):
        inputs["lambdas"] = actions
    for action in listed(actions):
        for kind, said in action.items():
            inputs.setdefault(ACTIONS.get(_small(kind), _small(kind)), []).append(said)
    off = inputs.get("ruleDisabled")
    inputs["enabled"] = off if is_unknown(off) else off not in (True, "true")
    return inputs


def _small(kind: str) -> str:
    return {"dynamoDb": "dynamoDB", "dynamoDbv2": "dynamoDBv2"}.get(kind, kind)


DESTINATIONS = {
    "extendedS3Configuration": "extended_s3",
    "s3DestinationConfiguration": "extended_s3",
    "redshiftConfiguration": "redshift",
    "elasticsearchConfiguration": "elasticsearch",
    "opensearchConfiguration": "opensearch",
    "opensearchserverlessConfiguration": "opensearchserverless",
    "splunkConfiguration": "splunk",
    "httpEndpointConfiguration": "http_endpoint",
    "icebergConfiguration": "iceberg",
    "snowflakeConfiguration": "snowflake",
}


def delivery_stream(inputs: Inputs) -> Inputs:
    """Firehose: the destination by the configuration that is given."""
    for name, destination in DESTINATIONS.items():
        if name in inputs:
            return {**inputs, "destination": destination}
    return inputs


def detector(inputs: Inputs) -> Inputs:
    """GuardDuty: the sources as older programs of Pulumi's name them."""
    sources = inputs.pop("dataSources", None)
    return inputs if sources is None else {**inputs, "datasources": sources}


def guardrail(inputs: Inputs) -> Inputs:
    """Bedrock: the kinds of personal data under Pulumi's name."""
    policy = inputs.get("sensitiveInformationPolicyConfig")
    if isinstance(policy, dict) and "piiEntitiesConfig" in policy:
        policy = {**policy, "piiEntitiesConfigs": policy["piiEntitiesConfig"]}
        inputs["sensitiveInformationPolicyConfig"] = policy
    return inputs


def deliverability(inputs: Inputs) -> Inputs:
    """SES: the type is there where its manager is on, and no property says so."""
    return {"vdmEnabled": "ENABLED", **inputs}


def cluster(inputs: Inputs) -> Inputs:
    """ECS: the default strategy under the name that its rules look for."""
    said = inputs.pop("defaultCapacityProviderStrategy", None)
    return (
        inputs
        if said is None
        else {**inputs, "defaultCapacityProviderStrategies": said}
    )


def environment(inputs: Inputs) -> Inputs:
    """Elastic Beanstalk: `OptionSettings {Namespace, OptionName}` as settings."""
    options = inputs.pop("optionSettings", None)
    if options is None:
        return inputs
    if is_unknown(options):
        return {**inputs, "settings": options}
    settings = [{**item, "name": item.get("optionName")} for item in listed(options)]
    return {**inputs, "settings": settings}


def backup_plan(inputs: Inputs) -> Inputs:
    """Backup: the plan's rules."""
    rules = inputs.pop("backupPlanRule", None)
    return inputs if rules is None else {**inputs, "rules": rules}


RESTRUCTURED: dict[str, Callable[[Inputs], Inputs]] = {
    "AWS::Bedrock::Guardrail": guardrail,
    "AWS::Backup::BackupPlan": backup_plan,
    "AWS::Cassandra::Table": keyspace_table,
    "AWS::CloudFront::Distribution": distribution,
    "AWS::DynamoDB::GlobalTable": global_table,
    "AWS::DynamoDB::Table": table,
    "AWS::ECS::Cluster": cluster,
    "AWS::EKS::Cluster": cluster_logs,
    "AWS::ElasticBeanstalk::Environment": environment,
    "AWS::EMR::Cluster": emr_cluster,
    "AWS::EMR::InstanceGroupConfig": with_disks,
    "AWS::FSx::FileSystem": file_system,
    "AWS::GuardDuty::Detector": detector,
    "AWS::IoT::TopicRule": topic_rule,
    "AWS::KinesisFirehose::DeliveryStream": delivery_stream,
    "AWS::SES::VdmAttributes": deliverability,
}
"""Types of which more than a name differs, by CloudFormation's names."""
