"""A restore: its order, what it waits for, and that it may be broken off anywhere."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from passepartout.agent.effects import LEASE
from passepartout.errors import Refused
from passepartout.restore.restore import MARGIN, Restore, Snapshot
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record, Volume
from passepartout.users.sqlite import SqliteStore
from tests.passepartout.stores import fill

OLD = "vol-1-1"


class Cloud:
    """A cloud that keeps the order of what it was asked."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.holders: list[str] = []
        self.breaks = ""

    def _say(self, what: str) -> None:
        self.said.append(what)
        if self.breaks and what.startswith(self.breaks):
            self.breaks = ""
            raise ConnectionError(what)

    def snapshots(self, volume: str) -> Sequence[Snapshot]:
        return [Snapshot("snap-1", 100.0), Snapshot("snap-2", 200.0)]

    def fence(self, volume: str) -> None:
        self._say(f"fence {volume}")

    def held_by(self, volume: str) -> str:
        return self.holders.pop(0) if self.holders else ""

    def copy(self, volume: str, snapshot: str, zone: str) -> str:
        self._say(f"copy {snapshot} {zone}")
        return "vol-copy"

    def publish(self, volume: str) -> None:
        self._say(f"publish {volume}")


class Scene:
    """Two users on a volume that a machine holds."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(str(folder / "record.db"))
        fill(self.store, zones=1, volumes=1)
        old = self.volume(OLD)
        self.store.write(replace(old, machine="i-1"))
        for user in (7, 8):
            record = Assigner(self.store).add(user)
            running = replace(record, state="running", address="10.0.0.1", port=user)
            self.store.write(replace(running, machine="i-1", data=1))
        self.cloud = Cloud()
        self.time = 1_000.0
        self.restore = Restore(
            self.store, self.cloud, now=lambda: self.time, sleep=self.sleep
        )

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def volume(self, name: str) -> Volume:
        found = self.store.read(Volume, name)
        assert found is not None
        return found


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_users_come_back_on_a_copy_in_another_zone(scene: Scene) -> None:
    done = scene.restore.restore(OLD, at=150, zone="use1-az4")
    assert (done.volume, done.snapshot.snapshot, done.users) == (
        "vol-copy",
        "snap-1",
        2,
    )
    for user in (7, 8):
        record = scene.store.read(Record, str(user))
        assert record is not None
        assert (record.volume, record.zone) == ("vol-copy", "use1-az4")
        assert (record.state, record.route, record.data) == ("waiting", None, 1)
    assert (scene.volume(OLD).state, scene.volume(OLD).users) == ("fenced", 0)
    copy = scene.volume("vol-copy")
    assert (copy.state, copy.users, copy.places) == ("open", 2, 4)


def test_the_old_volume_is_fenced_first_and_the_copy_is_published_last(
    scene: Scene,
) -> None:
    scene.restore.restore(OLD, at=1_000)
    assert scene.cloud.said == [
        f"fence {OLD}",
        "copy snap-2 use1-az1",
        "publish vol-copy",
    ]
    # The machine that holds it is called, so that it looks at once.
    assert scene.store.calls("i-1") >= 1


def test_nothing_is_copied_while_a_machine_may_run_users(scene: Scene) -> None:
    scene.cloud.holders = ["i-1"] * 3
    scene.restore.restore(OLD, at=1_000)
    # Three looks at five seconds each, and two for the index to settle.
    assert scene.time >= 1_015


def test_a_machine_that_never_lets_go_is_named_and_users_do_not_run_twice(
    scene: Scene,
) -> None:
    scene.cloud.holders = ["i-1"] * 1_000
    with pytest.raises(Refused, match="terminate i-1"):
        scene.restore.restore(OLD, at=1_000)
    assert scene.time >= 1_000 + LEASE + MARGIN
    record = scene.store.read(Record, "7")
    assert record is not None
    assert record.volume == OLD


def test_of_a_lost_machine_the_lease_is_enough_but_not_less(scene: Scene) -> None:
    scene.cloud.holders = ["i-1"] * 1_000
    scene.restore.restore(OLD, at=1_000, machine_lost=True)
    assert scene.time >= 1_000 + LEASE + MARGIN


@pytest.mark.parametrize("breaks", ["fence", "copy", "publish"])
def test_a_restore_that_broke_off_goes_on(scene: Scene, breaks: str) -> None:
    scene.cloud.breaks = breaks
    with pytest.raises(ConnectionError):
        scene.restore.restore(OLD, at=1_000)
    scene.restore.restore(OLD, at=1_000)
    assert scene.cloud.said[-1] == "publish vol-copy"
    homes = {one.volume for one in scene.store.every(Record)}
    assert homes == {"vol-copy"}
    assert scene.volume("vol-copy").users == 2


def test_without_a_snapshot_of_that_time_nothing_is_touched(scene: Scene) -> None:
    with pytest.raises(Refused, match="no whole snapshot of that time or before"):
        scene.restore.restore(OLD, at=99)
    assert scene.volume(OLD).state == "open"
    with pytest.raises(Refused, match="not known"):
        scene.restore.restore("vol-9", at=1_000)


def test_who_was_on_the_way_there_goes_to_the_copy(scene: Scene) -> None:
    fill_more = Volume(volume="vol-2-1", zone="use1-az2", places=4)
    scene.store.write(fill_more)
    Assigner(scene.store).retire(OLD)
    other = Assigner(scene.store).add(9)
    assert other.volume == "vol-2-1"
    old = scene.volume(OLD)
    scene.store.write(replace(old, state="open"))
    Assigner(scene.store).move(9, volume=OLD)
    scene.restore.restore(OLD, at=1_000)
    record = scene.store.read(Record, "9")
    assert record is not None
    assert (record.volume, record.target) == ("vol-2-1", "vol-copy")
    assert (scene.volume("vol-copy").users, scene.volume(OLD).users) == (3, 0)
