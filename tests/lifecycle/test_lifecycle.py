"""The whole life of a stack, over many seeds (see simulation.py for what must hold)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from passepartout.agent.shares import MARGIN
from passepartout.users.records import Volume
from passepartout.users.sqlite import SqliteStore
from passepartout.users.store import Store
from tests.lifecycle.simulation import SHARES_LEASE, Simulation
from tests.lifecycle.world import World, engine

SEEDS = int(os.environ.get("LIFECYCLE_SEEDS", "5"))
STEPS = int(os.environ.get("LIFECYCLE_STEPS", "500"))
"""Steps of a seed. Longer: make lifecycle SEEDS=20."""
LARGE = 1
"""Of the seeds, those with 200 users on 10 machines; the others have 60 on 6."""
LARGE_SHARE = 4
"""A large stack's step costs as much as so many."""
SHARED_SEEDS = 2


@contextmanager
def simulated(
    folder: Path, seed: int, store: Store | None = None, **sizes: Any
) -> Iterator[Simulation]:
    """A stack whose machines have taken their volumes."""
    world = World.make(folder / "world")
    with engine(world):
        record = store or SqliteStore(str(folder / "record.db"))
        simulation = Simulation(world, record, seed, **sizes)
        try:
            # A share is taken only after its machine has said that it is there.
            for _ in range(3 if sizes.get("shared") else 1):
                simulation.round()
            yield simulation
        finally:
            simulation.close()


def live(simulation: Simulation, users: int, steps: int) -> None:
    """Users come, and then all sorts of things happen."""
    for _ in range(users):
        simulation.add()
    simulation.quiesce()
    assert simulation.states() == {"running": users}
    for _ in range(steps):
        simulation.step()
    simulation.quiesce()


def tell(simulation: Simulation, seed: int) -> None:
    """What has happened, for who runs it to see."""
    happened = ", ".join(
        f"{n} {what}" for what, n in sorted(simulation.happened.items())
    )
    print(f"seed {seed}: {simulation.steps} steps ({happened}); {simulation.states()}")


def lose_a_zone(simulation: Simulation, *, power: bool) -> None:
    """All volumes were copied, users went on, the zone is lost and comes back."""
    for volume in list(simulation.store.every(Volume)):
        if volume.state == "open":
            simulation.take_snapshot(volume.volume)
    for _ in range(5):
        simulation.write()
    zone, *others = sorted(simulation.wanted)
    before = len(simulation.users())
    simulation.lose_zone(zone, power=power)
    # The other zones' groups grow, as the plan's largest size has it.
    for other in others:
        simulation.wanted[other] += simulation.wanted[zone]
    simulation.restore_zone(zone, others)
    simulation.quiesce(60)
    assert len(simulation.users()) == before
    assert not [one for one in simulation.users() if one.zone == zone]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_stack_keeps_its_users_whatever_happens(seed: int, tmp_path: Path) -> None:
    large = seed < LARGE
    sizes: dict[str, Any] = (
        {"machines": 10} if large else {"machines": 6, "volumes": 2, "places": 10}
    )
    with simulated(tmp_path, seed, **sizes) as simulation:
        live(simulation, 200 if large else 60, STEPS // (LARGE_SHARE if large else 1))
        lose_a_zone(simulation, power=seed % 2 == 0)
        states = simulation.states()
        tell(simulation, seed)
    # Only data that no snapshot had may keep a user from running again.
    assert states["running"] + states["failed"] == states.total()


@pytest.mark.parametrize("seed", range(SHARED_SEEDS))
def test_shares_find_another_zone_by_themselves_and_lose_nothing(
    seed: int, tmp_path: Path
) -> None:
    # The record is all that keeps two machines from one share, and a lease behind it.
    sizes: dict[str, Any] = {"machines": 6, "volumes": 2, "places": 10, "shared": True}
    with simulated(tmp_path, seed, **sizes) as simulation:
        live(simulation, 60, STEPS // 2)
        zone, *others = sorted(simulation.wanted)
        everybody = len(simulation.users())
        simulation.lose_zone(zone, power=seed % 2 == 0)
        for other in others:
            simulation.wanted[other] += simulation.wanted[zone]
        silent = simulation.clock.time
        while any(one.zone == zone for one in simulation.users()):
            simulation.clock.sleep(2)
            simulation.round()
            # Silent for a lease, asked for, a lease again; then a look or two.
            assert simulation.clock.time - silent < 2 * (SHARES_LEASE + MARGIN) + 60
        simulation.quiesce()
        assert simulation.states() == {"running": everybody}
        assert not [one for one in simulation.users() if one.zone == zone]
        tell(simulation, seed)


def test_a_stack_on_dynamodb_keeps_its_users_too(tmp_path: Path) -> None:
    from passepartout.users.dynamodb import DynamoStore
    from tests.passepartout.stores import dynamodb, make_table

    with dynamodb() as client:
        make_table(client, "record")
        store = DynamoStore(client, "record")
        sizes: dict[str, Any] = {"machines": 3, "volumes": 2, "places": 4}
        with simulated(tmp_path, 1, store, **sizes) as simulation:
            live(simulation, 10, 15)
            lose_a_zone(simulation, power=True)
