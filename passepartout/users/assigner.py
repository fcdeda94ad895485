"""Gives each user one home, and keeps count of the places.

Every step is one write of all or nothing over the versions that were read, so it may be
called twice, by many at once, and broken off anywhere.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from passepartout.errors import Conflict, NoRoom, Refused
from passepartout.users.records import Record, Volume, elsewhere
from passepartout.users.store import Store

TRIES = 200
"""Of a write that others came before; each try reads everything anew."""

T = TypeVar("T")


class Assigner:
    """Adds, moves and removes users in a store."""

    def __init__(self, store: Store, draw: random.Random | None = None) -> None:
        """`draw` decides between volumes that are as good as each other."""
        self.store = store
        self._draw = draw or random.Random()

    def where(self, user: int) -> Record | None:
        """The user's record; None when it was never here or is removed."""
        record = self.store.read(Record, str(user))
        return None if record is None or record.state == "removed" else record

    def add(self, user: int) -> Record:
        """Give a user a home, or tell the one that it has.

        It is on the volume with the fewest users, in the zone with the fewest. Raises
        NoRoom when no volume has a place, Refused while the user is being removed.
        """
        return self._until_written(lambda: self._add(user))

    def _add(self, user: int) -> Record:
        old = self.store.read(Record, str(user))
        if old is not None and old.state == "removing":
            raise Refused(
                f"user {user} is being removed: wait until `users where {user}` says so"
            )
        if old is not None and old.state != "removed":
            return old
        if old is not None and elsewhere(old.target):
            raise Refused(f"user {user} went to {old.target}: send it back from there")
        home = self._place(lambda _: True)
        record = Record(
            user=user,
            volume=home.volume,
            zone=home.zone,
            version=old.version if old else 0,
        )
        self.store.write(record, replace(home, users=home.users + 1))
        self._call(home)
        return replace(record, version=record.version + 1)

    def move(self, user: int, *, volume: str = "", zone: str = "") -> Record:
        """Send a user to a volume, to a zone, or to any other volume.

        The user stops, its data travel, and it starts at its new home; the record says
        how far it is. A second call with the same wish changes nothing. Raises Refused
        for a user that is not here or is on another way, NoRoom when no place fits.
        """
        return self._until_written(lambda: self._move(user, volume, zone))

    def _move(self, user: int, volume: str, zone: str) -> Record:
        record = self.where(user)
        if record is None:
            raise Refused(f"user {user} has no home to move from; add it first")
        if record.state == "removing":
            raise Refused(f"user {user} is being removed")
        if elsewhere(record.target) or record.state == "sent":
            raise Refused(f"user {user} is {record.state} between two stacks")
        if record.state == "restoring":
            raise Refused(f"user {user} is being restored")
        if record.state in ("leaving", "arriving"):
            goal = record.target or record.volume
            if volume in ("", goal) and zone in ("", self._volume(goal).zone):
                return record
            raise Refused(
                f"user {user} is on its way to {goal}: wait until it is there"
            )
        if volume == record.volume or (zone and zone == record.zone):
            return record
        home = self._place(
            lambda one: (
                one.volume != record.volume
                and volume in ("", one.volume)
                and zone in ("", one.zone)
            )
        )
        moving = _stopped(record, "leaving", target=home.volume)
        self.store.write(moving, replace(home, users=home.users + 1))
        self.call(record.volume)
        return replace(moving, version=moving.version + 1)

    def remove(self, user: int) -> Record | None:
        """Stop a user and delete its data; None when it is not here any more.

        Raises Refused while it moves: there would be data in two places.
        """
        return self._until_written(lambda: self._remove(user))

    def _remove(self, user: int) -> Record | None:
        record = self.where(user)
        if record is None or record.state == "removing":
            return record
        if record.state in ("leaving", "arriving", "sent", "expected"):
            raise Refused(f"user {user} is moving: remove it when it has arrived")
        if record.state == "restoring":
            raise Refused(f"user {user} is being restored")
        leaving = _stopped(record, "removing")
        self.store.write(leaving)
        self.call(record.volume)
        return replace(leaving, version=leaving.version + 1)

    def expect(self, user: int, origin: str, old: Record | None) -> None:
        """Keep a place for a user from another stack, over the record that was read.

        Raises NoRoom, and Conflict where somebody was quicker.
        """
        home = self._place(lambda _: True)
        record = Record(
            user=user,
            volume=home.volume,
            zone=home.zone,
            state="expected",
            target=origin,
            version=old.version if old else 0,
        )
        self.store.write(record, replace(home, users=home.users + 1))

    def send_off(self, record: Record, goal: str) -> None:
        """Let a user leave for another stack. Raises Conflict."""
        self.store.write(_stopped(record, "leaving", target=goal))
        self.call(record.volume)

    def retire(self, volume: str) -> Volume:
        """Let a volume take no more users. Raises Refused for one that is not known."""

        def close() -> Volume:
            found = self._volume(volume)
            if found.state == "open":
                found = replace(found, state="retiring")
                self.store.write(found)
            return found

        return self._until_written(close)

    def _place(self, fits: Callable[[Volume], bool]) -> Volume:
        """The volume for one more user among those that fit and have room."""
        volumes = list(self.store.every(Volume))
        in_zone: Counter[str] = Counter()
        for one in volumes:
            in_zone[one.zone] += one.users
        able = [one for one in volumes if one.free and fits(one)]
        if not able:
            raise NoRoom(
                f"none of {len(volumes)} volumes has a place that fits: let the plan"
                " have more volumes, or move users"
            )

        def rank(one: Volume) -> tuple[int, bool, int]:
            return in_zone[one.zone], not one.machine, one.users

        best = min(map(rank, able))
        return self._draw.choice([one for one in able if rank(one) == best])

    def _volume(self, volume: str) -> Volume:
        found = self.store.read(Volume, volume)
        if found is None:
            raise Refused(f"volume {volume} is not known: no machine has held it yet")
        return found

    def call(self, volume: str) -> None:
        """Ask the machine that holds a volume to look at its users."""
        self._call(self._volume(volume))

    def _call(self, volume: Volume) -> None:
        if volume.machine:
            self.store.call(volume.machine)

    def _until_written(self, attempt: Callable[[], T]) -> T:
        for _ in range(TRIES):
            try:
                return attempt()
            except Conflict:
                continue
        return attempt()


def _stopped(record: Record, state: str, target: str = "") -> Record:
    """The record without a route, in another state."""
    return replace(
        record,
        state=state,  # type: ignore[arg-type]  # one of UserState, by the callers
        machine="",
        address="",
        port=0,
        reason="",
        target=target,
    )
