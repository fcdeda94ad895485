"""What is known of users, volumes and machines: the values of the durable record.

A value carries the version that it was read with; a store writes it only over that
version. A version of 0 says that there is none yet. docs/operating.md tells the life of
a user by these states.
"""

from dataclasses import dataclass
from typing import Literal

MOVES = "moves"
"""The folder of a stack's bucket in which users' data are on their way."""


def archive_key(user: int) -> str:
    """Where a user's data stand in the bucket while they are on their way."""
    return f"{MOVES}/{user}"


UserState = Literal[
    "waiting",
    "running",
    "failed",
    "leaving",
    "arriving",
    "sent",
    "expected",
    "restoring",
    "removing",
    "removed",
]
"""Where a user stands.

waiting: wanted, and no machine runs it at the moment; running: at `address`, `port`;
failed: its machine tries again, `reason` says why; leaving: its machine stops it and
puts its data into the archive; arriving: its new machine takes them from there;
sent: its data are in the archive on their way to another stack, and nobody runs it here;
expected: a place is kept for one that comes from another stack; restoring: its machine
makes what a backup had its home; removing: its machine
stops it and deletes its data; removed: gone, to another stack where it has a target.
"""

SETTLED: tuple[UserState, ...] = ("waiting", "running", "failed")
"""States of a user that is to run at its home and is on no way."""

VolumeState = Literal["open", "retiring", "fenced"]
"""open: takes users; retiring: keeps the users it has, takes no more; fenced: replaced
by a restored copy, and no machine may run users from it ever again."""

MachineState = Literal["serving", "draining", "drained"]
"""drained: all its volumes are given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One user: its one home (`volume` in `zone`), and where it runs.

    `machine`, `address` and `port` are set while it runs, `reason` when it failed,
    `target` while it leaves for another volume, or the other stack's record where it
    goes to or comes from (`elsewhere`), or while it is restored the second since which
    its data were brought back; `checksum` (SHA-256) while its data
    are in the archive. `data` is 1 once it has run: from then on its directory must be
    on its volume, and a user without it is never started on an empty one.
    """

    user: int
    volume: str
    zone: str
    state: UserState = "waiting"
    machine: str = ""
    address: str = ""
    port: int = 0
    reason: str = ""
    target: str = ""
    checksum: str = ""
    data: int = 0
    version: int = 0

    @property
    def label(self) -> str:
        """The first part of the user's host name: `<label>.<domain>`."""
        return str(self.user)

    @property
    def route(self) -> tuple[str, int] | None:
        """Address and port that proxies send the user's requests to, or None."""
        return (self.address, self.port) if self.state == "running" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One data volume: its places for users, how many are taken, who holds it now.

    A share of a file system has `wanted_at`, seconds since 1970, while another machine
    waits for the lease of its silent holder to end.
    """

    volume: str
    zone: str
    places: int
    users: int = 0
    state: VolumeState = "open"
    machine: str = ""
    name: str = ""
    fenced_at: float = 0.0
    wanted_at: float = 0.0
    version: int = 0

    @property
    def free(self) -> int:
        """Places that a new user may have."""
        return max(0, self.places - self.users) if self.state == "open" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One hosting machine as it last spoke: `seen` in seconds since 1970.

    `certificates` are those that it may show to proxies, in PEM; "" where it has no TLS.
    """

    machine: str
    zone: str
    address: str
    state: MachineState = "serving"
    seen: float = 0.0
    volumes: int = 0
    running: int = 0
    problems: str = ""
    certificates: str = ""
    version: int = 0


def elsewhere(target: str) -> bool:
    """Whether a target is another stack's record, as dynamodb:REGION/TABLE."""
    return ":" in target


Item = Record | Volume | Machine
"""Everything that a store holds."""


def key_of(item: Item) -> str:
    """What tells an item from others of its kind."""
    if isinstance(item, Record):
        return str(item.user)
    return item.volume if isinstance(item, Volume) else item.machine
