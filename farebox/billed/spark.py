"""Spark as the engine: the same expressions on one machine or on many.

Workers read and write files at the paths that the driver names, so folders must be
where all of them see them.
"""

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from farebox.billed.errors import BillError
from farebox.billed.plain_files import PATTERN

if TYPE_CHECKING:
    from ibis import BaseBackend, Table
    from pyspark.sql import DataFrame, SparkSession

SUBMITTED = "spark"
"""The name of the master that a job was submitted to, which knows it by itself."""

HERE = "127.0.0.1"

EXACT = {
    # A difference of two decimals(38, 12) would lose a digit behind the point.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # A figure that does not fit is an error, never NULL.
    "spark.sql.ansi.enabled": "true",
    # The tags `Team` and `team` are two columns of a legacy report.
    "spark.sql.caseSensitive": "true",
    # An account is text: 000011112222 is not 11112222.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""Settings of a session without which its figures are not DuckDB's."""

CSV: dict[str, str | bool] = {
    "header": True,
    "quote": '"',
    "escape": '"',
    "multiLine": True,
    "mode": "FAILFAST",
}
"""CSV as AWS writes it: quotes are doubled; a row that is cut is an error."""

MAPS = ("resource_tags", "tags")
"""Columns, in lower case, that are a map in Parquet and a map in JSON in a CSV file."""

EMPTY = "__HIVE_DEFAULT_PARTITION__"
"""What Spark calls the folder of an empty value."""


NO_SETTINGS: Mapping[str, str] = {}


@contextmanager
def connected(
    master: str, settings: Mapping[str, str] = NO_SETTINGS
) -> Iterator["BaseBackend"]:
    """Spark at a master, in UTC; a session that is there already is taken and left.

    Raises BillError where there is no Java, or nobody answers.
    """
    import ibis
    from pyspark.sql import SparkSession

    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise BillError("Spark needs Java 17 or newer, and there is none on the PATH")
    there = SparkSession.getActiveSession()
    session = there or _session(master, settings)
    for name, value in EXACT.items():
        session.conf.set(name, value)
    try:
        yield ibis.pyspark.connect(session)
    finally:
        if there is None:
            session.stop()


def _session(master: str, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("farebox").config("spark.ui.enabled", False)
    builder = builder.config("spark.ui.showConsoleProgress", False)
    if master != SUBMITTED:
        builder = builder.master("local[*]" if master == "local" else master)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        path = os.pathsep.join(sys.path)
        builder = builder.config("spark.executorEnv.PYTHONPATH", path)
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", HERE)
        builder = builder.config("spark.driver.host", HERE)
    for name, value in settings.items():
        builder = builder.config(name, value)
    with TemporaryFile() as log:
        try:
            with _errors_into(log):
                return builder.getOrCreate()
        except Exception as error:  # py4j's and PySpark's own, of many kinds
            log.seek(0)
            said = " ".join(
                [str(error), *log.read().decode(errors="replace").split()[-40:]]
            )
            raise BillError(f"there is no Spark at {master}: {said[:300]}") from error


@contextmanager
def _errors_into(log: IO[bytes]) -> Iterator[None]:
    """What a process begun in here says on stderr, Java's greetings too, goes to a file.

    What goes wrong comes back as an error, so that Spark need not say it twice.
    """
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    sys.stderr.flush()
    ours = os.dup(2)
    os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)


def opened(connection: "BaseBackend", files: Sequence[str]) -> "Table":
    """The files of a bill as one table; what a file lacks is NULL, ids stay text."""
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    frames = [_with_maps(frame) for frame in _by_schema(session, files)]
    texts = _of_several_types(frames)
    one = reduce(
        lambda a, b: a.unionByName(b, allowMissingColumns=True),
        [_as_text(frame, texts) for frame in frames],
    )
    return _table(connection, one)


def _by_schema(session: "SparkSession", files: Sequence[str]) -> "list[DataFrame]":
    """A frame for the files of each set of columns: months differ in those they have."""
    parquet = files[0].endswith(".parquet")

    def read(paths: Sequence[str], **more: Any) -> "DataFrame":
        reader = session.read.options(**({} if parquet else CSV))
        if "schema" in more:
            reader = reader.schema(more["schema"])
        places = [address(path) for path in paths]
        return reader.parquet(*places) if parquet else reader.csv(places)

    groups: dict[str, tuple[Any, list[str]]] = {}
    for path in files:
        schema = read([path]).schema
        groups.setdefault(schema.json(), (schema, []))[1].append(path)
    return [read(paths, schema=schema) for schema, paths in groups.values()]


def _with_maps(frame: "DataFrame") -> "DataFrame":
    """Maps that a CSV file holds as JSON, as maps: Spark casts no text to one."""
    from pyspark.sql import functions
    from pyspark.sql.types import StringType

    for field in frame.schema.fields:
        if field.name.lower() in MAPS and isinstance(field.dataType, StringType):
            said = functions.nullif(_column(frame, field.name), functions.lit(""))
            found = functions.from_json(said, "map<string,string>")
            frame = frame.withColumn(field.name, found)
    return frame


def _of_several_types(frames: "Sequence[DataFrame]") -> set[str]:
    """Columns that are a number in one month and a text in another."""
    types: dict[str, set[str]] = {}
    for frame in frames:
        for field in frame.schema.fields:
            types.setdefault(field.name, set()).add(field.dataType.simpleString())
    return {name for name, found in types.items() if len(found) > 1}


def _as_text(frame: "DataFrame", names: set[str]) -> "DataFrame":
    for name in names & set(frame.columns):
        frame = frame.withColumn(name, _column(frame, name).cast("string"))
    return frame


def _column(frame: "DataFrame", name: str) -> Any:
    """A column whose name may hold dots and ticks."""
    return frame["`" + name.replace("`", "``") + "`"]


def stored(connection: "BaseBackend", files: Sequence[Path]) -> "Table":
    """Parquet files that Farebox wrote, as one table."""
    from pyspark.sql import SparkSession

    places = [address(str(path)) for path in files]
    return _table(connection, SparkSession.active().read.parquet(*places))


def _table(connection: "BaseBackend", frame: "DataFrame") -> "Table":
    from ibis.util import gen_name

    name = gen_name("farebox")
    frame.createOrReplaceTempView(name)
    return connection.table(name)


def added_up(
    connection: "BaseBackend",
    files: Sequence[str],
    fewer: "Callable[[Table, bool], Table]",
    folder: Path,
) -> "Table":
    """The files of a bill through what makes fewer rows of them, kept in a folder."""
    written(connection, fewer(opened(connection, files), True), folder, ())
    return stored(connection, sorted(folder.glob("data_*.parquet")))


def written(
    connection: "BaseBackend", table: "Table", folder: Path, by: Sequence[str]
) -> None:
    """Write a table as `data_*.parquet` in a folder for each value of `by`."""
    import ibis
    from pyspark.sql import SparkSession

    frame = SparkSession.active().sql(ibis.to_sql(table, dialect="pyspark"))
    frame.write.partitionBy(*by).parquet(address(str(folder)))
    for path in sorted(folder.rglob("*"), key=lambda path: -len(path.parts)):
        if path.is_dir():
            if path.name.endswith(f"={EMPTY}"):
                path.rename(path.with_name(path.name.removesuffix(EMPTY)))
        elif not path.name.endswith(".parquet") or path.name.startswith("."):
            path.unlink()
    for part in {path.parent for path in folder.rglob("*.parquet")}:
        for place, path in enumerate(sorted(part.glob("*.parquet"))):
            path.rename(path.with_name(f"data_{place}.parquet"))


def left(
    connection: "BaseBackend", table: "Table", place: str
) -> tuple["Table", list[str]]:
    """Write a table as Parquet at an address of any file system; it again, and its files.

    The files keep the names that Spark gave them: an object cannot be renamed.
    """
    import ibis
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    session.sql(ibis.to_sql(table, dialect="pyspark")).write.parquet(address(place))
    again = session.read.parquet(address(place))
    names = sorted(name.rpartition("/")[2] for name in again.inputFiles())
    return _table(connection, again), names


def address(path: str) -> str:
    """A path as Spark takes it: a file of every machine. Raises BillError for a pattern."""
    if PATTERN & set(path):
        raise BillError(f"{path}: Spark reads one of *?[]{{}} as a pattern; rename it")
    return path if "://" in path else f"file://{Path(path).absolute()}"


def is_own(error: Exception) -> bool:
    """Whether the error is Spark's own."""
    return type(error).__module__.startswith(("pyspark", "py4j"))
