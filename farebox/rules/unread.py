"""Inputs that carry a charge and that no rule reads: named, so that nothing is silent.

Each entry says which input of which type it is, when it costs something, and what. The
estimate makes a gap of it, and the docs list it, from this one table; so a statement and
its docs cannot disagree. An input leaves the table when a rule reads it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Gap
from farebox.rules.unread_in_templates import IN_TEMPLATES
from farebox.rules.unread_input import Unread

_FILLING = (
    "filling a volume from its snapshot at a rate that is asked for "
    "(volumeInitializationRate) is charged by the GB"
)
_RETRIEVAL = "bringing an archived snapshot back is charged by the GB"
_OUTPOST = "what is on an Outpost is paid with the Outpost, not at the region's prices"
_METHOD_METRICS = "metrics of each method are charged by CloudWatch, as custom ones"
_GPU = "Elastic Graphics and Elastic Inference are charged by the hour"
_REPLICATION = (
    "copies that replication makes are charged by the request, the GB that leaves the "
    "region and what the other bucket stores"
)
_CACHE_LOGS = (
    Unread(
        "logDeliveryConfigurations",
        "logs that are delivered are charged by the GB",
        "no-usage",
    ),
)
_SEARCH_LOGS = (
    Unread(
        "logPublishingOptions",
        "logs that are published are charged by CloudWatch, by the GB",
        "no-usage",
    ),
)
_WATCHED_DATABASE = (
    Unread(
        "monitoringInterval",
        "enhanced monitoring writes logs, which CloudWatch charges by the GB",
        "no-usage",
    ),
    Unread(
        "enabledCloudwatchLogsExports",
        "the database's logs are charged by CloudWatch, by the GB",
        "no-usage",
    ),
)

_OF_PULUMI: dict[str, tuple[Unread, ...]] = {
    # Source: https://aws.amazon.com/ebs/pricing/
    "aws:ebs/volume:Volume": (
        Unread("volumeInitializationRate", _FILLING),
        Unread("outpostArn", _OUTPOST),
    ),
    "aws:ebs/volumeCopy:VolumeCopy": (Unread("outpostArn", _OUTPOST),),
    "aws:ebs/snapshot:Snapshot": (
        Unread("permanentRestore", _RETRIEVAL),
        Unread("temporaryRestoreDays", _RETRIEVAL),
    ),
    "aws:ebs/snapshotCopy:SnapshotCopy": (
        Unread("permanentRestore", _RETRIEVAL),
        Unread("temporaryRestoreDays", _RETRIEVAL),
        Unread(
            "completionDurationMinutes",
            "a copy that is to end in a given time is charged by the GB",
        ),
    ),
    "aws:ebs/snapshotImport:SnapshotImport": (
        Unread("permanentRestore", _RETRIEVAL),
        Unread("temporaryRestoreDays", _RETRIEVAL),
    ),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": (
        Unread(
            "policyDetails.schedules.archiveRule",
            "snapshots that the policy archives are whole ones, at the archive's price",
        ),
    ),
    # Source: https://aws.amazon.com/ec2/pricing/on-demand/
    "aws:ec2/instance:Instance": (
        Unread("rootBlockDevice.volumeInitializationRate", _FILLING),
        Unread("ebsBlockDevices.volumeInitializationRate", _FILLING),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": (
        Unread("blockDeviceMappings.ebs.volumeInitializationRate", _FILLING),
        Unread("elasticGpuSpecifications", _GPU),
        Unread("elasticInferenceAccelerator", _GPU),
    ),
    # Source: https://aws.amazon.com/ecs/pricing/ and .../ecs/anywhere/pricing/
    "aws:ecs/service:Service": (
        Unread(
            "launchType",
            "machines outside AWS (ECS Anywhere) are charged by the hour for each, and "
            "how many are registered is not in the document",
            "no-usage",
            values=("EXTERNAL",),
        ),
    ),
    "aws:ecs/capacityProvider:CapacityProvider": (
        Unread(
            "managedInstancesProvider",
            "instances that ECS launches and manages are charged, with a fee by type, "
            "and which ones run is not in the document",
        ),
    ),
    # Source: https://aws.amazon.com/eks/pricing/ and .../cloudwatch/pricing/
    "aws:eks/addon:Addon": (
        Unread(
            "addonName",
            "the metrics and logs that the add-on writes are charged by CloudWatch",
            "no-usage",
            values=("amazon-cloudwatch-observability",),
        ),
    ),
    # Source: https://aws.amazon.com/vpc/pricing/
    "aws:ec2/eip:Eip": (
        Unread(
            "ipamPoolId",
            "an address of an IPAM pool that Amazon provides has a rate of its own",
        ),
    ),
    "aws:ec2/flowLog:FlowLog": (
        Unread(
            "destinationOptions.fileFormat",
            "turning flow logs into Parquet is charged by the GB",
            values=("parquet",),
        ),
    ),
    "aws:ec2/vpcNetworkPerformanceMetricSubscription:VpcNetworkPerformanceMetricSubscription": (
        Unread(
            "",
            "the metrics that the subscription writes are charged by CloudWatch",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/cloudwatch/pricing/
    "aws:cloudwatch/logDelivery:LogDelivery": (
        Unread("", "logs that are delivered are charged by the GB", "no-usage"),
    ),
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": (
        Unread(
            "policyType",
            "looking for sensitive data in logs is charged by the GB",
            "no-usage",
            values=("DATA_PROTECTION_POLICY",),
        ),
    ),
    # Source: https://aws.amazon.com/lex/pricing/
    "aws:lex/v2modelsBot:V2modelsBot": (
        Unread(
            "botLocales",
            "requests to the languages that a template gives a bot are charged",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/bedrock/pricing/
    "aws:bedrock/agentDataSource:AgentDataSource": (
        Unread(
            "vectorIngestionConfiguration.parsingConfiguration",
            "a model that reads the documents is charged by the token or the page",
        ),
    ),
    # Source: https://aws.amazon.com/cognito/pricing/
    "aws:cognito/userPool:UserPool": (
        Unread(
            "smsConfiguration",
            "text messages to its users are charged by SNS, by country",
            "no-usage",
        ),
        Unread(
            "emailConfiguration.emailSendingAccount",
            "mail to its users is charged by SES",
            "no-usage",
            values=("DEVELOPER",),
        ),
    ),
    # Source: https://aws.amazon.com/cloudwatch/pricing/ (RUM)
    "aws:rum/appMonitor:AppMonitor": (
        Unread(
            "cwLogEnabled",
            "events that are copied into a log group are charged there",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/appsync/pricing/
    "aws:appsync/graphQLApi:GraphQLApi": (
        Unread(
            "enhancedMetricsConfig",
            "metrics of resolvers and data sources are charged by CloudWatch",
            "no-usage",
        ),
    ),
    # Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    "aws:apigateway/deployment:Deployment": (
        Unread(
            "stageDescription.cacheClusterEnabled",
            "the cache of the stage that a template's deployment makes is charged by "
            "the hour",
        ),
    ),
    "aws:apigateway/methodSettings:MethodSettings": (
        Unread("settings.metricsEnabled", _METHOD_METRICS, "no-usage"),
    ),
    "aws:apigatewayv2/stage:Stage": (
        Unread(
            "defaultRouteSettings.detailedMetricsEnabled", _METHOD_METRICS, "no-usage"
        ),
        Unread("routeSettings.detailedMetricsEnabled", _METHOD_METRICS, "no-usage"),
    ),
    # Source: https://aws.amazon.com/lambda/pricing/
    "aws:lambda/function:Function": (
        Unread(
            "durableConfig",
            "durable functions are charged by the operation, by what they write and by "
            "what they keep",
        ),
        Unread(
            "tenancyConfig",
            "an environment of its own for each tenant is charged as it is made",
        ),
        Unread(
            "fileSystemConfig.arn",
            "what it reads from and writes to a file system may be charged there",
            "no-usage",
            part=":s3files:",
        ),
    ),
    # Source: https://aws.amazon.com/systems-manager/pricing/
    "aws:ssm/serviceSetting:ServiceSetting": (
        Unread(
            "settingId",
            "higher throughput of parameters is charged by the request",
            "no-usage",
            part="parameter-store/high-throughput-enabled",
        ),
        Unread(
            "settingId",
            "machines outside AWS are charged by the hour in the advanced tier",
            "no-usage",
            part="managed-instance/activation-tier",
        ),
    ),
    # Source: https://aws.amazon.com/dynamodb/pricing/
    "aws:dynamodb/table:Table": (
        Unread(
            "warmThroughput",
            "throughput that is warm before it is used is charged once, by the unit",
        ),
        Unread(
            "globalTableWitness",
            "a witness in a third region is charged for each write",
        ),
    ),
    # Source: https://aws.amazon.com/elasticache/pricing/ and .../cloudwatch/pricing/
    "aws:elasticache/cluster:Cluster": (
        *_CACHE_LOGS,
        Unread("preferredOutpostArn", _OUTPOST),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": _CACHE_LOGS,
    # Source: https://aws.amazon.com/cloudwatch/pricing/
    "aws:opensearch/domain:Domain": _SEARCH_LOGS,
    "aws:elasticsearch/domain:Domain": _SEARCH_LOGS,
    "aws:docdb/cluster:Cluster": _WATCHED_DATABASE[1:],
    "aws:neptune/cluster:Cluster": (
        Unread(
            "enableCloudwatchLogsExports",
            "the database's logs are charged by CloudWatch, by the GB",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/rds/pricing/ and .../cloudwatch/pricing/
    "aws:rds/instance:Instance": (
        *_WATCHED_DATABASE,
        Unread(
            "dedicatedLogVolume",
            "a volume of its own for the log is charged as 1,000 GiB with 3,000 IOPS",
        ),
        Unread("backupTarget", _OUTPOST, values=("outposts",)),
        Unread("customerOwnedIpEnabled", _OUTPOST),
    ),
    "aws:rds/cluster:Cluster": (
        *_WATCHED_DATABASE,
        Unread(
            "enableHttpEndpoint",
            "requests to the Data API are charged by the 32 KB",
            "no-usage",
        ),
    ),
    "aws:memorydb/cluster:Cluster": (
        Unread(
            "multiRegionClusterName",
            "each GB that is written is copied to the other regions, and charged there",
        ),
    ),
    "aws:rds/clusterInstance:ClusterInstance": _WATCHED_DATABASE[:1],
    # Source: https://aws.amazon.com/s3/pricing/
    "aws:s3/bucket:Bucket": (
        Unread(
            "accelerationStatus",
            "what goes through transfer acceleration is charged by the GB",
            "no-usage",
            values=("Enabled",),
        ),
        Unread("replicationConfiguration", _REPLICATION, "no-usage"),
    ),
    "aws:s3/bucketV2:BucketV2": (
        Unread(
            "accelerationStatus",
            "what goes through transfer acceleration is charged by the GB",
            "no-usage",
            values=("Enabled",),
        ),
        Unread("replicationConfigurations", _REPLICATION, "no-usage"),
    ),
}
UNREAD: dict[str, tuple[Unread, ...]] = {
    type_: (*_OF_PULUMI.get(type_, ()), *IN_TEMPLATES.get(type_, ()))
    for type_ in {**_OF_PULUMI, **IN_TEMPLATES}
}
"""Type token to the inputs of the type that carry a charge and that no rule reads."""


def unread_charges(resource: Resource) -> Iterator[Gap]:
    """A gap for each input of a resource that carries a charge and is not read."""
    for entry in UNREAD.get(resource.type, ()):
        if not entry.path:
            yield Gap(entry.code, entry.says)
            continue
        name, *rest = _parts(entry.path)
        if name not in resource.raw_inputs and resource.outputs is None:
            continue
        given = resource.input(name)
        if given is None:
            continue
        found = list(_leaves(given, rest))
        if any(_costs(entry, value) for value in found):
            yield Gap(entry.code, entry.says)
        elif any(value is UNKNOWN for value in found):
            yield Gap(
                "unknown-input",
                f"whether {entry.path} is set is not known before deployment: "
                f"{entry.says}",
            )


@cache
def _parts(path: str) -> list[str]:
    return path.split(".")


def _costs(entry: Unread, value: Any) -> bool:
    if value is UNKNOWN or value in (None, "", False, 0, [], {}):
        return False
    if entry.values:
        return str(value) in entry.values
    return entry.part in str(value)


def _leaves(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value that a path leads to, through blocks and lists of blocks.

    A block that is unknown as a whole leads to what is not known.
    """
    if not path or value is UNKNOWN:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    elif isinstance(value, dict):
        yield from _leaves(value.get(path[0]), path[1:])


__all__ = ["UNREAD", "Unread", "unread_charges"]
