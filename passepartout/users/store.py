"""The durable record, whatever keeps it: SQLite on one machine, DynamoDB in AWS.

Both write all or nothing, and only over the versions that were read: two calls at once
cannot give a user two homes or a place two users.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol, TypeVar

from passepartout.users.records import Item, Machine, Record, Volume

T = TypeVar("T", Record, Volume, Machine)

START = "0"
"""The cursor before every change."""


class Changes(NamedTuple):
    """Users that changed, in no promised order, and the cursor to ask with next."""

    records: list[Record]
    cursor: str


class Store(Protocol):
    """A place that keeps records, volumes and machines."""

    def read(self, kind: type[T], key: str) -> T | None:
        """The item as it is now, never an older one; None when there is none."""

    def every(self, kind: type[T]) -> Iterator[T]:
        """All items of a kind, removed users included."""

    def users_on(self, volume: str) -> list[Record]:
        """Users whose home is the volume, removed ones not; may lag by a second."""

    def write(self, *items: Item) -> None:
        """Write all or none. Raises Conflict when a version is not the one read."""

    def changes(self, since: str) -> Changes:
        """Users that changed after a cursor, each at least once, in its last version.

        The same version may come again; a reader keeps the highest of each user.
        """

    def call(self, machine: str) -> None:
        """Ask a machine to look at its users at once."""

    def calls(self, machine: str) -> int:
        """How often a machine was called."""
