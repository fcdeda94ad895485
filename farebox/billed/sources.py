"""Which files of an export are the bill: those that the newest manifest names.

Each delivery is the whole month so far, so a folder may hold the same month many times.
A manifest is written last and names its files; without one, several files of one month
are refused, for no one can tell whether they are parts or repetitions.

Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct

from farebox.billed.errors import BillError

DATA = (".parquet", ".csv", ".csv.gz", ".snappy.parquet", ".csv.zip")
MANIFEST = "-Manifest.json"
PERIOD = re.compile(
    r"(?i)(?:billing_period=|^|/)(\d{4})-(\d{2})(?=/|$)"
    r"|year=(\d{4})/month=(\d{1,2})"
    r"|/(\d{4})(\d{2})\d{2}-\d{8}(?=/|$)"
)
"""A month in a path, as Data Exports, Athena's partitions and the legacy report have it."""


STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[.\d]*Z(?=-)")
"""When a delivery was made, in the name of a folder of its own."""

_Age = tuple[str, float, int]


class Delivery(Struct, frozen=True):
    """Files that together are one bill, and the manifest that says so.

    `id` is the delivery's own, or the manifest's path; empty where a file stands alone.
    `lacks` is what the manifest says that the export has left out, with what that means.
    """

    files: tuple[Path, ...]
    id: str = ""
    lacks: dict[str, str] = {}


class Named(Struct, frozen=True):
    """The same by address, in a folder or in S3, with the month that it is of if known."""

    files: tuple[str, ...]
    id: str
    month: str


def deliveries(source: Path) -> list[Delivery]:
    """The bills of a file or a folder, one a month. Raises BillError."""
    if source.is_file():
        return [Delivery((_readable(source),))]
    if not source.is_dir():
        raise BillError(f"{source}: there is no such file or folder")
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    manifests = [path for path in paths if path.name.endswith(MANIFEST)]
    data = [path for path in paths if path.name.endswith(DATA)]
    if manifests:
        return _by_manifests(source, manifests, data)
    if not data:
        raise BillError(f"{source} holds no Parquet or CSV file of a bill")
    months = defaultdict(list)
    for path in data:
        months[month_of(path.relative_to(source).as_posix())].append(path)
    several = [files for files in months.values() if len(files) > 1]
    if several:
        first, second = several[0][:2]
        raise BillError(
            f"{source} has several files for one month ({first.name}, {second.name}) "
            "and no manifest that says whether they are parts or repetitions: give the "
            "folder of the export with its metadata, or one file"
        )
    return [Delivery(tuple(files)) for files in months.values()]


def _readable(path: Path) -> Path:
    if not path.name.endswith(DATA):
        raise BillError(f"{path}: a bill is a Parquet file, or a CSV file, also gzip")
    return path


def month_of(path: str) -> str:
    """The month that a path names, or empty."""
    found = PERIOD.search(path)
    if found is None:
        return ""
    year, month = [part for part in found.groups() if part][:2]
    return f"{year}-{int(month):02}"


def _by_manifests(
    source: Path, manifests: Iterable[Path], data: Iterable[Path]
) -> list[Delivery]:
    """The newest manifest's files of each export and month."""
    by_name = defaultdict(list)
    for file in data:
        by_name[file.name].append(file)
    found = []
    for path, said in newest_manifests(source, manifests):
        keys = dict.fromkeys(files_named(said, path))
        files = tuple(dict.fromkeys(_here(key, by_name, path) for key in keys))
        identity = identity_of(said, path)
        found.append(Delivery(files, identity, _lacks(said)))
    return found


def newest_manifests(
    source: Path, manifests: Iterable[Path]
) -> list[tuple[Path, dict[str, Any]]]:
    """The newest manifest of each export and month, with what it says."""
    newest: dict[tuple[str, str], tuple[_Age, Path, dict[str, Any]]] = {}
    for path in manifests:
        said = _manifest(path)
        month = month_named(source, path, said)
        key = (path.name, month)
        age = _age(path)
        if key not in newest or age > newest[key][0]:
            newest[key] = (age, path, said)
    return [(path, said) for _, path, said in newest.values()]


def _age(path: Path) -> _Age:
    """How new a manifest is: by its folder's own time, else by the file's.

    A copy may give all files one time. The legacy report puts the newest manifest of a
    month beside the folders of all its deliveries, so the one above is the newer.
    """
    stamp = STAMP.search(path.as_posix())
    return (stamp[0] if stamp else "", path.stat().st_mtime, -len(path.parts))


def month_named(source: Path, manifest: Path, said: dict[str, Any]) -> str:
    """The month of a manifest below a source, by its path or by what it says."""
    return month_of(manifest.relative_to(source).as_posix()) or _period_of(said)


def files_named(said: dict[str, Any], manifest: Path) -> list[str]:
    """The files that a manifest names. Raises BillError where it names none."""
    named = said.get("dataFiles") or said.get("reportKeys")
    if not isinstance(named, list) or not named:
        raise BillError(f"{manifest} names no files")
    return [str(key) for key in named]


def _manifest(path: Path) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise BillError(f"{path} is no manifest of an export: {error}") from error
    if not isinstance(said, dict):
        raise BillError(f"{path} is no manifest of an export")
    return said


def identity_of(said: dict[str, Any], manifest: Path) -> str:
    """Which delivery a manifest is of."""
    return str(said.get("executionId") or said.get("assemblyId") or manifest.name)


def _lacks(said: dict[str, Any]) -> dict[str, str]:
    lacks = said.get("lacks")
    known = lacks.items() if isinstance(lacks, dict) else ()
    return {str(name): str(loss) for name, loss in known}


def _period_of(said: dict[str, Any]) -> str:
    period = said.get("billingPeriod")
    start = str(period.get("start", "")) if isinstance(period, dict) else ""
    return f"{start[:4]}-{start[4:6]}" if start[:6].isdigit() else ""


def _here(key: str, by_name: dict[str, list[Path]], manifest: Path) -> Path:
    """The file of the folder that a manifest's address names: the longest common end."""
    parts = PurePosixPath(key.removeprefix("s3://")).parts
    found = by_name.get(parts[-1], []) if parts else []
    if not found:
        raise BillError(f"{manifest} names {key}, which is not in the folder")

    def common(path: Path) -> int:
        mine = path.parts[::-1]
        pairs = zip(mine, reversed(parts), strict=False)
        return next((i for i, (a, b) in enumerate(pairs) if a != b), len(parts))

    best = max(found, key=common)
    if sum(common(path) == common(best) for path in found) > 1:
        raise BillError(f"{manifest} names {key}, and the folder has it twice")
    return best
