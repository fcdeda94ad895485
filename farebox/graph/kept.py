"""What a deployment drops from the stack and leaves at AWS, where it goes on costing.

`retainOnDelete` lets go of a resource without deleting it. `deletedWith` skips the
deletion of what is deleted with another one: where that one is retained, both stay.

Source: https://www.pulumi.com/docs/iac/concepts/resources/options/retainondelete/
Source: https://www.pulumi.com/docs/iac/concepts/resources/options/deletedwith/
"""

from collections.abc import Iterable, Mapping, Sequence

from farebox.graph.recorded import Entry, State, parts_of

NAMES_SHOWN = 5

KEPT_AT_AWS = "Dropped from the stack and kept at AWS (retainOnDelete)"
"""How the note begins: a diff shows it too, for it shows no change."""

OLD_COPY = " (kept)"
"""Behind the urn of a replaced resource's old copy, which the new one shares."""


def kept_entries(
    dropped: Iterable[State], replaced: Iterable[State], head: Mapping[str, Entry]
) -> dict[str, Entry]:
    """The entries of what stays at AWS, by the urn that it has beside the `head`.

    `dropped` are the last states of what is deleted, `replaced` those of old copies
    whose deletion the preview plans. An old copy counts where `head` has its successor.
    """
    entries: dict[str, Entry] = {}
    for state in _retained([*dropped, *replaced]):
        urn = state.urn
        if urn in head:
            if head[urn].operation != "replace":
                continue
            urn += OLD_COPY
        entries[urn] = Entry("same", state)
    return entries


def _retained(states: Sequence[State]) -> list[State]:
    """The states that no deletion reaches, in their order."""
    kept = {state.urn for state in states if state.retain_on_delete}
    more = True
    while more:
        found = {s.urn for s in states if s.deleted_with and s.deleted_with in kept}
        more = not found <= kept
        kept |= found
    return [state for state in states if state.urn in kept and not state.external]


def kept_note(urns: Iterable[str]) -> str:
    """The sentence that says what stays, and that it is in the total."""
    names = sorted(parts_of(urn)[3] for urn in urns)
    shown = ", ".join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown += f" and {len(names) - NAMES_SHOWN} more"
    return f"{KEPT_AT_AWS}: {shown}. What they cost goes on and is in the total."
