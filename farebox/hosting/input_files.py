"""Reads the YAML files in which a user replaces inputs; says in a sentence what is wrong."""

from decimal import Decimal
from difflib import get_close_matches
from re import search
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert

from farebox.files.figures import figure_in
from farebox.files.yaml_text import PREFIX, YamlError, load, whole
from farebox.hosting.errors import ConfigError
from farebox.hosting.ranges import Range, exactly, in_order

MOST = Decimal(10) ** 12
"""More than any input, so that no result outgrows the digits of a figure."""

Keys = TypeVar("Keys", bound=Struct)


def mapping(text: str, *, name: str) -> dict[str, Any]:
    """The keys and values of a YAML text, figures exact. Raises ConfigError."""
    try:
        content = load(text, name=name, scalars=_exact)
    except YamlError as error:
        raise ConfigError(str(error)) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: a map of keys to values is needed")
    return content


def _exact(kind: str, text: str) -> Any:
    """The value of a scalar, figures as exact as they are written.

    Infinities and the like stay text, to be refused where a figure is needed.
    """
    from yaml.constructor import SafeConstructor

    if kind == "bool":
        return SafeConstructor.bool_values[text.lower()]
    if kind == "timestamp":
        return _date(text)
    if kind == "int":
        return _within(whole(text))
    if kind == "float":
        figure = figure_in(text.replace("_", ""))
        return text if figure is None and "n" in text.lower() else _within(figure)
    return text


def _within(figure: Any) -> Any:
    if figure is None or (figure and not 1 / MOST <= abs(figure) <= MOST):
        raise ValueError("is not from 1e-12 to 1e12")
    return figure


def _date(text: str) -> Any:
    from yaml import ScalarNode
    from yaml.constructor import SafeConstructor

    try:
        return SafeConstructor().construct_yaml_timestamp(
            ScalarNode(f"{PREFIX}timestamp", text)
        )
    except ValueError:
        raise ValueError("is no date") from None


def keys_of(content: Any, known: type[Keys], where: str) -> Keys:
    """The map as a struct that names its keys. Raises ConfigError for another key."""
    if not isinstance(content, dict) or not all(
        isinstance(key, str) for key in content
    ):
        raise ConfigError(
            f"{where} must be a map of keys: {', '.join(known.__struct_fields__)}"
        )
    try:
        return convert(content, known)
    except ValidationError as error:
        raise refused(error, where, known) from None


def figure_of(value: Any, where: str) -> Decimal:
    """A figure of 0 or more, exact. Raises ConfigError, which starts with `where`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise ConfigError(f"{where} is {value}; it must be a figure of 0 or more")
    return Decimal(value)


def range_of(value: Any, where: str) -> Range:
    """A figure, or a map of low, likely and high. Raises ConfigError."""
    if not isinstance(value, dict):
        return in_order(exactly(figure_of(value, where)), where)
    if set(value) != {"low", "likely", "high"}:
        raise ConfigError(f"{where} must be a figure, or low, likely and high of one")
    return in_order(
        Range(*(figure_of(value[key], where) for key in ("low", "likely", "high"))),
        where,
    )


def refused(error: ValidationError, name: str, known: type[Struct]) -> ConfigError:
    """What msgspec says, as one sentence that names the nearest key."""
    said, _, at = str(error).partition(" - at ")
    key = at.strip("`").removeprefix("$").removeprefix(".")
    keys = known.__struct_fields__
    if unknown := search(r"unknown field `([^`]*)`", said):
        near = get_close_matches(unknown[1], keys, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(keys)}"
        return ConfigError(f"{name} has the unknown key {unknown[1]!r}; {hint}")
    if missing := search(r"missing required field `([^`]*)`", said):
        return ConfigError(f"{name} lacks {missing[1]}; give it a value")
    place = f"{name}: {key}" if key else name
    wanted = said.removeprefix("Expected ").replace("`", "")
    wanted = wanted.replace("decimal", "a figure").replace("int", "a whole number")
    return ConfigError(f"{place} is wrong: it must be {wanted}")
