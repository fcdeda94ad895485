"""A file system for all machines, mounted whole and by TLS; shares are folders of it.

One mount, so one connection, a machine: a share is bound to its place from there. NFS
has no quota for a folder. What stands in: each home is counted once a day, and read
while nothing else is; an operator is told of users who hold more than their share, and
one who holds twice as much is not started again.
"""

import os
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from passepartout.agent.commands import Failed, Run, run
from passepartout.agent.docker import RUNS_AS

OPTIONS = "tls,iam,nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,noresvport"
"""AWS's own; `iam` mounts as the machine's role.

Source: https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-nfs-mount-settings.html
"""
GIB = 1024**3
COUNT_SECONDS = 86_400.0
"""How old a count of a home may be. Counting reads each file's entry, which is paid."""
CLOCKS = 60.0
"""Seconds by which clocks of AWS's services may differ."""
MOST_TIMES = 2
"""Of its share, which a home may hold and still be started."""


class TooMuch(Exception):
    """A home holds so much more than its share that its user is not started."""


class Efs:
    """Shares of one file system, bound below a folder."""

    def __init__(
        self,
        file_system: str,
        gib_per_user: int,
        *,
        folder: Path = Path("/volumes"),
        whole: Path = Path("/efs"),
        mounts: Path = Path("/proc/self/mounts"),
        subordinate: int = 0,
        command: Run = run,
    ) -> None:
        """`subordinate` is the first id that the containers' user namespace maps to."""
        self._file_system = file_system
        self._gib = gib_per_user
        self._folder = folder
        self._whole = whole
        self._mounts = mounts
        self._owner = subordinate + RUNS_AS
        self._run = command
        self._counter = ThreadPoolExecutor(1, "count")
        self._counting: Future[None] | None = None
        self._held: dict[Path, tuple[int, float]] = {}

    def mounted(self) -> Mapping[str, Path]:
        """See `Disks`."""
        return {
            where.name: where
            for where in self._mount_points()
            if where.parent == self._folder
        }

    def _mount_points(self) -> list[Path]:
        lines = self._mounts.read_text().splitlines()
        return [Path(line.split()[1]) for line in lines]

    def mount(self, volume: str) -> Path:
        """See `Disks`. The folder is made when nobody ever held the share."""
        root = self._folder / volume
        if volume in self.mounted():
            return root
        if self._whole not in self._mount_points():
            self._whole.mkdir(parents=True, exist_ok=True)
            self._run(
                *("mount", "-t", "efs", "-o", OPTIONS),
                *(f"{self._file_system}:/", str(self._whole)),
                seconds=120,
            )
        share = self._whole / volume
        share.mkdir(mode=0o711, exist_ok=True)
        root.mkdir(parents=True, exist_ok=True)
        self._run("mount", "--bind", str(share), str(root))
        self._run("mount", "-o", "remount,bind,noatime,nodev,nosuid", str(root))
        return root

    def unmount(self, volume: str) -> None:
        """See `Disks`. The file system stays mounted, so it is written out first."""
        root = str(self._folder / volume)
        self._run("sync", "--file-system", root, seconds=60)
        self._run("umount", root, seconds=60)

    def limit(self, volume: str, user: int, home: Path) -> None:
        """See `Disks`; raises TooMuch by the last count, where there is one."""
        if home.stat().st_uid != self._owner:
            os.chown(home, self._owner, self._owner)
        held, _ = self._held.get(home, (0, 0.0))
        if held > MOST_TIMES * self._gib * GIB:
            raise TooMuch(
                f"its home held {held / GIB:.1f} of {self._gib} GiB when it was counted"
            )

    def bring(self, volume: str, user: int, since: float) -> str:
        """See `Disks`. AWS Backup puts each restore into a folder of its own.

        Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-efs.html
        """
        place = self._whole / volume / "arriving" / f"{user}-{int(since)}"
        found = {
            home: made
            for folder in self._whole.glob("aws-backup-restore_*")
            if (made := folder.stat().st_ctime) >= since - CLOCKS
            and (home := folder / volume / "users" / str(user)).is_dir()
        }
        if found and not place.exists():
            max(found, key=found.__getitem__).rename(place)
        return place.name

    def check(self, volume: str) -> str:
        """See `Disks`: a few bytes are written through to the file system."""
        root = self._folder / volume
        self._run(
            *("dd", "if=/dev/zero", f"of={root / '.alive'}", "bs=512", "count=1"),
            *("conv=fsync", "status=none"),
            seconds=20,
        )
        self._count_next(root / "users")
        over = [
            f"user {home.name} holds {held / GIB:.1f} of {self._gib} GiB"
            for home, (held, _) in sorted(self._held.items())
            if home.parent.parent == root and held > self._gib * GIB
        ]
        return ", ".join(over)

    def _count_next(self, users: Path) -> None:
        """Begin to count the home whose count is oldest, unless one is counted now."""
        if self._counting is not None and not self._counting.done():
            return
        homes = [home for home in users.iterdir() if home.name.isdecimal()]
        before = time.monotonic() - COUNT_SECONDS
        due = {
            home: when
            for home in homes
            if (when := self._held.get(home, (0, float("-inf")))[1]) < before
        }
        for home in set(self._held) - set(homes):
            if home.parent == users:
                del self._held[home]
        if due:
            self._counting = self._counter.submit(self._count, min(due, key=due.get))  # type: ignore[arg-type]

    def _count(self, home: Path) -> None:
        """Bytes below a home. One that changes meanwhile is counted all the same."""
        try:
            told = self._run(
                *("nice", "-n", "19", "du", "--summarize", "--bytes", str(home)),
                seconds=3_600,
                ok=(0, 1),
            )
            held = int(told.split()[0])
        except (Failed, IndexError, ValueError):
            held = self._held.get(home, (0, 0.0))[0]
        self._held[home] = (held, time.monotonic())
