"""Amazon MSK: brokers by the hour with what they store, and clusters without servers.

Source: https://aws.amazon.com/msk/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_amount, known_flag, known_text, unknown
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import field

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
