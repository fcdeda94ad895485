"""Too much, and too little room: large lists, packed bombs, full disks."""

import gzip
import re
from collections.abc import Callable, Iterator

import pytest

from farebox.prices.embedded import embedded_book
from tests.aws.offers import offer_csv
from tests.aws.server import Asked, Reply
from tests.faults.child import Terms
from tests.faults.disks import small_disk
from tests.faults.figures import usd_per_month
from tests.faults.market import REGION, SPOT
from tests.faults.test_faults import LISTS, POOLS, gets_through, is_told
from tests.faults.world import World

LARGE_BYTES = 450_000_000
MOST_MEMORY_BYTES = 250_000_000


def long_list(world: World) -> Callable[[Asked], Reply]:
    """The EC2 list with reserved rows after it, as AWS's has, up to 450 MB.

    The rows are made while they are sent, so the test needs no room for them.
    """
    market = world.market
    version = market.versions["AmazonEC2"]
    head = offer_csv("AmazonEC2", version, market.prices["AmazonEC2"])
    row = head.splitlines(keepends=True)[6].replace(b'"OnDemand"', b'"Reserved"', 1)
    block = row * 500
    count = (LARGE_BYTES - len(head)) // len(block) + 1

    def parts() -> Iterator[bytes]:
        yield head
        for _ in range(count):
            yield block

    length = len(head) + count * len(block)
    return lambda asked: Reply(body=parts(), length=length)


def path_of_the_list(world: World) -> str:
    version = world.market.versions["AmazonEC2"]
    return f"/offers/v1.0/aws/AmazonEC2/{version}/{REGION}/index.csv"


def half_a_list(world: World) -> int:
    """Half of the bytes of the EC2 list that is sold now."""
    market = world.market
    version = market.versions["AmazonEC2"]
    return len(offer_csv("AmazonEC2", version, market.prices["AmazonEC2"])) // 2


def test_fault_31_a_list_of_450_mb(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.serve(path_of_the_list(world), long_list(world))
    done = world.refresh()
    gets_through(world, done)
    assert re.search(r"\b450\.\d\b", done.said)  # the MB that came, in the summary
    peak = world.peak_bytes()
    record_property("450 MB", f"{peak / 1e6:,.0f} MB of memory at most")
    assert peak < MOST_MEMORY_BYTES


def test_fault_32_a_list_beyond_its_limit(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.serve(path_of_the_list(world), long_list(world))
    done = world.refresh(terms=Terms(list_bytes=100 << 20))
    world.market.serve_lists()
    is_told(world, done, LISTS, "more than 100 MiB", "nothing of it was taken")


@pytest.mark.parametrize("what", ["index", "list"])
def test_fault_33_a_bomb_that_unpacks_without_end(world: World, what: str) -> None:
    world.market.change("AmazonEC2", "1.1")
    path = path_of_the_list(world)
    if what == "list":
        # Rows of reserved instances for ever: nothing in them stops the reading.
        head = offer_csv("AmazonEC2", path.split("/")[5], [])
        start, end = head, b'"R","R","R","Reserved"\n'
    else:
        path = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
        start, end = b'{"regions": "', b" "
    bomb = gzip.compress(start + end * (24_000_000 // len(end)), 9)
    assert len(bomb) < 100_000
    world.aws.serve(path, lambda asked: Reply(body=bomb))
    done = world.refresh(terms=Terms(list_bytes=16 << 20))
    world.market.serve_lists()
    is_told(
        world, done, LISTS, "unpacks to more than 16 MiB", "nothing of it was taken"
    )


def test_fault_34_a_disk_that_the_download_fills(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    with small_disk(world.data, spare_bytes=half_a_list(world)) as disk:
        done = world.refresh(terms=disk.terms)
        disk.make_room()
        # A disk that tells its room is asked first; the limit in its place is met late.
        words = "need" if disk.is_mounted else "the disk is full"
        is_told(world, done, LISTS, words, "make room", "FAREBOX_DATA_DIR")


def test_fault_35_a_disk_that_the_store_fills(world: World) -> None:
    world.market.change(SPOT, "0.95")
    with small_disk(world.data, spare_bytes=40_000) as disk:
        done = world.refresh(terms=disk.terms)
        disk.make_room()
        assert done.code == 3, done.said
        said = " ".join(done.said.split())
        assert str(world.store_file) in said
        assert "make room on the disk" in said
        assert world.usd() == usd_per_month(embedded_book())
        gets_through(world, world.refresh())
    assert POOLS in said


def test_fault_36_a_file_that_may_not_grow(world: World) -> None:
    # The limit of the process on files (ulimit -f) stands for a quota.
    world.market.change("AmazonEC2", "1.1")
    done = world.refresh(terms=Terms(file_bytes=half_a_list(world)))
    is_told(world, done, LISTS, "the disk is full", "make room")
