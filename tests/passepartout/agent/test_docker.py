"""What Docker is told about a user's container."""

import json
from pathlib import Path

import pytest

from passepartout.agent.docker import Docker, Limits
from passepartout.agent.effects import Container
from tests.passepartout.agent.fake_run import FakeRun

LIMITS = Limits(image="registry/user:1", memory_mib=3072)


def ps(user: int, state: str = "running", status: str = "Up 2 hours") -> str:
    labels = f"passepartout.port=20001,passepartout.user={user},passepartout.volume=v-1"
    return json.dumps({"Labels": labels, "State": state, "Status": status}) + "\n"


def docker(run: FakeRun) -> Docker:
    return Docker(LIMITS, "10.0.0.1", 20_000, run)


def test_the_engine_is_not_asked_for_the_size_of_every_container() -> None:
    run = FakeRun()
    docker(run).found()
    (line,) = run.said
    assert "{{json .}}" not in line
    assert "{{json .Labels}}" in line


def started(port: int = 20_001) -> list[str]:
    run = FakeRun()
    docker(run).start(7, "vol-1", Path("/volumes/vol-1/users/7"), port)
    (line,) = [line for line in run.said if line.startswith("docker run")]
    return line.split()


def test_containers_are_found_by_their_labels_running_or_ended() -> None:
    run = FakeRun(docker_ps=ps(7) + ps(8, "exited", "Exited (137) 5 minutes ago"))
    assert docker(run).found() == [
        Container(user=7, volume="v-1", port=20_001, running=True),
        Container(
            user=8,
            volume="v-1",
            port=20_001,
            running=False,
            ended="its container is exited: Exited (137) 5 minutes ago",
        ),
    ]


@pytest.mark.parametrize(
    "wall",
    [
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--memory 3072m --memory-swap 3072m",
        "--cpus 2 --pids-limit 512",
        "--tmpfs /tmp:rw,nosuid,nodev,size=256m",
        "--log-driver local --log-opt max-size=5m --log-opt max-file=2",
        "--user 1000:1000",
        # Docker would start it at boot, before its volume is mounted.
        "--restart no",
        # The image is there before users come; a registry that is away stops nobody.
        "--pull never",
    ],
)
def test_a_container_has_its_limits_and_nothing_else_of_the_machine(wall: str) -> None:
    assert wall in " ".join(started())


def test_a_container_whose_lines_go_to_the_journal_never_waits_for_it() -> None:
    run = FakeRun()
    limits = Limits(image="registry/user:1", memory_mib=3072, journal=True)
    Docker(limits, "10.0.0.1", 20_000, run).start(7, "v-1", Path("/home"), 20_001)
    line = run.said[-1]
    assert "--log-driver journald --log-opt mode=non-blocking" in line
    assert "max-file" not in line


def test_a_container_sees_its_home_and_is_reached_at_its_port_only() -> None:
    line = " ".join(started())
    assert "--mount type=bind,source=/volumes/vol-1/users/7,target=/home/user" in line
    assert "--publish 10.0.0.1:20001:8080" in line
    assert line.endswith("registry/user:1")
    assert "LLM_KEY_FILE=/home/user/.secrets/llm-key" in line


@pytest.mark.parametrize(
    ("port", "bridge"), [(20_000, 0), (20_999, 0), (21_000, 1), (22_047, 2)]
)
def test_a_bridge_has_a_thousand_containers_at_most(port: int, bridge: int) -> None:
    # The kernel's bridge has 1,024 ports: port 1,000 begins another.
    words = started(port)
    assert words[words.index("--network") + 1] == f"users-{bridge}"


def test_containers_of_a_bridge_cannot_reach_each_other() -> None:
    run = FakeRun(docker_network_ls="bridge\nhost\n")
    engine = docker(run)
    engine.start(7, "vol-1", Path("/home"), 21_500)
    engine.start(8, "vol-1", Path("/home"), 21_501)
    (line,) = [line for line in run.said if line.startswith("docker network create")]
    assert "enable_icc=false" in line
    assert "--subnet 172.30.4.0/22" in line
    assert "bridge.name=users1 users-1" in line


def test_a_bridge_that_is_there_is_not_made_again() -> None:
    run = FakeRun(docker_network_ls="bridge\nusers-0\n")
    docker(run).start(7, "vol-1", Path("/home"), 20_000)
    assert not [line for line in run.said if "network create" in line]


def test_all_are_told_to_end_at_once_and_those_that_do_not_are_killed() -> None:
    users = range(1, 451)
    run = FakeRun(docker_ps="".join(ps(user) for user in users))
    docker(run).stop(users, 0)
    said = [line.split() for line in run.said if not line.startswith("docker ps")]
    # 450 users in batches of 200: three commands each for TERM, KILL and rm.
    heads = [" ".join(words[1:4]) for words in said]
    assert (
        heads
        == ["kill --signal TERM"] * 3
        + ["kill --signal KILL"] * 3
        + ["rm --force --volumes"] * 3
    )
    assert sum(len(words) - 4 for words in said) == 3 * 450


def test_a_container_that_ended_before_it_was_told_stops_nothing() -> None:
    run = FakeRun(docker_ps=ps(7, "exited", "Exited (0) a second ago"))
    run.failing = "docker kill"
    docker(run).stop([7], 0)
    assert run.said[-1] == "docker rm --force --volumes user-7"
