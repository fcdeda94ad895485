"""The sentence of a limit that a change breaks."""

from collections.abc import Sequence
from decimal import Decimal

from farebox.diff.limits import Limit
from farebox.diff.statements import StatementDiff
from farebox.reports.change.diff_view import change_sections
from farebox.reports.figures import dollars, per_user, signed_dollars
from farebox.reports.page.fitting import clip

NAMED = 3
"""How many resources the sentence names."""

LONGEST_NAME = 60

ONE = Decimal(1)


def over_limit(
    diff: StatementDiff, broken: Sequence[tuple[Limit, Decimal | None]]
) -> str:
    """Empty where every limit holds, else what was added and where it comes from."""
    if not broken:
        return ""
    parts = []
    for limit, added in broken:
        if added is None:
            parts.append(f"more than {limit}, for the base costs nothing")
        elif limit.unit == "%":
            parts.append(f"{added:.2f} %, more than {limit}")
        elif limit.unit == "USD":
            parts.append(f"{dollars(added)} USD a month, more than {limit}")
        else:
            parts.append(f"{per_user(added, ONE)} USD per user, more than {limit}")
    rows = [row for section in change_sections(diff) for row in section.rows]
    rows.sort(key=lambda row: -row.usd)
    named = [
        f"{clip(row.label, LONGEST_NAME)} ({signed_dollars(row.usd)})"
        for row in rows[:NAMED]
        if row.usd > 0
    ]
    biggest = f" Most is added by {', '.join(named)}." if named else ""
    return (
        f"the change adds {' and '.join(parts)} (--fail-over).{biggest} The code "
        f"changes {signed_dollars(diff.usd_code)}, the market "
        f"{signed_dollars(diff.usd_market)}"
    )
