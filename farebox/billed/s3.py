"""An export's newest deliveries from S3, with ordinary AWS credentials.

Only manifests are listed and read, and of each month only the files that its newest
manifest names are fetched. A manifest that changed meanwhile means a new delivery: what
was fetched is then not one bill, and is refused.
"""

import os
from pathlib import Path
from typing import Any

from farebox.billed.errors import BillError
from farebox.billed.sources import DATA, MANIFEST, files_named, newest_manifests
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
    try:
        client = client or _client()
        if prefix.endswith(DATA):
            return _download(client, bucket, prefix, folder / Path(prefix).name)
        return _newest(client, bucket, prefix, folder)
    except BillError:
        raise
    except Exception as error:  # botocore has a hundred kinds; each says its own reason
        said = " ".join(str(error).split())[:200]
        raise BillError(f"{url} cannot be read: {said}") from error


def _client() -> Any:
    if why := missing("live"):
        raise BillError(why)
    import boto3

    return boto3.client("s3")


def _newest(client: Any, bucket: str, prefix: str, folder: Path) -> Path:
    """The manifests below a prefix, and the files that the newest of each month name."""
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
    for path, said in newest_manifests(folder, sorted(tags)):
        for name in files_named(said, path):
            key = name.removeprefix(f"{SCHEME}{bucket}/")
            _download(client, bucket, key, folder / _below(key))
        key, tag = tags[path]
        if client.head_object(Bucket=bucket, Key=key)["ETag"] != tag:
            raise BillError(
                f"{SCHEME}{bucket}/{key} was delivered anew while it was read: try again"
            )
    return folder


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
