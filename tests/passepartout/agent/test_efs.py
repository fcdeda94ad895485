"""Shares of a file system: mounts, what stands in for a quota, and what is written out."""

import os
from pathlib import Path

import pytest

from passepartout.agent.efs import GIB, Efs, TooMuch
from tests.passepartout.agent.fake_run import FakeRun


def disks(folder: Path, run: FakeRun, mounts: str = "proc /proc proc rw 0 0") -> Efs:
    (folder / "mounts").write_text(f"{mounts}\n")
    return Efs(
        "fs-1",
        10,
        folder=folder / "volumes",
        whole=folder / "efs",
        mounts=folder / "mounts",
        subordinate=os.getuid() - 1000,
        command=run,
    )


def test_the_file_system_is_mounted_once_by_tls_and_shares_are_bound(
    tmp_path: Path,
) -> None:
    run = FakeRun()
    efs = disks(tmp_path, run)
    assert efs.mount("share-1") == tmp_path / "volumes" / "share-1"
    whole, bind, walls = run.said
    assert whole.startswith("mount -t efs -o tls,iam,nfsvers=4.1,")
    assert whole.endswith(f"fs-1:/ {tmp_path / 'efs'}")
    assert "hard" in whole
    assert (
        bind
        == f"mount --bind {tmp_path / 'efs/share-1'} {tmp_path / 'volumes/share-1'}"
    )
    assert "nodev,nosuid" in walls
    (tmp_path / "mounts").write_text(f"127.0.0.1:/ {tmp_path / 'efs'} nfs4 rw 0 0\n")
    efs.mount("share-2")
    assert not [line for line in run.said[3:] if "-t efs" in line]


def test_a_share_that_is_bound_is_known_by_its_place_and_not_bound_again(
    tmp_path: Path,
) -> None:
    run, root = FakeRun(), tmp_path / "volumes" / "share-1"
    efs = disks(tmp_path, run, f"127.0.0.1:/share-1 {root} nfs4 rw 0 0")
    assert efs.mounted() == {"share-1": root}
    assert efs.mount("share-1") == root
    assert not run.said


def test_a_share_is_written_out_before_it_is_given_back(tmp_path: Path) -> None:
    run, root = FakeRun(), tmp_path / "volumes" / "share-1"
    disks(tmp_path, run).unmount("share-1")
    assert run.said == [f"sync --file-system {root}", f"umount {root}"]


def test_who_holds_too_much_is_told_and_at_twice_as_much_not_started(
    tmp_path: Path,
) -> None:
    run = FakeRun()
    efs = disks(tmp_path, run)
    root = tmp_path / "volumes" / "share-1"
    home = root / "users" / "7"
    home.mkdir(parents=True)
    for gib, told in ((9, ""), (12, "user 7 holds 12.0 of 10 GiB")):
        run.answers["nice -n 19 du"] = f"{gib * GIB}\t{home}"
        efs = disks(tmp_path, run)
        efs.check("share-1")
        assert efs._counting is not None
        efs._counting.result()
        assert efs.check("share-1") == told
        efs.limit("share-1", 7, home)
    run.answers["nice -n 19 du"] = f"{21 * GIB}\t{home}"
    efs = disks(tmp_path, run)
    efs.check("share-1")
    assert efs._counting is not None
    efs._counting.result()
    with pytest.raises(TooMuch, match=r"held 21\.0 of 10 GiB"):
        efs.limit("share-1", 7, home)


def test_a_home_is_counted_once_a_day(tmp_path: Path) -> None:
    run = FakeRun()
    efs = disks(tmp_path, run)
    (tmp_path / "volumes/share-1/users/7").mkdir(parents=True)
    for _ in range(5):
        efs.check("share-1")
        if efs._counting is not None:
            efs._counting.result()
    assert len([line for line in run.said if " du " in line]) == 1
