"""Writes what rules read beside prices: sizes of types, and support of versions."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from farebox.rules import sizes, version_support
from tests.facts.rows import rows_of

SIZED = ("ec2", "elasticache", "opensearch", "rds")

_SIZES = {
    "service": "service",
    "type": "type",
    "vcpus": "vcpu",
    "memory_mib": "memory_mib",
    "architecture": "architecture",
    "is_current": "current_generation",
    "is_burstable": "burstable",
    "local_storage_gb": "local_storage_gb",
    "ebs_mbps": "ebs_baseline_mbps",
    "ebs_iops": "ebs_baseline_iops",
    "network_gbps": "network_baseline_gbps",
    "source": "source",
    "as_of": "as_of",
}
_SUPPORT = {
    "engine": "engine",
    "version": "version",
    "standard_ends": "standard_end",
    "extended_ends": "extended_end",
    "charged_from": "extended_year1_start",
    "dearer_from": "extended_year3_start",
    "source": "source",
    "as_of": "as_of",
}
"""Columns of the tables to those of the facts."""


def write_tables(facts: Path) -> None:
    """Write both tables from the facts."""
    types = (
        row
        for row in rows_of(facts / "instance_facts.csv.gz")
        if row["service"] in SIZED
    )
    _write(sizes.FILE, _SIZES, types)
    _write(version_support.FILE, _SUPPORT, rows_of(facts / "version_support.csv"))


def _write(
    path: Path, columns: Mapping[str, str], rows: Iterable[dict[str, str]]
) -> None:
    text = StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row[own] for name, own in columns.items()} for row in rows)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")
