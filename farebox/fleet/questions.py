"""What an organisation asks of a fleet: by team, service or region, and what moved.

Each question is one Ibis expression over the tables, so that it runs on DuckDB and on
Spark alike.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from farebox.bill.statement import LineItem, Subject
from farebox.billed.engines import side
from farebox.fleet.errors import FleetError
from farebox.prices.values import PriceKey, Source

if TYPE_CHECKING:
    from ibis import BaseBackend, Table

BY = ("stack", "project", "service", "region", "type", "purchase")
TAG = "tag:"
NONE = "(none)"
BATCH = 10_000
"""Charges that stand as Python's values at a time; Arrow's take a tenth of the memory."""


class FleetLine(Struct, frozen=True):
    """A charge of a stack that is called `name` in the fleet."""

    name: str
    project: str
    stack: str
    line: LineItem


class Group(Struct, frozen=True):
    """US dollars a month of one group, and how many stacks have a part in it."""

    name: str
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal
    stacks: int


class Move(Struct, frozen=True):
    """What a stack cost before and costs now; None where it was or is not there."""

    name: str
    before: Decimal | None
    now: Decimal | None

    @property
    def usd(self) -> Decimal:
        """The change in US dollars a month."""
        return (self.now or Decimal(0)) - (self.before or Decimal(0))


def must_be_priced(folder: Path) -> None:
    """Raise FleetError where the folder has no priced fleet."""
    if not (folder / "stacks.parquet").is_file():
        raise FleetError(
            f"{folder} has no priced fleet: `fare fleet price SOURCE --out {folder}` "
            "makes one"
        )


def table(connection: "BaseBackend", folder: Path, name: str) -> "Table":
    """One of the fleet's tables. Raises FleetError where the fleet was not priced."""
    must_be_priced(folder)
    return side(connection).stored(connection, [folder / f"{name}.parquet"])


def grouped(connection: "BaseBackend", folder: Path, by: str) -> list[Group]:
    """The fleet's lines by a column or a tag (`tag:team`), dearest first.

    Raises FleetError for what the tables do not have.
    """
    import ibis

    lines = table(connection, folder, "lines")
    if by.startswith(TAG):
        key = lines.tags.get(by.removeprefix(TAG), "").nullif("").fill_null(NONE)
    elif by == "stack":
        key = lines.fleet_name
    elif by in BY:
        key = lines[by]
    else:
        raise FleetError(f"{by!r} is no way to group; give {', '.join(BY)} or tag:NAME")
    found = (
        lines.mutate(group_name=key)
        .group_by("group_name")
        .aggregate(
            usd=lines.usd.sum(),
            usd_low=lines.usd_low.sum(),
            usd_high=lines.usd_high.sum(),
            stacks=lines.fleet_name.nunique(),
        )
        .order_by([ibis.desc("usd"), "group_name"])
    )
    return [
        Group(
            row["group_name"],
            *(row[n] for n in ("usd", "usd_low", "usd_high", "stacks")),
        )
        for row in found.to_pyarrow().to_pylist()
    ]


def every_line(
    connection: "BaseBackend", folder: Path
) -> tuple[date, Iterator[FleetLine]]:
    """The day that the fleet was priced for, and every charge, stack by stack.

    Raises FleetError where its tables are of an earlier Farebox.
    """
    stacks, lines = (table(connection, folder, name) for name in ("stacks", "lines"))
    if not {"on"} <= {*stacks.columns} or not {"term"} <= {*lines.columns}:
        raise FleetError(
            f"{folder} was priced by an earlier Farebox: `fare fleet price` again"
        )
    [told] = stacks.aggregate(on=stacks.on.max()).to_pyarrow().to_pylist()
    order = ["fleet_name", "urn", "service", "usage_type"]
    found = lines.drop("tags").order_by(order)  # maps do not leave Spark through Ibis
    batches = found.to_pyarrow().to_batches(max_chunksize=BATCH)
    rows = (row for batch in batches for row in batch.to_pylist())
    if not told["on"]:
        raise FleetError(f"no stack of {folder} has figures")
    return date.fromisoformat(told["on"]), map(_fleet_line, rows)


NOT_KEPT = Source("", "")
"""The tables of a fleet do not say where a price was read; its statements do."""


def _fleet_line(row: Mapping[str, Any]) -> FleetLine:
    key = PriceKey(
        row["service"],
        row["region"],
        row["usage_type"],
        row["operation"],
        row["purchase"],
        term=row["term"],
    )
    line = LineItem(
        subject=Subject(row["urn"] or None, row["type"], row["name"]),
        key=key,
        description=row["description"],
        quantity=row["quantity"],
        unit=row["unit"],
        usd_per_unit=row["usd_per_unit"],
        because="",
        usage=row["usage"],
        source=NOT_KEPT,
        usd_low=row["usd_low"],
        usd_high=row["usd_high"],
        list_usd_per_unit=row["list_usd_per_unit"],
    )
    return FleetLine(row["fleet_name"], row["project"], row["stack"], line)


def moved(connection: "BaseBackend", folder: Path, before: Path) -> list[Move]:
    """What each stack's cost did since another pricing of the fleet, most first."""
    now = {
        row["name"]: row["usd"]
        for row in _stacks(connection, folder)
        if not row["error"]
    }
    old = {
        row["name"]: row["usd"]
        for row in _stacks(connection, before)
        if not row["error"]
    }
    return moves(old, now)


def moves(old: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> list[Move]:
    """What each stack's US dollars a month did, most first; what stayed is left out."""
    found = [Move(name, old.get(name), now.get(name)) for name in sorted({*now, *old})]
    return sorted((m for m in found if m.usd), key=lambda move: -abs(move.usd))


def _stacks(connection: "BaseBackend", folder: Path) -> list[dict[str, Any]]:
    stacks = table(connection, folder, "stacks")
    found: list[dict[str, Any]] = stacks.to_pyarrow().to_pylist()
    return found


def unpriced(
    connection: "BaseBackend", folder: Path
) -> list[tuple[str, str, int, int]]:
    """What has no figure: code, type, how often and in how many stacks, most first."""
    import ibis

    rows = table(connection, folder, "unpriced")
    found = (
        rows.group_by(["code", "type"])
        .aggregate(times=rows.count(), stacks=rows.fleet_name.nunique())
        .order_by([ibis.desc("times"), "code", "type"])
    )
    return [
        (row["code"], row["type"], row["times"], row["stacks"])
        for row in found.to_pyarrow().to_pylist()
    ]


def gap_share(connection: "BaseBackend", folder: Path) -> Decimal:
    """The percent of the fleet's charges that have no figure."""
    stacks = table(connection, folder, "stacks")
    sums = stacks.aggregate(priced=stacks.lines.sum(), gaps=stacks.unpriced.sum())
    [row] = sums.to_pyarrow().to_pylist()
    gaps, all_ = row["gaps"] or 0, (row["gaps"] or 0) + (row["priced"] or 0)
    return Decimal(gaps * 100) / all_ if all_ else Decimal(0)
