"""Prints how much of pulumi-aws is looked at: python -m tests.type_coverage (`make coverage`).

A type is charged by a rule, free with a reason, or named as charged without a rule; no
type is free by default. What nobody has looked at is listed by module, and a test fails.
"""

from collections.abc import Iterator

from msgspec import Struct

from farebox.rules.registry import FREE, TYPES, UNPRICED
from tests.sdk_types import sdk_version, types_of_the_sdk


class Coverage(Struct, frozen=True):
    """The types of the installed SDK, by what is said of them."""

    version: str
    priced: frozenset[str]
    free: frozenset[str]
    priced_with: frozenset[str]
    unpriced: frozenset[str]
    unseen: frozenset[str]

    @property
    def total(self) -> int:
        """How many types there are."""
        kinds = (self.priced, self.free, self.priced_with, self.unpriced, self.unseen)
        return sum(map(len, kinds))

    def percent(self, kind: frozenset[str]) -> str:
        """A kind's share of all types; it rounds down, so 100 % is all of them."""
        return f"{1000 * len(kind) // self.total / 10:.1f} %"


def coverage() -> Coverage:
    """What is said of each type of the installed SDK."""
    types = frozenset().union(*types_of_the_sdk().values())
    with_another = {t for t, said in FREE.items() if said.code == "priced-with"}
    known = set(TYPES) | set(FREE) | set(UNPRICED)
    return Coverage(
        sdk_version(),
        types & TYPES.keys(),
        types & FREE.keys() - with_another,
        types & with_another,
        types & UNPRICED.keys(),
        types - known,
    )


def lines(found: Coverage) -> Iterator[str]:
    """The counts, and the types that nobody has looked at."""
    yield f"{found.total:,} types of pulumi-aws {found.version}"
    for kind, says in (
        (found.priced, "charged by a rule"),
        (found.free, "free, with the reason"),
        (found.priced_with, "charged with another resource"),
        (found.unpriced, "charged, and no rule yet, with the reason"),
        (found.unseen, "not looked at"),
    ):
        yield f"{len(kind):>6,}  {found.percent(kind):>7}  {says}"
    yield from (f"        {type_}" for type_ in sorted(found.unseen))


if __name__ == "__main__":
    print("\n".join(lines(coverage())))
