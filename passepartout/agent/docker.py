"""Users' containers in Docker, each closed off from the others and from the machine.

What a user's container has: docs/image.md, the contract between stack and image.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from passepartout.agent.commands import Failed, Run, run
from passepartout.agent.effects import Container

USER_LABEL = "passepartout.user"
VOLUME_LABEL = "passepartout.volume"
PORT_LABEL = "passepartout.port"
INSIDE_PORT = 8080
"""Where the image serves, inside its container."""
HOME = "/home/user"
"""Where the user's data are, inside the container."""
RUNS_AS = 1000
"""User and group id inside the container, a subordinate one outside of it."""
PER_BRIDGE = 1_000
"""Containers of a bridge; the kernel's has 1,024 ports.

Source: BR_PORT_BITS in the kernel's net/bridge/br_private.h
"""
BRIDGES = "172.30.{block}.0/22"
"""Addresses of a bridge, room for 1,021 containers; outside of the VPC's 10.0.0.0/16."""
FORMAT = '{"Labels":{{json .Labels}},"State":{{json .State}},"Status":{{json .Status}}}'
"""What is asked of each container. A bare `{{json .}}` has its size too, for which the
engine walks through the files of every one of them."""
BATCH = 200
"""Containers named in one command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one container may have. `cpus` is a share that it never exceeds.

    Its lines go to two files of `log_mib`, or with `journal` to the machine's journal.
    """

    image: str
    memory_mib: int
    cpus: str = "2"
    processes: int = 512
    scratch_mib: int = 256
    files: int = 4_096
    log_mib: int = 5
    journal: bool = False


class Docker:
    """The engine of a machine whose user ports begin at `first_port`."""

    def __init__(
        self, limits: Limits, address: str, first_port: int, command: Run = run
    ) -> None:
        """Nothing is asked of the engine yet."""
        self._limits = limits
        self._address = address
        self._first_port = first_port
        self._run = command
        self._bridges: set[int] = set()

    def found(self) -> Sequence[Container]:
        """See `Containers`."""
        lines = self._run(
            *("docker", "ps", "--all", "--no-trunc", "--format", FORMAT),
            *("--filter", f"label={USER_LABEL}"),
            seconds=20,
        )
        return [_container(json.loads(line)) for line in lines.splitlines() if line]

    def start(self, user: int, volume: str, home: Path, port: int) -> None:
        """See `Containers`."""
        bridge = self._bridge((port - self._first_port) // PER_BRIDGE)
        self._run("docker", "rm", "--force", "--volumes", _name(user))
        self._run(
            *("docker", "run", "--detach", "--pull", "never", "--name", _name(user)),
            *self._labels(user, volume, port),
            *self._walls(),
            *("--network", bridge),
            *("--publish", f"{self._address}:{port}:{INSIDE_PORT}"),
            *("--mount", f"type=bind,source={home},target={HOME}"),
            *("--env", f"HOME={HOME}", "--env", f"PASSEPARTOUT_USER={user}"),
            *("--env", f"PORT={INSIDE_PORT}"),
            *("--env", f"LLM_KEY_FILE={HOME}/.secrets/llm-key"),
            self._limits.image,
        )

    def _labels(self, user: int, volume: str, port: int) -> list[str]:
        labels = {USER_LABEL: user, VOLUME_LABEL: volume, PORT_LABEL: port}
        return [
            part
            for key, value in labels.items()
            for part in ("--label", f"{key}={value}")
        ]

    def _walls(self) -> list[str]:
        """Limits, and what keeps a container from all but its home."""
        limits = self._limits
        return [
            # The agent starts what is to run: the engine would start a container at
            # boot before its volume is mounted.
            *("--restart", "no", "--init", "--user", f"{RUNS_AS}:{RUNS_AS}"),
            *("--memory", f"{limits.memory_mib}m"),
            *("--memory-swap", f"{limits.memory_mib}m", "--oom-score-adj", "500"),
            *("--cpus", limits.cpus, "--pids-limit", str(limits.processes)),
            *("--ulimit", f"nofile={limits.files}", "--ulimit", "core=0"),
            *("--read-only", "--shm-size", "64m"),
            *("--tmpfs", f"/tmp:rw,nosuid,nodev,size={limits.scratch_mib}m"),
            *("--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *self._log(),
        ]

    def _log(self) -> list[str]:
        """Where its lines go; a journal that is slow loses them, and holds up nobody."""
        options = (f"max-size={self._limits.log_mib}m", "max-file=2")
        if self._limits.journal:
            options = ("mode=non-blocking", "max-buffer-size=1m")
        driver = "journald" if self._limits.journal else "local"
        return [
            *("--log-driver", driver),
            *(part for one in options for part in ("--log-opt", one)),
        ]

    def _bridge(self, number: int) -> str:
        """A network whose containers cannot reach each other; made when first used."""
        name = f"users-{number}"
        if number in self._bridges:
            return name
        known = self._run("docker", "network", "ls", "--format", "{{.Name}}")
        if name not in known.split():
            self._run(
                *("docker", "network", "create", "--driver", "bridge"),
                *("--subnet", BRIDGES.format(block=4 * number)),
                *("--opt", "com.docker.network.bridge.enable_icc=false"),
                *("--opt", f"com.docker.network.bridge.name=users{number}"),
                name,
            )
        self._bridges.add(number)
        return name

    def stop(self, users: Sequence[int], seconds: float) -> None:
        """See `Containers`.

        `docker stop` would wait for fifty at a time; here all are told at once, and
        then all have the same time.
        """
        running = {one.user for one in self.found() if one.running}
        self._signal("TERM", [user for user in users if user in running])
        until = time.monotonic() + seconds
        while left := [u for u in users if u in self._running()]:
            if time.monotonic() >= until:
                self._signal("KILL", left)
                break
            time.sleep(0.5)
        for batch in _batches(users):
            names = [_name(user) for user in batch]
            self._run("docker", "rm", "--force", "--volumes", *names, seconds=120)

    def _running(self) -> set[int]:
        return {one.user for one in self.found() if one.running}

    def _signal(self, name: str, users: Sequence[int]) -> None:
        for batch in _batches(users):
            names = [_name(user) for user in batch]
            try:
                self._run("docker", "kill", "--signal", name, *names)
            except Failed:
                # One that ended meanwhile fails the command, which told the others.
                continue


def _name(user: int) -> str:
    return f"user-{user}"


def _batches(users: Sequence[int]) -> list[Sequence[int]]:
    return [users[first : first + BATCH] for first in range(0, len(users), BATCH)]


def _container(line: dict[str, str]) -> Container:
    labels = dict(part.partition("=")[::2] for part in line["Labels"].split(","))
    running = line["State"] == "running"
    return Container(
        user=int(labels[USER_LABEL]),
        volume=labels[VOLUME_LABEL],
        port=int(labels[PORT_LABEL]),
        running=running,
        ended="" if running else f"its container is {line['State']}: {line['Status']}",
    )
