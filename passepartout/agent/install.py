"""Puts the agent in place: when a machine first boots, and a newer one later on."""

import json
import os
import time
import zipfile
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from passepartout.agent.commands import Failed, Run, run

PLACES = {
    "daemon.json": "etc/docker",
    "docker-logs.conf": "etc/systemd/system/docker.service.d",
    "journal.conf": "etc/systemd/journald.conf.d",
    "passepartout.conf": "etc/sysctl.d",
    "passepartout-agent.service": "etc/systemd/system",
    "passepartout-logs.service": "etc/systemd/system",
    "passepartout-tls.service": "etc/systemd/system",
    "passepartout-unhealthy.service": "etc/systemd/system",
    "passepartout-walls.service": "etc/systemd/system",
}
"""Files of the package, and the folders that they go to."""
TLS = Path("etc/passepartout/tls")
"""The folder of the machine's certificates."""
TLS_PORTS = 4_096
"""What is added to a user's port for its port with TLS."""
TRIES = 60
AGENTS = Path("opt/passepartout")
"""Where agents are: a folder each, and the link `agent` to the one that runs."""


def tls_config(address: str, first_port: int, ports: int, folder: Path) -> str:
    """HAProxy's configuration of a machine's TLS."""
    first = first_port + TLS_PORTS
    return Template((files(f"{__package__}.units") / "tls.cfg").read_text()).substitute(
        address=address, first_tls=first, last_tls=first + ports - 1, folder=folder
    )


def write_tls(
    address: str, first_port: int, ports: int, root: Path = Path("/")
) -> None:
    """Write that configuration, where the unit looks for it."""
    text = tls_config(address, first_port, ports, root / TLS)
    (root / TLS.parent / "tls.cfg").write_text(text)


def write_units(root: Path) -> None:
    """Write every file below `root`."""
    for name, folder in PLACES.items():
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text((files(f"{__package__}.units") / name).read_text())


def install(
    settings: dict[str, Any], root: Path = Path("/"), command: Run = run
) -> None:
    """Set the machine up, pull the image, and start the units, now and at every boot."""
    write_units(root)
    settled = root / "etc/passepartout/agent.json"
    settled.parent.mkdir(parents=True, exist_ok=True)
    settled.write_text(json.dumps(settings))
    settled.chmod(0o600)
    command("sysctl", "--quiet", "--system")
    command("systemctl", "daemon-reload")
    command("systemctl", "enable", "docker")
    command("systemctl", "restart", "docker", seconds=120)
    _pull(settings, command)
    tls = root / TLS
    tls.mkdir(mode=0o750, exist_ok=True)
    # What the agent makes there is HAProxy's to read, and nobody else's.
    command("chown", "root:haproxy", str(tls))
    command("chmod", "2750", str(tls))
    units = ["passepartout-walls", "passepartout-agent", "passepartout-tls"]
    if settings.get("machine_log"):
        command("systemctl", "restart", "systemd-journald")
        units.append("passepartout-logs")
    for unit in units:
        command("systemctl", "enable", "--now", f"{unit}.service", seconds=120)


def upgrade(package: Path, root: Path = Path("/"), command: Run = run) -> None:
    """Let another agent take over; users' containers go on meanwhile.

    The link is changed in one step: a machine that loses power has one agent or the
    other. `package` is the zip, whose name tells it from others.
    """
    agents = root / AGENTS
    folder = agents / f"agent-{package.stem}"
    with zipfile.ZipFile(package) as file:
        file.extractall(folder)
    link, new = agents / "agent", agents / "agent.new"
    new.unlink(missing_ok=True)
    new.symlink_to(folder.name)
    os.replace(new, link)
    command("python3.11", str(link), "units")
    command("systemctl", "daemon-reload")
    command("systemctl", "restart", "passepartout-agent.service", seconds=120)
    command("systemctl", "try-restart", "passepartout-logs.service", seconds=120)


def _pull(settings: dict[str, Any], command: Run) -> None:
    """Pull the users' image; a registry may be away for a while."""
    image = settings["image"]
    for attempt in range(TRIES):
        try:
            if ".dkr.ecr." in image.partition("/")[0]:
                _log_in(settings["region"], image.partition("/")[0], command)
            command("docker", "pull", "--quiet", image, seconds=900)
            return
        except Failed:
            if attempt == TRIES - 1:
                raise
            time.sleep(10)


def _log_in(region: str, registry: str, command: Run) -> None:
    """Let Docker ask the machine's own role for the registry's password."""
    command(
        *("sh", "-c"),
        f"aws ecr get-login-password --region {region}"
        f" | docker login --username AWS --password-stdin {registry}",
    )
