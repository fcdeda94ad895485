"""Protobuf structs, as a program sends them, read into what a preview would show.

The walk is by hand: protobuf's own MessageToDict takes six times as long.
"""

from typing import TYPE_CHECKING, Any

from farebox.graph.values import SECRET_TEXT, SIGNATURE_KEY, UNKNOWN_TEXT

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct, Value

SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
LARGEST_WHOLE_NUMBER = 1e21
"""From here on JSON writers show a whole number with an exponent, as a float."""


def plain_dict(struct: "Struct") -> dict[str, Any]:
    """The struct as a preview shows it: no secret's text, no output's wrapping."""
    return {key: _plain(value) for key, value in struct.fields.items()}


def _plain(value: "Value") -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE_KEY in fields:
            return _signed(value.struct_value)
        return {key: _plain(item) for key, item in fields.items()}
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        number = value.number_value
        if number.is_integer() and abs(number) < LARGEST_WHOLE_NUMBER:
            return int(number)
        return number
    return None


def _signed(struct: "Struct") -> Any:
    fields = struct.fields
    signature = fields[SIGNATURE_KEY].string_value
    if signature == SECRET_SIGNATURE:
        return SECRET_TEXT
    if signature == OUTPUT_SIGNATURE:
        if "secret" in fields and fields["secret"].bool_value:
            return SECRET_TEXT
        return _plain(fields["value"]) if "value" in fields else UNKNOWN_TEXT
    if signature == REFERENCE_SIGNATURE:
        # A provider that does not take references gets the id in its place.
        return (fields["id"].string_value if "id" in fields else "") or UNKNOWN_TEXT
    return {SIGNATURE_KEY: signature}
