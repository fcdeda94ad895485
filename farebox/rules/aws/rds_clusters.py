"""RDS clusters of three machines: a writer and two readable standbys.

Source: https://aws.amazon.com/rds/postgresql/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import exactly
from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.aws.db_classes import listed_class, vcpus_of
from farebox.rules.aws.db_engines import Engine
from farebox.rules.aws.db_support import DISABLED, support_charges
from farebox.rules.aws.managed_secrets import managed_secret
from farebox.rules.aws.rds_insights import insights_charges
from farebox.rules.aws.rds_sources import told
from farebox.rules.aws.rds_storage import (
    CLUSTER,
    Storage,
    backup_charges,
    storage_charges,
)
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter
from farebox.rules.shapes import amount, text

SERVICE = "AmazonRDS"

THREE = Meter(
    service=SERVICE,
    usage_type="Multi-AZClusterUsage:{CLASS}",
    operation="{OPERATION}",
    unit="Hrs",
    says="{NAME} and two readable standbys, {ENGINE}",
    per="hour",
    because="the three machines run all month",
)


def three_machines(
    resource: Resource, usage: Usage, circumstances: Circumstances, engine: Engine
) -> Iterator[Charge]:
    """A Multi-AZ cluster: one rate for its three machines, storage three times.

    Source: https://aws.amazon.com/rds/postgresql/pricing/ (Multi-AZ, two readable standbys)
    """
    graph = circumstances.graph
    kind = text(told(resource, graph, "dbClusterInstanceClass"))
    if not isinstance(kind, str):
        yield Gap("unknown-input", "its class is not known before deployment")
        return
    yield THREE.all_month(
        resource,
        circumstances,
        NAME=kind,
        ENGINE=engine.name,
        CLASS=listed_class(kind),
        OPERATION=engine.operation,
    )
    yield from managed_secret(resource, circumstances, "manageMasterUserPassword")
    given = text(told(resource, graph, "storageType"))
    gib = amount(resource, told(resource, graph, "allocatedStorage"), "storage of")
    if isinstance(given, Unknown):
        yield Gap("unknown-input", "its storage type is not known before deployment")
        return
    # Source: API_CreateDBCluster, StorageType.
    storage = Storage(
        given or "io1",
        exactly(gib) if isinstance(gib, Decimal) else Unknown(),
        amount(resource, told(resource, graph, "iops"), "iops of"),
        None,
        "given" if given else "assumed",
    )
    yield from storage_charges(
        resource,
        usage,
        circumstances,
        storage,
        engine=engine.name,
        operation=engine.operation,
        layout=CLUSTER,
    )
    yield from backup_charges(resource, usage, resource.input("backupRetentionPeriod"))
    vcpus = vcpus_of(kind)
    yield from insights_charges(resource, usage, circumstances, kind, vcpus)
    if resource.input("engineLifecycleSupport") != DISABLED:
        yield from support_charges(
            resource,
            circumstances,
            engine.name,
            told(resource, graph, "engineVersion"),
            None if vcpus is None else vcpus * 3,
            what="the vCPU of three machines",
        )
