"""`passepartout restore` and `passepartout volumes`: the operator's commands."""

import argparse
import sys
import time
from datetime import UTC, datetime

from passepartout.errors import HostedError
from passepartout.restore.restore import Restore, RestoreCloud
from passepartout.restore.shares import FilesCloud, RestoreShares
from passepartout.users.assigner import Assigner
from passepartout.users.records import Volume
from passepartout.users.store import Store

EXAMPLES = """examples:
  passepartout restore vol-0abc --at now
  passepartout restore vol-0abc --at 2026-11-29T03:00Z --zone use1-az4
  passepartout restore vol-0abc --at now --zone use1-az4 --machine-lost
  passepartout restore user-volume-use1-az1-001 --at 2026-11-29T03:00Z --user 7

The volume's users stop at once where they run, and come back from the last snapshot at
or before that time. What they wrote since is not in it. A share of a file system
(storage: efs) is restored from its backups, user by user, while the others go on.
"""


def add_commands(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to the command line."""
    restore = groups.add_parser(
        "restore",
        help="bring a volume's users back from a snapshot, in any zone",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    restore.add_argument(
        "volume", help="the volume's id in EC2, vol-…, or a share's name"
    )
    restore.add_argument(
        "--user",
        type=int,
        action="append",
        default=[],
        help="of a share, this user alone; may be given again",
    )
    restore.add_argument(
        "--at",
        required=True,
        type=moment,
        help="a UTC time as 2026-11-29T03:00Z, or now",
    )
    restore.add_argument("--zone", default="", help="into this zone, use1-az4")
    restore.add_argument(
        "--machine-lost",
        action="store_true",
        help="the machine that holds it is known to be off, or cut off for good",
    )
    volumes = groups.add_parser("volumes", help="list volumes, or retire one")
    verbs = volumes.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="volumes with their places, users and holders")
    retire = verbs.add_parser("retire", help="let a volume take no more users")
    retire.add_argument("volume", help="the volume's id in EC2, vol-…")


def moment(text: str) -> float:
    """Seconds since 1970 of a time in UTC, or of now."""
    if text == "now":
        return time.time()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time: give one with its zone, as 2026-11-29T03:00Z, or now"
        )
    return at.timestamp()


def is_share(volume: str) -> bool:
    """Whether a volume of the record is a share of a file system."""
    return not volume.startswith("vol-")


def run_shares(options: argparse.Namespace, store: Store, cloud: FilesCloud) -> int:
    """Restore users of a share, and say what came of each."""
    if options.zone or options.machine_lost:
        print("a share finds its zone by itself: leave --zone out", file=sys.stderr)
        return 2
    try:
        done = RestoreShares(store, cloud, sleep=time.sleep).restore(
            options.volume, at=options.at, users=options.user
        )
    except HostedError as why:
        print(why, file=sys.stderr)
        return 1
    print(f"users of {options.volume}: {len(done.users)} as of {_utc(done.backup.at)}")
    for user, reason in done.failed:
        print(f"{user}: {reason}", file=sys.stderr)
    return int(bool(done.failed))


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%MZ")


def run_restore(options: argparse.Namespace, store: Store, cloud: RestoreCloud) -> int:
    """Restore a volume, and say what came of it."""
    if options.user:
        print("a volume is restored whole: leave --user out", file=sys.stderr)
        return 2
    restore = Restore(store, cloud, now=time.time, sleep=time.sleep)
    try:
        done = restore.restore(
            options.volume,
            at=options.at,
            zone=options.zone,
            machine_lost=options.machine_lost,
        )
    except HostedError as why:
        print(why, file=sys.stderr)
        return 1
    at = _utc(done.snapshot.at)
    print(f"users of {options.volume}: {done.users}, on {done.volume} as of {at}")
    return 0


def run_volumes(options: argparse.Namespace, store: Store) -> int:
    """List the volumes, or retire one."""
    found = [Assigner(store).retire(options.volume)] if options.verb == "retire" else []
    for one in found or store.every(Volume):
        holder = one.machine or "-"
        parts = (one.volume, one.state, one.zone, f"{one.users}/{one.places}", holder)
        print("  ".join((*parts, one.name)).rstrip())
    return 0
