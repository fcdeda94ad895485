"""A delivery's files as engines read them: whatever they are called, and however packed.

A name is never a pattern: a file whose path looks like one is read through a link.
"""

import zipfile
from pathlib import Path

from farebox.billed.errors import BillError
from farebox.billed.parquet_claims import MOST_TIMES, refuse_too_much
from farebox.billed.sources import Delivery

PATTERN = frozenset("*?[]{}")
"""Characters by which an engine takes a path for a pattern of several files."""

PIECE = 1 << 20


def plain_files(delivery: Delivery, folder: Path) -> list[str]:
    """The paths of a delivery; what has to be unpacked goes into `folder`.

    Raises BillError for files that are no one bill.
    """
    files = [_plain(path, folder, n) for n, path in enumerate(delivery.files)]
    if len({path.endswith(".parquet") for path in files}) > 1:
        raise BillError("a delivery of both Parquet and CSV files is no bill")
    return files


def _plain(path: Path, folder: Path, number: int) -> str:
    """A path that is read as one file, unpacked where it is a zip."""
    if path.suffix == ".parquet":
        refuse_too_much(path)
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
