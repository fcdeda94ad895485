"""The boot scripts: their functions run under bash with stand-ins for AWS."""

import re
import subprocess
from pathlib import Path

import pytest

from components import spot_pool

HOSTING_VM = spot_pool.BOOT_SCRIPT


def function(script: Path, name: str) -> str:
    """The text of one shell function."""
    found = re.search(rf"^{name}\(\) {{.*?^}}$", script.read_text(), re.M | re.S)
    assert found, name
    return found[0]


def bash(*lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("script", [HOSTING_VM])
def test_a_boot_script_hands_over_to_systemd(script: Path) -> None:
    name = script.stem.replace("_", "-")
    done = bash(
        'install() { echo "install $*"; }',
        "exec() { command echo exec $*; exit 0; }",
        f"source {script}",
    )
    assert f"--unit={name} /usr/local/sbin/{name} run" in done.stdout
    assert done.returncode == 0, done.stderr


ATTACH = (
    "REGION=us-east-1 VOLUME_POOL=pool zone=us-east-1a instance=i-1",
    function(HOSTING_VM, "free_volumes"),
    function(HOSTING_VM, "attach_one"),
)


def test_a_machine_that_loses_a_race_for_a_volume_takes_the_next() -> None:
    done = bash(
        "aws() {",
        '  case "$*" in',
        "    *describe-volumes*) printf 'vol-1\\tvol-2\\tvol-3\\n' ;;",
        "    *attach-volume*vol-2*) return 0 ;;",
        "    *) return 255 ;;",
        "  esac",
        "}",
        *ATTACH,
        "attach_one /dev/xvdba",
    )
    assert (done.returncode, done.stdout) == (0, "vol-2\n"), done.stderr


def test_without_a_free_volume_a_machine_waits() -> None:
    done = bash("aws() { :; }", *ATTACH, "attach_one /dev/xvdba || echo none")
    assert done.stdout == "none\n", done.stderr


def test_a_volume_with_data_is_never_formatted(tmp_path: Path) -> None:
    mount = function(HOSTING_VM, "mount_volume").replace("/volumes", str(tmp_path))
    mount = mount.replace("/dev/disk/by-id", str(tmp_path))
    (tmp_path / "nvme-Amazon_Elastic_Block_Store_vol1").touch()
    stubs = ("mkfs.xfs() { echo format; }", "mount() { echo mount; }")
    used = bash("blkid() { return 0; }", *stubs, mount, "mount_volume vol-1")
    assert used.stdout == "mount\n", used.stderr
    new = bash("blkid() { return 2; }", *stubs, mount, "mount_volume vol-1")
    assert new.stdout == "format\nmount\n", new.stderr


def test_each_user_gets_a_quota_a_container_and_a_port(tmp_path: Path) -> None:
    for user in ("1000001", "1000002"):
        (tmp_path / "volumes" / "vol-1" / "users" / user).mkdir(parents=True)
    (tmp_path / "routes").touch()
    start = function(HOSTING_VM, "start_users")
    start = start.replace("/volumes", f"{tmp_path}/volumes")
    start = start.replace("/run/hosting/routes", f"{tmp_path}/routes")
    done = bash(
        "FIRST_PORT=20000 GIB_PER_USER=10 CONTAINER_MIB=3072 CONTAINER_IMAGE=image",
        "address=10.0.0.1",
        'xfs_quota() { echo "$*" >&2; }',
        'docker() { echo "$*" >&2; }',
        start,
        "start_users vol-1",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "routes").read_text().splitlines() == [
        "1000001 10.0.0.1:20000",
        "1000002 10.0.0.1:20001",
    ]
    assert "limit -p bhard=10g 1000002" in done.stderr
    assert "--memory 3072m" in done.stderr
    assert "--publish 10.0.0.1:20001:8080 image" in done.stderr
