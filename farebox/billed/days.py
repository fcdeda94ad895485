"""The rows of a bill added up by the day, before anything else is made of them.

An export by the hour says the same of a resource 24 times a day. Rows that differ in
nothing but figures become one in a single reading, in the export's own columns, and all
that is costly is done with the few that come of it.
"""

from collections.abc import Mapping

import ibis
from ibis import Table
from ibis.expr.types import Value

from farebox.billed.access import Columns, plain_name
from farebox.billed.columns import REDUCED, ROW, Format, form

SHAPE = "farebox_shape"

BILLED = frozenset(("line_item_unblended_cost", "billed_cost"))
"""What a row was billed; whether that is nothing, or less, decides what the row is."""


def days(table: Table, format_: Format, together: bool = True) -> Table:
    """A bill's rows added up by the day: a bill of the same format with fewer rows.

    It has the columns that the one form reads. That asks which figures a row has as
    well, so that rows with others stay apart. Where not `together`, all rows do.
    """
    if format_ == "added up":
        return table.select(*ROW)
    columns = Columns(table, joined=format_ == "FOCUS")
    form(columns, frozenset())
    said = columns.texts | columns.days
    if not together:
        return table.select(**said, **{REDUCED: 1}, **columns.figures)
    same = said | {SHAPE: _shape(columns.figures)}
    sums = {name: figure.sum() for name, figure in columns.figures.items()}
    found = table.group_by(**same).aggregate(**{REDUCED: table.count()}, **sums)
    return found.drop(SHAPE)


def _shape(figures: Mapping[str, Value]) -> Value:
    """Which figures a row has, and the sign of what it was billed, as one number."""
    shape = ibis.literal(0).cast("int64")
    for place, (name, figure) in enumerate(figures.items()):
        shape += figure.notnull().cast("int64") * (1 << place)
        if plain_name(name) in BILLED:
            shape += figure.sign().cast("int64") * (1 << len(figures))
    return shape
