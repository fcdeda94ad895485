"""How long a machine takes to let all its users go, within the two minutes of EC2."""

import time
from pathlib import Path

import pytest

from passepartout.agent.agent import Agent
from passepartout.agent.effects import Settings
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record, Volume
from passepartout.users.sqlite import SqliteStore
from tests.lifecycle.effects import Clock, effects_of
from tests.lifecycle.simulation import NETWORK
from tests.lifecycle.world import World, engine, say

ADDRESS = f"{NETWORK}.9.1"
NOTICE_SECONDS = 120.0
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html"""


def machine(
    world: World, users: int, volumes: int, stop: float
) -> tuple[Agent, SqliteStore, float]:
    """A machine that runs so many users, and the seconds that it took to start them."""
    store = SqliteStore(str(world.root / "record.db"))
    for number in range(volumes):
        world.add_volume(f"vol-{number}", "z1")
    world.launch("i-1", "z1", ADDRESS)
    settings = Settings(
        machine="i-1",
        zone="z1",
        address=ADDRESS,
        volumes=volumes,
        places=-(-users // volumes),
        gib_per_user=1,
        first_port=20_000,
        ports=1_100,
        tick=300,
        stop=stop,
    )
    agent = Agent(settings, effects_of(world, settings, Clock()), store)
    agent.step()
    assigner = Assigner(store)
    for user in range(1, users + 1):
        assigner.add(user)
    began = time.monotonic()
    agent.step()
    started = time.monotonic() - began
    assert sum(one.route is not None for one in store.every(Record)) == users
    return agent, store, started


def drained(world: World, agent: Agent, store: SqliteStore) -> float:
    """Seconds that the machine took to let everybody go, with nothing left behind."""
    world.ask("UPDATE machine SET notice = 'interruption'")
    began = time.monotonic()
    agent.step()
    seconds = time.monotonic() - began
    agent.close()
    assert agent.drained
    assert not world.containers("i-1")
    assert not list(world.violations.iterdir())
    assert {world.holder(one.volume) for one in store.every(Volume)} == {""}
    assert {one.state for one in store.every(Record)} == {"waiting"}
    return seconds


@pytest.mark.parametrize(("users", "volumes"), [(80, 8), (160, 2), (1_023, 4)])
def test_a_machine_drains_within_the_notice(
    users: int, volumes: int, tmp_path: Path
) -> None:
    world = World.make(tmp_path / "world")
    with engine(world):
        agent, store, started = machine(world, users, volumes, stop=45)
        last = store.read(Record, str(users))
        assert last is not None
        assert say(last.address, last.port, "write kept") == "ok"
        seconds = drained(world, agent, store)
        print(f"{users} users: started in {started:.1f} s, drained in {seconds:.1f} s")
        assert seconds < NOTICE_SECONDS
        journal = world.root / "volumes" / last.volume / "users" / str(last.user)
        assert (journal / "journal").read_text() == "kept\n"


def test_containers_that_do_not_end_cost_the_deadline_once_and_no_data(
    tmp_path: Path,
) -> None:
    # Thirty of sixty ignore SIGTERM; told one after the other they would take 30 s.
    world = World.make(tmp_path / "world")
    for user in range(1, 31):
        world.fault("stubborn", str(user))
    with engine(world):
        agent, store, _ = machine(world, users=60, volumes=2, stop=1)
        first = store.read(Record, "1")
        assert first is not None
        assert say(first.address, first.port, "write kept") == "ok"
        assert 1 <= drained(world, agent, store) < 15
        journal = world.root / "volumes" / first.volume / "users" / "1" / "journal"
        assert journal.read_text() == "kept\n"
