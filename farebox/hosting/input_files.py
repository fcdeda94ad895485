"""Reads the YAML files in which a user replaces inputs; says what is wrong in a sentence."""

from decimal import Decimal
from difflib import get_close_matches
from re import search
from typing import Any

from msgspec import Struct, ValidationError

from farebox.hosting.errors import ConfigError


def mapping(text: str, *, name: str) -> dict[str, Any]:
    """The keys and values of a YAML text, figures exact. Raises ConfigError."""
    from yaml import MarkedYAMLError, YAMLError, load

    try:
        content = load(text, Loader=_loader())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(
            f"{name}:{line}: this is not YAML: {error.problem or 'unreadable'}"
        ) from error
    except YAMLError as error:
        raise ConfigError(f"{name}: this is not YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: a map of keys to values is needed")
    return content


def _loader() -> Any:
    """A safe loader that keeps figures exact and refuses a key that comes twice."""
    from yaml import SafeLoader
    from yaml.constructor import ConstructorError

    class Exact(SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise ConstructorError(
                        None,
                        None,
                        f"the key {key.value!r} is here twice",
                        key.start_mark,
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    Exact.add_constructor("tag:yaml.org,2002:float", lambda _, node: _exact(node.value))
    return Exact


def _exact(text: str) -> Any:
    """A YAML float as Decimal; infinities and the like stay text, to be refused."""
    from decimal import InvalidOperation

    try:
        figure = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
    return figure if figure.is_finite() else text


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
