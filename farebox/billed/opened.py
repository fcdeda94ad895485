"""A delivery's files as one table of DuckDB: whatever they are called, and however packed.

What a file lacks is NULL, and of a CSV file every column is text, so that ids keep their
zeros. A name is never a pattern, and a folder's name never a column.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from farebox.billed.errors import BillError
from farebox.billed.sources import Delivery

if TYPE_CHECKING:
    from ibis import Table
    from ibis.backends.duckdb import Backend

PATTERN = frozenset("*?[]{}")
"""Characters by which DuckDB takes a path for a pattern of several files."""

MOST_TIMES = 250
"""How many times its packed size a zip may unpack to; bills come to twenty."""

PIECE = 1 << 20


def opened(connection: "Backend", delivery: Delivery, folder: Path) -> "Table":
    """The table of a delivery; what has to be unpacked goes into `folder`.

    Raises BillError for files that are no one bill.
    """
    files = [_plain(path, folder, n) for n, path in enumerate(delivery.files)]
    whole = [path.endswith(".parquet") for path in files]
    if all(whole):
        return connection.read_parquet(
            files, union_by_name=True, hive_partitioning=False
        )
    if any(whole):
        raise BillError("a delivery of both Parquet and CSV files is no bill")
    return connection.read_csv(
        files,
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


def _plain(path: Path, folder: Path, number: int) -> str:
    """A path that DuckDB reads as one file, unpacked where it is a zip."""
    if path.suffix == ".zip":
        return str(_unzipped(path, folder / f"unpacked-{number}.csv"))
    if PATTERN & set(str(path)):
        suffix = "".join(path.suffixes[-2:])
        end = next(e for e in (".csv.gz", ".csv", ".parquet") if suffix.endswith(e))
        link = folder / f"file-{number}{end}"
        link.symlink_to(path.resolve())
        return str(link)
    return str(path)


def _unzipped(path: Path, place: Path) -> Path:
    """The one file of a zip. Raises BillError for several, or far too much."""
    most = MOST_TIMES * max(path.stat().st_size, 1)
    try:
        with zipfile.ZipFile(path) as packed:
            names = [one for one in packed.infolist() if not one.is_dir()]
            if len(names) != 1:
                raise BillError(f"{path} holds {len(names)} files, and a bill is one")
            with packed.open(names[0]) as source, place.open("wb") as file:
                while piece := source.read(PIECE):
                    most -= len(piece)
                    if most < 0:
                        raise BillError(
                            f"{path} unpacks to more than {MOST_TIMES} times its size: "
                            "it is no bill"
                        )
                    file.write(piece)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BillError(f"{path} cannot be unpacked: {error}") from error
    return place
