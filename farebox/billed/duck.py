"""DuckDB as the engine: in this process, within a bound of memory, spilling to disk."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
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

ROWS_AT_ONCE = 2_000_000
"""How many rows are added up at a time; a table of more is slower by the row."""

SAMPLE = 100_000

LINE_BYTES, PACKED_TIMES = 500, 20
"""What a line of a bill in CSV takes, and how many times less in gzip."""


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


def added_up(
    connection: "BaseBackend",
    files: Sequence[str],
    fewer: "Callable[[Table, bool], Table]",
    folder: Path,
) -> "Table":
    """The files of a bill through what makes fewer rows of them, kept in a folder.

    Some files at a time, so that memory and the time of a row stay those of a few million
    rows. A day that stands in two parts is added up when it is asked for. Rows of which
    a sample does not become half as many, as those of an export by the day, stay apart.
    """
    folder.mkdir()
    made = []
    for number, some in enumerate(_at_once(files)):
        made.append(str(folder / f"data_{number}.parquet"))
        table = opened(connection, some)
        sample = table.limit(SAMPLE)
        rows, left = (
            cast(int, one.count().to_pyarrow().as_py())
            for one in (sample, fewer(sample, True))
        )
        _copied(connection, fewer(table, 2 * left <= rows), Path(made[-1]))
    return opened(connection, made)


def _at_once(files: Sequence[str]) -> Iterator[list[str]]:
    """The files in their order, some millions of rows at a time."""
    from pyarrow.parquet import read_metadata

    some: list[str] = []
    rows = 0
    for path in files:
        parquet = path.endswith(".parquet")
        some.append(path)
        rows += read_metadata(path).num_rows if parquet else _lines(Path(path))
        if rows >= ROWS_AT_ONCE:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _lines(path: Path) -> int:
    """About how many lines a CSV file has."""
    packed = path.suffix == ".gz"
    return path.stat().st_size // (LINE_BYTES // PACKED_TIMES if packed else LINE_BYTES)


def written(
    connection: "BaseBackend", table: "Table", folder: Path, by: Sequence[str]
) -> None:
    """Write a table as `data_*.parquet` in a folder for each value of `by`."""
    if not by:
        _copied(connection, table, folder / "data_0.parquet")
        return
    columns = ", ".join(by)
    values = table.select(*by).distinct().to_pyarrow().to_pylist()
    if len(values) == 1 and all(PLAIN.fullmatch(said) for said in values[0].values()):
        # A copy by folders takes three times as long as one file.
        place = folder.joinpath(*(f"{name}={said}" for name, said in values[0].items()))
        _copied(connection, table.drop(*by), place / "data_0.parquet")
        return
    _copied(connection, table, folder, f", PARTITION_BY ({columns})")


def _copied(
    connection: "BaseBackend", table: "Table", place: Path, how: str = ""
) -> None:
    import ibis

    place.parent.mkdir(parents=True, exist_ok=True)
    sql = ibis.to_sql(table, dialect="duckdb")
    cast("Backend", connection).raw_sql(
        f"COPY ({sql}) TO '{quoted(place)}' (FORMAT parquet, COMPRESSION zstd{how})"
    )


def quoted(path: Path) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def is_own(error: Exception) -> bool:
    """Whether the error is DuckDB's own."""
    return type(error).__module__.startswith(("duckdb", "_duckdb"))
