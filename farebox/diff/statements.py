"""What a change does to the bill: two statements, resource by resource.

The whole change is split in two. What the **code** changed is the head at the base's
prices less the base; what the **market** changed is the head at its own prices less
the head at the base's. Together they are the whole, exactly.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement, Subject, Unpriced
from farebox.diff.lines import gap_signatures, pair_lines, same_key
from farebox.diff.market import prices_of_base
from farebox.diff.values import (
    EXACT,
    ComponentChange,
    Kind,
    LineChange,
    ResourceChange,
    StatementDiff,
    exact_sum,
)
from farebox.graph.kept import KEPT_AT_AWS

ZERO = Decimal(0)

ROOT_TYPE = "pulumi:pulumi:Stack"


def diff_statements(
    base: Statement,
    head: Statement,
    *,
    head_at_base_prices: Statement | None = None,
    replaced: Iterable[str] = (),
) -> StatementDiff:
    """What changes from the base to the head, and what the code and the market did.

    `head_at_base_prices` is the head's graph estimated with the base's book. Without
    it, each line of the head is rated at what the base's own lines paid for the same
    key; a key that the base has no price for counts as the code's. `replaced` are
    urns of the head that are made anew.
    """
    sides = _Sides(base, head)
    at_base = (
        _group(head_at_base_prices)
        if head_at_base_prices is not None
        else _group(prices_of_base(base, head))
    )
    made_anew = set(replaced)
    resources = []
    for identity in dict.fromkeys([*sides.base, *sides.head]):
        before, after = sides.base.get(identity), sides.head.get(identity)
        lines = tuple(_lines(before, after, at_base.get(identity)))
        resources.append(sides.change(before, after, lines, made_anew))
    every = [line for item in resources for line in item.lines]
    return StatementDiff(
        base,
        head,
        tuple(resources),
        exact_sum(line.usd_base for line in every),
        exact_sum(line.usd_head for line in every),
        exact_sum(line.usd_code for line in every),
        exact_sum(line.usd_market for line in every),
        tuple(_notes(base, head)),
    )


class _Entries(Struct, gc=False):
    """All that one statement says of one resource."""

    subject: Subject
    lines: list[LineItem]
    unpriced: list[Unpriced]


class _Sides:
    """Both statements' resources under identities that renames do not change."""

    def __init__(self, base: Statement, head: Statement) -> None:
        self.base = _group(base)
        self.head = _group(head)
        known_to_base, known_to_head = set(self.base), set(self.head)
        earlier = _renames(head.aliases, known_to_base, known_to_head)
        later = _renames(base.aliases, known_to_head, known_to_base)
        self._renamed = {old: new for new, old in earlier.items()}
        for old, new in later.items():
            if old not in self._renamed and new not in earlier:
                self._renamed[old] = new
        for old, new in self._renamed.items():
            self.base[new] = self.base.pop(old)
        self._component_urns = {
            identity_of(urn): urn
            for urn in (entry.subject.component for entry in self.head.values())
            if urn is not None
        }

    def change(
        self,
        before: _Entries | None,
        after: _Entries | None,
        lines: tuple[LineChange, ...],
        replaced: set[str],
    ) -> ResourceChange:
        shown = after or before
        assert shown is not None  # an identity comes from one of the sides
        old = tuple(before.unpriced) if before else ()
        new = tuple(after.unpriced) if after else ()
        kind: Kind
        if before is None:
            kind = "added"
        elif after is None:
            kind = "removed"
        elif any(line.differs for line in lines) or (
            gap_signatures(old) != gap_signatures(new)
        ):
            kind = "changed"
        else:
            kind = "same"
        subject = shown.subject
        component = subject.component
        if after is None and component is not None:
            own = identity_of(component)
            own = self._renamed.get(own, own)
            component = self._component_urns.get(own, component)
        renamed = ""
        if before and after and _identity(before.subject) != _identity(after.subject):
            renamed = before.subject.urn or ""
        return ResourceChange(
            subject, kind, component, lines, old, new, renamed, subject.urn in replaced
        )


def identity_of(urn: str) -> str:
    """What a urn says besides project and stack: the chain of types and the name.

    So two stacks of one program can be held against each other.
    """
    if not urn.startswith("urn:pulumi:"):
        return urn
    own = urn.split("::", 2)[-1]
    return ROOT_TYPE if own.startswith(ROOT_TYPE) else own


def _identity(subject: Subject) -> str:
    return identity_of(subject.urn) if subject.urn else f"account {subject.name}"


def _group(statement: Statement) -> dict[str, _Entries]:
    """What a statement says, by resource, in its own order."""
    found: dict[str, _Entries] = {}
    seen: dict[int, _Entries] = {}

    def entries(subject: Subject) -> _Entries:
        # The lines of a resource share one subject: most are found by it.
        known = seen.get(id(subject))
        if known is None:
            identity = _identity(subject)
            known = found.get(identity)
            if known is None:
                known = found[identity] = _Entries(subject, [], [])
            seen[id(subject)] = known
        return known

    for line in statement.lines:
        entries(line.subject).lines.append(line)
    for gap in statement.unpriced:
        entries(gap.subject).unpriced.append(gap)
    for free in statement.free:
        entries(free.subject)
    return found


def _renames(
    aliases: Mapping[str, tuple[str, ...]], known_before: set[str], known: set[str]
) -> dict[str, str]:
    """Identity to the earlier one that an alias names, as Pulumi matches them.

    A resource whose own urn was there before is itself; an alias is looked at only
    for one that was not, and only for a urn that nothing else has now.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for urn, olds in aliases.items():
        own = identity_of(urn)
        if own in known_before or own not in known:
            continue
        for old in map(identity_of, olds):
            if old in known_before and old not in known and old not in taken:
                found[own] = old
                taken.add(old)
                break
    return found


def _lines(
    before: _Entries | None, after: _Entries | None, at_base: _Entries | None
) -> Iterable[LineChange]:
    """The charges of one resource, with what code and market did to each."""
    middle: dict[int, Decimal] = {}
    only_at_base: list[LineItem] = []
    if after is not None:
        unpriced = at_base.unpriced if at_base else []
        for line, rated in pair_lines(after.lines, at_base.lines if at_base else []):
            if line is None:
                assert rated is not None  # a pair has at least one side
                only_at_base.append(rated)
            elif rated is not None:
                middle[id(line)] = rated.usd_per_month
            elif any(same_key(gap.key, line.key) for gap in unpriced):
                # The base's book lacks this price: it tells nothing of the market.
                middle[id(line)] = line.usd_per_month
            else:
                middle[id(line)] = ZERO
    left = {id(line): line for line in only_at_base}
    for old, new in pair_lines(
        before.lines if before else [], after.lines if after else []
    ):
        shown = new or old
        assert shown is not None  # a pair has at least one side
        usd_old = old.usd_per_month if old else ZERO
        usd_new = new.usd_per_month if new else ZERO
        usd_middle = middle[id(new)] if new else ZERO
        if new is None and old is not None:
            # What the head would still have at the base's prices, the market took.
            kept = next((x for x in left.values() if same_key(x.key, old.key)), None)
            if kept is not None:
                del left[id(kept)]
                usd_middle = kept.usd_per_month
        yield LineChange(
            shown.description,
            shown.key,
            shown.unit,
            old,
            new,
            EXACT.subtract(usd_middle, usd_old),
            EXACT.subtract(usd_new, usd_middle),
        )
    for rated in left.values():
        usd = rated.usd_per_month
        yield LineChange(
            rated.description, rated.key, rated.unit, None, None, usd, -usd
        )


def _notes(base: Statement, head: Statement) -> Iterable[str]:
    yield from (note for note in head.notes if note.startswith(KEPT_AT_AWS))
    if base.hours_per_month != head.hours_per_month:
        yield (
            f"The base counts {base.hours_per_month:f} hours a month, the head "
            f"{head.hours_per_month:f}: part of the change is only that."
        )
    if bool(base.users) != bool(head.users):
        side = "head" if head.users else "base"
        yield f"Users are known for the {side} only, so no change per user is shown."
    if (base.project, base.stack) != (head.project, head.stack):
        yield (
            f"Two stacks are compared, {base.project}/{base.stack} and "
            f"{head.project}/{head.stack}: resources are matched by type and name."
        )


__all__ = [
    "ComponentChange",
    "Kind",
    "LineChange",
    "ResourceChange",
    "StatementDiff",
    "diff_statements",
    "exact_sum",
    "identity_of",
]
