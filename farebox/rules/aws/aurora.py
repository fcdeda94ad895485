"""Amazon Aurora: clusters, with what they store and their serverless capacity.

Source: https://aws.amazon.com/rds/aurora/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.aws.aurora_serverless import (
    CAPACITY,
    V1,
    v1_capacity,
)
from farebox.rules.aws.aurora_storage import (
    METERS,
    STORED_OPTIMIZED,
    USES,
    cluster_storage,
    is_optimized,
)
from farebox.rules.aws.db_engines import engine_of
from farebox.rules.aws.db_support import BY_VCPU
from farebox.rules.aws.managed_secrets import SECRET, managed_secret
from farebox.rules.aws.rds_clusters import THREE, three_machines
from farebox.rules.aws.rds_insights import REQUESTS as INSIGHTS
from farebox.rules.aws.rds_insights import RETENTION, advanced_mode
from farebox.rules.aws.rds_sources import told
from farebox.rules.aws.rds_storage import (
    BACKUPS,
    REQUESTS,
)
from farebox.rules.aws.rds_storage import METERS as RDS_METERS
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Type, free
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/rds/aurora/pricing/"


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for what it stores; its instances are billed by themselves.

    A cluster of MySQL or PostgreSQL has its three machines itself.
    """
    graph = circumstances.graph
    name = text(told(resource, graph, "engine"))
    if not isinstance(name, str):
        yield Gap("unknown-input", "its engine is not known before deployment")
        return
    engine = engine_of(name, None)
    if engine is None:
        yield Gap("no-price", f"Farebox knows no list that has clusters of {name}")
        return
    if not engine.is_aurora:
        yield from three_machines(resource, usage, circumstances, engine)
        return
    optimized = is_optimized(resource, graph)
    if isinstance(optimized, Gap):
        yield optimized
        return
    yield from managed_secret(resource, circumstances, "manageMasterUserPassword")
    yield from cluster_storage(resource, usage, circumstances, optimized)
    yield from advanced_mode(resource)
    mode = text(resource.input("engineMode"))
    if isinstance(mode, Unknown):
        yield Gap("unknown-input", "engineMode is not known before deployment")
    elif mode == "serverless":
        capacity = v1_capacity(resource, usage)
        if isinstance(capacity, Gap):
            yield capacity
            return
        units = circumstances.level.pick(capacity)
        yield V1.metered(
            resource,
            units * circumstances.hours_per_month,
            f"{units:f} capacity units, all month",
            usage=capacity.status,
            OPERATION=engine.operation,
        )


TYPES = {
    "aws:rds/cluster:Cluster": Type(
        billed=(
            "A cluster is billed for what it stores, for requests to it unless it is "
            "I/O-Optimized, and for backups; its instances are billed by themselves."
        ),
        source=SOURCE,
        meters=(
            *METERS,
            STORED_OPTIMIZED,
            V1,
            THREE,
            *RDS_METERS,
            BY_VCPU,
            RETENTION,
            SECRET,
        ),
        uses=(*USES, CAPACITY, REQUESTS, BACKUPS, INSIGHTS),
        rule=cluster,
        terraform="aws_rds_cluster",
        notes=(
            "`read_requests_per_sec` and `write_requests_per_sec` go on all month. "
            "Backups are what a day's backup takes for each day of retention beyond the "
            "first. A serverless v1 cluster runs its least capacity as a rule, nothing "
            "at the low end where it may pause, and its most at the high end; these are "
            "marked assumed. A cluster of MySQL or PostgreSQL is a Multi-AZ cluster: one "
            "rate for its three machines, and storage at three times the rate."
        ),
        not_modelled="parallel query's extra requests, traffic between regions",
    ),
}

FREE = free(
    "rds",
    {
        "a global database costs what its clusters do; they carry what it replicates": (
            "GlobalCluster"
        )
    },
)
