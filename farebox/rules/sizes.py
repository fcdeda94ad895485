"""What instance types, database classes and cache nodes hold, in any region.

The table ships with the package and is read when it is first asked for. It is made by
`make facts`; each row names its sources. farebox/hosting/instance_types.py has the few
types that the plans of hosting stand on, with their limits of attachments.
"""

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

from msgspec import Struct

FILE = Path(__file__).with_name("data") / "sizes.csv"


class Size(Struct, frozen=True):
    """One type. None for what no source says, which is not 0.

    Baselines are what it has all day; bursts are not here. `ebs_mbps` is in Mbit/s,
    `network_gbps` in Gbit/s, `local_storage_gb` in GB over all local disks.
    """

    vcpus: Decimal
    memory_mib: Decimal
    architecture: str
    is_current: bool
    is_burstable: bool
    local_storage_gb: Decimal | None
    ebs_mbps: Decimal | None
    ebs_iops: Decimal | None
    network_gbps: Decimal | None
    source: str
    as_of: str


def size(service: str, type_: str) -> Size | None:
    """The size of a type of a service, or None where the table has none.

    `service` is `ec2`, `rds`, `elasticache` or `opensearch`; `type_` is spelled as in a
    program: `m7g.large`, `db.r6g.large`, `cache.t4g.micro`, `m6g.large.search`.
    """
    row = _rows().get((service, type_))
    if row is None:
        return None
    return Size(
        Decimal(row["vcpus"]),
        Decimal(row["memory_mib"]),
        row["architecture"],
        row["is_current"] == "true",
        row["is_burstable"] == "true",
        _figure(row["local_storage_gb"]),
        _figure(row["ebs_mbps"]),
        _figure(row["ebs_iops"]),
        _figure(row["network_gbps"]),
        row["source"],
        row["as_of"],
    )


def types_of(service: str) -> tuple[str, ...]:
    """Every type of a service that the table has, sorted."""
    return tuple(sorted(type_ for one, type_ in _rows() if one == service))


@cache
def _rows() -> dict[tuple[str, str], dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {(row["service"], row["type"]): row for row in csv.DictReader(lines)}


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None
