"""A contract's document as JSON: structs that write, and read what was written.

A contract is one module of structs; a figure in it is a decimal as text, so that no
reader rounds it. The order of the fields is the order in the file. Characters that steer a
terminal, or turn the order of its text, are written as escapes: to a reader the same text.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct

STEERING = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]"
)
"""In UTF-8: DEL, the C1 controls, line separators, and what sets the direction of text."""

D = TypeVar("D", bound=Struct)


def as_json(document: Struct | Mapping[str, Any]) -> bytes:
    """The document in UTF-8, an entry a line, with a newline at its end."""
    from msgspec.json import encode, format

    return plain(bytes(format(encode(document), indent=1))) + b"\n"


def plain(json: bytes) -> bytes:
    """The same JSON without a character that steers a terminal."""
    if json.isascii() and b"\x7f" not in json:
        return json  # a thousandth of the time that the search takes
    return STEERING.sub(_escape, json)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def from_json(data: bytes, contract: type[D]) -> D:
    """The document of that contract. Raises msgspec.ValidationError."""
    from msgspec.json import decode

    return decode(data, type=contract)
