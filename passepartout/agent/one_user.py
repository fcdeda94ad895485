"""What a machine does for one user: start, restart, send away, take in, delete.

Each function may be broken off anywhere and given again.
"""

from collections.abc import Mapping
from pathlib import Path

from passepartout.agent.effects import Container, Effects, Settings
from passepartout.agent.homes import Homes
from passepartout.users import transitions
from passepartout.users.records import SETTLED, Record, elsewhere
from passepartout.users.store import Store

NOT_THERE = (
    "nothing was brought back for it: that backup does not have it on this share"
)
AWAY = ("sent", "expected")
"""States of users that no machine of this stack may run."""


class UserSteps:
    """Brings one user from where it is to where its record says that it should be."""

    def __init__(
        self,
        settings: Settings,
        effects: Effects,
        store: Store,
        roots: Mapping[str, Path],
    ) -> None:
        """`roots` has the volumes that are mounted and safe to use, and may change."""
        self._settings = settings
        self._effects = effects
        self._store = store
        self._roots = roots

    def settle(self, record: Record, container: Container | None, port: int) -> Record:
        """One user's next step; the record as it is then. `port` is free for it."""
        if record.state == "leaving":
            return self._leave(record, container)
        if record.state == "arriving":
            return self._arrive(record)
        if record.state == "removing":
            return self._remove(record, container)
        if record.state == "restoring":
            return self._restore(record, container)
        if record.state in AWAY:
            self._stop(record, container)
            return record
        if container is not None and container.running:
            return self._tell(record, container.port)
        return self._start(record, port)

    def _tell(self, record: Record, port: int) -> Record:
        """The record says that it runs here, if it does not yet."""
        settings = self._settings
        here = (settings.machine, settings.address, port)
        if record.state == "running" and here == (
            record.machine,
            record.address,
            record.port,
        ):
            return record
        had_copy = bool(record.checksum)
        record = transitions.running(
            self._store,
            record,
            machine=settings.machine,
            zone=settings.zone,
            address=settings.address,
            port=port,
        )
        if had_copy:  # a copy that a crash leaves behind ends by the archive's own age
            self._effects.archive.delete(record.user)
        return record

    def _start(self, record: Record, port: int) -> Record:
        # The index that the record came from lags: the item itself decides.
        fresh = self._store.read(Record, str(record.user))
        if fresh is None or fresh.volume != record.volume:
            return fresh or record
        if fresh.state not in SETTLED:
            return fresh
        if not port:
            raise LookupError("no port of this machine is free")
        homes = self._homes(fresh)
        if fresh.data:
            home = homes.home(fresh.user)
        else:  # nobody could reach it yet: what is there is of an earlier life
            now = self._effects.clock.now()
            home = homes.first_home(fresh.user, fresh.version, now)
        self._effects.disks.limit(fresh.volume, fresh.user, home)
        self._effects.containers.start(fresh.user, fresh.volume, home, port)
        return self._tell(fresh, port)

    def _stop(self, record: Record, container: Container | None) -> None:
        if container is not None:
            self._effects.containers.stop([record.user], self._settings.stop)

    def _leave(self, record: Record, container: Container | None) -> Record:
        self._stop(record, container)
        homes = self._homes(record)
        checksum = ""
        if record.data:
            home = homes.home(record.user)
            checksum = self._effects.archive.put(record.user, home)
        told = transitions.sent if elsewhere(record.target) else transitions.left
        return told(self._store, record, checksum)

    def _arrive(self, record: Record) -> Record:
        if record.checksum:
            homes = self._homes(record)
            place = homes.unpack(record.user)
            # The limit comes first: what is unpacked counts against it.
            self._effects.disks.limit(record.volume, record.user, place)
            self._effects.archive.get(record.user, record.checksum, place)
            homes.arrive(record.user, record.version, self._effects.clock.now())
        return transitions.waiting(self._store, record)

    def _restore(self, record: Record, container: Container | None) -> Record:
        homes, user = self._homes(record), record.user
        name = self._effects.disks.bring(record.volume, user, float(record.target))
        if not homes.brought(user, record.version, name):
            return transitions.not_there(self._store, record, NOT_THERE)
        self._stop(record, container)
        homes.restore(user, record.version, self._effects.clock.now(), name)
        return transitions.restored(self._store, record)

    def _remove(self, record: Record, container: Container | None) -> Record:
        self._stop(record, container)
        homes = self._homes(record)
        homes.put_away(record.user, record.version, 0)
        homes.sweep(0)
        return transitions.removed(self._store, record)

    def _homes(self, record: Record) -> Homes:
        root = self._roots.get(record.volume)
        if root is None:
            raise LookupError(f"volume {record.volume} is not mounted here")
        return Homes(root)
