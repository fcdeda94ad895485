"""How many things a list input names, where the list itself may not be known yet.

The resources that an unknown list depends on are all that it may name, not what it
names: a program may slice them. Their number is an upper bound, never a count.
"""

from collections.abc import Collection

from msgspec import Struct

from farebox.graph import UNKNOWN, Resource, ResourceGraph


class Listed(Struct, frozen=True):
    """Entries of a list input; `count` is None where an unknown list hides it.

    `candidates` are the names of what an unknown list may hold.
    """

    count: int | None
    candidates: tuple[str, ...] = ()

    def unsaid(self) -> str:
        """The end of a sentence that tells what an unknown list may hold."""
        if not self.candidates:
            return ""
        return f"; it may be any of {', '.join(sorted(self.candidates))}"


def listed(
    graph: ResourceGraph,
    resource: Resource,
    input_name: str,
    types: Collection[str],
) -> Listed:
    """What a list input holds: its entries, each once; 0 where it says nothing.

    An unknown list that can name one thing names that.
    """
    value = resource.input(input_name)
    if isinstance(value, list):
        return Listed(len(value))
    if value is not UNKNOWN:
        return Listed(0)
    found = graph.references(resource, input_name, UNKNOWN, types)
    names = tuple(item.name for item in found)
    return Listed(1 if len(names) == 1 else None, names)
