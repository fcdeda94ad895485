"""`kill -9` at random instants of a refresh: the store has the old prices, or the new.

Each refresh is a process of its own against the local server, started on the store as
the last kill left it. The instants are drawn over the whole time that a refresh takes
here; the seed is in the test's output. FAREBOX_KILL_SEED draws others.
"""

import os
import random
import time
from collections.abc import Callable

from farebox.prices.store import open_store
from tests.faults.world import World
from tests.postgresql import postgres_server

KILLS = 50
ON_POSTGRESQL = 12
BEYOND = 1.1
"""How far beyond a refresh's time instants are drawn, so that its end is among them."""

SEED = int(os.environ.get("FAREBOX_KILL_SEED", "20261123"))


CHANGED = ("AmazonEC2", "AWSELB", "AmazonVPC")


def raise_prices(world: World, number: int) -> None:
    """News for the next refresh: the prices of three lists, a tenth of a percent up."""
    for name in CHANGED:
        world.market.change(name, f"{1 + number / 1000}")


def time_of_a_refresh(world: World) -> float:
    """Seconds that a whole refresh with news takes here: the longer of two."""
    longest = 0.0
    for number in (1, 2):
        raise_prices(world, number)
        began = time.monotonic()
        assert world.refresh().code == 0
        longest = max(longest, time.monotonic() - began)
    return longest


def kill_at_random_instants(world: World, kills: int) -> tuple[int, int]:
    """How many kills met a running refresh, and how many of those left the new prices."""
    chance = random.Random(SEED)
    seconds = time_of_a_refresh(world) * BEYOND
    # One instant in each of as many equal parts of the time, in random order.
    instants = [(part + chance.random()) / kills * seconds for part in range(kills)]
    chance.shuffle(instants)
    met = new = 0
    for number, instant in enumerate(instants):
        before = world.usd()
        raise_prices(world, 3 + number)
        after = world.usd_as_sold()
        assert after != before
        child = world.start()
        time.sleep(instant)
        met += child.kill()
        found = world.usd()
        assert found in (before, after)
        new += found == after
        with open_store(world.place) as store:
            assert not store.verify()
    assert world.refresh().code == 0
    assert world.usd() == world.usd_as_sold()
    return met, new


def told(kills: int, met: int, new: int) -> str:
    return (
        f"{kills} instants, {met} met a running refresh, {new} found its prices"
        f" committed (seed {SEED})"
    )


def test_fault_40_kill_9_at_50_random_instants(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    met, new = kill_at_random_instants(world, KILLS)
    record_property("kill -9, SQLite", told(KILLS, met, new))
    # The others came after the process had ended.
    assert met > KILLS / 2


def test_fault_41_kill_9_at_12_random_instants_on_postgresql(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    with postgres_server() as server:
        world.environ["FAREBOX_PRICES_URL"] = server.fresh_database()
        met, new = kill_at_random_instants(world, ON_POSTGRESQL)
        assert not any(server.password in said for said in world.said)
    record_property("kill -9, PostgreSQL", told(ON_POSTGRESQL, met, new))
    assert met > ON_POSTGRESQL / 2
