"""Amazon MSK without brokers of one's own: serverless clusters, and replicators.

Source: https://aws.amazon.com/msk/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import blocks

SOURCE = "https://aws.amazon.com/msk/pricing/"
SERVICE = "AmazonMSK"

SERVERLESS = Meter(
    service=SERVICE,
    usage_type="KafkaServerless-ClusterHours",
    operation="Serverless",
    unit="Cluster-hours",
    says="serverless cluster",
    per="hour",
    because="exists all month",
)
PARTITIONS = Meter(
    service=SERVICE,
    usage_type="KafkaServerless-PartitionHours",
    operation="Serverless",
    unit="Partition-hours",
    says="partitions",
)
REPLICATOR = Meter(
    service=SERVICE,
    usage_type="KafkaReplication-ReplicatorHours",
    operation="RunReplicator",
    unit="hours",
    says="replicator",
    per="hour",
    because="exists all month",
)


def _use(key: str, usage_type: str, operation: str, unit: str, says: str) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
    )


SERVERLESS_USES = (
    _use(
        "monthly_data_in_gb", "KafkaServerless-In-Bytes", "Serverless", "GB", "written"
    ),
    _use(
        "monthly_data_out_gb", "KafkaServerless-Out-Bytes", "Serverless", "GB", "read"
    ),
    _use("storage_gb", "KafkaServerless-StorageHours", "Serverless", "GB-Mo", "stored"),
)
PARTITION_COUNT = Key(
    key="partitions",
    says="partitions of a serverless cluster, as a mean over the month",
    unit="partitions",
)
REPLICATED = _use(
    "monthly_data_replicated_gb",
    "KafkaReplication-Processed-Bytes",
    "",
    "GB",
    "data replicated",
)


def serverless_cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A serverless cluster by the hour, its partitions, and what flows and is kept."""
    yield SERVERLESS.all_month(resource, circumstances)
    given = PARTITION_COUNT.given(usage)
    if given is None:
        key = PARTITIONS.price_key(resource)
        reason = "partitions: the cost depends on use, and no partitions is given"
        yield Gap("no-usage", reason, key, PARTITIONS.unit, PARTITION_COUNT.key)
    else:
        because = given.source or f"{given.quantity:f} partitions as given"
        yield PARTITIONS.metered(
            resource,
            given.quantity * circumstances.hours_per_month,
            because,
            usage=given.status,
        )
    for use in SERVERLESS_USES:
        yield use.charge(resource, usage)


def replicator(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A replicator by the hour, and the data that it copies, for each of its flows."""
    flows = max(len(blocks(resource.input("replicationInfoList"))), 1)
    yield REPLICATOR.all_month(
        resource, circumstances, count=ONE * flows, because=f"{flows} flows"
    )
    yield REPLICATED.charge(resource, usage)


TYPES = {
    "aws:msk/serverlessCluster:ServerlessCluster": Type(
        billed=(
            "A serverless cluster is billed by the hour, for each partition by the "
            "hour, and by the GB that is written, read and stored."
        ),
        source=SOURCE,
        meters=(SERVERLESS, PARTITIONS),
        uses=(PARTITION_COUNT, *SERVERLESS_USES),
        rule=serverless_cluster,
        terraform="aws_msk_serverless_cluster",
    ),
    "aws:msk/replicator:Replicator": Type(
        billed="A replicator is billed by the hour and by the GB that it copies.",
        source=SOURCE,
        meters=(REPLICATOR,),
        uses=(REPLICATED,),
        rule=replicator,
        terraform="aws_msk_replicator",
        not_modelled="traffic between regions (the account's)",
    ),
}
