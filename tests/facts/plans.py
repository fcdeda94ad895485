"""Reservations and savings plans of the facts, as the volumes of what one commits to."""

from collections.abc import Iterator
from pathlib import Path

from farebox.prices.commitments import RESERVATIONS
from farebox.prices.prefixes import with_prefix
from farebox.prices.values import PriceKey, Source
from tests.facts.rows import OPERATIONS, rows_of
from tests.facts.writing import Line, book_files, write_files

_COLUMNS = tuple(
    f"{how.years}y_{'std' if how.family == 'standard' else 'conv'}_{how.upfront}"
    for how in RESERVATIONS
)
_INFO = "https://github.com/cristim/ec2-instances-info/blob/f9eafba8/data/{}.json"
_READ = "the price list as ec2instances.info keeps it; upfront spread over the term"
_TABLES = {
    "AmazonEC2": "instances",
    "AmazonES": "opensearch-instances",
    "AmazonElastiCache": "elasticache-instances",
    "AmazonRDS": "rds-instances",
}
_SAVINGS = "https://github.com/timfanda35/aws-pricing-list-loader/tree/7ca3ded8/files"


def write_plans(folder: Path, facts: Path) -> None:
    """Write the volumes of reservations and savings plans from the facts."""
    lines = [*_machines(facts), *_others(facts), *_savings(facts)]
    write_files(folder, book_files(lines, curated="", plans=""))


def _machines(facts: Path) -> Iterator[Line]:
    for row in rows_of(facts / "wide_reserved_ec2.csv.gz"):
        usage_type = with_prefix(f"BoxUsage:{row['instance_type']}", row["region"])
        yield _line("AmazonEC2", usage_type, row, row["operation"])


def _others(facts: Path) -> Iterator[Line]:
    for row in rows_of(facts / "wide_reserved_other.csv.gz"):
        operation = OPERATIONS.get(row["operation"], row["operation"])
        yield _line(row["service"], row["usage_type"], row, operation)


def _line(service: str, usage_type: str, row: dict[str, str], operation: str) -> Line:
    figures = [row.get(name) or "-" for name in _COLUMNS]
    while figures[-1] == "-":
        figures.pop()
    key = PriceKey(service, row["region"], usage_type, operation, "reserved")
    source = Source(_INFO.format(_TABLES[service]), "2025-04-24", "f9eafba8", _READ)
    return Line(key, "Hrs", " ".join(figures), source)


def _savings(facts: Path) -> Iterator[Line]:
    for row in rows_of(facts / "wide_savings_plans.csv.gz"):
        key = PriceKey(
            row["service"],
            row["region"],
            row["usage_type"],
            row["operation"],
            "savings-plan",
        )
        source = Source(
            _SAVINGS, row["effective"], "7ca3ded8", "rates of a savings plan's list"
        )
        yield Line(key, row["unit"], f"{row['term']}={row['usd_per_unit']}", source)
