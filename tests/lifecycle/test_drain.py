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


@pytest.mark.parametrize(("users", "volumes"), [(80, 8), (160, 2), (1_023, 4)])
def test_a_machine_drains_within_the_notice(
    users: int, volumes: int, tmp_path: Path
) -> None:
    world = World.make(tmp_path / "world")
    store = SqliteStore(str(tmp_path / "record.db"))
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
    )
    with engine(world):
        agent = Agent(settings, effects_of(world, settings, Clock()), store)
        agent.step()
        assigner = Assigner(store)
        for user in range(1, users + 1):
            assigner.add(user)
        began = time.monotonic()
        agent.step()
        started = time.monotonic() - began
        running = [one for one in store.every(Record) if one.route]
        assert len(running) == users
        last = running[-1]
        assert say(settings.address, last.port, "write kept") == "ok"
        world.ask("UPDATE machine SET notice = 'interruption'")
        began = time.monotonic()
        agent.step()
        drained = time.monotonic() - began
        agent.close()
        print(f"{users} users: started in {started:.1f} s, drained in {drained:.1f} s")
        assert drained < NOTICE_SECONDS
        assert agent.drained
        assert not world.containers("i-1")
        assert not list(world.violations.iterdir())
        assert {world.holder(one.volume) for one in store.every(Volume)} == {""}
        assert {one.state for one in store.every(Record)} == {"waiting"}
        journal = world.root / "volumes" / last.volume / "users" / str(last.user)
        assert (journal / "journal").read_text() == "kept\n"
