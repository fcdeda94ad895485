"""A drift as markdown, for an issue or a message that a scheduled job sends."""

from collections.abc import Iterator, Sequence

from farebox.diff.drift import Drift, DriftLine
from farebox.reports.change.drift_view import (
    book_sentence,
    drift_rows,
    notes,
    share_text,
)
from farebox.reports.figures import (
    dollars,
    per_user,
    signed_dollars,
    signed_per_user,
)
from farebox.reports.page.as_markdown import safe_markdown, table_row


def drift_markdown(drift: Drift) -> str:
    """The drift as one markdown document."""
    return "".join(f"{line}\n" for line in _lines(drift))


def _lines(drift: Drift) -> Iterator[str]:
    side = drift.new
    name = safe_markdown(f"{side.project}/{side.stack}" if side.project else "stack")
    share = share_text(drift)
    yield (
        f"## {name}: the market moved it by {signed_dollars(drift.usd)} USD a month"
        + (f" ({share})" if share else "")
    )
    yield ""
    yield table_row(["", "Old", "New", "Move"])
    yield table_row(["---", "---:", "---:", "---:"])
    yield table_row(
        [
            "**USD a month**",
            dollars(drift.usd_old),
            dollars(drift.usd_new),
            f"**{signed_dollars(drift.usd)}**",
        ]
    )
    users, per = side.users, drift.usd_per_user
    if users and per is not None:
        yield table_row(
            [
                "USD per user",
                per_user(drift.usd_old, users),
                per_user(drift.usd_new, users),
                signed_per_user(per),
            ]
        )
    for note in notes(drift):
        yield ""
        yield f"**{safe_markdown(note)}**"
    if drift.moved:
        yield from _table("What moved", drift.moved)
    else:
        yield ""
        yield "No charge moved."
    yield from _table("Priced at the old book only", drift.only_old)
    yield from _table("Priced at the new book only", drift.only_new)
    yield ""
    for title, of_side in (("Old", drift.old), ("New", drift.new)):
        yield f"- {title}: {safe_markdown(book_sentence(of_side))}"


def _table(title: str, lines: Sequence[DriftLine]) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield f"### {title}"
    yield ""
    heads = ["Resource", "Charge", "Quantity", "USD/unit", "Old", "New", "Move"]
    yield table_row([*heads, "%"])
    yield table_row(["---", "---", *["---:"] * 6])
    for row in drift_rows(lines):
        charge = row.charge
        missing = lines[0].change.base is None or lines[0].change.head is None
        yield table_row(
            [
                safe_markdown(row.label),
                safe_markdown(charge.description),
                charge.quantity,
                charge.rate,
                dollars(charge.usd_base),
                dollars(charge.usd_head),
                "" if missing else signed_dollars(charge.usd),
                "" if missing else row.percent,
            ]
        )
