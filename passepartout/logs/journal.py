"""What journald has of this machine: the stack's units, the kernel's warnings, users.

`journalctl` is asked for what came after a cursor. Its JSON has a field as text, as a
list of bytes where it is not printable UTF-8, as a list of values where it is there more
than once, and as null from 4,096 bytes on.

Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, NamedTuple

LINE_BYTES = 256 * 1024
"""Of one line of JSON; what is longer is skipped, not held. Fields that are asked for
have 4,096 bytes at most, each byte of which may take four."""
TEXT_CHARACTERS = 4_096
LATEST_MS = 10**14
"""A time past this is none: the year is 5138."""
UNITS = tuple(
    f"{name}.service"
    for name in (
        "docker",
        "hosting-vm",
        "passepartout-agent",
        "passepartout-logs",
        "passepartout-tls",
        "passepartout-unhealthy",
        "passepartout-walls",
    )
)
WARNING = 4
"""The kernel's lines from this level on, 0 being the gravest."""
LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
FIELDS = (
    "MESSAGE",
    "PRIORITY",
    "CONTAINER_NAME",
    "SYSLOG_IDENTIFIER",
    "UNIT",
    "_SYSTEMD_UNIT",
)
COMMAND = (
    *("journalctl", "--quiet", "--no-pager", "--output", "json"),
    *("--output-fields", ",".join(FIELDS)),
)
# A containers' line is dockerd's, so it is in Docker's unit; systemd's own words about a
# unit have its name in UNIT.
MATCHES = (
    *(f"_SYSTEMD_UNIT={unit}" for unit in UNITS),
    "+",
    *(f"UNIT={unit}" for unit in UNITS),
    "+",
    "_TRANSPORT=kernel",
    *(f"PRIORITY={level}" for level in range(WARNING + 1)),
)
SINCE_BOOT = ("--boot",)
"""From where a machine is read that was never read before."""
SINCE_LATELY = ("--since", "-15min")
"""From where one is read whose cursor the journal does not know."""
CURSOR = re.compile(r"[!-~]{1,1000}")
CURSOR_IN = re.compile(rb'"__CURSOR"\s*:\s*"([!#-~]{1,1000})"')
USER = re.compile(r"user-(\d{1,10})")
"""A user's container, by its name (`agent/docker.py`)."""
END_SECONDS = 10
_ODD = (RecursionError, OverflowError)
"""What JSON of a thousand brackets, or of a number without end, raises."""


class JournalFailed(Exception):
    """journalctl ended with an error."""


class Unreadable(Exception):
    """A line that is no line of a journal; `cursor` where even that one has it."""

    def __init__(self, cursor: str) -> None:
        """Keep the cursor, so that the line is passed by once."""
        super().__init__(cursor)
        self.cursor = cursor


class Line(NamedTuple):
    """A line of the journal: when in milliseconds since 1970, from whom, how grave.

    `user` is 0 for the machine's own, `text` None where journald has more than 4,096
    bytes of it.
    """

    cursor: str
    at_ms: int
    user: int
    source: str
    level: str
    text: str | None


class Journal:
    """The journal of this machine."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """`command` is journalctl, or what stands in for it."""
        self._command = command

    def after(self, cursor: str) -> Iterator[bytes]:
        """Lines of JSON after a cursor, or of this boot; it may be left at any line.

        Raises JournalFailed at the end of what could be read.
        """
        begin = ("--after-cursor", cursor) if cursor else SINCE_BOOT
        return self._read(begin)

    def lately(self) -> Iterator[bytes]:
        """Those of the last minutes, see `after`."""
        return self._read(SINCE_LATELY)

    def _read(self, begin: Sequence[str]) -> Iterator[bytes]:
        command = (*self._command, *begin, *MATCHES)
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                yield from _lines(process.stdout)
                code = process.wait(END_SECONDS)
            except subprocess.TimeoutExpired as why:
                raise JournalFailed("journalctl does not end") from why
            finally:
                process.kill()
            if code:
                errors.seek(0)
                said = errors.read(300).decode("utf-8", "replace").strip()
                raise JournalFailed(said or f"journalctl ended with {code}")


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines of at most LINE_BYTES; the rest of a longer one is read and forgotten."""
    while line := stream.readline(LINE_BYTES):
        rest = line
        while len(rest) == LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES)
        yield line


def line_of(raw: bytes) -> Line:
    """A line of JSON as its value. Raises Unreadable for anything else."""
    try:
        found = json.loads(raw)
        cursor, at = found["__CURSOR"], int(found["__REALTIME_TIMESTAMP"]) // 1_000
        if not CURSOR.fullmatch(cursor):
            raise ValueError(cursor)
        if not 0 <= at < LATEST_MS:
            raise ValueError(at)
        text = _text(found.get("MESSAGE", ""))
        named, *sources = (
            _text(found.get(field, "")) or ""
            for field in (
                "CONTAINER_NAME",
                "SYSLOG_IDENTIFIER",
                "_SYSTEMD_UNIT",
                "UNIT",
            )
        )
        level = _text(found.get("PRIORITY", "6"))
    except (ValueError, LookupError, TypeError, *_ODD) as why:
        there = CURSOR_IN.search(raw)
        raise Unreadable(there[1].decode("ascii") if there else "") from why
    user = USER.fullmatch(named)
    return Line(
        cursor=cursor,
        at_ms=at,
        user=int(user[1]) if user else 0,
        source=next((one for one in sources if one), "")[:100],
        level=LEVELS[int(level)] if level in tuple("01234567") else "info",
        text=None if text is None else text[:TEXT_CHARACTERS],
    )


def _text(value: Any) -> str | None:
    """A field as text: of several the first, of bytes what can be read of them."""
    if value is None:
        return None
    if isinstance(value, list) and value and not isinstance(value[0], int):
        return _text(value[0])
    if isinstance(value, list):
        return bytes(value).decode("utf-8", "replace")
    # JSON may have halves of characters, which no one can write.
    return str(value).encode("utf-8", "replace").decode()
