"""What can go wrong before a stack is priced: what was asked for does not fit together.

* RequestError   a name that is nothing here, a git ref that cannot be read, two
                 options that exclude each other; the sentence names the way out

What is found and then cannot be read or priced raises the errors of its own package.
"""

from farebox.errors import FareboxError


class RequestError(FareboxError):
    """What was asked for is not there, or does not go together."""
