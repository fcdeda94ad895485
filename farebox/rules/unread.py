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
from farebox.rules.places_apart import OUTPOST
from farebox.rules.unread_in_templates import IN_TEMPLATES
from farebox.rules.unread_input import Unread
from farebox.rules.unread_logs import LOGS

_FILLING = (
    "filling a volume from its snapshot at a rate that is asked for "
    "(volumeInitializationRate) is charged by the GB"
)
_SOLD = "/aws/service/marketplace/"
_MARKETPLACE = (
    "an image of the AWS Marketplace may be charged by the hour, to its seller's rate, "
    "and may hold another system"
)
_VECTORS = "units that index vectors on GPUs are charged by the hour that they work"
_RETRIEVAL = "bringing an archived snapshot back is charged by the GB"
_GPU = "Elastic Graphics and Elastic Inference are charged by the hour"
_WARM = "throughput that is warm before it is used is charged once, by the unit"
_TRAINING_DISK = "disks of the machines while they train are charged by the GB"
_RULE_MACHINES = "rules that watch the training run on machines of their own"
_REPLICATION = (
    "copies that replication makes are charged by the request, the GB that leaves the "
    "region and what the other bucket stores"
)

_OF_PULUMI: dict[str, tuple[Unread, ...]] = {
    # Source: https://aws.amazon.com/ebs/pricing/
    "aws:ebs/volume:Volume": (Unread("volumeInitializationRate", _FILLING),),
    "aws:ebs/volumeCopy:VolumeCopy": (Unread("outpostArn", OUTPOST),),
    "aws:ec2/amiCopy:AmiCopy": (Unread("destinationOutpostArn", OUTPOST),),
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
        Unread("ami", _MARKETPLACE, part=_SOLD),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": (
        Unread("blockDeviceMappings.ebs.volumeInitializationRate", _FILLING),
        Unread("elasticGpuSpecifications", _GPU),
        Unread("elasticInferenceAccelerator", _GPU),
        Unread("imageId", _MARKETPLACE, part=_SOLD),
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
    # Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    "aws:apigateway/deployment:Deployment": (
        Unread(
            "stageDescription.cacheClusterEnabled",
            "the cache of the stage that a template's deployment makes is charged by "
            "the hour",
        ),
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
        Unread("warmThroughput", _WARM, asked=True),
        Unread("globalSecondaryIndexes.warmThroughput", _WARM, asked=True),
        Unread(
            "globalTableWitness",
            "a witness in a third region is charged for each write",
        ),
    ),
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": (
        Unread("warmThroughput", _WARM, asked=True),
    ),
    # Source: https://aws.amazon.com/outposts/
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        Unread("nodeGroupConfigurations.primaryOutpostArn", OUTPOST),
    ),
    "aws:eks/cluster:Cluster": (Unread("outpostConfig", OUTPOST),),
    # Source: https://aws.amazon.com/kinesis/data-streams/pricing/
    "aws:kinesis/stream:Stream": (
        Unread(
            "warmThroughputMibPs",
            "warm throughput is of the on-demand advantage mode, whose rates are others",
        ),
    ),
    # Source: https://aws.amazon.com/codebuild/pricing/
    "aws:codebuild/project:Project": (
        Unread(
            "environment.dockerServer",
            "a Docker server of the project is charged by the minute",
        ),
    ),
    # Source: https://aws.amazon.com/fis/pricing/
    "aws:fis/experimentTemplate:ExperimentTemplate": (
        Unread(
            "experimentReportConfiguration",
            "the report of an experiment is charged by itself",
            "no-usage",
        ),
    ),
    # Source: https://aws.amazon.com/sagemaker/pricing/
    "aws:sagemaker/trainingJob:TrainingJob": (
        Unread("resourceConfig.volumeSizeInGb", _TRAINING_DISK),
        Unread("debugRuleConfigurations.instanceType", _RULE_MACHINES),
        Unread("profilerRuleConfigurations.instanceType", _RULE_MACHINES),
    ),
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": (
        Unread("trainingJobDefinition.resourceConfig.volumeSizeInGb", _TRAINING_DISK),
        Unread("trainingJobDefinitions.resourceConfig.volumeSizeInGb", _TRAINING_DISK),
    ),
    # Source: https://aws.amazon.com/sns/pricing/
    "aws:sns/topic:Topic": (
        Unread(
            "archivePolicy",
            "messages that a topic keeps are charged by the GB that it takes and holds",
        ),
    ),
    "aws:sns/topicSubscription:TopicSubscription": (
        Unread(
            "filterPolicyScope",
            "messages that are filtered by their body are charged by the GB",
            "no-usage",
            values=("MessageBody",),
        ),
        Unread("replayPolicy", "messages that are sent again are charged by the GB"),
    ),
    # Source: https://aws.amazon.com/inspector/pricing/
    **dict.fromkeys(
        (
            "aws:imagebuilder/image:Image",
            "aws:imagebuilder/imagePipeline:ImagePipeline",
        ),
        (
            Unread(
                "imageScanningConfiguration.imageScanningEnabled",
                "images that are scanned are charged by Amazon Inspector",
                "no-usage",
            ),
        ),
    ),
    # Source: https://aws.amazon.com/opensearch-service/pricing/
    "aws:opensearch/domain:Domain": (
        Unread("aimlOptions.serverlessVectorAcceleration.enabled", _VECTORS),
    ),
    "aws:opensearch/serverlessCollection:ServerlessCollection": (
        Unread(
            "vectorOptions.serverlessVectorAcceleration",
            _VECTORS,
            values=("ENABLED", "ALLOWED"),
        ),
    ),
    # Source: https://aws.amazon.com/rds/pricing/
    "aws:rds/instance:Instance": (
        Unread(
            "additionalStorageVolumes",
            "volumes beside the first are charged by the GB, by their IOPS and throughput",
        ),
        Unread(
            "dedicatedLogVolume",
            "a volume of its own for the log is charged as 1,000 GiB with 3,000 IOPS",
        ),
        Unread("backupTarget", OUTPOST, values=("outposts",)),
        Unread("customerOwnedIpEnabled", OUTPOST),
    ),
    "aws:rds/cluster:Cluster": (
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
_TABLES = (_OF_PULUMI, IN_TEMPLATES, LOGS)
UNREAD: dict[str, tuple[Unread, ...]] = {
    type_: tuple(entry for table in _TABLES for entry in table.get(type_, ()))
    for type_ in {name: None for table in _TABLES for name in table}
}
"""Type token to the inputs of the type that carry a charge and that no rule reads."""


def unread_charges(resource: Resource) -> Iterator[Gap]:
    """A gap for each input of a resource that carries a charge and is not read."""
    told: set[str] = set()
    for entry in UNREAD.get(resource.type, ()):
        if not entry.path:
            yield Gap(entry.code, entry.says)
            continue
        name, *rest = _parts(entry.path)
        if name not in resource.raw_inputs and resource.outputs is None:
            continue
        given = resource.asked(name) if entry.asked else resource.input(name)
        if given is None:
            continue
        found = list(_leaves(given, rest))
        if any(_costs(entry, value) for value in found):
            if entry.says not in told:
                yield Gap(entry.code, entry.says)
            told.add(entry.says)
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
