"""Which on-demand rows of a price list count, and why the others do not."""

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from farebox.prices.prefixes import without_prefix
from farebox.prices.values import GLOBAL
from pricing_fetch.lists.price_file import Keep
from pricing_fetch.lists.tiers import named

ZONES = frozenset({"AWS Local Zone", "AWS Wavelength Zone", "AWS Outposts"})
"""Location types that have prices of their own inside a region's list."""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+", re.ASCII)
_LINUX = (
    ("Tenancy", "Shared"),
    ("Operating System", "Linux"),
    ("Pre Installed S/W", "NA"),
    ("License Model", "No License required"),
)


class PriceRows(Protocol):
    """Rows under named columns: a price list's CSV, or products laid out as one."""

    columns: tuple[str, ...]

    def indexes(self, *names: str) -> list[int]:
        """Where the columns stand, each of which must be there once."""

    def index(self, name: str) -> int | None:
        """Where a column stands that not every list has."""

    def rows(self, keep: Keep) -> Iterator[tuple[int, list[str]]]:
        """Number and fields of every row that `keep` wants, or of more."""


Reason = Callable[[list[str]], str | None]
"""Tells why a row is left out, or None where it counts."""


def row_filter(
    table: PriceRows, service: str, region: str, *, zones: bool, of_all: bool = False
) -> Reason:
    """What tells of each row why it is left out; made once for the file's columns.

    `zones` lets the prices of Local Zones and the like pass. `of_all` says that the
    table is of all regions: then a row must name its own. Raises Damaged where a column
    that is needed is not there.
    """
    table.indexes("usageType", "operation", "PricePerUnit")
    of_place = _place_filter(table, region, zones=zones, of_all=of_all)
    if service != "AmazonEC2":
        return of_place
    of_machine = _machine_filter(table, region)

    def reason(row: list[str]) -> str | None:
        return of_place(row) or of_machine(row)

    return reason


def _place_filter(
    table: PriceRows, region: str, *, zones: bool, of_all: bool
) -> Reason:
    """Leaves out the rows of another region or of a zone with prices of its own."""
    region_code = table.index("Region Code")
    location = table.index("Location Type")
    from_location = table.index("From Location Type")

    def reason(row: list[str]) -> str | None:
        code = row[region_code] if region_code is not None else ""
        if region == GLOBAL:
            if _REGION.fullmatch(code):
                return "of a region, not global"
        elif of_all and code != region:
            return "of another region, or global"
        elif code and code != region and not (zones and code.startswith(region)):
            return "of another place (a Local Zone, a Wavelength Zone)"
        place = row[location] if location is not None else ""
        if not place and from_location is not None:
            place = row[from_location]
        if place in ZONES and not zones:
            return f"of an {place}"
        return None

    return reason


def _machine_filter(table: PriceRows, region: str) -> Reason:
    """Leaves out rows of EC2 that are not what a running machine pays on demand.

    A list whose instances could not be told apart would price them at random, so the
    columns that tell them apart must be there.
    """
    usage, operation = table.indexes("usageType", "operation")
    family, dollars = table.indexes("Product Family", "PricePerUnit")
    capacity, market = table.index("CapacityStatus"), table.index("MarketOption")
    linux = [(name, table.index(name), value) for name, value in _LINUX]

    def reason(row: list[str]) -> str | None:
        bare = without_prefix(row[usage], region)
        is_linux = bare.startswith("BoxUsage:")
        if not is_linux and not row[family].startswith("Compute Instance"):
            return None
        status = row[capacity] if capacity is not None else ""
        if status != "Used":
            return f"capacity status {named(status, 'unknown')}, not Used"
        option = row[market] if market is not None else ""
        if option != "OnDemand":
            return f"market option {named(option, 'unknown')}, not OnDemand"
        if is_linux and row[operation] == "RunInstances":
            for name, index, value in linux:
                found = row[index] if index is not None else ""
                if found != value:
                    other = named(found, f"no {name}")
                    return f"a Linux key with {other}, not {value}"
        if not row[dollars].strip("0.Ee+-"):
            return "an instance at 0"
        return None

    return reason
