"""AWS's own limits, for the resource types that components here make."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.engine.plugin.schema import Failure


def check(token: str, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """What AWS would refuse in a resource's inputs."""
    yield from ()
