"""What the agent does to the world, behind small interfaces.

Each call either does its whole work or raises, and may be given again: the agent may be
killed between any two of them, and in the midst of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Notice = Literal["", "rebalance", "terminating", "interruption"]
"""Nothing; EC2 thinks that it will soon want the machine back; the group ends it; EC2
takes it in two minutes."""


LEASE = 600.0
"""Seconds within which a machine that hears nothing has ended its users.

What waits for it elsewhere, a restore say, waits as long.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this machine is, and what it may host. Times are in seconds.

    `shared` says that its volumes are shares of a file system, which the record gives
    away; `memory` is a file that lasts as long as this boot.
    """

    machine: str
    zone: str
    address: str
    volumes: int
    places: int
    gib_per_user: int
    first_port: int
    ports: int
    at_once: int = 16
    tick: float = 2
    look: float = 60
    sync: float = 300
    lease: float = LEASE
    stop: float = 45
    retry: float = 60
    keep_moved: float = 86_400
    shared: bool = False
    memory: Path | None = None

    @property
    def lapses(self) -> float:
        """Seconds without record and cloud after which users are ended.

        So much before the lease's end that they can take their time and be killed.
        """
        return self.lease - 2 * self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudVolume:
    """A data volume as the cloud knows it, with what its tags say."""

    volume: str
    name: str = ""
    retiring: bool = False
    fenced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A user's container on this machine, whether it runs or has ended."""

    user: int
    volume: str
    port: int
    running: bool
    ended: str = ""


class Containers(Protocol):
    """The machine's container engine."""

    def found(self) -> Sequence[Container]:
        """All users' containers. Raises when the engine does not answer."""

    def start(self, user: int, volume: str, home: Path, port: int) -> None:
        """Run the user's container on its home; one that ended goes first."""

    def stop(self, users: Sequence[int], seconds: float) -> None:
        """Ask all at once to end, kill those that have not in time, take all away."""


class Disks(Protocol):
    """File systems and quotas on the machine's data volumes."""

    def mounted(self) -> Mapping[str, Path]:
        """Where the volumes are that are mounted now."""

    def mount(self, volume: str) -> Path:
        """Mount an attached volume by its id; a blank one gets a file system first."""

    def unmount(self, volume: str) -> None:
        """Write everything out and unmount."""

    def limit(self, volume: str, user: int, home: Path) -> None:
        """Hold a user's directory to its share of the volume."""

    def bring(self, volume: str, user: int, since: float) -> str:
        """What a backup had of a user, brought back since then, below `arriving`.

        Its name there; it may not be there.
        """

    def check(self, volume: str) -> str:
        """Raise when the volume does not answer; what an operator should know of it."""


class Cloud(Protocol):
    """What a machine may ask of the cloud, and only for itself."""

    def attached(self) -> Sequence[CloudVolume]:
        """The data volumes that this machine holds."""

    def free(self) -> Sequence[CloudVolume]:
        """Data volumes of this zone that nobody holds."""

    def attach(self, volume: str) -> bool:
        """Take a volume; False when another machine was first."""

    def detach(self, volume: str) -> None:
        """Give back a volume of this machine's own. Never by force."""

    def notice(self) -> Notice:
        """Whether this machine is about to go."""

    def released(self) -> None:
        """Tell the group that nothing is left to save here."""

    def unhealthy(self, why: str) -> None:
        """Ask the group for another machine instead of this one."""


class Archive(Protocol):
    """Where a user's data are on their way from one volume to another."""

    def put(self, user: int, home: Path) -> str:
        """Keep a copy of the directory; its SHA-256."""

    def get(self, user: int, checksum: str, into: Path) -> None:
        """Unpack the copy into an empty directory. Raises when it is not that one."""

    def delete(self, user: int) -> None:
        """Forget the copy, if there is one."""


class Clock(Protocol):
    """Time, so that a test may have its own."""

    def now(self) -> float:
        """Seconds since 1970."""

    def steady(self) -> float:
        """Seconds that only ever grow."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Known(Protocol):
    """By what proxies know this machine."""

    def certificates(self) -> str:
        """The certificates that it may show, in PEM; "" where it has no TLS."""


class Power(Protocol):
    """The machine's own switch."""

    def cut(self) -> None:
        """Start the machine anew at once; what is not on the disks yet is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Everything that an agent acts through, besides the record."""

    power: Power
    known: Known
    containers: Containers
    disks: Disks
    cloud: Cloud
    archive: Archive
    clock: Clock
