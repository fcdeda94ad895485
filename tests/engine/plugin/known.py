"""What the checks of all services share."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.engine.plugin.schema import Failure
from tests.engine.plugin.wire import is_unknown

Inputs = Mapping[str, Any]


def known(inputs: Inputs, name: str) -> Any:
    """The input's value; None where it is absent or not known yet."""
    value = inputs.get(name)
    return None if is_unknown(value) else value


def check_tags(tags: Any, place: str) -> Iterator[Failure]:
    """At most 50 tags, keys up to 128 and values up to 256 characters.

    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
    """
    if not isinstance(tags, dict):
        return
    if len(tags) > 50:
        yield Failure(place, f"there are {len(tags)} tags and AWS takes 50")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128:
            yield Failure(place, f"the key {key!r} is not of 1 to 128 characters")
        if key.lower().startswith("aws:"):
            yield Failure(place, f"the key {key!r} starts with aws:, which AWS keeps")
        if isinstance(value, str) and len(value) > 256:
            yield Failure(place, f"the value of {key!r} is longer than 256 characters")
