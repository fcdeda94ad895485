"""Who holds a share: one machine at a time, by the record alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from passepartout.agent.effects import Settings
from passepartout.agent.shares import LEASE, MARGIN, Shares, share_name
from passepartout.users.records import Machine, Volume
from passepartout.users.sqlite import SqliteStore

Make = Callable[..., Shares]


class Time:
    """A clock that a test moves."""

    at = 1_800_000_000.0

    def now(self) -> float:
        return self.at

    def steady(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(str(tmp_path / "record.db"))


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def make(store: SqliteStore, clock: Time) -> Make:
    """Makes a machine that has said that it is there."""

    def machine(name: str, zone: str = "z1") -> Shares:
        said = Machine(machine=name, zone=zone, address="10.0.0.1", seen=clock.now())
        store.write(said)
        settings = Settings(
            machine=name,
            zone=zone,
            address="10.0.0.1",
            volumes=2,
            places=10,
            gib_per_user=1,
            first_port=20_000,
            ports=60,
            shared=True,
            lease=LEASE,
        )
        wanted = {"z1": 3, "z2": 1}
        nobody = SimpleNamespace()
        return Shares(settings, store, nobody, clock, wanted=wanted)

    return machine


def speaks(store: SqliteStore, clock: Time, machine: str) -> None:
    found = store.read(Machine, machine)
    assert found is not None
    store.write(replace(found, seen=clock.now()))


def test_one_machine_gets_a_share_and_the_other_hears_so(make: Make) -> None:
    first, second = make("i-1"), make("i-2")
    name = share_name("z1", 1)
    assert [one.volume for one in first.free()] == [
        share_name("z1", n) for n in (1, 2, 3)
    ]
    assert first.attach(name)
    assert not second.attach(name)
    assert [one.volume for one in first.attached()] == [name]
    assert not second.attached()


def test_a_machine_that_nobody_has_heard_of_gets_none(
    make: Make, store: SqliteStore
) -> None:
    first = make("i-1")
    first._settings = replace(first._settings, machine="i-9")
    assert not first.attach(share_name("z1", 1))
    assert not list(store.every(Volume))


def test_a_share_of_a_silent_machine_is_taken_after_its_lease_and_not_before(
    make: Make, store: SqliteStore, clock: Time
) -> None:
    first, second, name = make("i-1"), make("i-2"), share_name("z1", 1)
    assert first.attach(name)
    clock.sleep(181)  # three looks without a word
    assert name not in {one.volume for one in second.free()}
    asked = store.read(Volume, name)
    assert asked is not None
    assert asked.wanted_at == clock.now()
    clock.sleep(LEASE + MARGIN - 1)
    assert not second.attach(name)
    clock.sleep(2)
    assert name in {one.volume for one in second.free()}
    assert second.attach(name)
    assert not first.attached()


def test_a_share_of_a_machine_that_speaks_is_not_even_asked_for(
    make: Make, store: SqliteStore, clock: Time
) -> None:
    first, second, name = make("i-1"), make("i-2"), share_name("z1", 1)
    assert first.attach(name)
    for _ in range(10):
        clock.sleep(60)
        speaks(store, clock, "i-1")
        assert name not in {one.volume for one in second.free()}
    found = store.read(Volume, name)
    assert found is not None
    assert (found.machine, found.wanted_at) == ("i-1", 0.0)


def test_a_holder_that_sees_the_wish_takes_it_away_before_it_counts_as_alive(
    make: Make, store: SqliteStore, clock: Time
) -> None:
    # A machine that drains does not report, and its agent still reads the record.
    first, second, name = make("i-1"), make("i-2"), share_name("z1", 1)
    assert first.attach(name)
    clock.sleep(181)
    second.free()
    assert [one.volume for one in first.attached()] == [name]
    found = store.read(Volume, name)
    assert found is not None
    assert found.wanted_at == 0.0
    clock.sleep(LEASE + MARGIN + 1)
    assert not second.attach(name)


def test_shares_of_a_zone_that_is_silent_go_to_another_zone(
    make: Make, store: SqliteStore, clock: Time
) -> None:
    there, here = make("i-1", "z2"), make("i-2", "z1")
    name = share_name("z2", 1)
    assert there.attach(name)
    assert name not in {one.volume for one in here.free()}
    clock.sleep(LEASE + MARGIN + 1)
    here.free()  # silent for a lease: asked for
    clock.sleep(LEASE + MARGIN + 1)
    speaks(store, clock, "i-2")
    assert here.attach(name)
    found = store.read(Volume, name)
    assert found is not None
    assert found.zone == "z1"
