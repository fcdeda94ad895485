"""The boot script: it runs under bash with stand-ins for AWS."""

import subprocess
from pathlib import Path

from components import spot_pool

HOSTING_VM = spot_pool.BOOT_SCRIPT


def bash(*lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def moved(tmp_path: Path) -> str:
    """The hosting machine's script, below a folder instead of the root."""
    text = HOSTING_VM.read_text()
    for place in ("/etc/", "/opt/", "/usr/local/"):
        text = text.replace(f" {place}", f" {tmp_path}{place}")
        text = text.replace(f">{place}", f">{tmp_path}{place}")
    for folder in ("etc/systemd/system", "opt", "usr/local/sbin"):
        (tmp_path / folder).mkdir(parents=True)
    return text


def test_a_hosting_machine_fetches_its_agent_by_a_unit_that_tries_at_every_boot(
    tmp_path: Path,
) -> None:
    done = bash(
        'install() { echo "install $*"; }',
        'systemctl() { echo "systemctl $*"; }',
        "exec() { echo exec $*; exit 0; }",
        moved(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    unit = (tmp_path / "etc/systemd/system/hosting-vm.service").read_text()
    assert "WantedBy=multi-user.target" in unit
    assert "ConditionPathExists=!" in unit
    assert "systemctl enable hosting-vm.service" in done.stdout
    # cloud-init waits for the script, so the script does not wait for the unit.
    assert "exec systemctl start --no-block hosting-vm.service" in done.stdout


def test_a_hosting_machine_asks_again_until_the_agent_has_set_it_up(
    tmp_path: Path,
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/subuid").touch()
    script = moved(tmp_path).replace("set -euo pipefail", "set -euo pipefail; set run")
    done = bash(
        "REGION=us-east-1 BUCKET=bucket AGENT=agent/1.zip PACKAGES=xfsprogs SETTINGS='{\"volumes\": 8}'",
        "sleep() { :; }",
        f"once() {{ [[ -e {tmp_path}/$1 ]] || {{ touch {tmp_path}/$1; return 1; }}; }}",
        'dnf() { once dnf && echo "dnf $*"; }',
        'aws() { once aws && echo "aws $*"; }',
        "useradd() { return 1; }",
        'python3.11() { [[ $1 == -m ]] || { cat; once py && echo "python $*"; }; }',
        script,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("dnf install ")
    assert "s3://bucket/agent/1.zip" in lines[1]
    # Each try is given the settings anew.
    assert lines.count('{"volumes": 8}') == 2
    assert (tmp_path / "opt/passepartout/installed").exists()
    assert (tmp_path / "etc/subuid").read_text() == "dockremap:100000:65536\n"
