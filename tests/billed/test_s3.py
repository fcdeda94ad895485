"""An export in S3 is read as it lies there: its newest manifest, and nothing beside."""

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from farebox.billed.errors import BillError
from farebox.billed.s3 import fetch
from farebox.billed.sources import deliveries
from tests.billed.maker import Made, cur2

BUCKET = "bills"
MONTH = "BILLING_PERIOD=2026-10"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if find_spec("moto") is None:
        reason = "no moto: make .venv/.moto installs AWS's stand-in"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    import boto3
    import moto

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws():
        found = boto3.client("s3", region_name="us-east-1")
        found.create_bucket(Bucket=BUCKET)
        yield found


def delivered(client: Any, run: str, tmp_path: Path) -> str:
    """A delivery of one file, its manifest last; the manifest's key."""
    file = cur2([Made(resource=f"i-{run}")], tmp_path / f"{run}.csv")
    key = f"exports/farebox/data/{MONTH}/{run}/{run}.csv"
    client.upload_file(str(file), BUCKET, key)
    manifest = f"exports/farebox/metadata/{MONTH}/{run}/farebox-Manifest.json"
    said = {"executionId": run, "dataFiles": [f"s3://{BUCKET}/{key}"]}
    client.put_object(Bucket=BUCKET, Key=manifest, Body=json.dumps(said).encode())
    return manifest


def test_only_the_files_of_the_newest_manifest_are_fetched(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    delivered(client, "first", tmp_path)
    time.sleep(1.1)  # S3 dates objects to the second
    delivered(client, "second", tmp_path)
    place = fetch(f"s3://{BUCKET}/exports", tmp_path / "here", client)
    [delivery] = deliveries(place)
    assert delivery.id == "second"
    assert [path.name for path in place.rglob("*.csv")] == ["second.csv"]


def test_a_delivery_that_changes_while_it_is_read_is_refused(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = delivered(client, "first", tmp_path)
    download = client.download_file

    def interrupted(bucket: str, key: str, path: str) -> None:
        download(bucket, key, path)
        if key.endswith(".csv"):
            client.put_object(Bucket=BUCKET, Key=manifest, Body=b'{"dataFiles": []}')

    monkeypatch.setattr(client, "download_file", interrupted)
    with pytest.raises(BillError, match="was delivered anew while it was read"):
        fetch(f"s3://{BUCKET}/exports", tmp_path / "here", client)


def test_a_prefix_without_a_manifest_and_a_missing_bucket_are_one_sentence(
    client: Any, tmp_path: Path
) -> None:
    with pytest.raises(BillError, match="has no manifest of an export"):
        fetch(f"s3://{BUCKET}/nothing", tmp_path, client)
    with pytest.raises(BillError, match=r"cannot be read: .*NoSuchBucket"):
        fetch("s3://not-there/x", tmp_path, client)
    with pytest.raises(BillError, match="names no bucket"):
        fetch("s3://", tmp_path, client)


def test_one_file_by_its_key_is_fetched_alone(client: Any, tmp_path: Path) -> None:
    delivered(client, "first", tmp_path)
    key = f"exports/farebox/data/{MONTH}/first/first.csv"
    place = fetch(f"s3://{BUCKET}/{key}", tmp_path / "here", client)
    assert len(deliveries(place)) == 1
