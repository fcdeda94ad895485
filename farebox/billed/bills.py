"""The bills that were imported: Parquet by payer and month, in the one form.

A month is replaced as a whole: what is imported again takes the place of what was
there, never adds to it. Rows that do not fit stand aside and are counted. Everything
is streamed by DuckDB within a bound of memory, and written beside before it is swapped.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from farebox.billed.errors import BillError
from farebox.billed.sources import Delivery

if TYPE_CHECKING:
    from ibis import Table
    from ibis.backends.duckdb import Backend

MEMORY_MB = 600
"""What DuckDB may take before it goes to disk."""

SUMMARY = "import.json"
ASIDE = "aside.parquet"
ROWS = "rows"


class Imported(Struct, frozen=True):
    """One month of one payer as it was imported.

    `usd` is the unblended sum of its rows, `aside` how many rows did not fit, `closed`
    whether every row has an invoice, `delivery` which delivery of the export it was,
    `until` the last day of use, `lacks` the columns that its export has left out with what
    that means, `folder` where it stands among the bills.
    """

    payer: str
    month: str
    rows: int
    usd: Decimal
    currency: tuple[str, ...]
    closed: bool
    delivery: str
    aside: int = 0
    until: str = ""
    accounts: tuple[str, ...] = ()
    lacks: dict[str, str] = {}
    folder: str = ""


@contextmanager
def engine(folder: Path) -> Iterator["Backend"]:
    """DuckDB, in UTC, within its memory; what it spills goes into the folder."""
    import ibis

    folder.mkdir(parents=True, exist_ok=True)
    spill = mkdtemp(prefix=".spill-", dir=folder)
    connection = ibis.duckdb.connect()
    for setting in (
        f"SET memory_limit = '{MEMORY_MB}MB'",
        f"SET temp_directory = '{spill}'",
        "SET TimeZone = 'UTC'",
        "SET preserve_insertion_order = false",
    ):
        connection.raw_sql(setting)
    try:
        yield connection
    finally:
        connection.disconnect()
        shutil.rmtree(spill, ignore_errors=True)


def import_delivery(
    delivery: Delivery, bills: Path, tell: Callable[[str], None] = lambda _: None
) -> list[Imported]:
    """Import one bill: each of its months replaces the one of before.

    Raises BillError where the files are no bill, or hold nothing.
    """
    from farebox.billed.columns import ROW, fits, lacks, normal
    from farebox.billed.opened import opened

    with engine(bills) as connection:
        staged = Path(mkdtemp(prefix=".import-", dir=bills))
        try:
            tell(f"reading {len(delivery.files)} file(s)")
            table = opened(connection, delivery, staged)
            rows = normal(table)
            good = rows.filter(fits(rows)).select(*ROW)
            _copy(connection, good, staged / ROWS, "PARTITION_BY (payer, month)")
            aside = rows.filter(~fits(rows).fill_null(False))
            _copy(connection, aside, staged / ASIDE)
            return _kept(connection, staged, bills, delivery, lacks(table))
        except Exception as error:
            raise _told(error, delivery) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _told(error: Exception, delivery: Delivery) -> Exception:
    """DuckDB's words for a file that it cannot read, in one sentence."""
    if isinstance(error, BillError) or not type(error).__module__.startswith(
        ("duckdb", "_duckdb")
    ):
        return error
    said = " ".join(str(error).split()).partition(" LINE ")[0][:200]
    return BillError(f"{delivery.files[0]} cannot be read as a bill: {said}")


def _copy(connection: "Backend", table: "Table", path: Path, options: str = "") -> None:
    import ibis

    said = f"FORMAT parquet, COMPRESSION zstd{', ' + options if options else ''}"
    sql = ibis.to_sql(table, dialect="duckdb")
    connection.raw_sql(f"COPY ({sql}) TO '{quoted(path)}' ({said})")


def quoted(path: Path) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def _kept(
    connection: "Backend",
    staged: Path,
    bills: Path,
    delivery: Delivery,
    lacks: dict[str, str],
) -> list[Imported]:
    """Move each payer's month of the staged rows into its place."""
    parts = sorted((staged / ROWS).glob("payer=*/month=*"))
    if not parts:
        raise BillError(f"{delivery.files[0]} has no row of a bill that can be read")
    aside = connection.raw_sql(
        f"SELECT count(*) FROM '{quoted(staged / ASIDE)}'"
    ).fetchone()
    found = []
    for part in parts:
        summary = msgspec.structs.replace(
            _summary(connection, part),
            delivery=delivery.id,
            aside=aside[0] if aside else 0,
            lacks=lacks,
        )
        (part / SUMMARY).write_bytes(msgspec.json.encode(summary))
        if summary.aside:
            shutil.copy(staged / ASIDE, part / ASIDE)
        _put(part, bills, summary)
        found.append(summary)
    return found


def _put(part: Path, bills: Path, summary: Imported) -> None:
    """Put a month where its payer's was, or beside what has none of its accounts.

    Each account of a payer may export its own part of the bill: parts without a common
    account are one bill together, and others replace what they come again as.
    """
    named = part.parent.name
    others = [
        one
        for one in imported(bills)
        if one.payer == summary.payer and one.month == summary.month
    ]
    again = [
        one.folder
        for one in others
        if not one.accounts or {*one.accounts} & {*summary.accounts}
    ]
    beside = f"{named}+{summary.accounts[0]}" if others else named
    place = bills / again[0] if again else bills / beside / part.name
    _swap(part, place)
    for folder in again[1:]:
        shutil.rmtree(bills / folder)


def _swap(new: Path, place: Path) -> None:
    """Put the new month where the old one stands; a reader sees the one or the other."""
    place.parent.mkdir(parents=True, exist_ok=True)
    old = place.with_name(f".old-{place.name}-{os.getpid()}")
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _summary(connection: "Backend", part: Path) -> Imported:
    files = f"read_parquet('{quoted(part)}/*.parquet', hive_partitioning = false)"
    row: Any = connection.raw_sql(
        "SELECT count(*), sum(unblended), list_sort(list(DISTINCT currency)), "
        "bool_and(invoice <> ''), max(day) FILTER (class = 'usage'), "
        f"list_sort(list(DISTINCT account)) FROM {files}"
    ).fetchone()
    count, usd, currencies, closed, until, accounts = row
    return Imported(
        payer=part.parent.name.partition("=")[2],
        month=part.name.partition("=")[2],
        rows=count,
        usd=usd,
        currency=tuple(currencies),
        closed=closed,
        delivery="",
        until=until or "",
        accounts=tuple(accounts),
    )


def imported(bills: Path) -> list[Imported]:
    """Every month that was imported, by month and payer."""
    found = [
        msgspec.structs.replace(
            msgspec.json.decode(path.read_bytes(), type=Imported),
            folder=path.parent.relative_to(bills).as_posix(),
        )
        for path in bills.glob(f"payer=*/month=*/{SUMMARY}")
    ]
    return sorted(found, key=lambda one: (one.month, one.payer, one.accounts))
