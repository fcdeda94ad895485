"""Builds actionlint, which knows what GitHub takes in a workflow, with Go for the tests.

Run as `python -m tests.forge.build`; `make test` does. It is kept in `.engine/bin` as the
engine is, so that the second run takes no time.
"""

import sys

from tests.engine import build

PARTS = ("actionlint",)


def main() -> int:
    """Exit code 0; 1 when there is no actionlint and `CI=true` demands one."""
    return build.ensure(PARTS, "actionlint", "workflows are not checked by it")


def found() -> build.Found:
    """The folder of the program; NoEngine with the reason where it is not."""
    return build.find_built(PARTS, "python -m tests.forge.build")


if __name__ == "__main__":
    sys.exit(main())
