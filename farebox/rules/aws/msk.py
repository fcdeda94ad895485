"""Amazon MSK: brokers by the hour with what they store, and clusters without servers.

Source: https://aws.amazon.com/msk/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import known_amount, known_flag, known_text, unknown
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import blocks, field

SOURCE = "https://aws.amazon.com/msk/pricing/"
SERVICE = "AmazonMSK"

BROKERS = Meter(
    service=SERVICE,
    usage_type="{kind}.{size}",
    operation="RunBroker",
    unit="hours",
    says="broker {size}",
    per="hour",
)
STORAGE = Meter(
    service=SERVICE,
    usage_type="Kafka.Storage.GP2",
    operation="RunVolume",
    unit="GB-Mo",
    says="storage of brokers",
    per="month",
)
THROUGHPUT = Meter(
    service=SERVICE,
    usage_type="Kafka.Throughput",
    operation="RunVolume",
    unit="MBPS-Mo",
    says="throughput of storage",
    per="month",
)
PRIVATE = Meter(
    service=SERVICE,
    usage_type="Kafka.PrivateConnectivityHours",
    operation="PrivateConnectivity",
    unit="hours",
    says="private connections, by way of authentication",
    per="hour",
)
ADDRESSES = Meter(
    service="AmazonVPC",
    usage_type="PublicIPv4:InUseAddress",
    unit="Hrs",
    says="public IPv4 address of a broker",
    per="hour",
)
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


def _use(
    key: str, usage_type: str, operation: str, unit: str, says: str, **more: Any
) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        **more,
    )


EXPRESS_STORED = _use(
    "storage_gb", "Express.Storage", "Storage", "GB-Mo", "stored by Express brokers"
)
EXPRESS_IN = _use(
    "monthly_data_in_gb",
    "Express.In-Bytes",
    "Data-In",
    "GB",
    "written to Express brokers",
)
TIERED = _use(
    "tiered_storage_gb",
    "Kafka.Storage.Tiered",
    "TieredStorage",
    "GB-Mo",
    "tiered storage",
)
RETRIEVED = _use(
    "monthly_tiered_retrieval_gb",
    "Kafka.DataRetrieval.Tiered",
    "TieredStorage",
    "GB",
    "read from tiered storage",
)
PRIVATE_DATA = _use(
    "monthly_private_connectivity_gb",
    "Kafka.PrivateConnectivity.BytesProcessed",
    "PrivateConnectivity",
    "GB",
    "through private connections",
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


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Brokers by the hour, their storage and its throughput, and ways into them."""
    said = resource.input("brokerNodeGroupInfo")
    brokers = known_amount(
        resource, resource.input("numberOfBrokerNodes"), "numberOfBrokerNodes"
    )
    kind = known_text(field(said, "instanceType"), "instanceType")
    for found in (brokers, kind):
        if isinstance(found, Gap):
            yield found
    if isinstance(brokers, Gap) or isinstance(kind, Gap):
        return
    family, _, size = kind.partition(".")
    express = family == "express"
    yield BROKERS.all_month(
        resource,
        circumstances,
        count=brokers,
        because=f"{brokers:f} brokers",
        kind="Express" if express else "Kafka",
        size=size,
    )
    if express:
        yield EXPRESS_STORED.charge(resource, usage)
        yield EXPRESS_IN.charge(resource, usage)
    else:
        yield from _storage(resource, circumstances, said, brokers)
        yield from _tiered(resource, usage)
    yield from _ways_in(resource, usage, circumstances, said, brokers)
    yield from _monitoring(resource)


def _storage(
    resource: Resource, circumstances: Circumstances, said: Any, brokers: Decimal
) -> Iterator[Charge]:
    """The disks of standard brokers, and the throughput that they are given."""
    disk = field(field(said, "storageInfo"), "ebsStorageInfo")
    size = field(disk, "volumeSize")
    if size is None:
        size = field(said, "ebsVolumeSize")
    gib = known_amount(resource, size, "volumeSize")
    if isinstance(gib, Gap):
        yield STORAGE.gap(resource, gib.reason)
    else:
        yield STORAGE.all_month(
            resource,
            circumstances,
            count=brokers * gib,
            because=f"{brokers:f} brokers x {gib:f} GiB",
        )
    given = field(disk, "provisionedThroughput")
    enabled = known_flag(field(given, "enabled"), "provisionedThroughput.enabled")
    speed = known_amount(resource, field(given, "volumeThroughput"), "volumeThroughput")
    if isinstance(enabled, Gap):
        yield THROUGHPUT.gap(resource, enabled.reason)
    elif enabled and isinstance(speed, Gap):
        yield THROUGHPUT.gap(resource, speed.reason)
    elif enabled and isinstance(speed, Decimal):
        yield THROUGHPUT.all_month(
            resource,
            circumstances,
            count=brokers * speed,
            because=f"{brokers:f} brokers x {speed:f} MiB/s",
        )


def _tiered(resource: Resource, usage: Usage) -> Iterator[Charge]:
    mode = known_text(resource.input("storageMode"), "storageMode", "LOCAL")
    if isinstance(mode, Gap):
        yield TIERED.gap(resource, mode.reason)
    elif mode == "TIERED":
        yield TIERED.charge(resource, usage)
        yield RETRIEVED.charge(resource, usage)


def _ways_in(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    said: Any,
    brokers: Decimal,
) -> Iterator[Charge]:
    """Public addresses of brokers, and connections from other networks."""
    ways = field(said, "connectivityInfo")
    public = known_text(
        field(field(ways, "publicAccess"), "type"), "publicAccess.type", "DISABLED"
    )
    if isinstance(public, Gap):
        yield ADDRESSES.gap(resource, public.reason)
    elif public == "SERVICE_PROVIDED_EIPS":
        yield ADDRESSES.all_month(
            resource, circumstances, count=brokers, because=f"{brokers:f} brokers"
        )
    schemes = _schemes(field(ways, "vpcConnectivity"))
    if isinstance(schemes, Gap):
        yield PRIVATE.gap(resource, schemes.reason)
    elif schemes:
        yield PRIVATE.all_month(
            resource,
            circumstances,
            count=schemes,
            because=f"{schemes:f} ways of authentication",
        )
        yield PRIVATE_DATA.charge(resource, usage)


def _schemes(said: Any) -> Decimal | Gap:
    """How many ways of authentication are open to other networks."""
    allowed = field(said, "clientAuthentication")
    sasl = field(allowed, "sasl")
    found = [
        flag(value)
        for value in (field(allowed, "tls"), field(sasl, "iam"), field(sasl, "scram"))
    ]
    if UNKNOWN in found:
        return unknown("vpcConnectivity.clientAuthentication")
    return Decimal(found.count(True))


def _monitoring(resource: Resource) -> Iterator[Charge]:
    level = known_text(
        resource.input("enhancedMonitoring"), "enhancedMonitoring", "DEFAULT"
    )
    if isinstance(level, Gap):
        yield level
    elif level != "DEFAULT":
        yield Gap(
            "no-usage",
            f"the metrics of enhancedMonitoring {level} are charged by CloudWatch",
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
    "aws:msk/cluster:Cluster": Type(
        billed=(
            "A cluster is billed for each broker by the hour, and for the storage and "
            "throughput that its brokers are given, or that Express brokers use."
        ),
        source=SOURCE,
        meters=(BROKERS, STORAGE, THROUGHPUT, PRIVATE, ADDRESSES),
        uses=(EXPRESS_STORED, EXPRESS_IN, TIERED, RETRIEVED, PRIVATE_DATA),
        rule=cluster,
        terraform="aws_msk_cluster",
        not_modelled="storage that grows by itself, traffic between zones of clients",
    ),
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

FREE = free(
    "msk",
    {
        "a setting, a right or a topic of a cluster, whose brokers are charged": (
            "ClusterPolicy Configuration ScramSecretAssociation "
            "SingleScramSecretAssociation Topic"
        )
    },
)

UNPRICED = unpriced(
    "msk",
    {
        "a connection from another network is charged by the hour and the GB there": (
            "VpcConnection"
        ),
        "what a channel delivers from the brokers is charged by the GB": "Channel",
    },
)
