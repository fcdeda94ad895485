"""Mounts, quotas, and that nothing which has data is formatted."""

import os
from pathlib import Path

import pytest

from passepartout.agent.commands import Failed
from passepartout.agent.xfs import Xfs
from tests.passepartout.agent.fake_run import FakeRun


def disks(folder: Path, run: FakeRun, start: bytes = b"\0" * 4096) -> Xfs:
    (folder / "by-id").mkdir()
    (folder / "by-id" / "nvme-Amazon_Elastic_Block_Store_vol1").write_bytes(start)
    (folder / "mounts").write_text("proc /proc proc rw 0 0\n")
    return Xfs(
        10,
        folder=folder / "volumes",
        by_id=folder / "by-id",
        mounts=folder / "mounts",
        subordinate=os.getuid() - 1000,
        command=run,
    )


def test_a_new_volume_is_formatted_and_mounted_by_its_id(tmp_path: Path) -> None:
    run = FakeRun()
    root = disks(tmp_path, run).mount("vol-1")
    assert root == tmp_path / "volumes" / "vol-1"
    programs = [line.split()[0] for line in run.said]
    assert programs == ["blkid", "mkfs.xfs", "mount", "xfs_growfs"]
    # A restored copy may stand beside its original.
    assert "noatime,nodev,nosuid,prjquota,nouuid" in run.said[2]


@pytest.mark.parametrize(
    ("known", "start"),
    [
        ("TYPE=xfs", b"XFSB"),
        ("PTTYPE=gpt", b"\0" * 512),
        # Nothing that blkid knows, but written to.
        ("", b"\0" * 512 + b"data"),
        # A disk that gives nothing to read.
        ("", b""),
    ],
)
def test_a_volume_with_data_is_never_formatted(
    known: str, start: bytes, tmp_path: Path
) -> None:
    run = FakeRun(blkid=known)
    disks(tmp_path, run, start).mount("vol-1")
    assert not [line for line in run.said if line.startswith("mkfs")]


def test_a_probe_that_fails_formats_nothing(tmp_path: Path) -> None:
    run = FakeRun()
    run.failing = "blkid"
    with pytest.raises(Failed):
        disks(tmp_path, run).mount("vol-1")
    assert [line.split()[0] for line in run.said] == ["blkid"]


def test_what_is_mounted_is_not_mounted_again(tmp_path: Path) -> None:
    run = FakeRun()
    xfs = disks(tmp_path, run)
    root = tmp_path / "volumes" / "vol-1"
    (tmp_path / "mounts").write_text(f"/dev/nvme1n1 {root} xfs rw,prjquota 0 0\n")
    assert xfs.mounted() == {"vol-1": root}
    assert xfs.mount("vol-1") == root
    assert not run.said


def test_a_home_is_a_project_with_a_limit_and_its_tree_is_walked_once(
    tmp_path: Path,
) -> None:
    run = FakeRun(lsattr="    0 -------------------P--\n")
    xfs = disks(tmp_path, run)
    home = tmp_path / "home"
    home.mkdir()
    xfs.limit("vol-1", 7, home)
    quota = [line for line in run.said if line.startswith("xfs_quota")]
    assert f"project -s -p {home} 7" in quota[0]
    assert "limit -p bhard=10g ihard=1000000 7" in quota[1]
    run.said.clear()
    run.answers["lsattr"] = "    7 -------------------P--\n"
    xfs.limit("vol-1", 7, home)
    assert [line.split()[3] for line in run.said if line.startswith("xfs_quota")] == [
        "limit"
    ]
