"""The unit that brings the journal to CloudWatch: `agent logs`."""

import logging
import os
import time
from pathlib import Path
from typing import Any

from passepartout.agent.health import notify
from passepartout.agent.machine import client
from passepartout.logs.cloudwatch import Stream
from passepartout.logs.journal import Journal
from passepartout.logs.shipper import MOST_WAIT, Shipper

_log = logging.getLogger("passepartout.logs")


def run(settings: dict[str, Any], machine: str) -> None:
    """Ship for ever. A round that fails is told, and the next one comes later.

    systemd names the folder for the cursor (`StateDirectory`).
    """
    shipper = Shipper(
        Journal(),
        Stream(client("logs", settings["region"]), settings["machine_log"], machine),
        Path(os.environ["STATE_DIRECTORY"]) / "cursor",
        user_lines=settings["user_lines"],
        now=time.time,
    )
    notify("READY=1")
    while True:
        try:
            pause = shipper.round()
        except Exception:
            _log.exception("a round failed")
            pause = MOST_WAIT
        notify("WATCHDOG=1")
        time.sleep(pause)
