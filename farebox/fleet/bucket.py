"""The states of a Pulumi backend in S3, fetched where they changed.

Only what lies below `.pulumi/stacks` is listed and fetched, or what lies below the prefix
where there is no backend. An object whose tag is known is not fetched again.
"""

from pathlib import Path
from typing import Any

import msgspec

from farebox.fleet.errors import FleetError
from farebox.fleet.stacks import BACKEND, DOCUMENTS, Found, inside

SCHEME = "s3://"
KEPT = "tags.json"


def fetched(url: str, folder: Path, client: Any = None) -> list[Found]:
    """The stacks of a bucket, their documents below `folder`. Raises FleetError.

    A state that cannot be fetched is named, and the others go on.
    """
    bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
    if not bucket:
        raise FleetError(f"{url} names no bucket: give s3://BUCKET/PREFIX")
    try:
        client = client or _client()
        head = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        backend = f"{head}{BACKEND.as_posix()}/"
        keys = _keys(client, bucket, backend)
        head = backend if keys else head
        keys = keys or _keys(client, bucket, head)
    except FleetError:
        raise
    except Exception as error:  # botocore has a hundred kinds; each says its own reason
        said = " ".join(str(error).split())[:200]
        raise FleetError(f"{url} cannot be read: {said}") from error
    if not keys:
        raise FleetError(f"{url} holds no preview or state (*.json, *.json.gz)")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tags = _tags(folder)
    found = []
    for key, tag in sorted(keys.items()):
        found.append(_fetched(client, bucket, (head, key, tag), folder, tags))
    (folder / KEPT).write_bytes(msgspec.json.encode(tags))
    return found


def _client() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise FleetError("S3 is read by boto3, which is not installed") from error
    return boto3.client("s3")


def _keys(client: Any, bucket: str, prefix: str) -> dict[str, str]:
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix
    )
    return {
        one["Key"]: one["ETag"]
        for page in pages
        for one in page.get("Contents", ())
        if DOCUMENTS.search(one["Key"])
    }


def _fetched(
    client: Any,
    bucket: str,
    said: tuple[str, str, str],
    folder: Path,
    tags: dict[str, str],
) -> Found:
    head, key, tag = said
    name = key.removeprefix(head)
    try:
        place = inside(folder, name)
        if tags.get(key) != tag or not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            client.download_file(bucket, key, str(place))
            tags[key] = tag
    except Exception as error:  # one state that is gone or forbidden stops no other
        return Found(name, folder, error=" ".join(str(error).split())[:200])
    return Found(name, place)


def _tags(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / KEPT).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}
