"""A user's data on their way: one tar file, known by its SHA-256."""

import hashlib
import os
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from passepartout.users.records import archive_key


class Damaged(Exception):
    """What came out of the archive is not what went in."""


class _Summed:
    """A stream that sums up what passes through it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, block: bytes) -> int:
        self._digest.update(block)
        self._file.write(block)
        return len(block)

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._file.read(size)
        self._digest.update(block)
        return block

    def sum(self) -> str:
        return self._digest.hexdigest()


def pack(home: Path, file: Any) -> str:
    """Write a directory to a stream as a tar file; its SHA-256."""
    summed = _Summed(file)
    with tarfile.open(
        fileobj=summed,  # type: ignore[call-overload]  # a stream needs `write` only
        mode="w|",
        format=tarfile.PAX_FORMAT,
    ) as tar:
        tar.add(home, arcname=".")
    return summed.sum()


def unpack(file: Any, checksum: str, into: Path) -> None:
    """Unpack a tar file from a stream into an empty directory.

    Raises Damaged when it was not the one with this sum: what is unpacked then is
    nobody's home.
    """
    summed = _Summed(file)
    with tarfile.open(fileobj=summed, mode="r|") as tar:  # type: ignore[call-overload]
        tar.extractall(into, numeric_owner=True, filter="tar")
    while summed.read(1024 * 1024):
        pass
    if summed.sum() != checksum:
        raise Damaged(
            f"the archive has SHA-256 {summed.sum()[:12]}, not {checksum[:12]}"
        )


class FolderArchive:
    """Copies in a folder that all machines share: for one machine, and for tests."""

    def __init__(self, folder: Path) -> None:
        """Use the folder, which exists."""
        self._folder = folder

    def put(self, user: int, home: Path) -> str:
        """See `Archive`."""
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            checksum = pack(home, file)
            os.fsync(file.fileno())
        Path(file.name).rename(self._folder / str(user))
        return checksum

    def get(self, user: int, checksum: str, into: Path) -> None:
        """See `Archive`."""
        with (self._folder / str(user)).open("rb") as file:
            unpack(file, checksum, into)

    def delete(self, user: int) -> None:
        """See `Archive`."""
        (self._folder / str(user)).unlink(missing_ok=True)


class S3Archive:
    """Copies in a bucket, below `moves/`; the bucket lets old ones end by themselves.

    They stream: a machine's root disk has no room for a user's data.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        """`client` is boto3's."""
        self._client = client
        self._bucket = bucket

    def put(self, user: int, home: Path) -> str:
        """See `Archive`."""
        coming, going = os.pipe()
        with (
            os.fdopen(coming, "rb") as read,
            ThreadPoolExecutor(1, "pack") as packing,
        ):
            packed = packing.submit(_pack_into, home, going)
            self._client.upload_fileobj(read, self._bucket, archive_key(user))
            return packed.result()

    def get(self, user: int, checksum: str, into: Path) -> None:
        """See `Archive`."""
        answer = self._client.get_object(Bucket=self._bucket, Key=archive_key(user))
        unpack(answer["Body"], checksum, into)

    def delete(self, user: int) -> None:
        """See `Archive`."""
        self._client.delete_object(Bucket=self._bucket, Key=archive_key(user))


def _pack_into(home: Path, descriptor: int) -> str:
    with os.fdopen(descriptor, "wb") as file:
        return pack(home, file)
