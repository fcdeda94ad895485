"""The operator's command: `passepartout users`, `volumes`, `restore`, `image`."""

import argparse
import os
import sys
from typing import Any

from passepartout.errors import HostedError
from passepartout.image import commands as images
from passepartout.restore import commands as restores
from passepartout.restore.restore import RestoreCloud
from passepartout.restore.shares import FilesCloud
from passepartout.users import commands as users
from passepartout.users.opening import open_store
from passepartout.users.store import Store

RECORD = "PASSEPARTOUT_RECORD"
"""Where the record is, when `--record` does not say."""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="passepartout", description="Operate the hosting stack."
    )
    top.add_argument(
        "--record",
        default=os.environ.get(RECORD),
        help=f"sqlite:PATH or dynamodb:REGION/TABLE; else the variable {RECORD}",
    )
    groups = top.add_subparsers(dest="group", required=True)
    users.add_commands(groups)
    restores.add_commands(groups)
    images.add_commands(groups)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when not, 2 when it was not understood."""
    options = parser().parse_args(arguments)
    if options.group == "image":
        return images.run(options)
    if not options.record:
        print(f"give --record, or set {RECORD}", file=sys.stderr)
        return 2
    try:
        return _run(options, open_store(options.record))
    except HostedError as why:
        print(why, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace, store: Store) -> int:
    if options.group == "restore" and restores.is_share(options.volume):
        return restores.run_shares(options, store, _files(options.record))
    if options.group == "restore":
        return restores.run_restore(options, store, _cloud(options.record))
    if options.group == "volumes":
        return restores.run_volumes(options, store)
    return users.run(options, store)


def _cloud(record: str) -> RestoreCloud:
    """EC2 of the region that the record is in."""
    from passepartout.restore.ec2 import Ec2Restore

    (ec2,), pool = _clients(record, "ec2")
    return Ec2Restore(ec2, pool)


def _files(record: str) -> FilesCloud:
    """The pool's file system and its backups."""
    from passepartout.restore.efs import EfsRestore

    (efs, backup), pool = _clients(record, "efs", "backup")
    return EfsRestore(efs, backup, pool)


def _clients(record: str, *services: str) -> tuple[list[Any], str]:
    """AWS in the region that the record is in, and its pool, which names the table."""
    kind, _, place = record.partition(":")
    if kind != "dynamodb":
        raise HostedError("restore needs AWS: give --record dynamodb:REGION/TABLE")
    import boto3

    region, _, pool = place.partition("/")
    return [boto3.client(name, region_name=region) for name in services], pool


if __name__ == "__main__":
    sys.exit(main())
