"""How often AWS reclaims spot machines: the Spot Instance Advisor's buckets.

The advisor says per region and type which share of capacity was reclaimed in a month,
as one of five buckets. The table ships with the package, is dated, and is checked when
it is first read.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from msgspec import Struct

from farebox.hosting.errors import DataError
from farebox.hosting.instance_types import table_rows, table_text
from farebox.prices.ages import ADVISOR_MAX_AGE_DAYS, age_days
from farebox.prices.values import Source

FILE = "spot_advisor.csv"
COLUMNS = ["region", "instance_type", "savings_percent", "bucket"]


class Bucket(Struct, frozen=True):
    """A share of capacity that is reclaimed in a month: its bounds and its middle."""

    label: str
    low: float
    likely: float
    high: float


BUCKETS = (
    Bucket("<5%", 0.0, 0.025, 0.05),
    Bucket("5-10%", 0.05, 0.075, 0.10),
    Bucket("10-15%", 0.10, 0.125, 0.15),
    Bucket("15-20%", 0.15, 0.175, 0.20),
    Bucket(">20%", 0.20, 0.30, 0.40),
)
"""The advisor's buckets. The last one is open above: 30 % (20 to 40) is assumed."""


class Advice(Struct, frozen=True):
    """What the advisor says of one type in one region."""

    savings_percent: int
    bucket: Bucket


def advice(region: str, instance_type: str) -> Advice | None:
    """The advisor's word on Linux machines of a type, or None where it has none."""
    return _table().get((region, instance_type))


@cache
def advisor_source() -> Source:
    """Where and when the buckets were read, from the table's own remarks."""
    said = {}
    for line in table_text(FILE).splitlines():
        name, colon, value = line.removeprefix("# ").partition(": ")
        if line.startswith("# ") and colon:
            said[name] = value
    try:
        source = Source(said["source"], said["as of"], said["version"])
        date.fromisoformat(source.as_of)
    except (KeyError, ValueError) as error:
        raise DataError(
            f"{FILE} must say its source, its version and the day it is of"
        ) from error
    return source


def advisor_is_stale(on: date) -> bool:
    """Whether the buckets are older on that day than their limit."""
    return age_days(advisor_source(), on) > ADVISOR_MAX_AGE_DAYS


@cache
def _table() -> Mapping[tuple[str, str], Advice]:
    table: dict[tuple[str, str], Advice] = {}
    for number, row in table_rows(FILE, COLUMNS):
        key = row["region"], row["instance_type"]
        savings, bucket = row["savings_percent"], row["bucket"]
        if (
            key in table
            or "." not in key[1]
            or not (savings.isdecimal() and int(savings) <= 100)
            or not (bucket.isdecimal() and int(bucket) < len(BUCKETS))
        ):
            raise DataError(
                f"{FILE} line {number}: {key[1]} in {key[0]} is listed twice or has a"
                " figure that cannot be"
            )
        table[key] = Advice(int(savings), BUCKETS[int(bucket)])
    return table
