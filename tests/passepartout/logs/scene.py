"""A journal in a file, a log in memory, and a shipper between them."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from passepartout.logs.cloudwatch import Event
from passepartout.logs.journal import Journal
from passepartout.logs.shipper import Shipper
from tests.passepartout.logs import journalctl

NOON_MS = 1_800_000_000_000
"""A whole minute."""


def entry(number: int, message: Any = "well", **more: Any) -> bytes:
    """A line of journalctl, the number-th of its journal, a millisecond after another."""
    fields = {
        "__CURSOR": f"s=1;i={number:x}",
        "__REALTIME_TIMESTAMP": str((NOON_MS + number) * 1_000),
        "PRIORITY": "6",
        "MESSAGE": message,
        **more,
    }
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def of_user(number: int, user: int = 7, message: Any = "hello", **more: Any) -> bytes:
    """A line of a user's container."""
    named = {"CONTAINER_NAME": f"user-{user}", "_SYSTEMD_UNIT": "docker.service"}
    return entry(number, message, **named, **more)


class Log:
    """A log group that may be away, or find something wrong with a line."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.calls: list[int] = []
        self.wrong: Exception | None = None
        self.poison = ""

    def put(self, events: Sequence[Event]) -> int:
        from passepartout.logs.cloudwatch import Poison

        if self.wrong is not None:
            raise self.wrong
        if self.poison and any(self.poison in one.text for one in events):
            raise Poison("not taken")
        self.calls.append(len(events))
        self.events += events
        return 0

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(one.text) for one in self.events]


class Scene:
    """One machine; `restart` is another process on it."""

    def __init__(self, folder: Path, user_lines: int = 60) -> None:
        self.journal, self.cursor = folder / "journal", folder / "cursor"
        self.journal.write_bytes(b"")
        self.log, self.time = Log(), NOON_MS / 1_000
        self._user_lines = user_lines
        self.restart()

    def restart(self) -> None:
        self.shipper = Shipper(
            Journal((sys.executable, "-S", journalctl.__file__, str(self.journal))),
            self.log,
            self.cursor,
            user_lines=self._user_lines,
            now=lambda: self.time,
        )

    def say(self, *lines: bytes) -> None:
        with self.journal.open("ab") as file:
            file.writelines(lines)

    def round(self) -> float:
        return self.shipper.round()

    def messages(self) -> list[str]:
        return [one["message"] for one in self.log.said]
