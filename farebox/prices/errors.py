"""What can go wrong when a price is asked for.

* PriceBookError
  - PriceNotFound      no price in the book has this key
  - AmbiguousPrice     several prices have it; none is picked for you
  - UnitMismatch       the price is per hour, the quantity in GB-months
  - InvalidPriceBook   the book's text breaks its format or a law of AWS's prices
  - StoreError         the price store cannot be opened, read or written
    - StoreFailed      its disk or its server failed: nothing was written
    - UnknownBook      the store has no book with that id, or of that day
"""

from farebox.errors import FareboxError, OutsideFailed


class PriceBookError(FareboxError):
    """Base of everything that this package raises."""


class PriceNotFound(PriceBookError):
    """No price in the book has the key that was asked for."""


class AmbiguousPrice(PriceBookError):
    """Several prices in the book have the key that was asked for."""


class UnitMismatch(PriceBookError):
    """A quantity came in another unit than the price's."""


class InvalidPriceBook(PriceBookError):
    """A book's text cannot be read, or a price in it cannot be true."""


class StoreError(PriceBookError):
    """The price store cannot be opened, read or written; its last book stays whole."""


class StoreFailed(StoreError, OutsideFailed):
    """The disk or the server of the price store failed, or another refresh holds it."""


class UnknownBook(StoreError):
    """The store has no book with that id, or none that was seen by that time."""
