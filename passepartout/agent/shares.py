"""Shares of a file system as the volumes of machines: the record says who holds which.

EC2 lets one machine attach a volume; a file system lets all of them in. So here the
record is the fence: a share is taken by one conditional write. Its holder reads the
record at each look. One that reads nothing for `lease` seconds ends its users by itself
(`Guard`), so a share whose machine is silent is asked for first, by a time in the record,
and taken when the lease and a margin have passed since. A holder that is alive sees the
time, and takes it away.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from passepartout.agent.effects import Clock, Cloud, CloudVolume, Notice, Settings
from passepartout.errors import Conflict
from passepartout.users.records import Machine, Volume
from passepartout.users.store import Store

LEASE = 240.0
"""Seconds without the record after which a machine has ended its users."""
MARGIN = 30.0
"""Seconds for clocks that differ."""
LOOKS_SILENT = 3
"""Looks without a word after which a machine's shares are asked for."""


def share_name(zone: str, number: int) -> str:
    """The name of a zone's share: the one that a volume of the stack would have."""
    return f"user-volume-{zone}-{number:03d}"


class Shares:
    """The shares that one machine may hold, as `Cloud` has volumes.

    `wanted` is how many shares a zone has, `retiring` names those that are to empty.
    What concerns the machine alone, `machine` answers.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        machine: Cloud,
        clock: Clock,
        *,
        wanted: Mapping[str, int],
        retiring: Sequence[str] = (),
    ) -> None:
        """Nothing is read yet."""
        self._settings = settings
        self._store = store
        self._machine = machine
        self._clock = clock
        self._wanted = wanted
        self._retiring = frozenset(retiring)
        self._mine: set[str] | None = None

    # --- what the record has ---------------------------------------------------------

    def attached(self) -> Sequence[CloudVolume]:
        """See `Cloud`. All shares are read once, afterwards those that it holds."""
        if self._mine is None:
            read = [one for one in self._store.every(Volume) if self._holds(one)]
        else:
            known = (self._store.read(Volume, name) for name in sorted(self._mine))
            read = [one for one in known if one is not None]
        found = [one for one in map(self._kept, read) if one is not None]
        self._mine = {one.volume for one in found}
        return [self._cloud_volume(one.volume, one) for one in found]

    def _kept(self, one: Volume) -> Volume | None:
        """A share that is this machine's, once nobody waits for it any more.

        While somebody does, the record's word is no proof: the wait goes on.
        """
        found: Volume | None = one
        while found is not None and self._holds(found):
            if not found.wanted_at:
                return found
            with suppress(Conflict):
                self._store.write(replace(found, wanted_at=0.0))
            found = self._store.read(Volume, one.volume)
        return None

    def _holds(self, one: Volume) -> bool:
        return one.machine == self._settings.machine

    def _cloud_volume(self, name: str, known: Volume | None) -> CloudVolume:
        return CloudVolume(
            volume=name,
            name=name,
            retiring=name in self._retiring,
            fenced=known is not None and known.state == "fenced",
        )

    def free(self) -> Sequence[CloudVolume]:
        """See `Cloud`. Shares of this zone, then those of a zone that is silent."""
        now = self._clock.now()
        machines = {one.machine: one for one in self._store.every(Machine)}
        known = {one.volume: one for one in self._store.every(Volume)}
        silent = self._silent_zones(machines, now)
        found = []
        for zone in (self._settings.zone, *sorted(silent)):
            for name in self._names(zone, known):
                one = known.get(name)
                if one is None or self._free(one, machines, now):
                    found.append(self._cloud_volume(name, one))
        return found

    def _names(self, zone: str, known: Mapping[str, Volume]) -> Iterator[str]:
        """Shares of a zone: those that came there, and those that nobody took yet."""
        yield from (one.volume for one in known.values() if one.zone == zone)
        for number in range(1, self._wanted.get(zone, 0) + 1):
            if (name := share_name(zone, number)) not in known:
                yield name

    def _silent_zones(self, machines: Mapping[str, Machine], now: float) -> set[str]:
        """Other zones in which machines were, and none has spoken for a lease."""
        last: dict[str, float] = {}
        for one in machines.values():
            last[one.zone] = max(one.seen, last.get(one.zone, 0.0))
        quiet = self._settings.lease + MARGIN
        return {
            zone
            for zone, seen in last.items()
            if zone != self._settings.zone and now - seen > quiet
        }

    def _free(self, one: Volume, machines: Mapping[str, Machine], now: float) -> bool:
        """Whether nobody holds a share; one of a silent machine is asked for."""
        if not one.machine:
            return True
        if self._holds(one):
            return False
        if one.wanted_at:
            return now - one.wanted_at > self._settings.lease + MARGIN
        holder = machines.get(one.machine)
        spoke = holder.seen if holder is not None else 0.0
        if now - spoke > LOOKS_SILENT * self._settings.look:
            with suppress(Conflict):
                self._store.write(replace(one, wanted_at=now))
        return False

    def attach(self, volume: str) -> bool:
        """See `Cloud`: one write over the version in which nobody holds the share."""
        now, known = self._clock.now(), self._store.read(Volume, volume)
        machines = {one.machine: one for one in self._store.every(Machine)}
        if self._settings.machine not in machines:
            return False  # a holder of whom nobody has heard would look silent
        if known is not None and not self._free(known, machines, now):
            return False
        if known is None:
            known = Volume(
                volume=volume,
                zone=self._settings.zone,
                places=self._settings.places,
                name=volume,
            )
        taken = replace(
            known,
            machine=self._settings.machine,
            zone=self._settings.zone,
            wanted_at=0.0,
        )
        try:
            self._store.write(taken)
        except Conflict:
            return False
        self._mine = {*(self._mine or ()), volume}
        return True

    def detach(self, volume: str) -> None:
        """See `Cloud`. The record is all there is, and `Volumes` writes it next."""
        if self._mine is not None:
            self._mine.discard(volume)

    # --- the machine itself -------------------------------------------------------------

    def notice(self) -> Notice:
        """See `Cloud`."""
        return self._machine.notice()

    def released(self) -> None:
        """See `Cloud`."""
        self._machine.released()

    def unhealthy(self, why: str) -> None:
        """See `Cloud`."""
        self._machine.unhealthy(why)
