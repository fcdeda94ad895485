"""Where bills and fleets are worked on: DuckDB on this machine, or Spark.

Both answer the same Ibis expressions. Only five things differ, and they are here: how an
engine is had, how files become a table, how they are added up in one reading, how a table
becomes files, and what its errors say.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from farebox.billed.errors import BillError
from farebox.extras import missing

if TYPE_CHECKING:
    from ibis import BaseBackend, Table

DUCKDB = "duckdb"
FORMS = "duckdb|local|spark://HOST:PORT"
SPARK = re.compile(
    r"spark|local(\[(\d+|\*)\])?|local-cluster\[\d+,\d+,\d+\]|spark://.+|yarn|k8s://.+"
)
"""What Spark calls its masters; `spark` is the one that a job was submitted to."""

MOST_SAID = 200


class Engine(Protocol):
    """What the modules `duck` and `spark` have."""

    def opened(self, connection: "BaseBackend", files: Sequence[str]) -> "Table":
        """The files of a bill as one table; what a file lacks is NULL, ids stay text."""

    def stored(self, connection: "BaseBackend", files: Sequence[Path]) -> "Table":
        """Parquet files that Farebox wrote, as one table."""

    def added_up(
        self,
        connection: "BaseBackend",
        files: Sequence[str],
        fewer: "Callable[[Table, bool], Table]",
        folder: Path,
    ) -> "Table":
        """The files of a bill through what makes fewer rows of them, kept in a folder.

        `fewer` is told whether to: an engine may leave rows apart that become no fewer.
        """

    def written(
        self, connection: "BaseBackend", table: "Table", folder: Path, by: Sequence[str]
    ) -> None:
        """Write a table as `data_*.parquet` in a folder for each value of `by`."""

    def is_own(self, error: Exception) -> bool:
        """Whether the error is the engine's own, and not a defect of Farebox."""


@contextmanager
def engine(folder: Path, named: str = DUCKDB) -> Iterator["BaseBackend"]:
    """An engine by name, in UTC; what DuckDB spills goes into the folder.

    Raises BillError for another name, and where the engine is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if named == DUCKDB:
        from farebox.billed import duck

        with duck.connected(folder) as connection:
            yield connection
        return
    if not SPARK.fullmatch(named):
        raise BillError(f"{named[:60]!r} is no engine; give {FORMS}")
    if why := missing("spark"):
        raise BillError(why)
    from farebox.billed import spark

    with spark.connected(named) as connection:
        yield connection


def side(connection: "BaseBackend") -> Engine:
    """What is done in the engine's own way."""
    from farebox.billed import duck

    if connection.name == DUCKDB:
        return duck
    from farebox.billed import spark

    return spark


def told(connection: "BaseBackend", error: Exception, source: str) -> Exception:
    """An engine's words for files that it cannot read, in one sentence."""
    if isinstance(error, BillError) or not side(connection).is_own(error):
        return error
    said = " ".join(str(error).split()).partition(" LINE ")[0][:MOST_SAID]
    if "Out of Memory" in said:
        said = "what it unpacks to does not fit into the memory that it is given"
    return BillError(f"{source} cannot be read as a bill: {said}")
