"""DuckDB as the engine: in this process, within a bound of memory, spilling to disk."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ibis import BaseBackend, Table
    from ibis.backends.duckdb import Backend

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

    sql = ibis.to_sql(table, dialect="duckdb")
    cast("Backend", connection).raw_sql(
        f"COPY ({sql}) TO '{quoted(folder)}' "
        f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({', '.join(by)}))"
    )


def quoted(path: Path) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def is_own(error: Exception) -> bool:
    """Whether the error is DuckDB's own."""
    return type(error).__module__.startswith(("duckdb", "_duckdb"))
