"""Which price book a command stands on."""

from pathlib import Path

from farebox.cli.errors import BadInput
from farebox.prices import PriceBook


def choose_book(prices: str) -> PriceBook:
    """The book that `--prices` names: `embedded`, or a book file.

    Raises BadInput and InvalidPriceBook.
    """
    if prices == "embedded":
        from farebox.prices.embedded import embedded_book

        return embedded_book()
    path = Path(prices)
    try:
        there = path.is_file()
    except OSError:
        there = False  # A name that is too long for any file.
    if not there:
        raise BadInput(
            f"--prices {prices[:200]}: there is no such file; give a book file or 'embedded'"
        )
    from farebox.prices.text import read_book

    return read_book(path)
