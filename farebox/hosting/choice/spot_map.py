"""Spot by instance type and zone: USD for a GiB of memory a month, and interruptions."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.choice.choice_question import Question
from farebox.hosting.choice.machine_market import market
from farebox.hosting.spot.advisor import Bucket
from farebox.hosting.spot.spot_inputs import exact
from farebox.prices import PriceBook

CHEAPEST = 14
"""Types beside the tier's own that a map shows."""


class MapRow(Struct, frozen=True, kw_only=True):
    """A type: USD per GiB-month of its memory by zone id, and its advisor bucket."""

    instance_type: str
    own: bool
    bucket: Bucket
    usd_per_gib_month: Mapping[str, Decimal]

    @property
    def least(self) -> Decimal:
        """In its cheapest zone."""
        return min(self.usd_per_gib_month.values())


def spot_map(
    question: Question, book: PriceBook, *, cheapest: int = CHEAPEST
) -> tuple[MapRow, ...]:
    """The tier's own types and the cheapest others of `fare host optimize`'s market.

    By the price of a GiB-month in their cheapest zone, the lowest first.
    """
    own = question.plan.instance_types
    rows = [
        MapRow(
            instance_type=machine.one.instance_type,
            own=machine.one.instance_type in own,
            bucket=machine.bucket,
            usd_per_gib_month={
                zone: usd * question.hours / exact(machine.one.memory_gib)
                for zone, usd in machine.usd_spot.items()
            },
        )
        for machine in market(question, book).machines
        if machine.bucket and machine.usd_spot
    ]
    rows.sort(key=lambda row: row.least)
    others = [row for row in rows if not row.own][:cheapest]
    return tuple(row for row in rows if row.own or row in others)
