"""A user goes from one stack to another: two records, and one home at every instant.

A place is kept in the goal first (`expected`). Then the user's machine stops it, packs
its data and writes `sent`: nobody runs it here any more, and its home stays. The copy is
carried over, and one write makes the kept place its home. What it leaves behind goes once
it runs there. Each write is made over the version that was read, of the goal before the
source, so a call that brings it back meanwhile and this one cannot both come through.
Broken off anywhere, the command goes on when it is given again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from passepartout.errors import Conflict, Refused
from passepartout.users import transitions
from passepartout.users.assigner import Assigner
from passepartout.users.records import SETTLED, Record, archive_key
from passepartout.users.store import Store

PAUSE = 2.0
"""Seconds between two looks at what machines have done."""


class Carrier(Protocol):
    """Takes a user's copy from the source's archive to the goal's."""

    def carry(self, user: int) -> None:
        """Copy it. Raises Refused when there is none any more."""

    def forget(self, user: int) -> None:
        """Delete what is left of it at the source."""


class BucketCarrier:
    """Carries between two buckets within S3; clients are boto3's, of their regions."""

    def __init__(
        self, source: Any, source_bucket: str, goal: Any, goal_bucket: str
    ) -> None:
        """The buckets of the two stacks (`pulumi stack output bucket`)."""
        self._source, self._source_bucket = source, source_bucket
        self._goal, self._goal_bucket = goal, goal_bucket

    def carry(self, user: int) -> None:
        """See `Carrier`."""
        copy = {"Bucket": self._source_bucket, "Key": archive_key(user)}
        try:
            self._goal.copy(
                copy, self._goal_bucket, archive_key(user), SourceClient=self._source
            )
        except self._source.exceptions.ClientError as why:
            if why.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            raise Refused(
                f"the copy of user {user} is no longer in {self._source_bucket}: give"
                " --back, its home is still there, and send it again"
            ) from why

    def forget(self, user: int) -> None:
        """See `Carrier`."""
        self._source.delete_object(Bucket=self._source_bucket, Key=archive_key(user))


class Handover:
    """Sends users from a source to a goal, whose records' names are `names`."""

    def __init__(
        self,
        source: Store,
        goal: Store,
        *,
        names: tuple[str, str],
        carrier: Carrier,
        sleep: Callable[[float], None],
    ) -> None:
        """Nothing is written yet."""
        self._source, self._goal = source, goal
        self._from, self._to = names
        self._carrier = carrier
        self._sleep = sleep

    def send(self, user: int, *, seconds: float) -> Record:
        """Send a user, and wait until it runs there; its record there.

        Raises Refused where it cannot go, NoRoom before it is stopped where no volume
        of the goal has a place, and Refused after `seconds` with how far it is.
        """
        waited = 0.0
        while True:
            there = self._goal.read(Record, str(user))
            here = self._source.read(Record, str(user))  # after `there`: see the module
            try:
                done = self._step(user, here, there)
            except Conflict:
                continue
            if isinstance(done, Record):
                return done
            if done:
                continue
            if waited >= seconds:
                states = " and ".join(
                    f"{one.state} {where}"
                    for one, where in ((here, "here"), (there, "there"))
                    if one is not None
                )
                raise Refused(f"user {user} is {states}: give the command again")
            waited += PAUSE
            self._sleep(PAUSE)

    def _step(
        self, user: int, here: Record | None, there: Record | None
    ) -> Record | bool:
        """One write at most; the record there at the end, False where machines work."""
        if here is None or here.state == "removed":
            gone = here is not None and here.target == self._to
            if gone and there is not None and there.state != "removed":
                return there
            raise Refused(f"user {user} has no home here")
        if here.state in SETTLED:
            if self._expected(there):
                Assigner(self._source).send_off(here, self._to)
            else:
                self._expect(user, there)
            return True
        if here.target != self._to:
            self._withdraw(there)
            raise Refused(f"user {user} is {here.state}: wait until that is over")
        return here.state == "sent" and self._deliver(here, there)

    def _deliver(self, here: Record, there: Record | None) -> Record | bool:
        """What a machine has packed becomes the goal's; then the source lets go."""
        withdrawn = there is None or (
            there.state == "removed" and there.target == self._from
        )
        if there is None or withdrawn:
            self._expect(here.user, there)
            return True
        if there.state == "expected":
            self._give(here, there)
            return True
        if there.checksum and there.state == "failed":
            raise Refused(
                f"user {here.user} does not run there ({there.reason}); its home here"
                " is kept until it does"
            )
        if there.checksum:
            return False
        self._carrier.forget(here.user)
        transitions.removed(self._source, here)
        Assigner(self._source).call(here.volume)
        return there

    def _give(self, here: Record, there: Record) -> None:
        """Carry the copy, and make the kept place the user's home: one write."""
        if not self._expected(there):
            raise Refused(f"user {here.user} is expected there from {there.target}")
        if here.checksum:
            self._carrier.carry(here.user)
        self._goal.write(
            replace(
                there,
                state="arriving" if here.checksum else "waiting",
                target="",
                checksum=here.checksum,
                data=here.data,
            )
        )
        Assigner(self._goal).call(there.volume)

    def back(self, user: int) -> Record:
        """Let a user that is on its way stay where it was; its record here.

        Raises Refused once its home is in the goal.
        """
        while True:
            try:
                if (stays := self._back(user)) is not None:
                    return stays
            except Conflict:
                continue

    def _back(self, user: int) -> Record | None:
        """One try; None where there is more to do."""
        here = self._source.read(Record, str(user))
        if here is None or here.state == "removed":
            raise Refused(f"user {user} has no home here any more")
        if here.state in SETTLED:
            self._withdraw(self._goal.read(Record, str(user)))
            return here
        if here.state not in ("leaving", "sent") or here.target not in ("", self._to):
            raise Refused(f"user {user} is {here.state}, not on its way to {self._to}")
        if here.state == "leaving":
            return self._stay(here)
        if here.target:  # from here on nobody sends it
            self._source.write(replace(here, target=""))
            return None
        there = self._goal.read(Record, str(user))
        if there is not None and there.state not in ("expected", "removed"):
            self._source.write(replace(here, target=self._to))
            raise Refused(f"user {user} has its home there already")
        if there is not None and there.state == "expected":
            self._withdraw(there)
        else:  # whoever is about to keep a place there finds another version
            never = Record(user=user, volume="-", zone="-", state="removed")
            self._goal.write(replace(there or never, target=self._from))
        self._carrier.forget(user)
        return self._stay(here)

    def _stay(self, here: Record) -> Record:
        stays = transitions.waiting(self._source, replace(here, target="", checksum=""))
        Assigner(self._source).call(here.volume)
        return stays

    # --- the place that is kept ---------------------------------------------------------

    def _expected(self, there: Record | None) -> bool:
        return (
            there is not None
            and there.state == "expected"
            and there.target == self._from
        )

    def _expect(self, user: int, there: Record | None) -> None:
        """Keep a place. Raises Refused where the goal has such a user already."""
        free = there is None or (
            there.state == "removed" and there.target in ("", self._from)
        )
        if not free:
            raise Refused(f"{self._to} has a user {user} of its own")
        Assigner(self._goal).expect(user, self._from, there)

    def _withdraw(self, there: Record | None) -> None:
        """Give up the place that was kept, if it was."""
        if there is not None and self._expected(there):
            transitions.removed(self._goal, there)
