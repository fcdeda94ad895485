"""Rating: metered quantities at a book's prices, tier by tier, as lines."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches

from msgspec import Struct

from farebox.bill.statement import LineItem, Subject, Unpriced
from farebox.prices import AmbiguousPrice, Price, PriceBook, PriceKey, Tier
from farebox.prices.prefixes import with_prefix, without_prefix
from farebox.prices.values import walk_tiers
from farebox.rules.allowances import FREE_PER_MONTH
from farebox.rules.charges import Gap, Metered

ZERO = Decimal(0)

FREE = Tier(ZERO, ZERO)
"""What stands in a walk for the account's free allowance; known by identity."""

BY_REGION_NAME = frozenset(("awskms",))
"""Services whose usage types begin with the region's own name, as on the bill."""


class Lot(Struct, frozen=True, gc=False):
    """What one subject uses of one usage type in a month, at each level."""

    subject: Subject
    metered: Metered
    low: Decimal
    likely: Decimal
    high: Decimal


class Rater:
    """Rates lots at a book's prices and remembers which prices it used."""

    def __init__(self, book: PriceBook, *, free_tier: bool) -> None:
        self.book = book
        self.free_tier = free_tier
        self._found: dict[PriceKey, Price | None] = {}
        self._several: dict[PriceKey, str] = {}

    def used_prices(self) -> list[Price]:
        """The prices that a line or a gap stands on."""
        return [price for price in self._found.values() if price is not None]

    def lines(self, lots: Sequence[Lot]) -> tuple[list[LineItem], list[Unpriced]]:
        """A line for each lot, or one for each tier; and the lots without a price."""
        found = self._found
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
            if len(price.tiers) > 1 or self._allowance(key) is not None:
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
            numbered = [*zip(numbers, lines, strict=True), *self._by_tier(tiered)]
            numbered.sort(key=lambda pair: pair[0])
            lines = [line for _, line in numbered]
        return lines, missing

    def gap(self, subject: Subject, gap: Gap) -> Unpriced:
        """The gap as an entry of a statement, with its rate where the book has it."""
        key = gap.key
        if key is None:
            return Unpriced(subject, gap.code, gap.reason)
        price = self._found[key] if key in self._found else self._price(key)
        if price is None:
            code, reason = gap.code, gap.reason
            if code == "no-usage":
                code, reason = "no-price", f"{reason}; {self._no_price_reason(key)}"
            return Unpriced(
                subject, code, reason, _billed(key), gap.unit, None, gap.usage_key
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
        return price

    def _allowance(self, key: PriceKey) -> Decimal | None:
        if not self.free_tier:
            return None
        bare = without_prefix(key.usage_type, key.region)
        return FREE_PER_MONTH.get((key.service, bare))

    def _without_price(
        self, subject: Subject, key: PriceKey, metered: Metered
    ) -> Unpriced:
        reason = f"{metered.description}: {self._no_price_reason(key)}"
        return Unpriced(subject, "no-price", reason, _billed(key), metered.unit)

    def _no_price_reason(self, key: PriceKey) -> str:
        if key in self._several:
            return self._several[key]
        reason = f"the {self.book.kind} price book has no price for {key}"
        bare = without_prefix(key.usage_type, key.region)
        kind, _, instance_type = bare.partition(":")
        known = self.book.instance_types
        if kind == "BoxUsage" and instance_type not in known:
            near = get_close_matches(instance_type, sorted(known), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            return f"{reason}, nor in any other region{hint}"
        return reason

    def _by_tier(
        self, tiered: dict[PriceKey, list[tuple[int, Lot]]]
    ) -> Iterable[tuple[int, LineItem]]:
        """Lines of keys with tiers or a free allowance, walked over the key's sum.

        AWS counts tiers over an account and region, and an allowance over the whole
        account: each lot gets its proportional share of every tier.
        """
        sums = {key: _sums(lot for _, lot in lots) for key, lots in tiered.items()}
        account: dict[tuple[str, str], list[Decimal]] = {}
        for key, by_level in sums.items():
            shared = account.setdefault(_account_key(key), [ZERO, ZERO, ZERO])
            for level, quantity in enumerate(by_level):
                shared[level] += quantity
        for key, lots in tiered.items():
            price = self._found[key]
            assert price is not None  # only priced keys were collected
            allowance = self._allowance(key) or ZERO
            name = _account_key(key)
            whole = account[name]
            tiers = _paid(price.tiers) if name in FREE_PER_MONTH else price.tiers
            walks = [
                _walk(tiers, sums[key][level], whole[level], allowance)
                for level in range(3)
            ]
            reached = max(len(walk) for walk in walks)
            for number, lot in lots:
                for line in _tier_lines(lot, price, tiers, walks, sums[key], reached):
                    yield number, line


def _other_unit(subject: Subject, price: Price, metered: Metered) -> Unpriced:
    """A quantity that the price's unit cannot rate: said, never converted."""
    reason = (
        f"{metered.description}: the book's price is per {price.unit}, and the charge "
        f"is metered in {metered.unit}"
    )
    return Unpriced(subject, "no-price", reason, price.key, metered.unit)


def _billed(key: PriceKey) -> PriceKey:
    """The key of a missing price with the prefix that the region's bill has."""
    usage_type = with_prefix(key.usage_type, key.region)
    if usage_type == key.usage_type or key.service in BY_REGION_NAME:
        return key
    return PriceKey(
        key.service, key.region, usage_type, key.operation, key.purchase, key.zone_id
    )


def _account_key(key: PriceKey) -> tuple[str, str]:
    return key.service, without_prefix(key.usage_type, key.region)


def _sums(lots: Iterable[Lot]) -> list[Decimal]:
    sums = [ZERO, ZERO, ZERO]
    for lot in lots:
        for level, quantity in enumerate((lot.low, lot.likely, lot.high)):
            sums[level] += quantity
    return sums


def _paid(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """The tiers without one for an account's allowance, which some lists begin with.

    us-east-1's list of SNS does; the table of allowances has it for every region.
    """
    if len(tiers) == 1 or tiers[0].usd_per_unit:
        return tiers
    start = tiers[1].from_quantity
    return tuple(
        Tier(tier.from_quantity - start, tier.usd_per_unit) for tier in tiers[1:]
    )


def _walk(
    tiers: tuple[Tier, ...], quantity: Decimal, whole: Decimal, allowance: Decimal
) -> list[tuple[Tier, Decimal]]:
    """The quantity in each tier, behind its share of the account's free allowance."""
    if not allowance:
        return walk_tiers(tiers, quantity)
    share = quantity / whole if whole and whole != quantity else Decimal(1)
    free = min(quantity, allowance * share)
    return [(FREE, free), *walk_tiers(tiers, quantity - free)]


def _tier_lines(
    lot: Lot,
    price: Price,
    tiers: tuple[Tier, ...],
    walks: list[list[tuple[Tier, Decimal]]],
    sums: list[Decimal],
    reached: int,
) -> Iterable[LineItem]:
    levels = (lot.low, lot.likely, lot.high)
    metered = lot.metered
    for number in range(reached):
        tier = next(walk[number][0] for walk in walks if number < len(walk))
        taken = [ZERO, ZERO, ZERO]
        for level, walk in enumerate(walks):
            if number < len(walk) and sums[level]:
                in_tier = walk[number][1]
                whole = levels[level] == sums[level]
                taken[level] = (
                    in_tier if whole else in_tier * levels[level] / sums[level]
                )
        if not any(taken) and number:
            continue
        free = tier is FREE
        yield LineItem(
            lot.subject,
            price.key,
            f"{metered.description}, free" if free else metered.description,
            taken[1],
            metered.unit,
            tier.usd_per_unit,
            f"{metered.because}; {_tier_name(tier, tiers, price.unit)}",
            metered.usage,
            price.source,
            taken[0] * tier.usd_per_unit,
            taken[2] * tier.usd_per_unit,
        )


def _tier_name(tier: Tier, tiers: tuple[Tier, ...], unit: str) -> str:
    if tier is FREE:
        return "free allowance of the account"
    if len(tiers) == 1:
        return "after the free allowance"
    return f"tier from {tier.from_quantity:,f} {unit}"
