"""A bill beside its estimate as a page: the causes, then what each is made of."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from farebox.billed.bills import Imported
from farebox.billed.causes import Comparison, Pair, Unmatched
from farebox.billed.says import SAYS
from farebox.reports.figures import dollars, signed_dollars
from farebox.reports.page.page import (
    Block,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)

CENT = Decimal("0.005")
"""What rounds to nothing is no row."""

MOST_ROWS = 20
"""Rows of a part on a page; all of them are in the JSON."""

WAYS = {
    "unblended": "cash this month (unblended)",
    "amortised": "plans and reservations spread over their use (amortised)",
    "listed": "list prices",
    "net": "cash this month after discounts (net)",
    "net_amortised": "plans and reservations spread, after discounts (net amortised)",
}


def imports_page(months: Sequence[Imported]) -> Page:
    """A row for each payer's month."""
    rows = tuple(
        Row(
            (
                f"{one.month} {one.payer}",
                f"{one.rows:,}",
                f"{one.aside:,}" if one.aside else "",
                "closed" if one.closed else "open",
                f"{dollars(one.usd)} {'/'.join(one.currency)}",
            )
        )
        for one in months
    )
    columns = (
        Column("month, payer"),
        Column("rows", 12),
        Column("aside", 8),
        Column("state", 8),
        Column("unblended", 20),
    )
    if not rows:
        return Page((Sentence("No bill was imported yet: fare bill import SOURCE."),))
    return Page((Table(columns, rows),))


def comparison_page(held: Comparison) -> Page:
    """The comparison; every figure is rounded here."""
    return Page(tuple(_blocks(held)))


def _blocks(held: Comparison) -> Iterator[Block]:
    yield Title(f"{held.month}: the bill against the estimate")
    yield Sentence(f"Counted as {WAYS[held.cost]}; the month has {held.hours:f} hours.")
    yield causes_table(held)
    yield Sentence(
        f"Of what was billed for use, {dollars(held.matched_by_id_usd)} USD is of "
        f"resources of the stack by their ids, {dollars(held.matched_by_parent_usd)} USD "
        "of what groups, clusters and policies launched, by tags, and "
        f"{dollars(held.matched_by_key_usd)} USD by usage type alone."
    )
    yield from _pairs(held.pairs)
    yield from _unmatched(held)


def causes_table(held: Comparison) -> Table:
    """From what was estimated to what was billed, cause by cause."""
    return Table(
        (Column("USD"), Column("", 16)),
        (
            Row(("estimated", dollars(held.estimated_usd))),
            *(
                Row((SAYS[cause], signed_dollars(usd)), level=1)
                for cause, usd in held.causes
            ),
            Row(("billed", dollars(held.billed_usd)), mark="total"),
        ),
        whole=True,
    )


def _pairs(pairs: Sequence[Pair]) -> Iterator[Block]:
    """What differs most, each with its causes."""
    differing = sorted(
        (pair for pair in pairs if abs(pair.billed_usd - pair.estimated_usd) >= CENT),
        key=lambda pair: -abs(pair.billed_usd - pair.estimated_usd),
    )
    if not differing:
        return
    yield Title("What differs most", level=2)
    yield Table(
        (
            Column("resource and charge"),
            Column("estimated", 12),
            Column("billed", 12),
            Column("differs by", 12),
        ),
        tuple(
            Row(
                (
                    f"{pair.name or 'account'} {pair.key.usage_type}",
                    dollars(pair.estimated_usd),
                    dollars(pair.billed_usd),
                    signed_dollars(pair.billed_usd - pair.estimated_usd),
                ),
                notes=(
                    Sentence(
                        ", ".join(
                            f"{cause} {signed_dollars(usd)}"
                            for cause, usd in pair.causes
                        ),
                        mark="dim",
                        indent=4,
                        hanging=2,
                    ),
                ),
            )
            for pair in differing[:MOST_ROWS]
        ),
    )
    yield from _more(len(differing))


def _unmatched(held: Comparison) -> Iterator[Block]:
    """What was billed and stands on no line, dearest first."""
    found = sorted(held.unmatched, key=lambda one: -abs(one.charge.usd(held.cost)))
    found = [one for one in found if abs(one.charge.usd(held.cost)) >= CENT]
    if not found:
        return
    yield Title("Billed, and not in the estimate", level=2)
    yield Table(
        (Column("charge"), Column("USD", 12)),
        tuple(
            Row(
                (_named(one), dollars(one.charge.usd(held.cost))),
                notes=(Sentence(SAYS[one.cause], mark="dim", indent=4),),
            )
            for one in found[:MOST_ROWS]
        ),
    )
    yield from _more(len(found))


def _named(one: Unmatched) -> str:
    charge = one.charge
    whose = one.owner.name or charge.resource or "no resource"
    by = f", made by {charge.parents.created_by}" if charge.parents.created_by else ""
    return f"{whose} {charge.usage_type or charge.service}{by}"


def _more(count: int) -> Iterator[Block]:
    if count > MOST_ROWS:
        said = f"{count - MOST_ROWS:,} more are in --format json."
        yield Sentence(said, mark="dim", follows=True)
