"""AWS Database Migration Service: replication instances, their storage, serverless.

Source: https://aws.amazon.com/dms/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import USED, public_ipv4
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, free
from farebox.rules.shapes import amount, text

SOURCE = "https://aws.amazon.com/dms/pricing/"
SERVICE = "AWSDatabaseMigrationSvc"
BURSTABLE = ("dms.t2", "dms.t3")
FREE_GB = {True: Decimal(50), False: Decimal(100)}
"""GB that come with an instance, by whether it is burstable."""

INSTANCE = Meter(
    service=SERVICE,
    usage_type="{zones}Usg:{type}",
    operation="CreateDMSInstance",
    unit="Hrs",
    says="replication instance {type}",
    per="hour",
    because="runs all month",
)
STORAGE = Meter(
    service=SERVICE,
    usage_type="DMS:{zones}GP2-Storage",
    unit="GB-Mo",
    says="storage of the replication instance",
)


def replication_instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The instance by its class, storage above what comes with it, and its address."""
    kind = text(resource.input("replicationInstanceClass"))
    two = flag(resource.input("multiAz"))
    if not isinstance(kind, str) or two is UNKNOWN:
        yield Gap(
            "unknown-input",
            "replicationInstanceClass or multiAz is not known before deployment",
        )
        return
    zones = "Multi-AZ" if two else "Instance"
    yield INSTANCE.all_month(resource, circumstances, zones=zones, type=kind)
    size = amount(resource, resource.input("allocatedStorage"), "allocatedStorage")
    part = "Multi-AZ-" if two else ""
    if size is UNKNOWN:
        yield STORAGE.gap(
            resource, "allocatedStorage is not known before deployment", zones=part
        )
    elif isinstance(size, Decimal):
        included = FREE_GB[kind.startswith(BURSTABLE)]
        if size > included:
            yield STORAGE.metered(
                resource,
                size - included,
                f"{size.normalize():f} GB less {included} that come with it",
                zones=part,
            )
    public = flag(resource.input("publiclyAccessible"))
    if public:
        yield public_ipv4(resource, circumstances, ONE, "it is publicly accessible")
    elif public is UNKNOWN:
        yield USED.gap(resource, "publiclyAccessible is not known before deployment")


TYPES = {
    "aws:dms/replicationInstance:ReplicationInstance": Type(
        billed="A replication instance is billed by the hour, with storage above the free.",
        source=SOURCE,
        meters=(INSTANCE, STORAGE, USED),
        rule=replication_instance,
        terraform="aws_dms_replication_instance",
        notes="50 GB come with a burstable instance, 100 GB with any other.",
        not_modelled="CPU credits of T3 above the baseline, logs",
    ),
    "aws:dms/replicationConfig:ReplicationConfig": Type(
        billed="Serverless replication is billed by the hour of capacity that it takes.",
        source=SOURCE,
        no_price=(
            "serverless replication is charged by the hour for each unit of capacity that "
            "it takes, and Farebox knows no price for it"
        ),
        terraform="aws_dms_replication_config",
    ),
    "aws:dms/migrationProject:MigrationProject": Type(
        billed="Converting schemas is free; migrations in a project are billed by the hour.",
        source=SOURCE,
        no_price=(
            "migrations that are started in a project are charged by the hour, and "
            "Farebox knows no price for them"
        ),
    ),
}

FREE = free(
    "dms",
    {
        "a setting of a replication; what it runs on is charged": (
            "Certificate DataProvider Endpoint EventSubscription InstanceProfile "
            "ReplicationSubnetGroup ReplicationTask S3Endpoint"
        )
    },
)
