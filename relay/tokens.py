"""Who may connect under which name: a token is a keyed hash of the user's name.

So no pod asks anybody: whoever holds the key makes tokens (the assigner), whoever has one
proves a name. A user's devices are `name/device` and have the user's token.
"""

import hmac
import re

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:/[a-z0-9-]{1,63})?")
"""A label of a host name, since a home is also reached as `name.domain`."""
POD = "@pod"
"""The name that pods prove to each other."""


def token_of(name: str, key: bytes) -> str:
    """The token of a user's name, the same for all devices of the user."""
    user = name.partition("/")[0]
    return hmac.digest(key, user.encode("ascii"), "sha256").hex()


def proves(header: str, name: str, key: bytes) -> bool:
    """Whether an `Authorization` header holds the name's token."""
    scheme, _, token = header.partition(" ")
    known = scheme == "Bearer" and token.isascii()
    return known and hmac.compare_digest(token, token_of(name, key))
