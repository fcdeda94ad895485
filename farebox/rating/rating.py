"""Rating: metered quantities at a book's prices, tier by tier, as lines.

A price that ends before its list does (prices/borders.py) rates what lies in its tiers;
the rest is a gap, which says how much it is and where the next tier begins.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches

from farebox.bill.statement import LineItem, Subject, Unpriced
from farebox.prices import AmbiguousPrice, Price, PriceBook, PriceKey, Tier
from farebox.prices.aliases import bare_key, billed_key
from farebox.prices.borders import ends_at
from farebox.rating.tier_lines import (
    Lot,
    Walked,
    entries_of,
    paid_tiers,
    sums_of,
    walk,
)
from farebox.rules.allowances import (
    FREE_PER_MONTH,
    IN_EACH_REGION,
    allowance_name,
)
from farebox.rules.charges import Gap, Metered

ZERO = Decimal(0)


class Rater:
    """Rates lots at a book's prices and remembers which prices it used."""

    def __init__(self, book: PriceBook, *, free_tier: bool) -> None:
        self.book = book
        self.free_tier = free_tier
        self._found: dict[PriceKey, Price | None] = {}
        self._walked: set[PriceKey] = set()
        self._missing: dict[PriceKey, tuple[str, PriceKey]] = {}
        self._several: dict[PriceKey, str] = {}

    def used_prices(self) -> list[Price]:
        """The prices that a line or a gap stands on."""
        return [price for price in self._found.values() if price is not None]

    def lines(self, lots: Sequence[Lot]) -> tuple[list[LineItem], list[Unpriced]]:
        """A line for each lot, or one for each tier; and the lots without a price."""
        found, walked = self._found, self._walked
        lines: list[LineItem] = []
        numbers: list[int] = []
        missing: list[Unpriced] = []
        tiered: dict[PriceKey, list[tuple[int, Lot]]] = {}
        for number, lot in enumerate(lots):
            metered = lot.metered
            key = metered.key
            price = found[key] if key in found else self._price(key)
            if price is None:
                missing.append(self._without_price(lot.subject, key, metered))
                continue
            if metered.unit != price.unit:
                missing.append(_other_unit(lot.subject, price, metered))
                continue
            if key in walked:
                tiered.setdefault(key, []).append((number, lot))
                continue
            numbers.append(number)
            usd = price.tiers[0].usd_per_unit
            likely = lot.likely
            usd_likely = likely * usd
            lines.append(
                LineItem(
                    lot.subject,
                    price.key,
                    metered.description,
                    likely,
                    metered.unit,
                    usd,
                    metered.because,
                    metered.usage,
                    price.source,
                    usd_likely if lot.low is likely else lot.low * usd,
                    usd_likely if lot.high is likely else lot.high * usd,
                )
            )
        if tiered:
            numbered = list(zip(numbers, lines, strict=True))
            for number, entry in self._by_tier(tiered):
                if isinstance(entry, Unpriced):
                    missing.append(entry)
                else:
                    numbered.append((number, entry))
            numbered.sort(key=lambda pair: pair[0])
            lines = [line for _, line in numbered]
        return lines, missing

    def gap(self, subject: Subject, gap: Gap) -> Unpriced:
        """The gap as an entry of a statement, with its rate where the book has it."""
        key = gap.key
        if key is None:
            return Unpriced(subject, gap.code, gap.reason, usage_key=gap.usage_key)
        price = self._found[key] if key in self._found else self._price(key)
        if price is None:
            code, reason = gap.code, gap.reason
            why, billed = self._why_missing(key)
            if code == "no-usage":
                code, reason = "no-price", f"{reason}; {why}"
            return Unpriced(
                subject, code, reason, billed, gap.unit, None, gap.usage_key
            )
        return Unpriced(
            subject,
            gap.code,
            gap.reason,
            price.key,
            gap.unit,
            price.usd_per_unit,
            gap.usage_key,
        )

    def _price(self, key: PriceKey) -> Price | None:
        try:
            price = self.book.find(key)
        except AmbiguousPrice as error:
            price = None
            self._several[key] = str(error)
        self._found[key] = price
        if price is not None and (
            len(price.tiers) > 1
            or ends_at(price) is not None
            or self._allowance(key) is not None
        ):
            self._walked.add(key)
        return price

    def _allowance(self, key: PriceKey) -> Decimal | None:
        return FREE_PER_MONTH.get(_account_key(key)) if self.free_tier else None

    def _without_price(
        self, subject: Subject, key: PriceKey, metered: Metered
    ) -> Unpriced:
        why, billed = self._why_missing(key)
        reason = f"{metered.description}: {why}"
        return Unpriced(subject, "no-price", reason, billed, metered.unit)

    def _why_missing(self, key: PriceKey) -> tuple[str, PriceKey]:
        """Why a key has no price, and how the region's bill spells it: told once.

        What else could have been meant is looked for among all instance types, which
        takes a millisecond; ten thousand machines of one type ask for the same key.
        """
        found = self._missing.get(key)
        if found is None:
            found = self._missing[key] = self._no_price_reason(key), billed_key(key)
        return found

    def _no_price_reason(self, key: PriceKey) -> str:
        if key in self._several:
            return self._several[key]
        book = self.book
        reason = f"the {book.kind} price book has no price for {key}{book.lacks}"
        kind, _, instance_type = bare_key(key).usage_type.partition(":")
        known = self.book.instance_types
        if kind == "BoxUsage" and instance_type not in known:
            near = get_close_matches(instance_type, sorted(known), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            return f"{reason}, nor in any other region{hint}"
        return reason

    def _by_tier(
        self, tiered: dict[PriceKey, list[tuple[int, Lot]]]
    ) -> Iterable[tuple[int, LineItem | Unpriced]]:
        """Lines of keys with tiers or a free allowance, walked over the key's sum.

        AWS counts tiers over an account and region, and an allowance over the whole
        account (of some services in each region): each lot gets its proportional share
        of every tier. What lies beyond the tiers that the book has is a gap.
        """
        sums = {key: sums_of(lot for _, lot in lots) for key, lots in tiered.items()}
        account: dict[tuple[str, str, str], list[Decimal]] = {}
        for key, by_level in sums.items():
            shared = account.setdefault(_sharing(key), [ZERO, ZERO, ZERO])
            for level, quantity in enumerate(by_level):
                shared[level] += quantity
        for key, lots in tiered.items():
            price = self._found[key]
            assert price is not None  # only priced keys were collected
            allowance = self._allowance(key) or ZERO
            name = _account_key(key)
            whole = account[_sharing(key)]
            tiers = paid_tiers(price.tiers) if name in FREE_PER_MONTH else price.tiers
            end = ends_at(price)
            if end is not None:
                tiers = (*tiers, Tier(end, ZERO))
            walks = [
                walk(tiers, sums[key][level], whole[level], allowance)
                for level in range(3)
            ]
            walked = Walked(price, tiers, end, walks, sums[key])
            for number, lot in lots:
                for entry in entries_of(lot, walked):
                    yield number, entry


def _other_unit(subject: Subject, price: Price, metered: Metered) -> Unpriced:
    """A quantity that the price's unit cannot rate: said, never converted."""
    reason = (
        f"{metered.description}: the book's price is per {price.unit}, and the charge "
        f"is metered in {metered.unit}"
    )
    return Unpriced(subject, "no-price", reason, price.key, metered.unit)


def _account_key(key: PriceKey) -> tuple[str, str]:
    return allowance_name(key.service, bare_key(key).usage_type)


def _sharing(key: PriceKey) -> tuple[str, str, str]:
    """What uses one allowance together: the account's, or those of one region."""
    return *_account_key(key), key.region if key.service in IN_EACH_REGION else ""
