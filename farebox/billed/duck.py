"""DuckDB as the engine: in this process, within a bound of memory, spilling to disk."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ibis import BaseBackend, Table
    from ibis.backends.duckdb import Backend

PLAIN = re.compile(r"[\w-]+")
"""What a folder can be called as it is."""

MEMORY_MB = 600
"""What DuckDB may take before it goes to disk."""


@contextmanager
def connected(folder: Path) -> Iterator["Backend"]:
    """DuckDB, in UTC, within its memory; what it spills goes into the folder."""
    import ibis

    spill = mkdtemp(prefix=".spill-", dir=folder)
    connection = ibis.duckdb.connect()
    for setting in (
        f"SET memory_limit = '{MEMORY_MB}MB'",
        f"SET temp_directory = '{quoted(Path(spill))}'",
        "SET TimeZone = 'UTC'",
        "SET preserve_insertion_order = false",
    ):
        connection.raw_sql(setting)
    try:
        yield connection
    finally:
        connection.disconnect()
        shutil.rmtree(spill, ignore_errors=True)


def opened(connection: "BaseBackend", files: Sequence[str]) -> "Table":
    """The files of a bill as one table; what a file lacks is NULL, ids stay text."""
    duck = cast("Backend", connection)
    if files[0].endswith(".parquet"):
        return duck.read_parquet(
            list(files), union_by_name=True, hive_partitioning=False
        )
    return duck.read_csv(
        list(files),
        all_varchar=True,
        union_by_name=True,
        header=True,
        # AWS's own dialect: one that is guessed from damaged lines is another bill.
        delim=",",
        quote='"',
        escape='"',
        strict_mode=True,
        hive_partitioning=False,
    )


def stored(connection: "BaseBackend", files: Sequence[Path]) -> "Table":
    """Parquet files that Farebox wrote, as one table."""
    paths = [str(path) for path in files]
    return cast("Backend", connection).read_parquet(paths, hive_partitioning=False)


def written(
    connection: "BaseBackend", table: "Table", folder: Path, by: Sequence[str]
) -> None:
    """Write a table as `data_*.parquet` in a folder for each value of `by`."""
    import ibis

    duck = cast("Backend", connection)
    sql = ibis.to_sql(table, dialect="duckdb")
    columns, to = ", ".join(by), "FORMAT parquet, COMPRESSION zstd"
    values = table.select(*by).distinct().to_pyarrow().to_pylist()
    if len(values) == 1 and all(PLAIN.fullmatch(said) for said in values[0].values()):
        # A copy by folders takes three times as long as one file.
        place = folder.joinpath(*(f"{name}={said}" for name, said in values[0].items()))
        place.mkdir(parents=True)
        duck.raw_sql(
            f"COPY (SELECT * EXCLUDE ({columns}) FROM ({sql})) "
            f"TO '{quoted(place / 'data_0.parquet')}' ({to})"
        )
        return
    duck.raw_sql(f"COPY ({sql}) TO '{quoted(folder)}' ({to}, PARTITION_BY ({columns}))")


def quoted(path: Path) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def is_own(error: Exception) -> bool:
    """Whether the error is DuckDB's own."""
    return type(error).__module__.startswith(("duckdb", "_duckdb"))
