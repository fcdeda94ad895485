"""A bill too large for one machine, added up by the day where it lies.

Spark reads the export in place and writes one row for each day, resource and key, in the
one form, where it is told. A manifest is written last, as AWS writes its own, so that
`fare bill import` reads the outcome as any other export. Rows that do not fit go along,
and the import sets them aside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from farebox.billed import s3
from farebox.billed.engines import engine, told
from farebox.billed.errors import BillError
from farebox.billed.plain_files import plain_files
from farebox.billed.sources import MANIFEST, Named, deliveries, month_of

if TYPE_CHECKING:
    from ibis import BaseBackend, Table


class Reduced(Struct, frozen=True):
    """One delivery that was added up.

    `rows` is how many it had, `reduced` how many they became, `aside` how many of it do
    not fit, `usd` its unblended sum, `manifest` what names the files.
    """

    month: str
    delivery: str
    rows: int
    reduced: int
    aside: int
    usd: Decimal
    manifest: str


def reduce_bills(
    source: str, to: str, master: str, month: str = "", client: Any = None
) -> list[Reduced]:
    """Add up each month of an export, or one, on the Spark of that name.

    `source` and `to` are folders that all workers see, or in S3, where `client` is
    boto3's. Raises BillError; then nothing that `to` had is touched.
    """
    with TemporaryDirectory() as name:
        staged = Path(name)
        with (
            engine(staged, master) as connection,
            _named(source, staged, month, client) as found,
        ):
            try:
                done = [_reduced(connection, one, to) for one in found]
            except Exception as error:
                raise told(connection, error, source) from error
        for summary, manifest in done:
            s3.write(summary.manifest, msgspec.json.encode(manifest), client)
    return [summary for summary, _ in done]


@contextmanager
def _named(source: str, staged: Path, month: str, client: Any) -> Iterator[list[Named]]:
    """The deliveries of a source by address; at the end they must be the same still."""
    if source.startswith(s3.SCHEME):
        with s3.in_place(source, staged, client) as found:
            yield _one_each(found, source, month)
        return
    here = [
        Named(
            tuple(plain_files(one, staged)), one.id, month_of(one.files[0].as_posix())
        )
        for one in deliveries(Path(source))
    ]
    yield _one_each(here, source, month)


def _one_each(found: list[Named], source: str, month: str) -> list[Named]:
    """Those of a month, or of each. Raises BillError for several of one, and for none."""
    found = [one for one in found if not month or one.month in ("", month)]
    if not found:
        raise BillError(f"{source} has no delivery of {month}")
    if len({one.month for one in found}) < len(found):
        raise BillError(
            f"{source} has several exports of one month: add up each by its own prefix"
        )
    return found


def _reduced(
    connection: "BaseBackend", named: Named, to: str
) -> tuple[Reduced, dict[str, Any]]:
    """Write a delivery's days; what became of it, and the manifest that is to be."""
    from farebox.billed import spark
    from farebox.billed.columns import MONEY, REDUCED, ROW, SUMS, fits, lacks, normal

    table = spark.opened(connection, named.files)
    rows = normal(table)
    rows = rows.mutate(of_rows=fits(rows))
    sums = {name: rows[name].sum().cast(MONEY) for name in SUMS}
    same = [name for name in (*ROW, "of_rows") if name not in (*SUMS, REDUCED)]
    days = rows.group_by(same).aggregate(**sums, **{REDUCED: rows.count()})
    run = f"{to.rstrip('/')}/data/{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    small, names = spark.left(connection, days, run)
    summary = _summary(small, named)
    place = f"{to.rstrip('/')}/metadata/BILLING_PERIOD={summary.month}"
    summary = msgspec.structs.replace(summary, manifest=f"{place}/farebox{MANIFEST}")
    return summary, {
        "executionId": named.id or Path(named.files[0]).name,
        "dataFiles": [f"{run}/{name}" for name in names],
        "rows": summary.rows,
        "lacks": lacks(table),
    }


def _summary(small: "Table", named: Named) -> Reduced:
    from farebox.billed.columns import REDUCED

    found = small.aggregate(
        month=small.of_rows.ifelse(small.month, "").max(),
        rows=small[REDUCED].sum(),
        reduced=small.count(),
        aside=small.of_rows.ifelse(0, small[REDUCED]).sum(),
        usd=small.of_rows.ifelse(small.unblended, 0).sum(),
    )
    [row] = found.to_pyarrow().to_pylist()
    if not row["rows"] or row["rows"] == row["aside"]:
        raise BillError("no row is one of a bill that can be read")
    month = named.month or row["month"]
    return Reduced(
        month=month,
        delivery=named.id,
        manifest="",
        **{key: row[key] for key in ("rows", "reduced", "aside", "usd")},
    )
