"""`passepartout users`: the operator's commands over the record."""

import argparse
import json
import sys
from dataclasses import asdict

from passepartout.errors import HostedError
from passepartout.users.assigner import Assigner
from passepartout.users.records import Record
from passepartout.users.store import Store

EXAMPLES = """examples:
  passepartout users add 7 8 9          homes for three users
  passepartout users where 7            where user 7 lives, and how it is
  passepartout users move 7 --zone use1-az4
  passepartout users list --state failed
  passepartout users remove 7 --yes     its data are deleted
"""


def add_commands(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `users` and its verbs to the command line."""
    users = groups.add_parser(
        "users",
        help="add, move, remove and find users",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = users.add_subparsers(dest="verb", required=True)
    for verb, says in (
        ("add", "give users a home; one that has a home keeps it"),
        ("move", "send users to another volume; their data travel with them"),
        ("remove", "stop users and delete their data"),
        ("where", "tell where users live"),
    ):
        command = verbs.add_parser(verb, help=says, description=says)
        command.add_argument("user", type=_number, nargs="+", help="the user's number")
        if verb == "move":
            command.add_argument("--volume", default="", help="to this volume")
            command.add_argument("--zone", default="", help="to this zone, use1-az1")
        if verb == "remove":
            command.add_argument("--yes", action="store_true", help="delete the data")
    listing = verbs.add_parser("list", help="list users")
    listing.add_argument("--state", help="only users in this state")
    listing.add_argument("--volume", help="only users of this volume")
    listing.add_argument("--json", action="store_true", help="a JSON object a line")


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 2**32:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no user: a number from 1 to 4294967295, as XFS counts projects"
        )
    return int(text)


def run(options: argparse.Namespace, store: Store) -> int:
    """Do what was asked; 1 when a user could not be served, with the reason."""
    if options.verb == "list":
        return _list(options, store)
    if options.verb == "remove" and not options.yes:
        print("remove deletes users' data: add --yes", file=sys.stderr)
        return 2
    assigner, failed = Assigner(store), False
    for user in options.user:
        try:
            record = _one(options, assigner, user)
        except HostedError as why:
            print(f"{user}: {why}", file=sys.stderr)
            failed = True
            continue
        print(_line(record) if record else f"{user}  has no home")
        failed |= record is None and options.verb == "where"
    return int(failed)


def _one(options: argparse.Namespace, assigner: Assigner, user: int) -> Record | None:
    if options.verb == "add":
        return assigner.add(user)
    if options.verb == "move":
        return assigner.move(user, volume=options.volume, zone=options.zone)
    return assigner.remove(user) if options.verb == "remove" else assigner.where(user)


def _list(options: argparse.Namespace, store: Store) -> int:
    found = store.users_on(options.volume) if options.volume else store.every(Record)
    for record in found:
        if options.state and record.state != options.state:
            continue
        if record.state == "removed" and options.state != "removed":
            continue
        print(json.dumps(asdict(record)) if options.json else _line(record))
    return 0


def _line(record: Record) -> str:
    at = f"{record.address}:{record.port}" if record.route else "-"
    more = f"to {record.target}" if record.target else record.reason
    parts = (record.user, record.state, record.zone, record.volume, at, more)
    return "  ".join(str(part) for part in parts if part != "")
