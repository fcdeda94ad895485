"""`passepartout users`: the operator's commands over the record."""

import argparse
import json
import sys
import time
from dataclasses import asdict

from passepartout.errors import HostedError
from passepartout.users.assigner import Assigner
from passepartout.users.handover import BucketCarrier, Carrier, Handover
from passepartout.users.opening import open_store
from passepartout.users.records import Record
from passepartout.users.store import Store

EXAMPLES = """examples:
  passepartout users add 7 8 9          homes for three users
  passepartout users where 7            where user 7 lives, and how it is
  passepartout users move 7 --zone use1-az4
  passepartout users list --state failed
  passepartout users send 7 --to dynamodb:us-east-1/passepartout-10k \
    --bucket small-stacks-bucket --to-bucket large-stacks-bucket
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
        ("send", "send users to another stack; their data travel with them"),
        ("where", "tell where users live"),
    ):
        command = verbs.add_parser(verb, help=says, description=says)
        command.add_argument("user", type=_number, nargs="+", help="the user's number")
        if verb == "move":
            command.add_argument("--volume", default="", help="to this volume")
            command.add_argument("--zone", default="", help="to this zone, use1-az1")
        if verb == "send":
            _add_send(command)
        if verb == "remove":
            command.add_argument("--yes", action="store_true", help="delete the data")
    listing = verbs.add_parser("list", help="list users")
    listing.add_argument("--state", help="only users in this state")
    listing.add_argument("--volume", help="only users of this volume")
    listing.add_argument("--json", action="store_true", help="a JSON object a line")


def _add_send(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", required=True, help="the other stack's record")
    for name, whose in (("--bucket", "this"), ("--to-bucket", "the other")):
        says = f"{whose} stack's bucket (pulumi stack output bucket)"
        command.add_argument(name, required=True, help=says)
    command.add_argument(
        "--back", action="store_true", help="let users on their way stay here"
    )
    command.add_argument(
        "--minutes", type=float, default=30, help="how long to wait for each (30)"
    )


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
    if options.verb == "send" and options.to == options.record:
        print("--to is this stack's own record: users move within it", file=sys.stderr)
        return 2
    assigner, failed = Assigner(store), False
    for user in options.user:
        try:
            record = _one(options, assigner, user)
        except HostedError as why:
            print(f"{user}: {why}", file=sys.stderr)
            failed = True
            continue
        print(_line(record) if record else f"{user}  {_gone(store, user)}")
        failed |= record is None and options.verb == "where"
    return int(failed)


def _gone(store: Store, user: int) -> str:
    """Why a user is not here."""
    last = store.read(Record, str(user))
    return f"went to {last.target}" if last and last.target else "has no home"


def _one(options: argparse.Namespace, assigner: Assigner, user: int) -> Record | None:
    if options.verb == "send":
        return _send(options, assigner, user)
    if options.verb == "add":
        return assigner.add(user)
    if options.verb == "move":
        return assigner.move(user, volume=options.volume, zone=options.zone)
    return assigner.remove(user) if options.verb == "remove" else assigner.where(user)


def _send(options: argparse.Namespace, assigner: Assigner, user: int) -> Record:
    handover = Handover(
        assigner.store,
        open_store(options.to),
        names=(options.record, options.to),
        carrier=carrier_of(options),
        sleep=time.sleep,
    )
    if options.back:
        return handover.back(user)
    return handover.send(user, seconds=60 * options.minutes)


def carrier_of(options: argparse.Namespace) -> Carrier:
    """S3 of the two stacks' regions. Raises HostedError for a record that is not AWS's."""
    clients = []
    for record in (options.record, options.to):
        kind, _, place = record.partition(":")
        if kind != "dynamodb":
            raise HostedError("send needs AWS: give dynamodb:REGION/TABLE")
        import boto3

        clients.append(boto3.client("s3", region_name=place.partition("/")[0]))
    source, goal = clients
    return BucketCarrier(source, options.bucket, goal, options.to_bucket)


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
