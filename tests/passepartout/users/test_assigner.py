"""The assigner: one home a user, the emptiest zone first, any number of callers."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passepartout.errors import NoRoom, Refused
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record, Volume
from passepartout.users.sqlite import SqliteStore
from passepartout.users.store import Store
from tests.passepartout.stores import fill


def check_places(store: Store) -> None:
    """Each volume counts exactly its users and those on their way to it."""
    taken: Counter[str] = Counter()
    for record in store.every(Record):
        if record.state != "removed":
            taken[record.volume] += 1
            taken[record.target] += bool(record.target)
    for volume in store.every(Volume):
        assert volume.users == taken[volume.volume] <= volume.places, volume


def test_users_are_spread_over_zones_and_volumes(store: Store) -> None:
    fill(store, zones=3, volumes=2, places=4)
    assigner = Assigner(store, random.Random(1))
    for user in range(1, 13):
        assigner.add(user)
    # 12 users over 6 volumes: two each.
    assert [volume.users for volume in store.every(Volume)] == [2] * 6
    check_places(store)


def test_adding_a_user_again_tells_its_home_and_takes_no_second_place(
    store: Store,
) -> None:
    fill(store)
    assigner = Assigner(store)
    assert assigner.add(7) == assigner.add(7) == assigner.where(7)
    check_places(store)


def test_a_volume_on_a_running_machine_comes_before_one_that_nobody_holds(
    store: Store,
) -> None:
    fill(store, zones=1, volumes=2)
    held = store.read(Volume, "vol-1-2")
    assert held is not None
    store.write(replace(held, machine="i-1", users=3))
    assert Assigner(store).add(7).volume == "vol-1-2"
    assert store.calls("i-1") == 1


def test_a_full_stack_says_so(store: Store) -> None:
    fill(store, zones=1, volumes=1, places=1)
    Assigner(store).add(1)
    with pytest.raises(NoRoom, match="none of 1 volumes has a place"):
        Assigner(store).add(2)
    check_places(store)


def test_a_retiring_volume_takes_nobody(store: Store) -> None:
    fill(store, zones=1, volumes=2)
    assigner = Assigner(store)
    assigner.retire("vol-1-1")
    assigner.retire("vol-1-1")
    assert {assigner.add(user).volume for user in (1, 2, 3)} == {"vol-1-2"}


def test_a_move_takes_a_place_at_its_goal_before_it_leaves(store: Store) -> None:
    fill(store, zones=2, volumes=1, places=1)
    assigner = Assigner(store, random.Random(1))
    home = assigner.add(7)
    goal = "use1-az2" if home.zone == "use1-az1" else "use1-az1"
    moving = assigner.move(7, zone=goal)
    assert (moving.state, moving.volume, moving.route) == ("leaving", home.volume, None)
    assert moving == assigner.move(7, zone=goal)
    check_places(store)
    with pytest.raises(NoRoom):
        assigner.add(8)
    with pytest.raises(Refused, match="on its way to"):
        assigner.move(7, zone=home.zone)
    with pytest.raises(Refused, match="moving"):
        assigner.remove(7)


def test_who_is_where_it_should_go_does_not_move(store: Store) -> None:
    fill(store)
    assigner = Assigner(store)
    home = assigner.add(7)
    assert assigner.move(7, zone=home.zone) == home
    assert assigner.move(7, volume=home.volume) == home


def test_a_removed_user_may_come_back(store: Store) -> None:
    fill(store)
    assigner = Assigner(store)
    assigner.add(7)
    leaving = assigner.remove(7)
    assert leaving == assigner.remove(7)
    with pytest.raises(Refused, match="being removed"):
        assigner.add(7)
    assert leaving is not None
    volume = store.read(Volume, leaving.volume)
    assert volume is not None
    store.write(replace(leaving, state="removed"), replace(volume, users=0))
    assert assigner.where(7) is None
    assert assigner.remove(7) is None
    assert assigner.add(7).state == "waiting"
    check_places(store)


def test_a_user_without_a_home_cannot_move(store: Store) -> None:
    fill(store)
    with pytest.raises(Refused, match="add it first"):
        Assigner(store).move(7)


def test_many_callers_at_once_give_each_user_one_home(tmp_path: Path) -> None:
    # 40 users for 36 places, each added by three callers: 36 have a home, 4 have none.
    store = SqliteStore(str(tmp_path / "record.db"))
    fill(store, zones=3, volumes=3, places=4)

    def add(user: int) -> str:
        try:
            return Assigner(store).add(user).volume
        except NoRoom:
            return ""

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(add, [*range(1, 41)] * 3))
    homes = [found[place::40] for place in range(40)]
    check_places(store)
    housed = list(store.every(Record))
    assert len(housed) == 36
    assert sum(len(set(one) - {""}) for one in homes) == 36


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "move", "remove", "retire")),
        st.integers(1, 6),
        st.integers(1, 3),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_no_order_of_calls_loses_a_place_or_makes_a_second_home(
    steps: list[tuple[str, int, int]],
) -> None:
    with TemporaryDirectory() as folder:
        store = SqliteStore(f"{folder}/record.db")
        fill(store, zones=3, volumes=1, places=2)
        assigner = Assigner(store, random.Random(1))
        for verb, user, zone in steps:
            try:
                if verb == "add":
                    assigner.add(user)
                elif verb == "move":
                    assigner.move(user, zone=f"use1-az{zone}")
                elif verb == "remove":
                    assigner.remove(user)
                else:
                    assigner.retire(f"vol-{zone}-1")
            except (NoRoom, Refused):
                pass
            check_places(store)
