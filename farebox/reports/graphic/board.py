"""The claims board of a report: a tile for each claim, and the table behind it."""

from collections.abc import Iterator, Sequence

from farebox.hosting.claims.claim_values import Checked, Verdict
from farebox.reports.hosting.claims import DETAILED, summary, told, verdict_text
from farebox.reports.page.as_html import safe_html

SIGNS: dict[Verdict, str] = {
    "pass": "✓",
    "fail": "✗",
    "stale": "○",
    "unsupported": "?",
}
"""Signs beside the colours: nobody has to tell colours apart."""

HEADINGS = tuple(column.heading or column.title for column in DETAILED)


def board(checked: Sequence[Checked]) -> Iterator[str]:
    """The tiles, failed claims first; their words are in the table."""
    order = list(SIGNS)
    order.sort(key=lambda verdict: verdict != "fail")
    tiles = sorted(checked, key=lambda one: order.index(one.verdict))
    yield '<section id="claims"><h2>The claims of the paper</h2>'
    yield f"<p>{safe_html(summary(checked))}</p>"
    yield '<ul class="board">'
    for one in tiles:
        yield (
            f'<li class="{one.verdict}"><b>{safe_html(one.claim.id)}</b> '
            f"{safe_html(one.claim.says)}<span>{SIGNS[one.verdict]} "
            f"{safe_html(verdict_text(one))}</span></li>"
        )
    yield "</ul>"


def rows(checked: Sequence[Checked]) -> list[tuple[str, ...]]:
    """The claims in their order, as `fare host claims` tells them."""
    return [tuple(str(cell) for cell in told(one).cells) for one in checked]
