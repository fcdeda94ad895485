"""The agent's process is killed at random instants, with `kill -9`, 200 times."""

import multiprocessing
import random
import time
from pathlib import Path

from passepartout.agent.effects import Settings
from passepartout.users.records import Record
from passepartout.users.sqlite import SqliteStore
from tests.lifecycle import agent_process
from tests.lifecycle.simulation import Host, Simulation
from tests.lifecycle.world import World, engine

KILLS = 200
USERS = 24


def test_an_agent_killed_at_200_random_instants_loses_nothing(tmp_path: Path) -> None:
    # One machine with two volumes; users come, go and move between the volumes while
    # its agent is killed after 0 to 60 ms, again and again.
    draw = random.Random(4)
    world = World.make(tmp_path / "world")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([agent_process.__name__])
    with engine(world):
        store = SqliteStore(str(tmp_path / "record.db"))
        simulation = Simulation(
            world, store, 4, zones=1, machines=1, volumes=3, places=20
        )
        simulation.round()
        (host,) = simulation.hosts.values()
        simulation.stop_agent(host)
        for kill in range(KILLS):
            _happen(simulation, draw)
            began = simulation.clock.now() + 100 * kill
            one = processes.Process(
                target=agent_process.run, args=(str(tmp_path), host.settings, began)
            )
            one.start()
            time.sleep(draw.uniform(0, 0.06))
            one.kill()
            one.join()
            simulation.check()
            if kill % 10 == 9:
                _recover(simulation, host, host.settings)
        assert len(simulation.users()) >= USERS // 2
        simulation.close()


def _happen(simulation: Simulation, draw: random.Random) -> None:
    if len(simulation.users()) < USERS or draw.random() < 0.3:
        simulation.add()
    for happening in (simulation.move, simulation.remove, simulation.write):
        if draw.random() < (0.1 if happening == simulation.remove else 0.5):
            happening()
    if draw.random() < 0.2:
        simulation.kill_container()


def _recover(simulation: Simulation, host: Host, settings: Settings) -> None:
    """Left alone, a new agent brings everybody back with all that they wrote."""
    simulation.quiesce()
    states = {one.state for one in simulation.store.every(Record)}
    assert states <= {"running", "removed"}
    simulation.stop_agent(host)
