"""What both stores promise: versions, all or nothing, changes, calls."""

from dataclasses import replace

import pytest

from passepartout.errors import Conflict, HostedError
from passepartout.users.opening import open_store
from passepartout.users.records import Machine, Record, Volume
from passepartout.users.store import START, Store

USER = Record(user=7, volume="vol-1", zone="use1-az1")
VOLUME = Volume(volume="vol-1", zone="use1-az1", places=2)


def test_an_item_is_read_as_it_was_written_with_the_next_version(store: Store) -> None:
    machine = Machine(machine="i-1", zone="use1-az1", address="10.0.0.1", seen=12.5)
    store.write(USER, VOLUME, machine)
    assert store.read(Record, "7") == replace(USER, version=1)
    assert store.read(Volume, "vol-1") == replace(VOLUME, version=1)
    assert store.read(Machine, "i-1") == replace(machine, version=1)
    assert store.read(Record, "8") is None


def test_a_write_over_another_version_is_refused_and_changes_nothing(
    store: Store,
) -> None:
    store.write(USER)
    store.write(replace(USER, version=1, state="running", address="10.0.0.1", port=9))
    for stale in (USER, replace(USER, version=1), replace(USER, version=3)):
        with pytest.raises(Conflict):
            store.write(stale)
    found = store.read(Record, "7")
    assert found is not None
    assert (found.version, found.route) == (2, ("10.0.0.1", 9))


def test_of_several_items_all_are_written_or_none(store: Store) -> None:
    store.write(VOLUME)
    with pytest.raises(Conflict):
        store.write(USER, VOLUME)
    assert store.read(Record, "7") is None
    store.write(USER, replace(VOLUME, version=1, users=1))
    found = store.read(Volume, "vol-1")
    assert found is not None
    assert found.users == 1


def test_a_volume_knows_its_users_but_not_those_that_were_removed(store: Store) -> None:
    store.write(USER)
    store.write(replace(USER, user=8))
    store.write(replace(USER, user=9, volume="vol-2"))
    assert {one.user for one in store.users_on("vol-1")} == {7, 8}
    store.write(replace(USER, state="removed", version=1))
    assert {one.user for one in store.users_on("vol-1")} == {8}
    assert {one.user for one in store.every(Record)} == {7, 8, 9}


def test_a_watcher_misses_no_change_and_sees_each_users_last_version(
    store: Store,
) -> None:
    store.write(USER)
    first = store.changes(START)
    assert [one.user for one in first.records] == [7]
    store.write(replace(USER, user=8))
    store.write(replace(USER, version=1, state="failed", reason="no image"))
    seen = {one.user: one for one in store.changes(first.cursor).records}
    assert (seen[7].version, seen[7].reason) == (2, "no image")
    assert seen[8].version == 1


def test_a_machine_is_called_as_often_as_it_was_called(store: Store) -> None:
    assert store.calls("i-1") == 0
    store.call("i-1")
    store.call("i-1")
    assert (store.calls("i-1"), store.calls("i-2")) == (2, 0)


def test_only_a_running_user_has_a_route() -> None:
    running = replace(USER, state="running", address="10.0.0.1", port=20_000)
    assert running.route == ("10.0.0.1", 20_000)
    assert replace(running, state="leaving").route is None


@pytest.mark.parametrize("where", ["", "sqlite:", "dynamodb:table", "postgres:x"])
def test_a_record_that_cannot_be_meant_is_refused(where: str) -> None:
    with pytest.raises(HostedError, match="sqlite:PATH or dynamodb:REGION/TABLE"):
        open_store(where)
