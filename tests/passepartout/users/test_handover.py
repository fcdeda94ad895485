"""A user between two stacks: one home at every instant, whatever is broken off where.

The machines are the agents' own steps over folders; a container is a name in a set.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from passepartout.agent.archive import FolderArchive
from passepartout.cli import main
from passepartout.errors import Conflict, NoRoom, Refused
from passepartout.users.assigner import Assigner
from passepartout.users.dynamodb import DynamoStore
from passepartout.users.handover import BucketCarrier, Handover
from passepartout.users.records import Item, Record, Volume
from passepartout.users.sqlite import SqliteStore
from passepartout.users.store import Store
from tests.passepartout.one_machine import OneMachine
from tests.passepartout.stores import make_table, need_moto
from tests.passepartout.users.test_assigner import check_places

USER = 7
SMALL, LARGE = "sqlite:small", "sqlite:large"
NO_HOME = ("expected", "removed")
"""States of a record that is nobody's home; `sent` is one until the goal has it."""


class Broken(Exception):
    """The operator's command is broken off."""


class Fuse:
    """Counts writes and copies; before or after the n-th of them something happens."""

    def __init__(self) -> None:
        self.left = float("inf")
        self.happens: Callable[[], object] = lambda: None

    def around(self, action: Callable[..., Any], *arguments: Any, after: bool) -> Any:
        self.left -= 1
        if self.left == 0 and not after:
            self.happens()
        done = action(*arguments)
        if self.left == 0 and after:
            self.happens()
        return done


class Fused(SqliteStore):
    """The record as an operator's command sees it."""

    fuse: Fuse
    after = False

    def write(self, *items: Item) -> None:
        self.fuse.around(super().write, *items, after=self.after)


class Stack:
    """One stack: its record, a volume, and the machine that holds it."""

    def __init__(
        self, folder: Path, places: int = 4, store: Store | None = None
    ) -> None:
        for name in ("volume", "archive"):
            (folder / name).mkdir(parents=True)
        self.root, self.archive = folder / "volume", folder / "archive"
        self.path = str(folder / "record.db")
        self.store = store or SqliteStore(self.path)
        self.store.write(
            Volume(volume="vol-1", zone="z1", places=places, machine="i-1")
        )
        self.machine = OneMachine(
            self.store,
            "vol-1",
            self.root,
            disks=SimpleNamespace(limit=lambda *_: None),
            archive=FolderArchive(self.archive),
        )
        self.engine = self.machine.engine

    def work(self) -> None:
        """What the machine does meanwhile."""
        with suppress(Conflict):
            self.machine.work()

    def record(self) -> Record | None:
        return self.store.read(Record, str(USER))

    @property
    def state(self) -> str:
        record = self.record()
        return record.state if record is not None else ""


class Two:
    """A small stack, a larger one, and an operator's command between them."""

    def __init__(self, folder: Path, places: int = 4) -> None:
        self.small, self.large = Stack(folder / "s"), Stack(folder / "l", places)
        self.fuse = Fuse()

    def carry(self, user: int) -> None:
        source = self.small.archive / str(user)
        target = self.large.archive / str(user)
        self.fuse.around(target.write_bytes, source.read_bytes(), after=False)

    def forget(self, user: int) -> None:
        FolderArchive(self.small.archive).delete(user)

    def command(self, *, after: bool = False) -> Handover:
        stores = [Fused(one.path) for one in (self.small, self.large)]
        for store in stores:
            store.fuse, store.after = self.fuse, after
        return Handover(
            *stores, names=(SMALL, LARGE), carrier=self, sleep=lambda _: self.work()
        )

    def work(self) -> None:
        for one in (self.small, self.large):
            one.work()
            self.check()

    def check(self) -> None:
        """The law: one home, one container, and the home is where data are."""
        here, there = self.small.record(), self.large.record()
        known = [one for one in (here, there) if one is not None]
        homes = [one for one in known if one.state not in NO_HOME]
        # What was sent is a home until the other stack has made it its own.
        if len(homes) == 2:
            assert self.small.state == "sent"
            homes = [one for one in homes if one is not here]
        assert len(homes) == 1, known
        running = [one for one in (self.small, self.large) if one.engine.running]
        assert len(running) <= 1

    def start(self, text: str = "precious") -> None:
        Assigner(self.small.store).add(USER)
        self.small.work()
        (self.small.root / "users/7/letter").write_text(text)
        self.check()

    def settled(self, stack: Stack) -> None:
        """It runs in one stack, with its data, and places are counted in both."""
        for _ in range(3):
            self.work()
        assert stack.state == "running"
        assert (stack.root / "users/7/letter").read_text() == "precious"
        assert list(stack.engine.running) == [USER]
        for one in (self.small, self.large):
            check_places(one.store)
        assert not list(self.small.archive.iterdir())


@pytest.fixture
def two(tmp_path: Path) -> Two:
    pair = Two(tmp_path)
    pair.start()
    return pair


def test_a_user_goes_to_another_stack_with_its_data(two: Two) -> None:
    record = two.command().send(USER, seconds=60)
    assert (record.state, record.target) == ("running", "")
    two.settled(two.large)
    assert two.small.state == "removed"
    # Given again, it says the same; added again, it would have two homes.
    assert two.command().send(USER, seconds=0) == record
    with pytest.raises(Refused, match="went to sqlite:large: send it back"):
        Assigner(two.small.store).add(USER)


def test_a_user_that_never_ran_takes_its_place_alone(tmp_path: Path) -> None:
    two = Two(tmp_path)
    Assigner(two.small.store).add(USER)
    assert two.command().send(USER, seconds=60).data == 0
    two.work()
    assert list(two.large.engine.running) == [USER]


def test_a_user_comes_back_and_goes_again(two: Two) -> None:
    two.command().send(USER, seconds=60)
    back = Two.__new__(Two)
    back.small, back.large, back.fuse = two.large, two.small, two.fuse
    home = Handover(
        back.small.store,
        back.large.store,
        names=(LARGE, SMALL),
        carrier=back,
        sleep=lambda _: back.work(),
    )
    assert home.send(USER, seconds=60).state == "running"
    two.command().send(USER, seconds=60)
    two.settled(two.large)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("place", range(1, 7))
def test_broken_off_anywhere_there_is_one_home_and_the_command_goes_on(
    two: Two, place: int, after: bool
) -> None:
    def broken() -> None:
        raise Broken

    two.fuse.left, two.fuse.happens = place, broken
    with suppress(Broken):
        two.command(after=after).send(USER, seconds=60)
    two.check()
    for _ in range(3):  # nobody gives it again for a while
        two.work()
    two.fuse.left = float("inf")
    two.command().send(USER, seconds=60)
    two.settled(two.large)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("place", range(1, 7))
def test_brought_back_anywhere_it_has_one_home_of_the_two(
    two: Two, place: int, after: bool
) -> None:
    # Another operator says --back, whole, at each instant of the first one's command.
    other: list[str] = []

    def happens() -> None:
        two.fuse.left = float("inf")
        try:
            two.command().back(USER)
            other.append("back")
        except Refused as why:
            other.append(str(why))
        two.check()

    two.fuse.left, two.fuse.happens = place, happens
    with suppress(Refused):
        two.command(after=after).send(USER, seconds=6)
    for _ in range(3):
        two.work()
    assert other or place == 6
    if two.large.state == "running":
        two.command().send(USER, seconds=60)
        two.settled(two.large)
    else:
        two.command().back(USER)
        two.settled(two.small)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("place", range(1, 5))
def test_bringing_it_back_is_broken_off_anywhere_and_goes_on(
    two: Two, place: int, after: bool
) -> None:
    def sends() -> None:
        two.fuse.left = float("inf")
        with suppress(Refused):
            two.command().send(USER, seconds=6)
        two.check()

    def broken() -> None:
        raise Broken

    # It is packed, and a place is kept.
    two.fuse.left, two.fuse.happens = 3, broken
    with suppress(Broken):
        two.command().send(USER, seconds=60)
    assert two.small.state == "sent"
    # At each instant another operator sends it on.
    two.fuse.left, two.fuse.happens = place, sends
    with suppress(Refused):
        two.command(after=after).back(USER)
    for _ in range(3):
        two.work()
    if two.large.state == "running":
        with pytest.raises(Refused, match=r"already|no home here any more"):
            two.command().back(USER)
        two.command().send(USER, seconds=60)
        two.settled(two.large)
    else:
        two.command().back(USER)
        two.settled(two.small)


def test_a_user_goes_and_stays_on_dynamodb_too(client: Any, tmp_path: Path) -> None:
    stores = []
    for table in ("small-stack", "large-stack"):
        make_table(client, table)
        stores.append(DynamoStore(client, table))
    two = Two(tmp_path)
    two.small = Stack(tmp_path / "1", store=stores[0])
    two.large = Stack(tmp_path / "2", store=stores[1])
    two.start()

    def command() -> Handover:
        names = ("dynamodb:us-east-1/small-stack", "dynamodb:us-east-1/large-stack")
        return Handover(*stores, names=names, carrier=two, sleep=lambda _: two.work())

    # It is packed, and no place was ever kept: the goal has no record to write over.
    here = two.small.record()
    assert here is not None
    Assigner(stores[0]).send_off(here, "dynamodb:us-east-1/large-stack")
    two.work()
    assert two.small.state == "sent"
    assert command().back(USER).state == "waiting"
    assert two.large.state == "removed"
    two.settled(two.small)
    assert command().send(USER, seconds=60).state == "running"
    two.settled(two.large)


def test_a_user_is_not_stopped_where_the_other_stack_has_no_place(
    tmp_path: Path,
) -> None:
    two = Two(tmp_path, places=0)
    two.start()
    with pytest.raises(NoRoom):
        two.command().send(USER, seconds=60)
    two.settled(two.small)


def test_another_user_of_that_number_keeps_its_home(two: Two) -> None:
    Assigner(two.large.store).add(USER)
    with pytest.raises(Refused, match="has a user 7 of its own"):
        two.command().send(USER, seconds=60)
    assert two.small.state == "running"


def test_a_user_that_does_not_run_there_keeps_its_data_here(two: Two) -> None:
    two.large.engine.start = lambda *_: (_ for _ in ()).throw(RuntimeError("no image"))  # type: ignore[method-assign]

    def work(_: float) -> None:
        two.small.work()
        with suppress(RuntimeError):
            two.large.work()
        there = two.large.record()
        if there is not None and there.state == "waiting":
            two.large.store.write(replace(there, state="failed", reason="no image"))

    command = two.command()
    command._sleep = work
    with pytest.raises(Refused, match=r"does not run there \(no image\)"):
        command.send(USER, seconds=60)
    assert (two.small.root / "users/7/letter").exists()
    with pytest.raises(Refused, match="has its home there already"):
        command.back(USER)


def test_a_machine_that_does_not_answer_ends_the_wait_with_how_far_it_is(
    two: Two,
) -> None:
    command = two.command()
    command._sleep = lambda _: None
    with pytest.raises(Refused, match="leaving here and expected there: give the"):
        command.send(USER, seconds=10)
    assert two.command().back(USER).state == "waiting"
    two.settled(two.small)


@pytest.mark.parametrize("verb", [["move"], ["remove", "--yes"]])
def test_a_user_between_stacks_is_on_no_other_way(
    two: Two, verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    command = two.command()
    command._sleep = lambda _: None
    with suppress(Refused):
        command.send(USER, seconds=0)
    for one in (two.small, two.large):
        words = ["--record", f"sqlite:{one.path}", "users", verb[0], "7", *verb[1:]]
        assert main(words) == 1
        told = capsys.readouterr().err
        assert "between two stacks" in told or "is moving" in told


def test_buckets_are_copied_within_s3_and_a_copy_that_ended_is_said() -> None:
    need_moto()
    import boto3
    from moto import mock_aws

    with mock_aws():
        s3 = boto3.client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        for bucket in ("small", "large"):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="small", Key="moves/7", Body=b"data")
        carrier = BucketCarrier(s3, "small", s3, "large")
        carrier.carry(USER)
        assert s3.get_object(Bucket="large", Key="moves/7")["Body"].read() == b"data"
        carrier.forget(USER)
        with pytest.raises(Refused, match="no longer in small: give --back"):
            carrier.carry(USER)


def command_line(two: Two, *words: str) -> int:
    small, large = (f"sqlite:{one.path}" for one in (two.small, two.large))
    buckets = ("--bucket", "a", "--to-bucket", "b")
    return main(
        ["--record", small, "users", "send", "7", "--to", large, *buckets, *words]
    )


def test_the_command_sends_and_brings_back(
    two: Two, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    from passepartout.users import commands

    # Records on this machine have no buckets.
    assert command_line(two) == 1
    assert "send needs AWS" in capsys.readouterr().err
    monkeypatch.setattr(commands, "carrier_of", lambda _: two)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert command_line(two, "--minutes", "0.1") == 1
    assert "leaving here and expected there" in capsys.readouterr().err
    assert command_line(two, "--back") == 0
    assert capsys.readouterr().out.startswith("7  waiting")
    monkeypatch.setattr(time, "sleep", lambda _: two.work())
    assert command_line(two) == 0
    assert capsys.readouterr().out.startswith("7  running")
    two.settled(two.large)
    small = f"sqlite:{two.small.path}"
    assert main(["--record", small, "users", "where", "7"]) == 1
    assert capsys.readouterr().out == f"7  went to sqlite:{two.large.path}\n"
    same = f"sqlite:{two.small.path}"
    assert command_line(two, "--to", same) == 2
