"""Users of a share come back from a backup: by AWS Backup's folders, by one rename each."""

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from passepartout.agent.efs import Efs
from passepartout.cli import main
from passepartout.errors import Refused
from passepartout.restore import commands
from passepartout.restore.efs import EfsRestore
from passepartout.restore.restore import Snapshot
from passepartout.restore.shares import Job, RestoreShares
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record, Volume
from passepartout.users.sqlite import SqliteStore
from tests.passepartout.one_machine import OneMachine
from tests.passepartout.stores import need_moto

SHARE = "user-volume-use1-az1-001"
USERS = (7, 8)


class Scene:
    """A file system in a folder, one machine that holds its share, and AWS Backup."""

    def __init__(self, folder: Path) -> None:
        self.whole = folder / "efs"
        self.root = self.whole / SHARE
        self.root.mkdir(parents=True)
        self.store = SqliteStore(str(folder / "record.db"))
        self.store.write(
            Volume(volume=SHARE, zone="use1-az1", places=4, machine="i-1", name=SHARE)
        )
        self.jobs, self.dead = 0, False
        self.has: dict[int, str] = {}
        self.begun, self.end = time.time(), "COMPLETED"
        disks = Efs("fs-1", 10, whole=self.whole)
        disks.limit = lambda *_: None  # type: ignore[method-assign]
        self.machine = OneMachine(self.store, SHARE, self.root, disks=disks)
        self.engine = self.machine.engine
        for user in USERS:
            Assigner(self.store).add(user)
        self.work()
        for user in USERS:
            self.letter(user).write_text("before")
            self.has[user] = "before"
            self.letter(user).write_text("a mistake")

    def letter(self, user: int) -> Path:
        return self.root / "users" / str(user) / "letter"

    def record(self, user: int) -> Record:
        found = self.store.read(Record, str(user))
        assert found is not None
        return found

    def work(self) -> None:
        """What the machine does."""
        if not self.dead:
            self.machine.work()

    # --- AWS Backup ---------------------------------------------------------------------

    def backups(self) -> Sequence[Snapshot]:
        return [Snapshot("rp-1", 1_000.0), Snapshot("rp-2", 2_000.0)]

    def begin(self, backup: str, paths: Sequence[str], token: str) -> str:
        """Folders beside what is there, all of what the backup has of these paths."""
        assert backup == "rp-1"
        self.jobs += 1
        folder = self.whole / f"aws-backup-restore_2026-11-30T05-0{self.jobs}"
        for path in paths:
            user = int(path.rpartition("/")[2])
            assert path == f"/{SHARE}/users/{user}"
            if user in self.has:
                home = folder / path[1:]
                home.mkdir(parents=True)
                (home / "letter").write_text(self.has[user])
        return f"job-{self.jobs}"

    def job(self, job: str) -> Job:
        return Job(self.begun, self.end, "no room")

    def restore(self, *users: int, at: float = 1_500.0) -> Any:
        def sleep(seconds: float) -> None:
            if seconds < 10:
                self.work()

        command = RestoreShares(self.store, self, sleep=sleep)
        return command.restore(SHARE, at=at, users=users)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_user_comes_back_as_of_the_last_backup_before_and_the_others_go_on(
    scene: Scene,
) -> None:
    eight = scene.record(8)
    done = scene.restore(7)
    assert (done.backup.snapshot, done.users, done.failed) == ("rp-1", (7,), ())
    scene.work()
    assert scene.letter(7).read_text() == "before"
    assert scene.record(7).state == "running"
    assert (scene.record(8), scene.letter(8).read_text()) == (eight, "a mistake")
    # What the home was is kept for a day.
    (old,) = scene.root.glob("gone/7-*")
    assert (old / "letter").read_text() == "a mistake"


def test_all_users_of_a_share_come_back(scene: Scene) -> None:
    assert scene.restore().users == USERS
    scene.work()
    assert [scene.letter(user).read_text() for user in USERS] == ["before"] * 2
    assert set(scene.engine.running) == set(USERS)


def test_a_home_that_is_lost_comes_back(scene: Scene) -> None:
    scene.engine.stop([7], 0)
    scene.letter(7).unlink()
    scene.letter(7).parent.rmdir()
    scene.restore(7)
    scene.work()
    assert scene.letter(7).read_text() == "before"


def test_a_user_that_the_backup_has_not_goes_on_with_what_it_has(scene: Scene) -> None:
    del scene.has[7]
    done = scene.restore()
    assert done.users == (8,)
    ((user, why),) = done.failed
    assert user == 7
    assert "that backup does not have it on this share; it goes on with" in why
    scene.work()
    assert scene.letter(7).read_text() == "a mistake"
    assert (scene.record(7).state, scene.record(7).target) == ("running", "")


def test_a_folder_of_an_earlier_restore_is_nobodys_home(scene: Scene) -> None:
    scene.begin("rp-1", [f"/{SHARE}/users/7"], "")
    (old,) = scene.whole.glob("aws-backup-restore_*")
    del scene.has[7]
    # Every restore is newer than what was there a minute before it.
    scene.begun = time.time() + 120
    assert scene.restore(7).failed
    assert (old / SHARE / "users/7/letter").exists()


@pytest.mark.parametrize("place", range(1, 4))
def test_an_agent_that_dies_at_any_instant_leaves_one_home_and_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    # Three renames: out of AWS's folder, the old home away, the new one in.
    class Died(BaseException):
        pass

    left, rename = [place], Path.rename

    def dying(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == 0:
            raise Died
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    with suppress(Died):
        scene.restore(7)
    assert scene.record(7).state == "restoring"
    monkeypatch.undo()
    # The next agent does the rest; the command is given again.
    assert scene.restore(7).users == (7,)
    assert scene.jobs == 1
    scene.work()
    assert scene.letter(7).read_text() == "before"
    assert scene.record(7).state == "running"


def test_an_agent_that_dies_before_it_told_does_not_restore_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passepartout.users import transitions

    def dying(*_: object) -> Record:
        raise KeyboardInterrupt

    monkeypatch.setattr(transitions, "restored", dying)
    with pytest.raises(KeyboardInterrupt):
        scene.restore(7)
    monkeypatch.undo()
    assert scene.restore(7).users == (7,)
    assert len(list(scene.root.glob("gone/7-*"))) == 1
    assert scene.letter(7).read_text() == "before"


def test_a_machine_that_is_away_restores_when_it_is_back(scene: Scene) -> None:
    scene.dead = True
    ((_, why),) = scene.restore(7).failed
    assert why == "its machine does not answer; it is restored when one does"
    scene.dead = False
    scene.work()
    scene.work()
    assert scene.letter(7).read_text() == "before"


def test_what_cannot_be_restored_is_refused_with_the_reason(scene: Scene) -> None:
    with pytest.raises(Refused, match="no whole backup of that time"):
        scene.restore(at=500.0)
    with pytest.raises(Refused, match="user 9 has no home on"):
        scene.restore(9)
    scene.end = "FAILED"
    with pytest.raises(Refused, match="job-1 FAILED: no room"):
        scene.restore(7)
    assert scene.record(7).state == "running"
    Assigner(scene.store).send_off(scene.record(7), "dynamodb:us-east-1/other")
    assert scene.restore(7).failed == ((7, "it is leaving"),)


def test_the_command_says_who_came_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: scene.work())
    options = argparse.Namespace(
        volume=SHARE, at=1_500.0, user=[7], zone="", machine_lost=False
    )
    assert commands.run_shares(options, scene.store, scene) == 0
    assert capsys.readouterr().out == f"users of {SHARE}: 1 as of 1970-01-01T00:16Z\n"
    options.zone = "use1-az2"
    assert commands.run_shares(options, scene.store, scene) == 2
    record = ["--record", "sqlite:" + str(scene.whole.parent / "record.db")]
    assert main([*record, "restore", SHARE, "--at", "now"]) == 1
    assert "restore needs AWS" in capsys.readouterr().err


def test_aws_is_asked_as_its_own_description_has_it() -> None:
    # boto3's stub refuses parameters and answers that AWS's models do not know.
    need_moto()
    import boto3
    from botocore.stub import Stubber

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, region_name="us-east-1", **keys)

    efs, backup = client("efs"), client("backup")
    arn = "arn:aws:elasticfilesystem:us-east-1:1:file-system/fs-2"
    systems = [
        {
            "OwnerId": "1",
            "CreationToken": "t",
            "FileSystemId": name,
            "FileSystemArn": arn,
            "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
            "LifeCycleState": "available",
            "NumberOfMountTargets": 3,
            "SizeInBytes": {"Value": 1},
            "PerformanceMode": "generalPurpose",
            "Tags": [{"Key": "VolumePool", "Value": pool}],
        }
        for name, pool in (("fs-1", "other"), ("fs-2", "pool"))
    ]
    made = datetime(2026, 11, 29, 3, tzinfo=UTC)
    point = "arn:aws:backup:us-east-1:1:recovery-point:whole"
    points = [
        {
            "RecoveryPointArn": name,
            "CreationDate": made,
            "Status": status,
            "BackupVaultName": "locked",
        }
        for name, status in ((point, "COMPLETED"), (f"{point}-2", "PARTIAL"))
    ]
    with Stubber(efs) as files, Stubber(backup) as stub:
        files.add_response("describe_file_systems", {"FileSystems": systems})
        files.add_response("describe_file_systems", {"FileSystems": systems})
        stub.add_response(
            "list_recovery_points_by_resource",
            {"RecoveryPoints": points},
            {"ResourceArn": arn},
        )
        stub.add_response(
            "describe_recovery_point",
            {"IamRoleArn": "arn:aws:iam::1:role/user-files-backup"},
            {"BackupVaultName": "locked", "RecoveryPointArn": point},
        )
        cloud = EfsRestore(efs, backup, "pool")
        (found,) = cloud.backups()
        assert found == Snapshot(point, made.timestamp())
        asked: dict[str, Any] = {}

        def keep(params: dict[str, Any], **_: Any) -> None:
            asked.update(params)

        backup.meta.events.register(
            "provide-client-params.backup.StartRestoreJob", keep
        )
        stub.add_response("start_restore_job", {"RestoreJobId": "job-1"})
        assert cloud.begin(point, ["/share/users/7"], "token") == "job-1"
        assert asked["IamRoleArn"].endswith("user-files-backup")
        assert asked["Metadata"]["file-system-id"] == "fs-2"
        assert asked["Metadata"]["newFileSystem"] == "false"
        assert json.loads(asked["Metadata"]["ItemsToRestore"]) == ["/share/users/7"]
        at = datetime(2026, 11, 30, tzinfo=UTC)
        stub.add_response(
            "describe_restore_job", {"CreationDate": at, "Status": "RUNNING"}
        )
        assert cloud.job("job-1") == Job(at.timestamp(), "RUNNING")
