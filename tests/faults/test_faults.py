"""Every fault of a source, done to a real `fare refresh` over real sockets.

After each, the 100k tier costs what it did before, to the cent, or what it costs at the
prices that are sold now; never anything between. A fault that passes is not noticed. One
that lasts ends with exit code 3 and a sentence that names the source and the way out,
and the next refresh after it brings the new prices.
"""

import pytest

from farebox.prices.embedded import embedded_book
from tests.faults.child import Terms
from tests.faults.figures import usd_per_month
from tests.faults.market import PAGE_ROWS, SPOT
from tests.faults.world import Done, World

LISTS = "AmazonEC2 us-east-1"
POOLS = "spot us-east-1"
INDEX = "AmazonEC2/current/region_index.json"
FILE = "us-east-1/index.csv"
CALL = "DescribeSpotPriceHistory"
EVER = 1_000
HURRIED = Terms(silence_seconds=0.3)


def gets_through(world: World, done: Done) -> None:
    """The refresh succeeded, and the tier costs what it costs at the new prices."""
    assert done.code == 0, done.said
    assert world.usd() == world.usd_as_sold() != usd_per_month(embedded_book())


def is_told(world: World, done: Done, source: str, *words: str) -> None:
    """The refresh failed with these words, nothing moved, and the next one mends it."""
    said = " ".join(done.said.split())
    assert done.code == 3, done.said
    for word in (source, *words):
        assert word in said
    assert world.usd() == usd_per_month(embedded_book())
    world.aws.heal()
    gets_through(world, world.refresh())


def test_fault_01_a_list_of_pools_in_pages(world: World) -> None:
    world.market.change(SPOT, "0.95")
    gets_through(world, world.refresh())
    pages = -(-len(world.market.prices[SPOT]) // PAGE_ROWS)
    assert len(world.aws.asked_for(CALL)) == pages > 2


def test_fault_02_a_429_that_passes(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("throttle", path=INDEX, times=2)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 2


def test_fault_03_a_429_that_lasts(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("throttle", path=INDEX, times=EVER)
    is_told(world, world.refresh(), LISTS, "429", "try again later")


def test_fault_04_a_429_that_asks_for_a_long_pause(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("throttle", path=INDEX, times=EVER, retry_after=900)
    is_told(world, world.refresh(), LISTS, "asks to wait 900 seconds", "try again then")
    assert len(world.aws.failed) == 1


def test_fault_05_a_throttled_call_that_passes(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("throttle", path=CALL)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 1


def test_fault_06_a_throttled_call_that_lasts(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("throttle", path=CALL, times=EVER, code="ThrottlingException")
    is_told(world, world.refresh(), POOLS, "throttles", "try again in a minute")


@pytest.mark.parametrize("path", [INDEX, FILE])
def test_fault_07_a_server_error_that_passes(world: World, path: str) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("server-error", path=path, times=2)
    gets_through(world, world.refresh())


def test_fault_08_a_server_error_that_lasts(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("server-error", path=FILE, times=EVER)
    is_told(world, world.refresh(), LISTS, "503", "try again later")


def test_fault_09_a_server_error_of_a_call_that_lasts(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("server-error", path=CALL, times=EVER)
    is_told(world, world.refresh(), POOLS, "failed on its side", "try again later")


def test_fault_10_a_time_out_that_passes(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("time-out", path=INDEX)
    gets_through(world, world.refresh(terms=HURRIED))
    assert len(world.aws.failed) == 1


def test_fault_11_a_time_out_that_lasts(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("time-out", path=INDEX, times=EVER)
    is_told(
        world, world.refresh(terms=HURRIED), LISTS, "stays silent", "try again later"
    )


def test_fault_12_a_time_out_of_a_call_that_lasts(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("time-out", path=CALL, times=EVER)
    is_told(
        world,
        world.refresh(terms=HURRIED),
        POOLS,
        "did not answer in time",
        "check the network",
    )


def test_fault_13_a_connection_closed_without_a_word(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("refuse", path="AmazonEC2/", times=2)
    gets_through(world, world.refresh())


def test_fault_14_nobody_listens(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    nowhere = {"FAREBOX_PRICE_LIST_URL": "http://127.0.0.1:9"}
    done = world.refresh(environ=nowhere)
    is_told(world, done, LISTS, "no connection", "try again later")


def test_fault_15_a_reset_in_the_middle_of_the_file(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("reset", path=FILE, after=700_000)
    gets_through(world, world.refresh())
    # The rest was asked for, not the whole again.
    rest = world.aws.asked_for(f"AmazonEC2/20261111000000/{FILE}")[1]
    assert 0 < int(rest.headers["range"][6:-1]) <= 700_000


def test_fault_16_a_reset_each_time(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("reset", path=FILE, times=EVER, after=1_000)
    is_told(world, world.refresh(), LISTS, "the connection broke", "try again later")


def test_fault_17_a_reset_in_the_middle_of_a_page(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("reset", path=CALL, after=300)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 1


@pytest.mark.parametrize("path", [INDEX, FILE])
def test_fault_18_an_answer_cut_short_once(world: World, path: str) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("truncate", path=path)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 1


def test_fault_19_an_answer_cut_short_each_time(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("truncate", path=INDEX, times=EVER)
    is_told(world, world.refresh(), LISTS, "cut off", "try again later")


def test_fault_20_a_length_that_is_too_long(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("wrong-length", path=FILE, times=EVER, by=+1_000)
    is_told(world, world.refresh(), LISTS, "try again later")


def test_fault_21_a_length_that_is_too_short(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("wrong-length", path=FILE, times=EVER, by=-7)
    is_told(world, world.refresh(), LISTS, "AmazonEC2", "cut")


def test_fault_22_gzip_that_no_header_names(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("gzip-no-header", path="AmazonEC2/", times=2)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 2


@pytest.mark.parametrize("path", [INDEX, FILE])
def test_fault_23_a_web_page_instead_of_prices(world: World, path: str) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("html", path=path, times=EVER)
    is_told(world, world.refresh(), LISTS, "a web page came", "a proxy or a login page")


def test_fault_24_a_web_page_instead_of_a_call(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("html", path=CALL, times=EVER)
    is_told(world, world.refresh(), POOLS, "a proxy or a sign-in page")


def test_fault_25_an_empty_page_that_names_a_next_one(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("empty-page", path=CALL, times=2)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 2


def test_fault_26_credentials_that_expired(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("expired-token", path=CALL, times=EVER)
    is_told(world, world.refresh(), POOLS, "have expired", "sign in again")


def test_fault_27_a_place_in_the_list_that_expired(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("slow", path=CALL, size=10_000, pause=0)  # the first page comes
    world.aws.fail("expired-token", path=CALL, code="InvalidNextToken")
    gets_through(world, world.refresh())
    assert [name for name, _ in world.aws.failed] == ["slow", "expired-token"]


def test_fault_28_a_clock_that_is_off(world: World) -> None:
    world.market.change(SPOT, "0.95")
    world.aws.fail("skew", path=CALL, times=EVER, seconds=3600)
    is_told(world, world.refresh(), POOLS, "clock", "set the clock")


def test_fault_29_a_date_that_is_off(world: World) -> None:
    world.market.change("AmazonEC2", "1.1")
    world.aws.fail("skew", path="AmazonEC2/", times=EVER, seconds=-7200)
    gets_through(world, world.refresh())


def test_fault_30_an_answer_that_drips(world: World) -> None:
    world.market.change("AWSELB", "1.1")
    world.aws.fail("slow", path="AWSELB/", times=2, size=100, pause=0.01)
    gets_through(world, world.refresh())
    assert len(world.aws.failed) == 2
