"""The tags of a resource: its own, and those that its provider adds to all.

AWS bills by them once they are activated as cost allocation tags. Keys are case-sensitive
there, so `Team` and `team` are two tags here too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from farebox.graph.resource import Resource
from farebox.graph.values import UNKNOWN, Unknown

KEYS = ("key", "Key")
VALUES = ("value", "Value")
"""How a list of tags names the two: AWS's groups, and the resources of aws-native."""


def tags_of(resource: Resource) -> dict[str, str]:
    """The tags of a resource whose values are known before deployment."""
    return {
        key: value
        for key, value in _pairs(resource)
        if not isinstance(value, Unknown) and key
    }


def tag_of(resource: Resource, key: str) -> str | Unknown | None:
    """The value of one tag: UNKNOWN where it may have one, None where it has none."""
    value: str | Unknown | None = dict(_pairs(resource)).get(key)
    if value is None and isinstance(resource.input("tags"), Unknown):
        return UNKNOWN
    return value


def _pairs(resource: Resource) -> Iterator[tuple[str, str | Unknown]]:
    """Each key with its value; what is the resource's own comes last, and holds."""
    for said in (
        resource.output("tagsAll"),
        resource.input("tagsAll"),
        resource.input("tags"),
    ):
        if isinstance(said, Mapping):
            yield from ((str(key), _text(value)) for key, value in said.items())
        elif isinstance(said, list):
            yield from (
                (str(_either(tag, KEYS)), _text(_either(tag, VALUES)))
                for tag in said
                if isinstance(tag, Mapping)
            )


def _either(tag: Mapping[str, Any], names: tuple[str, str]) -> Any:
    return next((tag[name] for name in names if name in tag), "")


def _text(value: Any) -> str | Unknown:
    return UNKNOWN if value is UNKNOWN else str(value)
