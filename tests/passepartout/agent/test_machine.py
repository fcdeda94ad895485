"""Setting a machine up, and how its agent tells that it is alive."""

import json
import socket
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from passepartout.agent.commands import Failed, run
from passepartout.agent.health import Health, notify
from passepartout.agent.install import install, upgrade
from passepartout.agent.machine import first_subordinate
from passepartout.users.records import Record
from tests.passepartout.agent.fake_run import FakeRun

SETTINGS = {"region": "us-east-1", "image": "registry/user:1"}


def test_the_agent_and_its_walls_start_at_every_boot(tmp_path: Path) -> None:
    command = FakeRun()
    install(SETTINGS, tmp_path, command)
    enabled = [line for line in command.said if "enable" in line]
    assert enabled == [
        "systemctl enable docker",
        "systemctl enable --now passepartout-walls.service",
        "systemctl enable --now passepartout-agent.service",
        "systemctl enable --now passepartout-tls.service",
    ]
    for name in ("passepartout-walls", "passepartout-agent"):
        unit = (tmp_path / f"etc/systemd/system/{name}.service").read_text()
        assert "WantedBy=multi-user.target" in unit
    settled = tmp_path / "etc/passepartout/agent.json"
    assert json.loads(settled.read_text()) == SETTINGS
    # The image is there before the agent starts anybody.
    pull = command.said.index("docker pull --quiet registry/user:1")
    assert pull < command.said.index(enabled[-1])


def test_the_journal_is_shipped_only_where_there_is_a_log_for_it(
    tmp_path: Path,
) -> None:
    def enabled(**more: str) -> bool:
        command = FakeRun()
        install({**SETTINGS, **more}, tmp_path, command)
        return "systemctl enable --now passepartout-logs.service" in command.said

    assert not enabled()
    assert enabled(machine_log="/passepartout/test/machines")
    unit = (tmp_path / "etc/systemd/system/passepartout-logs.service").read_text()
    # It cannot take the machine's memory or processor from users, and is not root.
    for line in ("MemoryMax=256M", "CPUQuota=20%", "DynamicUser=yes"):
        assert line in unit.splitlines()
    journal = tmp_path / "etc/systemd/journald.conf.d/journal.conf"
    assert "SystemMaxUse=1G" in journal.read_text().splitlines()


def test_an_agent_that_hangs_is_started_anew_and_in_the_end_costs_the_machine(
    tmp_path: Path,
) -> None:
    install(SETTINGS, tmp_path, FakeRun())
    unit = (tmp_path / "etc/systemd/system/passepartout-agent.service").read_text()
    for line in (
        "Type=notify",
        "WatchdogSec=300",
        "Restart=always",
        "StartLimitBurst=20",
        "OnFailure=passepartout-unhealthy.service",
        # Containers go on while the agent is replaced.
        "KillMode=process",
    ):
        assert line in unit.splitlines()


def test_the_engine_keeps_containers_apart_and_over_its_own_restart(
    tmp_path: Path,
) -> None:
    install(SETTINGS, tmp_path, FakeRun())
    daemon = json.loads((tmp_path / "etc/docker/daemon.json").read_text())
    wanted = {
        "icc": False,
        "userns-remap": "default",
        # A proxy process of the engine would carry one container to another's port.
        "userland-proxy": False,
        "live-restore": True,
        "no-new-privileges": True,
    }
    assert wanted.items() <= daemon.items()


def test_a_private_registry_is_logged_in_to_with_the_machines_own_role(
    tmp_path: Path,
) -> None:
    registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
    command = FakeRun()
    install({**SETTINGS, "image": f"{registry}/user:1"}, tmp_path, command)
    assert any(f"--password-stdin {registry}" in line for line in command.said)


def test_a_newer_agent_takes_over_and_touches_no_container(tmp_path: Path) -> None:
    agents = tmp_path / "opt/passepartout"
    (agents / "agent-first").mkdir(parents=True)
    (agents / "agent").symlink_to("agent-first")
    for name in ("aaaa", "bbbb", "bbbb"):
        package = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(package, "w") as file:
            file.writestr("__main__.py", f"# {name}")
        command = FakeRun()
        upgrade(package, tmp_path, command)
        assert (agents / "agent" / "__main__.py").read_text() == f"# {name}"
        # The new agent writes its own units before it is started.
        assert command.said == [
            f"python3.11 {agents}/agent units",
            "systemctl daemon-reload",
            "systemctl restart passepartout-agent.service",
            "systemctl try-restart passepartout-logs.service",
        ]
    assert (agents / "agent").readlink() == Path("agent-bbbb")


def test_the_containers_ids_come_from_dockers_own_range() -> None:
    text = "ec2-user:100000:65536\ndockremap:165536:65536\n"
    assert first_subordinate(text) == 165_536
    with pytest.raises(LookupError, match="dockremap"):
        first_subordinate("ec2-user:100000:65536\n")


def test_a_program_that_hangs_is_left_behind() -> None:
    with pytest.raises(Failed, match="took longer than 0 s"):
        run("sleep", "30", seconds=0.05)
    with pytest.raises(Failed, match="No such file"):
        run("ls", "/nowhere-at-all")
    assert run("echo", "yes") == "yes\n"


def agent(**problems: str) -> Any:
    users = {
        7: Record(
            user=7,
            volume="v",
            zone="z",
            state="running",
            address="10.0.0.1",
            port=20_000,
        ),
        8: Record(user=8, volume="v", zone="z"),
    }
    return SimpleNamespace(
        volumes=SimpleNamespace(problems=problems),
        roster=SimpleNamespace(users=users),
    )


def test_health_is_told_to_whoever_asks() -> None:
    code, text = Health(agent()).answer("/healthy")
    assert (code, json.loads(text)["problems"]) == (200, {})
    code, text = Health(agent(containers="no answer")).answer("/healthy")
    assert code == 503
    # One volume's trouble is no reason to lose the others' users.
    code, text = Health(agent(**{"vol-1": "input/output error"})).answer("/healthy")
    assert (code, json.loads(text)["problems"]["vol-1"]) == (200, "input/output error")


def test_routes_are_those_of_users_that_run() -> None:
    assert Health(agent()).answer("/routes") == (200, "7 10.0.0.1:20000\n")
    assert Health(agent()).answer("/elsewhere")[0] == 404


def test_systemd_is_told_over_its_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify("nobody listens")
    path = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        Health(agent()).stepped()
        assert systemd.recv(100) == b"WATCHDOG=1"
