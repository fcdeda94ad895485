"""A volume's users come back from a snapshot, in any zone, and never run twice.

The order is what makes it safe. The old volume is fenced first, in the record and by a
tag. Then nobody runs users from it any more: either the cloud says that no machine holds
it, or `lease` seconds have passed, in which a machine that can hear neither record nor
cloud has stopped them by itself. Only then do the users get their new home, and only
after that may machines take the copy. Broken off anywhere, it goes on when it is called
again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from passepartout.agent.effects import LEASE
from passepartout.errors import Conflict, Refused
from passepartout.users import transitions
from passepartout.users.records import Record, Volume
from passepartout.users.store import Store

MARGIN = 30.0
"""Seconds for clocks that differ."""
PAUSE = 5.0
"""Seconds between two looks; also what an index may lag."""


class Snapshot(NamedTuple):
    """A snapshot that is whole, and the second since 1970 that it shows."""

    snapshot: str
    at: float


class RestoreCloud(Protocol):
    """What a restore asks of the cloud."""

    def snapshots(self, volume: str) -> Sequence[Snapshot]:
        """The volume's snapshots that are whole."""

    def fence(self, volume: str) -> None:
        """Tag the volume, so that a machine learns it without the record."""

    def held_by(self, volume: str) -> str:
        """The machine that holds the volume and is not terminated, or ""."""

    def copy(self, volume: str, snapshot: str, zone: str) -> str:
        """A volume made from a snapshot, not yet in the pool; the same one each time."""

    def publish(self, volume: str) -> None:
        """Put a volume into the pool: machines of its zone may take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of a restore."""

    volume: str
    snapshot: Snapshot
    users: int


class Restore:
    """Restores volumes over a store and a cloud."""

    def __init__(
        self,
        store: Store,
        cloud: RestoreCloud,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        lease: float = LEASE,
    ) -> None:
        """`now` is in seconds since 1970; `lease` must be the agents' own."""
        self._store = store
        self._cloud = cloud
        self._now = now
        self._sleep = sleep
        self._lease = lease

    def restore(
        self, volume: str, *, at: float, zone: str = "", machine_lost: bool = False
    ) -> Restored:
        """Bring a volume's users back from its last snapshot at or before `at`.

        In its own zone unless `zone` says another. `machine_lost` says that the machine
        that holds the volume is known to be off, or cut off for good: then the lease is
        enough. Raises Refused when there is no such snapshot, or a machine still holds
        the volume.
        """
        old = self._known(volume)
        shots = [one for one in self._cloud.snapshots(volume) if one.at <= at]
        if not shots:
            raise Refused(f"{volume} has no whole snapshot of that time or before")
        shot = max(shots, key=lambda one: one.at)
        old = self._fence(old)
        self._wait(old, machine_lost=machine_lost)
        copy = self._cloud.copy(volume, shot.snapshot, zone or old.zone)
        self._register(copy, old, zone or old.zone)
        users = self._rehome(volume, copy)
        self._open(copy)
        self._cloud.publish(copy)
        return Restored(volume=copy, snapshot=shot, users=users)

    def _known(self, volume: str) -> Volume:
        found = self._store.read(Volume, volume)
        if found is None:
            raise Refused(f"volume {volume} is not known: no machine has held it yet")
        return found

    def _fence(self, old: Volume) -> Volume:
        while old.state != "fenced":
            with suppress(Conflict):
                self._store.write(replace(old, state="fenced", fenced_at=self._now()))
            old = self._known(old.volume)
        self._cloud.fence(old.volume)
        if old.machine:
            self._store.call(old.machine)
        return old

    def _wait(self, old: Volume, *, machine_lost: bool) -> None:
        """Until nobody can run users from the old volume."""
        until = old.fenced_at + self._lease + MARGIN
        while holder := self._cloud.held_by(old.volume):
            if self._now() >= until:
                if machine_lost:
                    return
                raise Refused(
                    f"{old.volume} is fenced, but {holder} still holds it and its agent"
                    f" gives no answer: terminate {holder} and restore again, or say"
                    " --machine-lost when AWS reports that it is off"
                )
            self._sleep(PAUSE)

    def _register(self, copy: str, old: Volume, zone: str) -> None:
        """The copy is known to the record before any machine may find it."""
        if self._store.read(Volume, copy) is None:
            self._store.write(
                Volume(
                    volume=copy,
                    zone=zone,
                    places=old.places,
                    state="retiring",
                    name=old.name,
                )
            )

    def _rehome(self, volume: str, copy: str) -> int:
        """Give everybody the new home; look twice, for the index lags."""
        users: set[int] = set()
        while True:
            before = len(users)
            for record in list(self._store.every(Record)):
                if volume in (record.volume, record.target):
                    users |= self._rehome_one(record.user, volume, copy)
            if len(users) == before and self._known(volume).users == 0:
                return len(users)
            self._sleep(PAUSE)

    def _rehome_one(self, user: int, volume: str, copy: str) -> set[int]:
        while True:
            record = self._store.read(Record, str(user))
            if record is None or record.state == "removed":
                return set()
            try:
                if record.volume == volume:
                    transitions.rehomed(self._store, record, copy)
                elif record.target == volume:
                    transitions.redirected(self._store, record, copy)
                else:
                    return set()
            except Conflict:
                continue
            return {user}

    def _open(self, copy: str) -> None:
        while (found := self._known(copy)).state == "retiring":
            try:
                self._store.write(replace(found, state="open"))
            except Conflict:
                continue
