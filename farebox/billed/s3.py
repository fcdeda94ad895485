"""An export's newest deliveries from S3, with ordinary AWS credentials.

Only manifests are listed and read, and of each month only the files that its newest
manifest names are fetched. A manifest that changed meanwhile means a new delivery: what
was fetched is then not one bill, and is refused.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from farebox.billed.errors import BillError
from farebox.billed.sources import (
    DATA,
    MANIFEST,
    Named,
    files_named,
    identity_of,
    month_named,
    month_of,
    newest_manifests,
)
from farebox.extras import missing

SCHEME = "s3://"


def fetch(url: str, folder: Path, client: Any = None) -> Path:
    """The newest deliveries below `url`, or the one file that it is, in `folder`.

    `client` is boto3's for S3, by default one with the ordinary credentials. Returns
    what `deliveries` takes. Raises BillError.
    """
    bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
    if not bucket:
        raise BillError(f"{url} names no bucket: give s3://BUCKET/PREFIX")
    with _in_one_sentence(url):
        client = client or _client()
        if prefix.endswith(DATA):
            return _download(client, bucket, prefix, folder / Path(prefix).name)
        return _newest(client, bucket, prefix, folder)


def _client() -> Any:
    if why := missing("live"):
        raise BillError(why)
    import boto3

    return boto3.client("s3")


Tags = Mapping[Path, tuple[str, str]]
"""The key and the tag of each manifest that was fetched."""


def _newest(client: Any, bucket: str, prefix: str, folder: Path) -> Path:
    """The manifests below a prefix, and the files that the newest of each month name."""
    tags = _manifests(client, bucket, prefix, folder)
    for path, said in newest_manifests(folder, sorted(tags)):
        for name in files_named(said, path):
            key = name.removeprefix(f"{SCHEME}{bucket}/")
            _download(client, bucket, key, folder / _below(key))
        _must_be_same(client, bucket, tags[path])
    return folder


def _manifests(client: Any, bucket: str, prefix: str, folder: Path) -> Tags:
    tags: dict[Path, tuple[str, str]] = {}
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix
    )
    for page in pages:
        for found in page.get("Contents", ()):
            key = found["Key"]
            if key.endswith(MANIFEST):
                path = _download(client, bucket, key, folder / _below(key))
                when = found["LastModified"].timestamp()
                os.utime(path, (when, when))
                tags[path] = (key, found["ETag"])
    if not tags:
        raise BillError(
            f"{SCHEME}{bucket}/{prefix} has no manifest of an export: give the prefix of "
            "the export, with its metadata, or one file"
        )
    return tags


def _must_be_same(client: Any, bucket: str, known: tuple[str, str]) -> None:
    key, tag = known
    if client.head_object(Bucket=bucket, Key=key)["ETag"] != tag:
        raise BillError(
            f"{SCHEME}{bucket}/{key} was delivered anew while it was read: try again"
        )


@contextmanager
def in_place(url: str, folder: Path, client: Any = None) -> Iterator[list[Named]]:
    """The newest deliveries below `url`, or its one file, by the addresses of their files.

    Manifests are fetched into `folder`, and the bill stays where it is. Raises BillError,
    at the end too, where a manifest has changed meanwhile.
    """
    bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
    if prefix.endswith(DATA):
        yield [Named((url,), "", month_of(prefix))]
        return
    with _in_one_sentence(url):
        client = client or _client()
        tags = _manifests(client, bucket, prefix, folder)
        newest = newest_manifests(folder, sorted(tags))
    yield [
        Named(
            tuple(_address(bucket, name) for name in files_named(said, path)),
            identity_of(said, path),
            month_named(folder, path, said),
        )
        for path, said in newest
    ]
    with _in_one_sentence(url):
        for path, _ in newest:
            _must_be_same(client, bucket, tags[path])


def _address(bucket: str, name: str) -> str:
    """A file that a manifest names, which the legacy report calls by its key alone."""
    return name if name.startswith(SCHEME) else f"{SCHEME}{bucket}/{name}"


def write(address: str, data: bytes, client: Any = None) -> None:
    """Write a file, or an object in S3; readers see all of it or what was there before.

    Raises BillError.
    """
    if not address.startswith(SCHEME):
        place = Path(address)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}-{os.getpid()}")
        part.write_bytes(data)
        part.replace(place)
        return
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    with _in_one_sentence(address, "written"):
        (client or _client()).put_object(Bucket=bucket, Key=key, Body=data)


@contextmanager
def _in_one_sentence(url: str, done: str = "read") -> Iterator[None]:
    try:
        yield
    except BillError:
        raise
    except Exception as error:  # botocore has a hundred kinds; each says its own reason
        said = " ".join(str(error).split())[:200]
        raise BillError(f"{url} cannot be {done}: {said}") from error


def _below(key: str) -> Path:
    """A key as a path below a folder; one that would lead out of it is refused."""
    path = Path(key)
    if path.is_absolute() or ".." in path.parts:
        raise BillError(f"{key[:80]!r} is no key of an export")
    return path


def _download(client: Any, bucket: str, key: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    client.download_file(bucket, key, str(path))
    return path
