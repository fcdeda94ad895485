"""`python -m passepartout.proxy install SETTINGS`, once at boot, and `run`, as a unit."""

import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from passepartout.proxy.install import RUN, STATE, install
from passepartout.proxy.report import to_cloudwatch
from passepartout.proxy.routes import Routes
from passepartout.proxy.runtime import Runtime
from passepartout.proxy.watch import Report, Watcher, watch
from passepartout.users.opening import open_store

SETTINGS = Path("/etc/passepartout/proxy.json")


def main(words: list[str]) -> None:
    """Do what the first word says. Raises SystemExit for any other."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    match words:
        case ["install", settings]:
            install(json.loads(settings))
        case ["run"]:
            wanted = json.loads(SETTINGS.read_text())
            watcher = Watcher(
                open_store(wanted["record"]),
                Runtime(f"{RUN}/admin.sock"),
                Routes(wanted["domain"]),
                Path(STATE),
                _report(wanted),
            )
            watch(watcher, _say_ready)
        case _:
            raise SystemExit(
                "usage: python -m passepartout.proxy install SETTINGS | run"
            )


def _report(wanted: dict[str, Any]) -> Report | None:
    """Where the stack's state is told; None where the stack is not watched."""
    if not wanted["state_log"]:
        return None
    region, group = wanted["region"], wanted["state_log"]
    send = to_cloudwatch(region, group, socket.gethostname())
    return Report(send, int(wanted["places"]))


def _say_ready() -> None:
    """Tell systemd that routes are on disk, so that HAProxy may start."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.connect(address.replace("@", "\0", 1))
            notify.send(b"READY=1")


if __name__ == "__main__":
    main(sys.argv[1:])
