"""`passepartout image check`: does an entry point keep the contract?"""

import argparse

from passepartout.image.contract import Bounds, check

EXAMPLES = """examples:
  passepartout image check -- ./gate --serve
  passepartout image check --idle-mib 700 -- sbcl --script gate.lisp
  passepartout image check -- docker run --rm --init --read-only --tmpfs /tmp \\
      --publish {port}:8080 --mount type=bind,source={home},target=/home/user IMAGE

{port} and {home} are filled in; PORT and HOME are in the environment too.
"""


def add_commands(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    image = groups.add_parser("image", help="check a user's image against the contract")
    verbs = image.add_subparsers(dest="verb", required=True)
    checking = verbs.add_parser(
        "check",
        help="run an entry point against every clause of docs/image.md",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checking.add_argument(
        "--idle-mib",
        type=int,
        default=1024,
        help="memory at rest that the tier packs for (memory.idle_gib), 1024",
    )
    checking.add_argument("command", nargs="+", help="the entry point, after --")


def run(options: argparse.Namespace) -> int:
    """Print each clause; 1 when one does not hold."""
    findings = check(options.command, Bounds(idle_mib=options.idle_mib))
    for one in findings:
        print(f"{'FAILED' if one.why else 'ok':6}  {one.clause}")
        if one.why:
            print(f"        {one.why}")
    return int(any(one.why for one in findings))
