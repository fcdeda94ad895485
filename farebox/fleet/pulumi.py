"""Every stack of the backend that `pulumi` is logged in to, exported one by one.

`pulumi stack ls --all` names them with their last update, so that a run of the next day
exports only what was deployed since. A stack that cannot be exported is named, and the
others go on. Exports keep secrets encrypted; they stay in a folder of the user's own.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which

import msgspec
from msgspec import Struct

from farebox.fleet.errors import FleetError
from farebox.fleet.stacks import Found, inside

KEPT = "updates.json"
MOST_SAID = 300
PATIENCE_SECONDS = 300


class Listed(Struct, rename={"last_update": "lastUpdate"}):
    """One stack as `pulumi stack ls --json` has it."""

    name: str
    last_update: str = ""


Run = Callable[[Sequence[str]], bytes]
"""Runs pulumi with some words, and gives what it says. Raises FleetError."""


def exported(folder: Path, run: Run | None = None) -> list[Found]:
    """The stacks of the backend, their states below `folder`. Raises FleetError."""
    run = run or _run
    try:
        said = run(("stack", "ls", "--all", "--json"))
        listed = msgspec.json.decode(said, type=list[Listed])
    except msgspec.DecodeError as error:
        raise FleetError(f"pulumi stack ls says no list of stacks: {error}") from error
    if not listed:
        raise FleetError("the backend that pulumi is logged in to has no stack")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = _updates(folder)
    now: dict[str, str] = {}
    found = [_exported(one, folder, before, now, run) for one in listed]
    return sorted(found, key=lambda one: one.name)


def _exported(
    one: Listed, folder: Path, before: dict[str, str], now: dict[str, str], run: Run
) -> Found:
    try:
        place = inside(folder, one.name, ".json")
        known = one.last_update and before.get(one.name) == one.last_update
        if not (known and place.is_file()):
            said = run(("stack", "export", "--stack", one.name))
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = place.with_suffix(f".{os.getpid()}")
            part.write_bytes(said)
            part.replace(place)
        now[one.name] = one.last_update
        (folder / KEPT).write_bytes(msgspec.json.encode(before | now))
    except FleetError as error:
        return Found(one.name, folder, error=str(error))
    return Found(one.name, place)


def _updates(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / KEPT).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _run(words: Sequence[str]) -> bytes:
    pulumi = which("pulumi")
    if pulumi is None:
        raise FleetError(
            "no pulumi is on PATH: give a folder of states, or the folder or bucket of "
            "the backend"
        )
    try:
        done = subprocess.run(
            [pulumi, *words, "--non-interactive"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FleetError(
            f"pulumi {words[0]} {words[1]} did not end: {error}"
        ) from error
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:MOST_SAID]
        raise FleetError(f"pulumi {words[0]} {words[1]} failed: {said}")
    return done.stdout
