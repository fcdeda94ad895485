"""The root of every error that is the user's to mend, each one clear sentence.

Each package keeps its own tree of errors, drawn at the top of its module; the trees
hang here, so that a caller may catch all of Farebox's errors at once.

* FareboxError
  - OutsideFailed   something outside of Farebox failed: a price source, a disk, a server
"""


class FareboxError(Exception):
    """What was asked for cannot be done; the message is one sentence for the user."""


class OutsideFailed(FareboxError):
    """A price source, a disk or a server failed: the result would be older or smaller.

    Nothing in the user's input is wrong, and trying again later may help.
    """
