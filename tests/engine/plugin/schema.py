"""What each AWS resource type takes and gives, read from the source of pulumi_aws.

The SDK is generated from the real plugin's schema, so its annotations say which
properties exist, which are required and of which type, at any depth. They are read
as text: importing the modules would cost seconds.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from typing import Any

from tests.engine.plugin.wire import is_unknown

GETTER = re.compile(
    r"@pulumi\.getter(?:\(name=\"(?P<wire>\w+)\"\))?\n"
    r"(?:(?!    def ).*\n)*?"
    r"    def (?P<name>\w+)\(self\) -> (?P<type>.+):\n"
)
CLASS = re.compile(
    r"^class (?P<name>\w+)(?P<body>(?:.*\n(?!class |@pulumi\.|if not MYPY))*.*\n?)",
    re.MULTILINE,
)
DEFAULTS_KEY = "__defaults"
DOCUMENT = "document"
"""A policy: a text, or an object of which the plugin makes one."""


@dataclass(frozen=True)
class Kind:
    """The type of a value: a scalar, a list or map of `item`, an object, or any."""

    name: str
    item: "Kind | None" = None
    optional: bool = False


@dataclass(frozen=True)
class Failure:
    """What is wrong with an input, and where."""

    property: str
    reason: str


@cache
def inputs_of(token: str) -> Mapping[str, Kind] | None:
    """The inputs of a resource type by wire name; None where the SDK has no such type."""
    return _properties_of(token, "{}Args")


@cache
def outputs_of(token: str) -> Mapping[str, Kind]:
    """All properties of a resource type by wire name, computed ones too."""
    return _properties_of(token, "_{}State") or {}


@cache
def call_of(token: str) -> Mapping[str, Kind]:
    """What a function of the plugin takes, by wire name."""
    source, name = _source(*_place(token)), _snake(token.rsplit(":", 1)[1])
    start = source.index(f"\ndef {name}(")
    head = source[start : source.index('    """', start)]
    (call,) = ast.parse(f"{head}    pass").body
    assert isinstance(call, ast.FunctionDef)
    return {
        _camel(argument.arg): _kind(argument.annotation)
        for argument in call.args.args
        if argument.arg != "opts" and argument.annotation is not None
    }


@cache
def result_of(token: str) -> Mapping[str, Kind]:
    """What a function of the plugin gives, by wire name."""
    name = token.rsplit(":", 1)[1]
    return _read_class(*_place(token), f"{name[0].upper()}{name[1:]}Result") or {}


def _place(token: str) -> tuple[str, str]:
    """The module of a token and the file of the SDK that has it."""
    module, _, rest = token.split(":", 1)[1].partition("/")
    return module, _snake(rest.split(":")[0])


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _properties_of(token: str, pattern: str) -> Mapping[str, Kind] | None:
    name = token.rsplit(":", 1)[1]
    return _read_class(*_place(token), pattern.format(name))


@cache
def object_of(module: str, name: str) -> Mapping[str, Kind]:
    """The properties of a nested input type of one module."""
    return _read_class(module, "_inputs", name) or {}


def _folder(module: str) -> str:
    """The SDK's folder of a module; a word of Python's own has a line behind it."""
    return f"{module}_" if iskeyword(module) else _snake(module)


@cache
def _source(module: str, file: str) -> str:
    spec = find_spec("pulumi_aws")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    root = Path(spec.submodule_search_locations[0])
    folder = root if module == "index" else root / _folder(module)
    for name in (f"{file}.py", f"{file}_.py"):
        if (folder / name).is_file():
            return (folder / name).read_text()
    return ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@cache
def _classes(module: str, file: str) -> Mapping[str, str]:
    """The bodies of a file's classes by name, found in one pass: some files are long."""
    return {
        part["name"]: part["body"] for part in CLASS.finditer(_source(module, file))
    }


@cache
def _read_class(module: str, file: str, name: str) -> Mapping[str, Kind] | None:
    body = _classes(module, file).get(name)
    if body is None:
        return None
    return {
        found["wire"] or found["name"]: _kind_of(found["type"])
        for found in GETTER.finditer(body)
    }


@cache
def _kind_of(annotation: str) -> Kind:
    return _kind(ast.parse(annotation, mode="eval").body)


def _kind(node: ast.expr) -> Kind:
    if isinstance(node, ast.Constant):
        return Kind(str(node.value))
    if isinstance(node, ast.Attribute):
        return Kind(node.attr)
    if not isinstance(node, ast.Subscript):
        return Kind("Any")
    outer = ast.unparse(node.value).rsplit(".", 1)[-1]
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if outer == "Input":
        return _kind(parts[0])
    if outer == "Optional":
        inner = _kind(parts[0])
        return Kind(inner.name, inner.item, optional=True)
    if outer in ("Sequence", "Mapping"):
        return Kind(outer, _kind(parts[-1]))
    if outer == "Union":
        if ast.unparse(node).endswith("'PolicyDocumentArgs']"):
            return Kind(DOCUMENT)
        scalars = [kind for kind in map(_kind, parts) if kind.name in SCALARS]
        return scalars[0] if scalars else Kind("Any")
    return Kind("Any")


SCALARS = {"str": "a string", "int": "a whole number", "float": "a number"} | {
    "bool": "a boolean",
    DOCUMENT: "a policy's text",
}


def check(token: str, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """What is unknown, missing or of another type in a resource's inputs."""
    module = token.split(":")[1].partition("/")[0]
    kinds = inputs_of(token)
    if kinds is None:
        yield Failure("", f"the AWS plugin has no resource type {token}")
        return
    yield from _check_object(module, kinds, inputs, "")


def _check_object(
    module: str, kinds: Mapping[str, Kind], values: Mapping[str, Any], place: str
) -> Iterator[Failure]:
    for name, value in values.items():
        if name == DEFAULTS_KEY:
            continue
        if name not in kinds:
            yield Failure(place + name, "there is no property of this name")
        elif value is not None:
            yield from _check_value(module, kinds[name], value, place + name)
    for name, kind in kinds.items():
        if not kind.optional and values.get(name) is None:
            yield Failure(place + name, "this property is required")


def _check_value(module: str, kind: Kind, value: Any, place: str) -> Iterator[Failure]:
    if is_unknown(value) or kind.name in ("Any", "Asset", "Archive"):
        return
    if kind.name in ("Sequence", "Mapping"):
        items = _items(kind, value)
        if items is None:
            what = "a list" if kind.name == "Sequence" else "a map"
            yield Failure(place, f"this must be {what}, not {value!r}")
            return
        for where, item in items:
            yield from _check_value(module, _item(kind), item, f"{place}{where}")
        return
    if kind.name in SCALARS:
        if not _fits(kind.name, value):
            yield Failure(place, f"this must be {SCALARS[kind.name]}, not {value!r}")
        return
    properties = object_of(module, kind.name)
    if isinstance(value, str) and not properties:
        return  # an enumeration of the SDK is a string to the provider
    if not isinstance(value, dict):
        yield Failure(place, f"this must be an object, not {value!r}")
    elif properties:
        yield from _check_object(module, properties, value, f"{place}.")


def _items(kind: Kind, value: Any) -> list[tuple[str, Any]] | None:
    """The items of a list or a map with their places; None where it is neither."""
    if kind.name == "Sequence" and isinstance(value, list):
        return [(f"[{index}]", item) for index, item in enumerate(value)]
    if kind.name == "Mapping" and isinstance(value, dict):
        return [(f".{key}", item) for key, item in value.items()]
    return None


def _item(kind: Kind) -> Kind:
    return kind.item or Kind("Any")


def _fits(kind: str, value: Any) -> bool:
    """Whether the bridge would take the value: it converts between scalars."""
    if kind in ("str", DOCUMENT):
        return isinstance(value, str | int | float | bool)
    if kind == "bool":
        return isinstance(value, bool) or value in ("true", "false")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return kind == "float" or number.is_integer()


def with_texts(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, with policies that are objects as texts."""
    kinds = inputs_of(token) or {}
    return {
        name: json.dumps(value, separators=(",", ":"))
        if isinstance(value, dict) and kinds.get(name, Kind("Any")).name == DOCUMENT
        else value
        for name, value in inputs.items()
    }


def with_defaults(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the bridge hands them back: `__defaults` in every object."""
    module = token.split(":")[1].partition("/")[0]
    kinds = inputs_of(token) or {}
    return _mark_object(module, kinds, inputs)


def _mark_object(
    module: str, kinds: Mapping[str, Kind], values: Mapping[str, Any]
) -> dict[str, Any]:
    marked: dict[str, Any] = {DEFAULTS_KEY: []}
    for name, value in values.items():
        kind = kinds.get(name)
        marked[name] = value if kind is None else _mark(module, kind, value)
    return marked


def _mark(module: str, kind: Kind, value: Any) -> Any:
    if kind.name == "Sequence" and isinstance(value, list):
        return [_mark(module, _item(kind), item) for item in value]
    if isinstance(value, dict) and kind.name not in ("Mapping", "Any"):
        properties = object_of(module, kind.name)
        return _mark_object(module, properties, value) if properties else value
    return value
