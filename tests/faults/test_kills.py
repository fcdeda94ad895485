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

KILLS = 50
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
    seconds = time_of_a_refresh(world)
    met = new = 0
    for number in range(kills):
        before = world.usd()
        raise_prices(world, 3 + number)
        after = world.usd_as_sold()
        assert after != before
        child = world.start()
        time.sleep(seconds * chance.random())
        met += child.kill()
        found = world.usd()
        assert found in (before, after)
        new += found == after
        with open_store(world.place) as store:
            assert not store.verify()
    assert world.refresh().code == 0
    assert world.usd() == world.usd_as_sold()
    return met, new


def test_fault_40_kill_9_at_50_random_instants(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    met, new = kill_at_random_instants(world, KILLS)
    record_property("kill -9", f"{met} of {KILLS} on SQLite, {new} after the commit")
    # The others came before the process was up or after it had ended.
    assert met > KILLS / 2
    assert new < met
