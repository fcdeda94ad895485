"""What is doubtful about a price, which the note of its source begins with.

The note of a source that states a price of 0 begins with `free:` (reading.py); in the
same way a doubtful price carries its doubt wherever it goes: into a file, the store, a
statement.
"""

from farebox.prices.values import Source

BY_NAME = "by name: "
"""The usage type was made from AWS's name of the rate, and seen in no list or bill."""

FIRST_TIER = "first tier: "
"""The rate of the list's first tier; what the list has beyond it was not read."""

_SAYS = {
    BY_NAME: "its usage type is known by the name of the rate only, from no list",
    FIRST_TIER: "only the first tier of its list is known",
}


def doubt_of(source: Source) -> str:
    """What is doubtful about a price of the source, in words; empty where nothing is."""
    for start, says in _SAYS.items():
        if source.note.startswith(start) or f"; {start}" in source.note:
            return says
    return ""
