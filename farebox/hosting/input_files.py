"""Reads the YAML files in which a user replaces inputs; says in a sentence what is wrong."""

from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from re import search
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert

from farebox.hosting.errors import ConfigError
from farebox.hosting.ranges import Range, exactly, in_order

MOST = Decimal(10) ** 12
"""More than any input, so that no result outgrows the digits of a figure."""

Keys = TypeVar("Keys", bound=Struct)


def mapping(text: str, *, name: str) -> dict[str, Any]:
    """The keys and values of a YAML text, figures exact. Raises ConfigError."""
    from yaml import MarkedYAMLError, YAMLError, load
    from yaml.constructor import ConstructorError

    try:
        content = load(text, Loader=_loader())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = error.problem or "unreadable"
        if not isinstance(error, ConstructorError):
            said = f"this is not YAML: {said}"
        raise ConfigError(f"{name}:{line}: {said}") from error
    except YAMLError as error:
        raise ConfigError(f"{name}: this is not YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: a map of keys to values is needed")
    return content


def _loader() -> Any:
    """A safe loader that keeps figures exact and refuses a key that comes twice."""
    import yaml
    from yaml.constructor import ConstructorError

    # Written in C where the library has it: ten times faster, the same answers.
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Exact(base):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if key.id != "scalar":
                    raise ConstructorError(
                        None, None, "a key must be a text", key.start_mark
                    )
                if key.value in seen:
                    raise ConstructorError(
                        None,
                        None,
                        f"the key {key.value!r} is here twice",
                        key.start_mark,
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    def exact(_: Any, node: Any) -> Any:
        return within(_exact(node.value), node)

    def whole(loader: Any, node: Any) -> Any:
        return within(loader.construct_yaml_int(node), node)

    def within(figure: Any, node: Any) -> Any:
        if isinstance(figure, str) or not figure or 1 / MOST <= abs(figure) <= MOST:
            return figure
        raise ConstructorError(
            None, None, f"{node.value} is not from 1e-12 to 1e12", node.start_mark
        )

    def day(loader: Any, node: Any) -> Any:
        try:
            return loader.construct_yaml_timestamp(node)
        except ValueError:
            raise ConstructorError(
                None, None, f"{node.value} is no date", node.start_mark
            ) from None

    Exact.add_constructor("tag:yaml.org,2002:timestamp", day)
    Exact.add_constructor("tag:yaml.org,2002:float", exact)
    Exact.add_constructor("tag:yaml.org,2002:int", whole)
    return Exact


def _exact(text: str) -> Any:
    """A YAML float as Decimal; infinities and the like stay text, to be refused."""
    try:
        figure = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return figure if figure.is_finite() else text


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
