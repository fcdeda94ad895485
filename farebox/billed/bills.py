"""The bills that were imported: Parquet by payer and month, in the one form.

A month is replaced as a whole: what is imported again takes the place of what was
there, never adds to it. Rows that do not fit stand aside and are counted. An engine
streams everything once and adds it up by the day, and it is written beside before it is
swapped.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from farebox.billed.engines import DUCKDB, engine, side, told
from farebox.billed.errors import BillError
from farebox.billed.plain_files import plain_files
from farebox.billed.sources import Delivery

if TYPE_CHECKING:
    from ibis import BaseBackend

SUMMARY = "import.json"
ASIDE_FILE = "aside.parquet"
DAYS, ROWS, ASIDE = "days", "rows", "aside"


class Imported(Struct, frozen=True):
    """One month of one payer as it was imported.

    `usd` is the unblended sum of its rows, `aside` how many rows did not fit, `closed`
    whether every row has an invoice, `delivery` which delivery of the export it was,
    `until` the last day of use, `lacks` the columns that its export has left out with what
    that means, `folder` where it stands among the bills.
    """

    payer: str
    month: str
    delivery: str
    aside: int = 0
    rows: int = 0
    usd: Decimal = Decimal(0)
    currency: tuple[str, ...] = ()
    closed: bool = False
    until: str = ""
    accounts: tuple[str, ...] = ()
    lacks: dict[str, str] = {}
    folder: str = ""


def import_delivery(
    delivery: Delivery,
    bills: Path,
    tell: Callable[[str], None] = lambda _: None,
    named: str = DUCKDB,
) -> list[Imported]:
    """Import one bill on an engine: each of its months replaces the one of before.

    Raises BillError where the files are no bill, or hold nothing.
    """
    with engine(bills, named) as connection:
        staged = Path(mkdtemp(prefix=".import-", dir=bills))
        try:
            tell(f"reading {len(delivery.files)} file(s)")
            begun = _stage(connection, delivery, staged)
            return _kept(connection, staged, bills, begun)
        except Exception as error:
            raise told(connection, error, str(delivery.files[0])) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _stage(connection: "BaseBackend", delivery: Delivery, staged: Path) -> Imported:
    """Write the rows in the one form, added up by the day, apart by month and payer.

    The export is read once, or twice where a row does not fit. The columns that name the
    folders leave the rows, so they are copies. Returns what is known of all months.
    """
    from farebox.billed.columns import (
        REDUCED,
        ROW,
        fits,
        lacks,
        normal,
        readable,
        unfit,
    )
    from farebox.billed.days import days

    own = side(connection)
    files = plain_files(delivery, staged)
    table = own.opened(connection, files)
    format_ = readable(table)
    few = own.added_up(
        connection, files, lambda t, less: days(t, format_, less), staged / DAYS
    )
    rows = normal(few, count=few[REDUCED])
    fit = fits(rows)
    apart = {"of_payer": rows.payer, "of_month": rows.month}
    kept = rows.filter(fit).select(*ROW, **apart)
    own.written(connection, kept, staged / ROWS, tuple(apart))
    aside = rows.filter(~fit)[REDUCED].sum().to_pyarrow().as_py() or 0
    if aside:
        # What cannot be read stays as it came, so that a person can tell what it was.
        own.written(connection, unfit(table), staged / ASIDE, ())
    lacking = {**delivery.lacks, **lacks(table)}
    return Imported("", "", delivery.id, aside=int(aside), lacks=lacking)


def _kept(
    connection: "BaseBackend", staged: Path, bills: Path, begun: Imported
) -> list[Imported]:
    """Move each payer's month of the staged rows into its place."""
    parts = sorted((staged / ROWS).glob("*/*"))
    if not parts:
        raise BillError("no row is one of a bill that can be read")
    others = sorted((staged / ASIDE).glob("data_*.parquet"))
    _joined(others, staged / ASIDE_FILE)
    found = []
    for part in parts:
        payer, month = (x.name.partition("=")[2] for x in (part.parent, part))
        summary = _summary(
            connection,
            part,
            msgspec.structs.replace(begun, payer=payer, month=month),
        )
        (part / SUMMARY).write_bytes(msgspec.json.encode(summary))
        if others:
            shutil.copy(staged / ASIDE_FILE, part / ASIDE_FILE)
        _put(part, bills, summary)
        found.append(summary)
    return found


def _joined(files: Sequence[Path], place: Path) -> None:
    """Write Parquet files of one form as one."""
    from pyarrow.parquet import ParquetFile, ParquetWriter

    if not files:
        return
    with ParquetWriter(place, ParquetFile(files[0]).schema_arrow) as writer:
        for file in files:
            for batch in ParquetFile(file).iter_batches():
                writer.write_batch(batch)


def _put(part: Path, bills: Path, summary: Imported) -> None:
    """Put a month where its payer's was, or beside what has none of its accounts.

    Each account of a payer may export its own part of the bill: parts without a common
    account are one bill together, and others replace what they come again as.
    """
    named = f"payer={summary.payer}"
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
    place = bills / (again[0] if again else f"{beside}/month={summary.month}")
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


def _summary(connection: "BaseBackend", part: Path, begun: Imported) -> Imported:
    """What stands in a month's files; accounts are few, so sums by them are too."""
    from farebox.billed.columns import REDUCED

    rows = side(connection).stored(connection, sorted(part.glob("data_*.parquet")))
    found = (
        rows.group_by(["account", "currency"])
        .aggregate(
            rows=rows[REDUCED].sum(),
            usd=rows.unblended.sum(),
            without_invoice=(rows.invoice == "").sum(),
            until=(rows["class"] == "usage").ifelse(rows.day, "").max(),
        )
        .to_pyarrow()
        .to_pylist()
    )
    return msgspec.structs.replace(
        begun,
        rows=sum(one["rows"] for one in found),
        usd=sum((one["usd"] for one in found), Decimal(0)),
        currency=tuple(sorted({one["currency"] for one in found})),
        closed=not any(one["without_invoice"] for one in found),
        until=max(one["until"] for one in found),
        accounts=tuple(sorted({one["account"] for one in found})),
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
