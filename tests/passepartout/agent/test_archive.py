"""Data on their way: whole, or refused."""

import os
from pathlib import Path

import pytest

from passepartout.agent.archive import Damaged, FolderArchive, S3Archive
from tests.passepartout.stores import need_moto


def home(folder: Path) -> Path:
    place = folder / "home"
    (place / "deep").mkdir(parents=True)
    (place / "deep" / "file").write_bytes(os.urandom(300_000))
    (place / "deep" / "file").chmod(0o640)
    (place / "link").symlink_to("/etc/passwd")
    return place


def same(one: Path, other: Path) -> None:
    file, copy = one / "deep" / "file", other / "deep" / "file"
    assert file.read_bytes() == copy.read_bytes()
    assert file.stat().st_mode == copy.stat().st_mode
    assert file.stat().st_mtime == copy.stat().st_mtime
    assert (other / "link").readlink() == Path("/etc/passwd")


def test_a_home_comes_out_as_it_went_in(tmp_path: Path) -> None:
    archive, place = FolderArchive(tmp_path), home(tmp_path)
    checksum = archive.put(7, place)
    (tmp_path / "out").mkdir()
    archive.get(7, checksum, tmp_path / "out")
    same(place, tmp_path / "out")
    archive.delete(7)
    archive.delete(7)
    with pytest.raises(FileNotFoundError):
        archive.get(7, checksum, tmp_path / "out")


def test_a_damaged_copy_is_refused(tmp_path: Path) -> None:
    archive, place = FolderArchive(tmp_path), home(tmp_path)
    checksum = archive.put(7, place)
    data = bytearray((tmp_path / "7").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "7").write_bytes(bytes(data))
    (tmp_path / "out").mkdir()
    with pytest.raises(Damaged, match="not"):
        archive.get(7, checksum, tmp_path / "out")


def test_a_home_travels_by_s3_without_a_file_of_its_own(tmp_path: Path) -> None:
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        client = boto3.client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        client.create_bucket(Bucket="bucket")
        archive, place = S3Archive(client, "bucket"), home(tmp_path)
        checksum = archive.put(7, place)
        (tmp_path / "out").mkdir()
        archive.get(7, checksum, tmp_path / "out")
        same(place, tmp_path / "out")
        archive.delete(7)
        assert "Contents" not in client.list_objects_v2(Bucket="bucket")
