"""Property values on the wire: protobuf structs to plain values and back."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from farebox.graph.values import SIGNATURE_KEY, UNKNOWN_TEXT

SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def read(struct: Struct) -> dict[str, Any]:
    """A struct as a dict; whole numbers become int, all else stays as it is."""
    return {key: _read(value) for key, value in struct.fields.items()}


def _read(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return read(value.struct_value)
        case "list_value":
            return [_read(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
    return None


def write(values: Mapping[str, Any]) -> Struct:
    """A dict as a struct."""
    struct = Struct()
    for key, value in values.items():
        _write(value, struct.fields[key])
    return struct


def _write(value: Any, target: Value) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, Mapping):
        target.struct_value.CopyFrom(write(value))
    elif isinstance(value, list):
        items = ListValue()
        for item in value:
            _write(item, items.values.add())
        target.list_value.CopyFrom(items)
    else:
        target.null_value = 0


def plain(value: Any) -> Any:
    """The value without its secret marks, at any depth; unknowns stay as they are."""
    if isinstance(value, dict):
        signature = value.get(SIGNATURE_KEY)
        if signature == SECRET_SIGNATURE:
            return plain(value.get("value"))
        if signature == OUTPUT_SIGNATURE:
            return plain(value.get("value", UNKNOWN_TEXT))
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def is_unknown(value: Any) -> bool:
    """Whether the value is not known before deployment."""
    return bool(value == UNKNOWN_TEXT)
