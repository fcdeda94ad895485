"""The agent's program on a machine: `run`, `logs`, `install`, `upgrade`, `unhealthy`."""

import fcntl
import json
import logging
import os
import sys
from pathlib import Path

from passepartout.agent import logs
from passepartout.agent.agent import Agent
from passepartout.agent.ec2 import Metadata
from passepartout.agent.effects import Settings
from passepartout.agent.health import Health, notify
from passepartout.agent.install import install, upgrade, write_tls, write_units
from passepartout.agent.machine import build, cloud_of, read_settings

LOCK = Path("/run/passepartout.lock")


def run() -> int:
    """Step for ever. A round that fails is told; the next one finds everything anew."""
    with LOCK.open("w") as lock:
        # Two agents on a machine would start a user twice.
        fcntl.flock(lock, fcntl.LOCK_EX)
        settings = read_settings()
        agent, own, guard = build(settings, Metadata())
        guard.start()
        write_tls(own.address, own.first_port, own.ports)
        health = Health(agent)
        health.serve(own.address, settings["routes_port"])
        notify("READY=1")
        _loop(agent, own, health)
    return 0


def _loop(agent: Agent, own: Settings, health: Health) -> None:
    from time import sleep

    while True:
        try:
            agent.step()
        except Exception:
            logging.getLogger("passepartout.agent").exception("a round failed")
        else:
            health.stepped()
        sleep(own.tick)


def main(arguments: list[str]) -> int:
    """Run one of the programs."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    if arguments[:1] == ["install"]:
        install(json.load(sys.stdin))
        return 0
    if arguments[:1] == ["upgrade"] and len(arguments) == 2:
        upgrade(Path(arguments[1]))
        return 0
    if arguments == ["units"]:
        write_units(Path("/"))
        return 0
    if arguments == ["unhealthy"]:
        cloud_of(read_settings(), Metadata()).unhealthy("the agent does not stay up")
        return 0
    if arguments == ["run"]:
        return run()
    if arguments == ["logs"]:
        given = Path(os.environ["CREDENTIALS_DIRECTORY"])
        logs.run(read_settings(given / "settings"), Metadata().get("instance-id"))
    print("give run, logs, install, upgrade PACKAGE or unhealthy", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
