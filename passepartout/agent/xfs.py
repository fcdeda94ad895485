"""The machine's data volumes: XFS file systems with a project quota for each user."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from passepartout.agent.commands import Failed, Run, run
from passepartout.agent.docker import RUNS_AS

BLANK_BYTES = 4 * 1024 * 1024
"""A volume is new when nothing is known of it and its beginning is all zeros."""
DEVICE_SECONDS = 60.0
"""How long an attached volume may take to show up."""


class Xfs:
    """Volumes below a folder, found by their EBS ids; `owner` owns users' homes."""

    def __init__(
        self,
        gib_per_user: int,
        *,
        folder: Path = Path("/volumes"),
        by_id: Path = Path("/dev/disk/by-id"),
        mounts: Path = Path("/proc/self/mounts"),
        subordinate: int = 0,
        command: Run = run,
    ) -> None:
        """`subordinate` is the first id that the containers' user namespace maps to."""
        self._gib = gib_per_user
        self._folder = folder
        self._by_id = by_id
        self._mounts = mounts
        self._owner = subordinate + RUNS_AS
        self._run = command

    def mounted(self) -> Mapping[str, Path]:
        """See `Disks`."""
        found = {}
        for line in self._mounts.read_text().splitlines():
            where = Path(line.split()[1])
            if where.parent == self._folder:
                found[where.name] = where
        return found

    def mount(self, volume: str) -> Path:
        """See `Disks`. Nothing that has ever been written to is formatted."""
        root = self._folder / volume
        if volume in self.mounted():
            return root
        device = self._device(volume)
        if self._blank(device):
            self._run("mkfs.xfs", "-q", str(device), seconds=300)
        root.mkdir(parents=True, exist_ok=True)
        # A restored copy has the file system id of its original: nouuid lets both be.
        options = "noatime,nodev,nosuid,prjquota,nouuid"
        self._run("mount", "-t", "xfs", "-o", options, str(device), str(root))
        self._run("xfs_growfs", str(root))
        return root

    def _device(self, volume: str) -> Path:
        name = f"nvme-Amazon_Elastic_Block_Store_{volume.replace('-', '')}"
        until = time.monotonic() + DEVICE_SECONDS
        while not (device := self._by_id / name).exists():
            if time.monotonic() > until:
                raise Failed(f"{volume} is attached but there is no {device.name}")
            time.sleep(0.5)
        return device

    def _blank(self, device: Path) -> bool:
        """Whether a volume was never written to. Raises where it cannot be read."""
        if self._run("blkid", "--probe", str(device), ok=(0, 2)).strip():
            return False
        with device.open("rb") as file:
            start = file.read(BLANK_BYTES)
        return bool(start) and not start.strip(b"\0")

    def unmount(self, volume: str) -> None:
        """See `Disks`."""
        self._run("umount", str(self._folder / volume), seconds=60)

    def limit(self, volume: str, user: int, home: Path) -> None:
        """See `Disks`. The tree is walked only where it is no project yet."""
        root = str(self._folder / volume)
        told = self._run("lsattr", "-d", "-p", str(home)).split()
        if not told or told[0] != str(user):
            project = f"project -s -p {home} {user}"
            self._run("xfs_quota", "-x", "-c", project, root, seconds=600)
        limit = f"limit -p bhard={self._gib}g ihard={self._gib * 100_000} {user}"
        self._run("xfs_quota", "-x", "-c", limit, root)
        if home.stat().st_uid != self._owner:
            os.chown(home, self._owner, self._owner)

    def bring(self, volume: str, user: int, since: float) -> str:
        """See `Disks`. A volume is restored whole, so nothing is ever there."""
        return f"{user}-{int(since)}"

    def check(self, volume: str) -> str:
        """See `Disks`: a few bytes are written, to the disk itself."""
        alive = self._folder / volume / ".alive"
        self._run(
            *("dd", "if=/dev/zero", f"of={alive}", "bs=512", "count=1"),
            *("conv=fsync", "status=none"),
            seconds=20,
        )
        return ""
