"""The operator's command: `passepartout users …`, `passepartout restore …`."""

import argparse
import os
import sys

from passepartout.errors import HostedError
from passepartout.users import commands as users
from passepartout.users.store import open_store

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
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when not, 2 when it was not understood."""
    options = parser().parse_args(arguments)
    if not options.record:
        print(f"give --record, or set {RECORD}", file=sys.stderr)
        return 2
    try:
        return users.run(options, open_store(options.record))
    except HostedError as why:
        print(why, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
