"""What can go wrong when a comment or an annotation is brought to a forge.

* ForgeError
  - NotConfigured     the environment does not say where to post, or with which token
  - CannotWrite       a file that was asked for cannot be written
  - PostFailed        the forge did not take it; the estimate itself stands
    - NotAllowed      401, 403: the token may not do this
    - NotThere        404: no such repository, pull request or comment for this token
    - Uncertain       a time-out, a cut connection, 5xx: it may have happened or not

No message holds a token: `farebox.forge.api` takes it out of every text it passes on.
"""

from farebox.errors import FareboxError


class ForgeError(FareboxError):
    """Base of everything that this package raises."""


class NotConfigured(ForgeError):
    """The environment names no pull request, no token, or one that cannot be right."""


class CannotWrite(ForgeError):
    """The file of an option such as --output cannot be written."""


class PostFailed(ForgeError):
    """The forge refused, or could not be reached; the sentence says the way out."""


class NotAllowed(PostFailed):
    """401 or 403: the token may not do this."""


class NotThere(PostFailed):
    """404: nothing there, or nothing that this token may see."""


class Uncertain(PostFailed):
    """Nobody knows whether it happened: look before doing it again."""
