"""What a usage file of a stack may say: its resources, their keys, and what each costs."""

from decimal import Decimal

from msgspec import Struct

from farebox.prices import Tier


class WantedKey(Struct, frozen=True, kw_only=True):
    """A key that the rule of a resource reads.

    `unit` is the key's own. `tiers` are US dollars by `rated`, the price list's unit,
    of which one of the key is `factor`; empty where the book has no one price for it.
    `needed` is whether a charge has no figure without the key; `most` is the most that
    it can be, and `texts` the words that it takes where it is no figure.
    """

    key: str
    says: str
    unit: str = ""
    tiers: tuple[Tier, ...] = ()
    rated: str = ""
    factor: Decimal = Decimal(1)
    needed: bool = False
    most: Decimal | None = None
    texts: tuple[str, ...] = ()


class Wanted(Struct, frozen=True, kw_only=True):
    """A resource of a stack, or the account in a region, with the keys that it reads.

    `urn` is empty and `type` is `account` for the account, whose `name` is the region.
    `more` is how many keys were left out.
    """

    urn: str
    type: str
    name: str
    region: str
    keys: tuple[WantedKey, ...]
    more: int = 0
