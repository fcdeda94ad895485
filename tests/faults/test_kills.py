"""`kill -9` at random instants of a refresh: the store has the old prices, or the new.

Each refresh is a process of its own against the local server, started on the store as
the last kill left it. The instants are drawn over the whole time that a refresh takes,
and a little beyond its end; the seed is in the output. FAREBOX_KILL_SEED draws others.
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
BEYOND = 1.05
"""How far beyond a refresh's time instants are drawn, so that its end is among them."""

SEED = int(os.environ.get("FAREBOX_KILL_SEED", "20261123"))


CHANGED = ("AmazonEC2", "AWSELB", "AmazonVPC")


def raise_prices(world: World, number: int) -> None:
    """News for the next refresh: the prices of three lists, a tenth of a percent up."""
    for name in CHANGED:
        world.market.change(name, f"{1 + number / 1000}")


def time_of_a_refresh(world: World) -> float:
    """Seconds that a whole refresh with news takes here, now."""
    raise_prices(world, 1)
    began = time.monotonic()
    assert world.refresh().code == 0
    return time.monotonic() - began


def kill_at_random_instants(world: World, kills: int) -> int:
    """How many of so many kills of a running refresh found its prices committed.

    Other work on this machine stretches a refresh and lets it shrink, so its time is
    kept up to date; a refresh that ends before its instant counts as no kill.
    """
    chance = random.Random(SEED)
    seconds = time_of_a_refresh(world)
    met = new = 0
    for number in range(2, 4 * kills):
        before = world.usd()
        raise_prices(world, number)
        after = world.usd_as_sold()
        assert after != before
        instant = seconds * BEYOND * chance.random()
        child = world.start()
        began = time.monotonic()
        code = child.wait(instant)
        if code is None and child.kill():
            met += 1
            seconds = max(seconds, instant)
            found = world.usd()
            assert found in (before, after)
            new += found == after
        else:
            seconds = min(seconds, time.monotonic() - began)
            assert world.usd() == after
        if met == kills:
            break
        if number % 5 == 0:
            assert is_whole(world)
    assert met == kills
    assert world.refresh().code == 0
    assert world.usd() == world.usd_as_sold()
    assert is_whole(world)
    return new


def is_whole(world: World) -> bool:
    """Whether every hash in the store is that of its prices, and AWS's laws hold."""
    with open_store(world.place) as store:
        return not store.verify()


def told(new: int) -> str:
    return f"{new} of them found its prices committed (seed {SEED})"


def test_fault_40_kill_9_at_50_random_instants(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    new = kill_at_random_instants(world, KILLS)
    record_property(f"{KILLS} times kill -9 on SQLite", told(new))


def test_fault_41_kill_9_at_12_random_instants_on_postgresql(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    with postgres_server() as server:
        world.environ["FAREBOX_PRICES_URL"] = server.fresh_database()
        new = kill_at_random_instants(world, ON_POSTGRESQL)
        assert not any(server.password in said for said in world.said)
    record_property(f"{ON_POSTGRESQL} times kill -9 on PostgreSQL", told(new))
