"""What AWS answered of a resource that exists, read where its inputs say nothing.

A program leaves much to AWS: the version of a cluster, the size of a volume made from a
snapshot, how many machines a group runs. A state export and the unchanged steps of a
preview hold the answers, as outputs. One rule serves every type: an output fills an
input that is absent, at any depth, and it goes before the input where the program
leaves that to AWS by `ignoreChanges`.

An output that is empty, 0 or negative is how a state writes that there is nothing, so
it fills nothing. `false` is an answer like any other.

Outputs are a third of a document, and most are never asked for. They stay as JSON until
a rule asks for more than the inputs say.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from farebox.graph.merging import filled, is_answer, overlaid, path_of

KEPT = 64
"""How many resources' decoded outputs are kept: a rule looks at a few at a time."""


class Told(Struct, gc=False, rename="camel", omit_defaults=True):
    """Of what AWS answered: what others may refer to, and where the resource is."""

    arn: Any = None
    name: Any = None
    region: Any = None
    availability_zone: Any = None
    availability_zone_id: Any = None


NOTHING_TOLD = Told()

Source = Raw | Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""Outputs as JSON, as they are, or to be read on demand."""

Path = tuple[str, ...]


class Recent:
    """The resources of one document whose outputs stand decoded at the moment."""

    def __init__(self) -> None:
        self._kept: deque[Outputs] = deque()

    def keep(self, outputs: "Outputs") -> None:
        """Keep one resource's, and let go of the one that was kept longest."""
        if len(self._kept) == KEPT:
            self._kept.popleft().forget()
        self._kept.append(outputs)


class Outputs:
    """The outputs of one resource, and what they say of its inputs.

    `ignored` are the paths of `ignoreChanges`. `earlier` are the inputs that the
    outputs answered, where the resource changes: an answer to what the change takes
    away holds no longer.
    """

    __slots__ = ("_decoded", "_earlier", "_ignored", "_recent", "_source")

    def __init__(
        self,
        source: Source,
        recent: Recent,
        *,
        ignored: tuple[Path, ...] = (),
        earlier: Mapping[str, Any] | None = None,
    ) -> None:
        self._source = source
        self._recent = recent
        self._ignored = ignored
        self._earlier = earlier
        self._decoded: Mapping[str, Any] | None = None

    def told(self, name: str) -> Any:
        """The output as Pulumi wrote it; None where it says nothing."""
        value = self.all().get(name)
        return value if is_answer(value) else None

    def over(self, name: str, value: Any) -> Any:
        """The input `name`, whose value in the program is `value`, as AWS has it."""
        for path in self._ignored:
            if path[0] in (name, "*"):
                value = overlaid(value, self.all().get(name), path[1:])
        kind = type(value)
        if value is None or kind is dict or kind is list:
            earlier = self._earlier.get(name) if self._earlier else None
            return filled(value, self.all().get(name), earlier)
        return value

    def converted(self, convert: Callable[[Mapping[str, Any]], Any]) -> "Outputs":
        """The same answers, with names and shapes as another package writes them."""
        earlier = None if self._earlier is None else convert(self._earlier)
        return Outputs(
            lambda: convert(self.all()),
            self._recent,
            ignored=self._ignored,
            earlier=earlier,
        )

    def forget(self) -> None:
        """Let go of the decoded values; they are decoded again when asked for."""
        self._decoded = None

    def all(self) -> Mapping[str, Any]:
        """All outputs, decoded; not to be kept, for there may be many."""
        found = self._decoded
        if found is None:
            source = self._source
            if isinstance(source, Raw):
                found = _DECODER.decode(source)
            else:
                found = source() if callable(source) else source
            self._decoded = found
            self._recent.keep(self)
        return found


def paths_of(ignored: list[str] | None) -> tuple[Path, ...]:
    """The paths of `ignoreChanges`, taken apart."""
    return tuple(filter(None, map(path_of, ignored))) if ignored else ()


_DECODER: "msgspec.json.Decoder[dict[str, Any]]" = msgspec.json.Decoder(dict[str, Any])
