"""Whom this machine is to run: its users as the record has them, and their retries."""

import logging
from dataclasses import replace

from passepartout.agent.effects import Effects, Settings
from passepartout.agent.homes import Homes
from passepartout.agent.volumes import Volumes
from passepartout.users import transitions
from passepartout.users.records import SETTLED, Machine, MachineState, Record, Volume
from passepartout.users.store import Store

_log = logging.getLogger("passepartout.agent")

AGAIN = 10.0
"""Seconds for which a call is looked at again: the index of homes lags."""


class Roster:
    """The users of the volumes that this machine holds."""

    def __init__(
        self, settings: Settings, effects: Effects, store: Store, volumes: Volumes
    ) -> None:
        """Nobody is known until the first `sync`."""
        self._settings = settings
        self._effects = effects
        self._store = store
        self._volumes = volumes
        self._retries: dict[int, tuple[int, float]] = {}
        self._calls = -1
        self._synced = self._sync_until = float("-inf")
        self.users: dict[int, Record] = {}

    # --- reading the record --------------------------------------------------------

    def due(self) -> bool:
        """Whether the record is to be read: this machine was called, or it is time."""
        now = self._effects.clock.steady()
        try:
            calls = self._store.calls(self._settings.machine)
        except Exception as why:
            _log.warning("record: %s", why)
            return False
        if calls != self._calls:
            self._calls, self._sync_until = calls, now + AGAIN
        return now <= self._sync_until or now - self._synced >= self._settings.sync

    def sync(self) -> None:
        """Read whom the volumes should have; keep what is known where that fails."""
        users: dict[int, Record] = {}
        for volume in self._volumes.held:
            if volume in self._volumes.fenced:
                continue
            for record in self._users_on(volume):
                known = self.users.get(record.user)
                newer = known is not None and known.version > record.version
                users[record.user] = known if known and newer else record
        held = set(self._volumes.held) - self._volumes.fenced
        self.users = {
            user: one
            for user, one in users.items()
            if one.volume in held and one.state != "removed"
        }
        for volume in held:
            self._tidy(volume)
        self._synced = self._effects.clock.steady()

    def _users_on(self, volume: str) -> list[Record]:
        try:
            return self._store.users_on(volume)
        except Exception as why:
            _log.warning("record: %s", why)
            return [one for one in self.users.values() if one.volume == volume]

    def _tidy(self, volume: str) -> None:
        """Put away homes of users who run elsewhere, and of removed ones for good.

        What nobody knows stays: it may be the last copy of something.
        """
        root = self._volumes.roots.get(volume)
        if root is None:
            return
        homes, now = Homes(root), self._effects.clock.now()
        try:
            for user in homes.users() - set(self.users):
                record = self._store.read(Record, str(user))
                gone = record is not None and record.state == "removed"
                if record is None or (record.volume == volume and not gone):
                    continue
                if record.state == "running" or gone:
                    # Of one that moved away, the old home is kept for a while.
                    since = 0 if gone and not record.target else now
                    homes.put_away(user, record.version, since)
            homes.sweep(now - self._settings.keep_moved)
        except Exception as why:
            _log.warning("%s: %s", volume, why)

    def gone(self, user: int, volume: str) -> bool:
        """Whether the record itself says that a user is not to run from a volume."""
        try:
            record = self._store.read(Record, str(user))
        except Exception as why:
            _log.warning("record: %s", why)
            return False
        if record is None or record.volume != volume or record.state == "removed":
            return True
        self.users[user] = record
        return False

    def reread(self, user: int) -> None:
        """Read one user again, because somebody else wrote it."""
        try:
            record = self._store.read(Record, str(user))
        except Exception as why:
            _log.warning("record: %s", why)
            return
        if record is not None:
            self.keep(record)

    def keep(self, record: Record) -> None:
        """Remember a record; one whose home is elsewhere now is no longer ours."""
        if record.volume in self._volumes.held and record.state != "removed":
            self.users[record.user] = record
        else:
            self.users.pop(record.user, None)
            self._retries.pop(record.user, None)

    # --- trying again --------------------------------------------------------------

    def may_try(self, user: int) -> bool:
        """Whether a user's pause is over."""
        _, when = self._retries.get(user, (0, float("-inf")))
        return self._effects.clock.steady() >= when

    def went_well(self, user: int) -> None:
        """Forget a user's failures once it has run for longer than any pause."""
        times, when = self._retries.get(user, (0, 0.0))
        if times and self._effects.clock.steady() > when + self._settings.retry:
            del self._retries[user]

    def count(self, user: int) -> int:
        """One more failure, after which the next try waits twice as long; how many."""
        times = self._retries.get(user, (0, 0.0))[0] + 1
        pause = min(self._settings.retry, 2.0 ** (times - 1))
        self._retries[user] = (times, self._effects.clock.steady() + pause)
        return times

    def failed(self, user: int, why: str) -> None:
        """Say in the record why a user does not run."""
        record = self.users.get(user)
        if record is None:
            return
        problem = self._volumes.problems.get(record.volume)
        reason = (f"{why} ({problem})" if problem else why)[:300]
        _log.warning("user %s: %s", user, reason)
        known = (record.state, record.reason) == ("failed", reason)
        if record.state not in SETTLED or known:
            return
        try:
            self.users[user] = transitions.failed(self._store, record, reason)
        except Exception as more:
            _log.warning("user %s: %s", user, more)
            self.reread(user)

    # --- telling -------------------------------------------------------------------

    def withdraw(self, record: Record) -> None:
        """Take a user's route away, if it still leads here."""
        try:
            fresh = self._store.read(Record, str(record.user))
            if fresh is not None and fresh.machine == self._settings.machine:
                transitions.waiting(self._store, fresh)
        except Exception as why:
            _log.warning("user %s: %s", record.user, why)

    def inherit_address(self) -> None:
        """Take away routes that lead to a machine that had this address before.

        It went without a word, and its address is this machine's now: what its users'
        routes lead to would be other users.
        """
        for one in list(self._store.every(Machine)):
            if one.machine == self._settings.machine:
                continue
            if one.address != self._settings.address or one.state == "drained":
                continue
            for volume in list(self._store.every(Volume)):
                for record in self._store.users_on(volume.volume):
                    if record.machine == one.machine:
                        transitions.waiting(self._store, record)
            self._store.write(replace(one, state="drained"))

    def report(self, state: MachineState) -> None:
        """Write how this machine is; a record that does not answer holds up nothing."""
        problems = "; ".join(f"{k} {v}" for k, v in self._volumes.problems.items())
        try:
            old = self._store.read(Machine, self._settings.machine)
            now = Machine(
                machine=self._settings.machine,
                zone=self._settings.zone,
                address=self._settings.address,
                state=state,
                seen=self._effects.clock.now(),
                volumes=len(self._volumes.held),
                running=sum(1 for one in self.users.values() if one.route),
                problems=problems[:500],
                certificates=self._certificates(old),
            )
            self._store.write(replace(now, version=old.version if old else 0))
        except Exception as why:
            _log.warning("record: %s", why)

    def _certificates(self, old: Machine | None) -> str:
        """What proxies are to trust; what was told before where it is not known now."""
        try:
            return self._effects.known.certificates()
        except Exception as why:
            _log.warning("certificate: %s", why)
            return old.certificates if old is not None else ""

    def room_elsewhere(self) -> bool:
        """Whether other machines of the zone could take all that is held here."""
        settings, now, room = self._settings, self._effects.clock.now(), 0
        try:
            for one in self._store.every(Machine):
                other = one.machine != settings.machine and one.zone == settings.zone
                fresh = now - one.seen < 3 * settings.look
                if other and fresh and one.state == "serving":
                    room += settings.volumes - one.volumes
        except Exception as why:
            _log.warning("record: %s", why)
        return room >= len(self._volumes.held)
