"""From the record to routes: which name leads where, and which machines are silent.

A user that runs has a route. One that is here but does not run is told to wait: its name
must not go to the relay, where nobody knows it. A machine that is silent keeps its routes,
for a proxy cannot know whether its users are; it is only marked.
"""

import sys
from collections import Counter
from collections.abc import Iterable

from passepartout.users.records import Machine, Record

WAITS = "wait"
SILENT = "silent"
SILENT_SECONDS = 90.0
"""Of a machine that has not spoken; its agent speaks every few seconds."""


class Routes:
    """What the record said last of each user, as names and values of HAProxy's map."""

    def __init__(self, domain: str) -> None:
        """Begin without users; their names are below `domain`."""
        self._domain = domain
        self._seen: dict[int, tuple[int, str, str]] = {}
        self.by_name: dict[str, str] = {}

    def take(self, records: Iterable[Record]) -> dict[str, str | None]:
        """Take changes in any order, also twice; the names whose value is another now."""
        changed: dict[str, str | None] = {}
        for record in records:
            if record.version <= self._seen.get(record.user, (0,))[0]:
                continue
            seen = (record.version, sys.intern(record.zone), sys.intern(record.state))
            self._seen[record.user] = seen
            name, value = f"{record.label}.{self._domain}", value_of(record)
            if value == self.by_name.get(name):
                continue
            changed[name] = value
            if value is None:
                del self.by_name[name]
            else:
                self.by_name[name] = value
        return changed

    def users(self) -> Counter[tuple[str, str]]:
        """How many users there are by zone and state, removed ones left out."""
        counted = Counter((zone, state) for _, zone, state in self._seen.values())
        return Counter({key: n for key, n in counted.items() if key[1] != "removed"})


def value_of(record: Record) -> str | None:
    """What a user's name leads to; None for one that is gone."""
    if record.state == "removed":
        return None
    return "{}:{}".format(*record.route) if record.route else WAITS


def tls_of(machines: Iterable[Machine]) -> tuple[dict[str, str], str]:
    """Names of the machines that have TLS, by address, and their certificates."""
    by_tls = [one for one in machines if one.certificates and one.state != "drained"]
    names = {one.address: f"{one.address}.machine" for one in by_tls}
    return names, "".join(sorted({one.certificates for one in by_tls}))


def marks_of(machines: Iterable[Machine], now: float) -> dict[str, str]:
    """Addresses of machines that should serve and have not spoken for a while."""
    return {
        one.address: SILENT
        for one in machines
        if one.state == "serving" and one.address and now - one.seen > SILENT_SECONDS
    }
