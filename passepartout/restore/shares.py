"""Users of a share of a file system come back from a backup, each to its own home.

AWS brings folders back beside what is there, so users go on meanwhile. When all of them
are there, each user's machine, which holds its share, stops it, puts its home away, and
makes the folder its home by one rename. Broken off anywhere, the command goes on when it
is given again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from passepartout.errors import Conflict, HostedError, Refused
from passepartout.restore.restore import Snapshot
from passepartout.users import transitions
from passepartout.users.assigner import Assigner
from passepartout.users.records import SETTLED, Record, Volume
from passepartout.users.store import Store

PAUSE = 10.0
"""Seconds between two looks at AWS Backup."""
SEEN = 90.0
"""Seconds after which each machine sees what another has written: its NFS client keeps
a folder's entries for 60."""
LOOK = 2.0
PATIENCE = 600.0
"""Seconds that a user's machine may take, once its folder is there."""


class Job(NamedTuple):
    """A restore of AWS Backup: since when, how it is, and why when it failed."""

    since: float
    state: str
    why: str = ""


class FilesCloud(Protocol):
    """What a restore of shares asks of the cloud."""

    def backups(self) -> Sequence[Snapshot]:
        """The file system's backups that are whole."""

    def begin(self, backup: str, paths: Sequence[str], token: str) -> str:
        """Bring folders back; the job. The same token begins none twice."""

    def job(self, job: str) -> Job:
        """How a job is; COMPLETED, ABORTED or FAILED at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredUsers:
    """Who came back as of which backup, and why others did not."""

    backup: Snapshot
    users: tuple[int, ...]
    failed: tuple[tuple[int, str], ...]


class RestoreShares:
    """Restores users over a store and a cloud."""

    def __init__(
        self, store: Store, cloud: FilesCloud, *, sleep: Callable[[float], None]
    ) -> None:
        """Nothing is asked yet."""
        self._store = store
        self._cloud = cloud
        self._sleep = sleep

    def restore(
        self, share: str, *, at: float, users: Sequence[int] = ()
    ) -> RestoredUsers:
        """Bring users of a share, all unless some are named, back as they were at `at`.

        Raises Refused where there is no such share, user or backup, or AWS fails.
        """
        if self._store.read(Volume, share) is None:
            raise Refused(f"share {share} is not known: no machine has held it yet")
        wanted = self._wanted(share, users)
        backups = [one for one in self._cloud.backups() if one.at <= at]
        if not backups:
            raise Refused("the file system has no whole backup of that time or before")
        backup = max(backups, key=lambda one: one.at)
        waiting = [one for one in wanted if one.state == "restoring"]
        ready = [one for one in wanted if one.state in SETTLED]
        failed = [
            (one.user, f"it is {one.state}")
            for one in wanted
            if one not in waiting and one not in ready
        ]
        if ready:
            since = self._bring(backup, share, ready)
            for record in ready:
                try:
                    self._tell(record, since)
                except HostedError as refused:
                    failed.append((record.user, str(refused)))
                else:
                    waiting.append(record)
        back = []
        for record in waiting:
            why = self._wait(record.user)
            if why:
                failed.append((record.user, why))
            else:
                back.append(record.user)
        return RestoredUsers(backup=backup, users=tuple(back), failed=tuple(failed))

    def _wanted(self, share: str, users: Sequence[int]) -> list[Record]:
        if not users:
            return sorted(self._store.users_on(share), key=lambda one: one.user)
        found = []
        for user in users:
            record = self._store.read(Record, str(user))
            if record is None or record.volume != share or record.state == "removed":
                raise Refused(f"user {user} has no home on {share}")
            found.append(record)
        return found

    def _bring(self, backup: Snapshot, share: str, users: Sequence[Record]) -> float:
        """Let AWS bring the users' folders back; since when it does."""
        paths = [f"/{share}/users/{one.user}" for one in users]
        # Given again it is the same job, until a user has been started anew.
        token = " ".join(f"{one.user}@{one.version}" for one in users)
        name = self._cloud.begin(backup.snapshot, paths, f"{backup.snapshot} {token}")
        while (job := self._cloud.job(name)).state != "COMPLETED":
            if job.state in ("ABORTED", "FAILED"):
                raise Refused(f"AWS Backup: {name} {job.state}: {job.why}")
            self._sleep(PAUSE)
        self._sleep(SEEN)
        return job.since

    def _tell(self, record: Record, since: float) -> None:
        """Ask the user's machine to make its home of what is there."""
        while True:
            fresh = self._store.read(Record, str(record.user))
            if fresh is None or fresh.volume != record.volume:
                raise Refused("it has another home by now")
            if fresh.state not in SETTLED:
                raise Refused(f"it is {fresh.state} by now")
            try:
                transitions.restoring(self._store, fresh, since)
            except Conflict:
                continue
            Assigner(self._store).call(fresh.volume)
            return

    def _wait(self, user: int) -> str:
        """Until a user's machine is through; why nothing was restored, or ""."""
        waited = 0.0
        while True:
            record = self._store.read(Record, str(user))
            if record is None or record.state != "restoring":
                return ""
            if record.reason:
                try:
                    transitions.waiting(self._store, replace(record, target=""))
                except Conflict:
                    continue
                Assigner(self._store).call(record.volume)
                return f"{record.reason}; it goes on with the data that it had"
            if waited >= PATIENCE:
                return "its machine does not answer; it is restored when one does"
            waited += LOOK
            self._sleep(LOOK)
