"""What a proxy tells of the whole stack once a minute: lines of JSON in a log.

Proxies know the record anyway. All of them say the same, so a metric takes the largest of
what was said and one that falls silent is not missed.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from passepartout.logs.cloudwatch import Event, Stream
from passepartout.proxy.routes import SILENT_SECONDS
from passepartout.users.records import Machine, Volume

REPORT_SECONDS = 60.0

Send = Callable[[list[str]], None]
"""Puts lines into the log."""


def lines_of(
    users: Mapping[tuple[str, str], int],
    machines: Iterable[Machine],
    volumes: Iterable[Volume],
    places: int,
    now: float,
) -> list[str]:
    """One line for the stack and one for each zone.

    `users` counts users by zone and state, removed ones left out; a machine has `places`
    users. A zone with users and without a machine is as full as with half a machine.
    """
    serving: Counter[str] = Counter()
    silent = troubled = 0
    for one in machines:
        if one.state != "serving":
            continue
        quiet = now - one.seen > SILENT_SECONDS
        serving[one.zone] += not quiet
        silent += quiet
        troubled += bool(one.problems)
    free, in_state, in_zone = 0, Counter[str](), Counter[str]()
    zones = set(serving)
    for volume in volumes:
        free += volume.free
        zones.add(volume.zone)
    for (zone, state), count in users.items():
        in_state[state] += count
        in_zone[zone] += count
    stack: dict[str, Any] = {
        "FreePlaces": free,
        "UsersRunning": in_state["running"],
        "UsersWaiting": in_state["waiting"],
        "UsersFailed": in_state["failed"],
        "MachinesSilent": silent,
        "MachinesWithProblems": troubled,
    }
    said = [json.dumps(stack)]
    for zone in sorted(zones | set(in_zone)):
        room = (serving[zone] or 0.5) * places
        used = round(100 * in_zone[zone] / room, 2)
        said.append(json.dumps({"Zone": zone, "PlacesUsedPercent": used}))
    return said


def to_cloudwatch(region: str, group: str, stream: str) -> Send:
    """Lines into a stream of a log group, which is made at the first line."""
    import boto3

    to = Stream(boto3.client("logs", region_name=region), group, stream)

    def send(lines: list[str]) -> None:
        stamp = int(time.time() * 1_000)
        to.put([Event(stamp, line) for line in lines])

    return send
