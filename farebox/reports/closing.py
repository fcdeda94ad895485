"""What a statement ends with: its prices' age and what its total leaves out."""

from farebox.bill.statement import Statement
from farebox.prices.ages import MAX_AGE_DAYS

SHORT_ID = 19
"""Characters of a book's id that a person reads: `sha256:` and twelve more."""


def prices_sentence(statement: Statement) -> str:
    """Which book, its newest date, and how many prices used, and of the book, are old."""
    book = statement.book
    limits = " and ".join(f"{kind} {days}" for kind, days in MAX_AGE_DAYS.items())
    oldest = f", oldest used of {book.oldest_used}" if book.oldest_used else ""
    used = "1 price" if book.used == 1 else f"{book.used:,} prices"
    whole = f"book's {book.count:,}" if book.count else "book"
    return (
        f"Prices: {book.kind} book {book.id[:SHORT_ID]}, newest of {book.as_of}{oldest}. "
        f"On {statement.on}: {used} used, {book.stale_used:,} older than "
        f"{'its' if book.used == 1 else 'their'} limit in days ({limits}); "
        f"{book.stale:,} of the {whole} are."
    )


def total_sentence(statement: Statement) -> str:
    """Empty, or why the total is a lower bound."""
    hidden = sum(entry.hides_cost for entry in statement.unpriced)
    if not hidden:
        return ""
    what = "1 charge below has" if hidden == 1 else f"{hidden:,} charges below have"
    return f"The total is a lower bound: {what} no figure."
