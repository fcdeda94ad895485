"""A contract's document as JSON: structs that write, and read what was written.

A contract is one module of structs; a figure in it is a decimal as text, so that no
reader rounds it. The order of the fields is the order in the file.
"""

from typing import TypeVar

from msgspec import Struct

D = TypeVar("D", bound=Struct)


def as_json(document: Struct) -> bytes:
    """The document in UTF-8, an entry a line, with a newline at its end."""
    from msgspec.json import encode, format

    return bytes(format(encode(document), indent=1)) + b"\n"


def from_json(data: bytes, contract: type[D]) -> D:
    """The document of that contract. Raises msgspec.ValidationError."""
    from msgspec.json import decode

    return decode(data, type=contract)
