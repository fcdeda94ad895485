"""Room on the disk: all lists of a refresh lie there together."""

from pathlib import Path

import pytest

from pricing_fetch.errors import NoRoom
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.room import Room
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply


def test_a_list_that_does_not_fit_is_told_before_its_first_byte(tmp_path: Path) -> None:
    body = b"a line of a price list\n" * 100_000
    room = Room(free=lambda folder: 2_000_000)
    with AwsServer() as aws:
        aws.serve("/list", lambda _: Reply(body=body))
        asks = Transport(where=Addresses(price_list=aws.url), room=room)
        # 23 bytes x 100,000 are 2.3 MB.
        with pytest.raises(NoRoom, match=r"need 2\.3 MB there together, and 2\.0 MB"):
            asks.download(f"{aws.url}/list", tmp_path)
        asks.close()
    assert all(path.stat().st_size < 1_000 for path in tmp_path.iterdir())


def test_downloads_under_way_count_with_what_they_still_lack(tmp_path: Path) -> None:
    room = Room(free=lambda folder: 100)
    one, two = tmp_path / "1.part", tmp_path / "2.part"
    room.take(one, 70)
    with pytest.raises(NoRoom, match="FAREBOX_DATA_DIR"):
        room.take(two, 40)
    room.came(one, 60)
    room.take(two, 40)
    # One that is tried again does not count twice.
    room.take(two, 40)
    room.done(one)
    room.take(one, 60)


def test_a_disk_that_does_not_tell_is_no_hindrance(tmp_path: Path) -> None:
    def silent(folder: Path) -> int:
        raise OSError

    Room(free=silent).take(tmp_path / "1.part", 1 << 50)
