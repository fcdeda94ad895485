"""The volumes of one machine: taking, mounting, fences, giving back.

The cloud lets one machine at a time hold a volume, and nobody here ever detaches by
force: that is the first fence. The second one is for a machine that the cloud cannot
reach: a volume whose restored copy has taken over is `fenced` in the record and by a
tag. A machine asks for both, and when neither has answered for long it ends the volume's
users by itself (`guard.py`), within the `lease` seconds that the restore waits. Shares of
a file system have the record's word alone, and the same lease.
"""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from passepartout.agent.effects import CloudVolume, Effects, Settings
from passepartout.agent.homes import Homes
from passepartout.errors import Conflict
from passepartout.users.records import Volume
from passepartout.users.store import Store

_log = logging.getLogger("passepartout.agent")


class Told(Exception):
    """A volume is well, and an operator should know something of it."""


class Volumes:
    """What this machine holds. `roots` has the volumes whose users may run.

    `silent` has those that the disk itself did not answer for: a record or a cloud that
    is away is no fault of this machine. `lapsed` has those of which nobody has said for
    too long that they are this machine's; `emptied` have no user any more and take none.
    """

    def __init__(self, settings: Settings, effects: Effects, store: Store) -> None:
        """Nothing is held yet; `look` finds what was held before."""
        self._settings = settings
        self._effects = effects
        self._store = store
        self._held: dict[str, CloudVolume] = {}
        self._proofs: dict[str, float] = {}
        self.roots: dict[str, Path] = {}
        self.problems: dict[str, str] = {}
        self.fenced: set[str] = set()
        self.silent: set[str] = set()
        self.lapsed: set[str] = set()
        self.emptied: set[str] = set()
        self._inherit()

    @property
    def held(self) -> list[str]:
        """Volumes that are attached here, mounted or not."""
        return list(self._held)

    def look(self, *, take: bool) -> None:
        """Learn what is held, take free volumes if there is room, mount, check fences.

        One volume that fails is a problem of its own; the others go on.
        """
        effects = self._effects
        answered = self._try("", self.find)
        if take and answered and len(self._held) < self._settings.volumes:
            self._try("", self._take)
        mounted = effects.disks.mounted()
        for volume in list(self._held):
            if volume not in self.fenced:
                self._try(volume, self._use, volume, volume in mounted)
        self.expire()
        for volume in set(self.roots) - (set(self._held) - self.fenced):
            self.roots.pop(volume, None)
        self._remember()

    def expire(self) -> None:
        """Let go of volumes of which nobody has said for too long that they are ours.

        `Guard` calls this from a thread of its own, while a look waits for answers.
        """
        now = self._effects.clock.steady()
        for volume in list(self.roots):
            silent = now - self._proofs.get(volume, now)
            if silent > self._settings.lapses:
                self.lapsed.add(volume)
                self.roots.pop(volume, None)
                self.problems[volume] = (
                    f"neither record nor cloud answered for {silent:.0f} s"
                )

    def _inherit(self) -> None:
        """Go on with what an agent before this one knew: it may have been replaced.

        Users run on while neither record nor cloud answers, as they did under it.
        """
        memory = self._settings.memory
        if memory is None or not memory.exists():
            return
        try:
            self._proofs = json.loads(memory.read_text())
            mounted = self._effects.disks.mounted()
        except (OSError, ValueError) as why:
            _log.warning("%s: %s", memory, why)
            return
        for volume in set(mounted) & set(self._proofs):
            self._held[volume] = CloudVolume(volume=volume)
            self.roots[volume] = mounted[volume]
        self.expire()

    def _remember(self) -> None:
        """Keep for the next agent when each volume was last known to be ours."""
        memory = self._settings.memory
        if memory is None:
            return
        known = {volume: self._proofs[volume] for volume in self.roots}
        new = memory.with_suffix(".new")
        try:
            new.write_text(json.dumps(known))
            new.replace(memory)
        except OSError as why:
            _log.warning("%s: %s", memory, why)

    def _try(
        self, volume: str, action: Callable[..., None], *arguments: str | bool
    ) -> bool:
        try:
            action(*arguments)
        except Exception as why:
            if self.problems.get(volume) != str(why):
                _log.warning("%s: %s", volume or "volumes", why)
            self.problems[volume] = str(why) or type(why).__name__
            return False
        self.problems.pop(volume, None)
        return True

    def find(self) -> None:
        """Learn from the cloud what is held, and what of it is fenced."""
        now = self._effects.clock.steady()  # what is said is no older than the question
        found = self._effects.cloud.attached()
        self._held = {one.volume: one for one in found}
        for one in found:
            if one.fenced:
                self.fenced.add(one.volume)
            else:
                self._proofs[one.volume] = now

    def _take(self) -> None:
        for one in self._effects.cloud.free():
            if len(self._held) >= self._settings.volumes:
                return
            now = self._effects.clock.steady()
            known = self._store.read(Volume, one.volume)
            if one.fenced or (known is not None and not _wanted(known)):
                continue
            if self._effects.cloud.attach(one.volume):
                self._held[one.volume] = one
                self._proofs[one.volume] = now

    def _use(self, volume: str, mounted: bool) -> None:
        """Mount a volume that is ours to use, and say in the record that we hold it."""
        now = self._effects.clock.steady()
        known = self._store.read(Volume, volume)
        if known is not None and known.state == "fenced":
            self.fenced.add(volume)
            return
        self.emptied.discard(volume)
        if known is not None and not _wanted(known):
            self.emptied.add(volume)
        if self._settings.shared and not self._given(known):
            self._held.pop(volume, None)
            raise LookupError("another machine has the share")
        if known is None or not known.wanted_at:
            self._proofs[volume] = now
        if volume not in self.roots or not mounted:
            self.roots.pop(volume, None)
            root = self._effects.disks.mount(volume)
            Homes(root).mark(volume)
            self._hold(volume, known)
            self.roots[volume] = root
            self.lapsed.discard(volume)
            return
        self.silent.add(volume)
        told = self._effects.disks.check(volume)
        self.silent.discard(volume)
        self._hold(volume, known)
        if told:
            raise Told(told)

    def _given(self, known: Volume | None) -> bool:
        """Whether the record gives a share to this machine."""
        return known is not None and known.machine == self._settings.machine

    def _hold(self, volume: str, known: Volume | None) -> None:
        """Write that the volume is here, where the record does not say so."""
        cloud, machine = self._held[volume], self._settings.machine
        if known is None:
            known = Volume(
                volume=volume,
                zone=self._settings.zone,
                places=self._settings.places,
                name=cloud.name,
            )
        state = known.state
        if cloud.retiring and state == "open":
            state = "retiring"
        # A plan may give its volumes more places, never fewer: they have users.
        places = max(known.places, self._settings.places)
        wanted = replace(
            known, machine=machine, state=state, places=places, wanted_at=0.0
        )
        if wanted != known or not known.version:
            self._store.write(wanted)

    def give_back(self, volume: str) -> None:
        """Unmount and detach a volume on which nothing runs any more."""
        self.roots.pop(volume, None)
        if volume in self._effects.disks.mounted():
            self._effects.disks.unmount(volume)
        self._effects.cloud.detach(volume)
        self._held.pop(volume, None)
        known = self._store.read(Volume, volume)
        if known is not None and known.machine == self._settings.machine:
            with suppress(Conflict):  # its next machine was quicker
                self._store.write(replace(known, machine=""))


def _wanted(known: Volume) -> bool:
    """Whether a machine should spend a place on a volume: it has users, or may have."""
    return known.state == "open" or (known.state == "retiring" and known.users > 0)
