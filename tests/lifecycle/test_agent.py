"""One machine's agent: what stops nobody else, and what it does when others are away."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from passepartout.agent.effects import Settings
from passepartout.agent.guard import Guard
from passepartout.users import transitions
from passepartout.users.records import Machine, Record, Volume
from passepartout.users.sqlite import SqliteStore
from tests.lifecycle.simulation import Simulation
from tests.lifecycle.world import World, engine, say, wait_dead

USERS = 8


class Scene(Simulation):
    """One machine that holds two volumes and runs eight users."""

    @property
    def settings(self) -> Settings:
        (host,) = self.hosts.values()
        return host.settings

    def record(self, user: int) -> Record:
        found = self.store.read(Record, str(user))
        assert found is not None
        return found

    def rounds(self, count: int = 1, seconds: float = 2) -> None:
        for _ in range(count):
            self.clock.sleep(seconds)
            self.round()

    def running(self) -> set[int]:
        """Users whose containers run."""
        return {
            one["user"]
            for (name,) in self.world.ask("SELECT machine FROM machine")
            for one in self.world.containers(name)
            if one["running"]
        }


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    world = World.make(tmp_path / "world")
    with engine(world):
        store = SqliteStore(str(tmp_path / "record.db"))
        scene = Scene(world, store, 1, zones=1, machines=1, volumes=3, places=6)
        try:
            scene.rounds()
            for _ in range(USERS):
                scene.add()
            scene.rounds()
            yield scene
        finally:
            scene.close()


def test_a_new_user_runs_after_one_round_of_its_machine(scene: Scene) -> None:
    # A round is two seconds on a machine.
    scene.add()
    scene.rounds()
    record = scene.record(USERS + 1)
    assert record.state == "running"
    assert record.route is not None
    assert say(*record.route, "who") == str(record.user)


def test_a_user_without_an_image_stops_nobody_else_and_has_its_reason(
    scene: Scene,
) -> None:
    scene.world.fault("image", "3")
    scene.reboot()
    scene.rounds(3)
    assert scene.running() == set(range(1, USERS + 1)) - {3}
    assert scene.record(3).reason == "RuntimeError: no such image"
    scene.world.fault("image", "3", on=False)
    scene.rounds(4, seconds=10)
    assert scene.record(3).state == "running"


def test_a_volume_that_cannot_be_mounted_is_its_own_users_trouble(scene: Scene) -> None:
    bad = scene.record(1).volume
    scene.world.fault("mount", bad)
    scene.reboot()
    scene.rounds(3)
    for user in range(1, USERS + 1):
        record = scene.record(user)
        assert record.state == ("failed" if record.volume == bad else "running")
        if record.volume == bad:
            assert "structure needs cleaning" in record.reason
    (machine,) = scene.store.every(Machine)
    assert f"{bad} structure needs cleaning" in machine.problems


def test_users_come_back_after_a_reboot(scene: Scene) -> None:
    before = {user: scene.record(user).volume for user in range(1, USERS + 1)}
    scene.reboot()
    assert not scene.running()
    scene.rounds(2)
    assert scene.running() == set(before)
    assert {user: scene.record(user).volume for user in before} == before


def test_a_container_that_ends_again_and_again_is_failed_with_what_ended_it(
    scene: Scene,
) -> None:
    for end in range(3):
        (pid,) = [
            one["pid"]
            for one in scene.world.containers(scene.settings.machine)
            if one["user"] == 5
        ]
        os.kill(pid, signal.SIGKILL)
        wait_dead([pid])
        scene.rounds(2 if end < 2 else 1, seconds=1)
    assert scene.record(5).state == "failed"
    assert scene.record(5).reason == "it was killed"
    states = {scene.record(user).state for user in range(1, USERS + 1) if user != 5}
    assert states == {"running"}
    scene.rounds(6, seconds=8)
    assert scene.record(5).state == "running"


def test_without_the_record_what_runs_goes_on_while_the_cloud_answers(
    scene: Scene,
) -> None:
    (host,) = scene.hosts.values()
    assert host.agent is not None

    class Silent:
        def __getattr__(self, name: str) -> object:
            raise ConnectionError("the record does not answer")

    for part in (host.agent.volumes, host.agent.roster, host.agent._steps):
        part._store = Silent()  # type: ignore[assignment]
    # Far beyond the lease: the cloud says that the volumes are here and not fenced.
    for _ in range(5):
        scene.clock.sleep(host.settings.lease)
        host.agent.step()
    assert scene.running() == set(range(1, USERS + 1))
    # Nor is it the machine's fault: all machines would be replaced at once.
    assert scene.world.ask("SELECT unhealthy FROM machine") == [("",)]


def test_a_machine_that_hears_nobody_stops_its_users_when_the_lease_is_over(
    scene: Scene,
) -> None:
    (host,) = scene.hosts.values()
    assert host.agent is not None
    scene.world.fault("cut", host.settings.zone)
    scene.clock.sleep(host.settings.lease - 60)
    host.agent.step()
    assert scene.running() == set(range(1, USERS + 1))
    scene.clock.sleep(120)
    host.agent.step()
    assert not scene.running()
    scene.world.fault("cut", host.settings.zone, on=False)
    scene.rounds(4, seconds=5)
    assert scene.running() == set(range(1, USERS + 1))


def test_users_of_a_machine_that_waits_for_answers_end_in_time_all_the_same(
    scene: Scene,
) -> None:
    # The agent's questions wait for minutes; it takes no step at all meanwhile.
    (host,) = scene.hosts.values()
    assert host.agent is not None
    guard = Guard(host.settings, host.agent._effects, host.agent.volumes)
    scene.clock.sleep(host.settings.lapses - 1)
    guard.watch()
    assert scene.running() == set(range(1, USERS + 1))
    scene.clock.sleep(2)
    guard.watch()
    assert not scene.running()
    # Once somebody answers, everybody is back.
    scene.rounds(4, seconds=5)
    assert scene.running() == set(range(1, USERS + 1))
    guard.watch()
    assert scene.running() == set(range(1, USERS + 1))


def test_a_machine_whose_engine_ends_nobody_starts_anew_before_the_lease_is_over(
    scene: Scene,
) -> None:
    (host,) = scene.hosts.values()
    assert host.agent is not None
    guard = Guard(host.settings, host.agent._effects, host.agent.volumes)
    scene.world.fault("engine", host.settings.machine)
    scene.clock.sleep(host.settings.lapses + 1)
    guard.watch()
    assert scene.running() == set(range(1, USERS + 1))
    scene.clock.sleep(host.settings.stop * 1.5 + 1)
    guard.watch()
    assert not scene.running()
    assert scene.clock.time - 1_800_000_000 < host.settings.lease + 60


def test_an_agent_that_is_replaced_while_nobody_answers_ends_no_session(
    scene: Scene,
) -> None:
    (host,) = scene.hosts.values()
    everybody = set(range(1, USERS + 1))
    scene.world.fault("cut", host.settings.zone)
    for _ in range(3):
        scene.stop_agent(host)
        scene.clock.sleep(60)
        scene.step_host(host)
        assert scene.running() == everybody
    # What it inherited has an end, too: it is as old as it was under the first agent.
    scene.stop_agent(host)
    scene.clock.sleep(host.settings.lapses)
    scene.step_host(host)
    assert not scene.running()


def test_a_fenced_volume_is_given_back_and_its_users_stop(scene: Scene) -> None:
    volume = scene.record(1).volume
    theirs = {
        user for user in range(1, USERS + 1) if scene.record(user).volume == volume
    }
    scene.world.ask("UPDATE volume SET fenced = 1 WHERE volume = ?", volume)
    scene.rounds(2)
    assert scene.running() == set(range(1, USERS + 1)) - theirs
    assert scene.world.holder(volume) == ""
    scene.rounds(3)
    assert scene.world.holder(volume) == ""


def test_a_retired_volume_is_held_while_it_has_users_and_then_no_more(
    scene: Scene,
) -> None:
    volume = scene.record(1).volume
    scene.assigner.retire(volume)
    scene.rounds(2)
    assert scene.world.holder(volume) == scene.settings.machine
    assert scene.running() == set(range(1, USERS + 1))
    theirs = [u for u in range(1, USERS + 1) if scene.record(u).volume == volume]
    for user in theirs:
        scene.assigner.remove(user)
    scene.rounds(4)
    assert scene.world.holder(volume) == ""
    scene.rounds(3)
    assert scene.world.holder(volume) == ""
    assert scene.running() == set(range(1, USERS + 1)) - set(theirs)


def test_an_engine_that_is_silent_for_a_minute_costs_the_machine(scene: Scene) -> None:
    machine = scene.settings.machine
    (host,) = scene.hosts.values()
    assert host.agent is not None
    scene.world.fault("engine", machine)
    for _ in range(3):
        scene.clock.sleep(15)
        host.agent.step()
    unhealthy = "SELECT unhealthy FROM machine WHERE machine = ?"
    assert scene.world.ask(unhealthy, machine) == [("",)]
    scene.clock.sleep(60)
    host.agent.step()
    assert scene.world.ask(unhealthy, machine) == [("no containers for 105 s",)]


def test_a_machine_none_of_whose_volumes_answers_is_given_up(scene: Scene) -> None:
    (host,) = scene.hosts.values()
    assert host.agent is not None
    first, second = (one.volume for one in scene.store.every(Volume))
    unhealthy = "SELECT unhealthy FROM machine"
    scene.world.fault("disk", first)
    for _ in range(5):
        scene.clock.sleep(60)
        host.agent.step()
    # One of two: the other's users go on.
    assert scene.world.ask(unhealthy) == [("",)]
    scene.world.fault("disk", second)
    for _ in range(3):
        scene.clock.sleep(60)
        host.agent.step()
    assert scene.world.ask(unhealthy) == [("no volume answers",)]


def test_a_rebalance_drains_only_when_others_have_room(scene: Scene) -> None:
    scene.world.ask("UPDATE machine SET notice = 'rebalance'")
    scene.rounds(2)
    assert scene.running() == set(range(1, USERS + 1))
    scene.wanted["z1"] += 1
    scene.rounds(4)
    held = [one for one in scene.store.every(Volume) if one.machine == "i-0002"]
    assert len(held) == 2
    assert scene.running() == set(range(1, USERS + 1))


def test_a_plan_with_more_places_gives_them_and_one_with_fewer_takes_none(
    scene: Scene,
) -> None:
    for places, known in ((9, 9), (3, 9)):
        scene.places = places
        scene.end(scene.settings.machine)
        scene.rounds(2)
        assert {one.places for one in scene.store.every(Volume)} == {known}


def test_a_new_machine_with_an_old_address_takes_the_old_routes_away(
    scene: Scene,
) -> None:
    # The machine went without a word; its address goes to the next one, where the
    # port of user 1 may be another user's.
    settings = scene.settings
    route = scene.record(1).route
    scene.end(settings.machine)
    scene.world.ask("UPDATE volume SET zone = 'elsewhere'")
    scene.launch()
    assert scene.settings.address == settings.address
    assert scene.record(1).route == route
    scene.rounds()
    assert scene.record(1).route is None
    assert scene.record(1).state == "waiting"


def test_a_user_for_another_stack_is_packed_and_runs_nowhere_meanwhile(
    scene: Scene,
) -> None:
    record = scene.record(1)
    home = scene.world.root / "volumes" / record.volume / "users/1"
    scene.assigner.send_off(record, "dynamodb:us-east-1/passepartout-10k")
    scene.rounds(2)
    sent = scene.record(1)
    assert (sent.state, bool(sent.checksum)) == ("sent", True)
    assert (scene.world.root / "archive/1").is_file()
    scene.rounds(3)
    scene.reboot()
    scene.rounds(3)
    assert scene.running() == set(range(2, USERS + 1))
    assert scene.record(1) == sent
    assert home.is_dir()
    # The other stack has it: the old home is put away, and kept for a day.
    transitions.removed(scene.store, sent)
    scene.rounds(2, seconds=301)
    assert not home.is_dir()
    assert list(home.parent.parent.glob("gone/1-*"))
    scene.rounds(2, seconds=86_401)
    assert not list(home.parent.parent.glob("gone/1-*"))
