"""What is refused before it is written: prices that a mistake of a source looks like.

Every guard is a function of what was delivered and of what the store has. A refusal
names the rows that it stands on, with the old and the new price. Two kinds:

* what can be true, but seldom is (a list that lost rows, a jump of over 30 %): the user
  may take it with `--accept`;
* what cannot be true (spot outside [0.09, 1.0] of on demand, a price that became 0
  though the source does not say that it is free): such a row is never written.
  `--accept` takes the rest of the source, and the row's key is left without a price,
  which a statement shows as a gap, never as 0.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from statistics import median

from msgspec.structs import replace

from farebox.prices.deliveries import Comparison, DatedPrice
from farebox.prices.laws import SPOT_CEILING, SPOT_FLOOR, check_laws
from farebox.prices.refreshed import SHOWN, Refusal, Row, Rule
from farebox.prices.values import ZERO, Price, Tier
from pricing_fetch.refresh.tally import OnDemand, Tally, family_of, on_demand_type

MOST_GONE = Decimal("0.05")
"""The share of a list's prices that may be gone from one refresh to the next."""

MOST_POOLS_GONE = Decimal("0.5")
"""The same for spot pools, which come and go with AWS's spare capacity."""

MOST_MOVED = Decimal("0.30")
"""How far a list price may move, and spot in the middle of all pools of a source."""


def refusals(
    comparison: Comparison,
    tally: Tally,
    *,
    first: bool,
    spot_is_fresh: bool,
    on_demand: OnDemand,
) -> tuple[Refusal, ...]:
    """Everything that speaks against letting the delivery in; nothing for a good one.

    `first`: the store has nothing of this source yet, only the embedded prices, whose
    spellings are fewer: then coverage and units are not held against them.
    `spot_is_fresh`: the store's spot prices are young enough to hold new ones against.
    """
    delivery = comparison.delivery
    if delivery.unchanged:
        return ()
    found = [
        _nothing(comparison, tally),
        _spot_bounds(tally),
        _zero(comparison, tally),
        _free(comparison),
        None if first else _coverage(comparison),
        None if first else _family(comparison, tally),
        None if first else _units(comparison),
        _linearity(comparison, on_demand),
        _moved(comparison, spot_is_fresh=spot_is_fresh and not first),
    ]
    return tuple(refusal for refusal in found if refusal is not None)


def _nothing(comparison: Comparison, tally: Tally) -> Refusal | None:
    """A source that covers its slice whole and delivers nothing has lost everything."""
    delivery = comparison.delivery
    if delivery.whole is None or tally.count:
        return None
    why = ""
    if delivery.left_out:
        reason, count = delivery.left_out.most_common(1)[0]
        why = f"; left out: {count:,} rows, {reason}"
    rows = tuple(Row(old.key, _usd(old), None) for old in comparison.gone[:SHOWN])
    return Refusal("nothing", f"it has no price{why}", rows, len(comparison.gone))


def _spot_bounds(tally: Tally) -> Refusal | None:
    found = tally.out_of_bounds
    if not found:
        return None
    rows = tuple(Row(price.key, listed, _usd(price)) for price, listed in found[:SHOWN])
    return Refusal(
        "spot-bounds",
        f"{_prices(len(found))} outside {SPOT_FLOOR} to {SPOT_CEILING} of on demand,"
        " which cannot be true (from on demand to spot; refresh the region's lists"
        " too, if they are old)",
        rows,
        len(found),
    )


def _zero(comparison: Comparison, tally: Tally) -> Refusal | None:
    """Prices that the store has and that came as a bare 0."""
    found = [old for old in comparison.gone if old.key in tally.zeros]
    if not found:
        return None
    rows = tuple(Row(old.key, _usd(old), ZERO) for old in found[:SHOWN])
    noun = "price" if len(found) == 1 else "prices"
    return Refusal(
        "zero",
        f"{len(found):,} {noun} became 0, which is not believed",
        rows,
        len(found),
    )


def _free(comparison: Comparison) -> Refusal | None:
    """Prices that the source itself says are free from now on."""
    found = [pair for pair in comparison.changed if _became_free(*pair)]
    return _refusal("free", found, "became free, as the source says")


def _coverage(comparison: Comparison) -> Refusal | None:
    """More prices gone than a source loses in earnest."""
    whole = comparison.delivery.whole
    if whole is None or not comparison.gone:
        return None
    gone = len(comparison.gone)
    before = gone + len(comparison.changed) + comparison.unchanged_count
    most = MOST_POOLS_GONE if whole.purchase == "spot" else MOST_GONE
    if gone <= most * before:
        return None
    rows = tuple(Row(old.key, _usd(old), None) for old in comparison.gone[:SHOWN])
    return Refusal(
        "coverage",
        f"{gone:,} of {before:,} prices are gone, more than {most * 100:.0f} %",
        rows,
        gone,
    )


def _family(comparison: Comparison, tally: Tally) -> Refusal | None:
    """All prices of one kind gone, however few: no EBS storage in the whole list."""
    whole = comparison.delivery.whole
    if whole is None or whole.purchase != "on-demand":
        return None
    lost = [old for old in comparison.gone if not tally.families[family_of(old.key)]]
    if not lost:
        return None
    kinds = sorted({family_of(old.key) for old in lost})
    named = ", ".join(kinds[:SHOWN]) + (", …" if len(kinds) > SHOWN else "")
    rows = tuple(Row(old.key, _usd(old), None) for old in lost[:SHOWN])
    return Refusal("family", f"every price of {named} is gone", rows, len(lost))


def _units(comparison: Comparison) -> Refusal | None:
    found = [
        (old, new) for old, new in comparison.changed if old.unit != new.price.unit
    ]
    if not found:
        return None
    old, new = found[0]
    return _refusal(
        "unit",
        found,
        f"changed their unit, the first from {old.unit} to {new.price.unit}",
    )


def _moved(comparison: Comparison, *, spot_is_fresh: bool) -> Refusal | None:
    """List prices one by one; spot by the median, for pools jump in earnest."""
    pairs = [
        (old, new)
        for old, new in comparison.changed
        if old.unit == new.price.unit and not _became_free(old, new)
    ]
    spot = [pair for pair in pairs if pair[0].key.purchase == "spot"]
    listed = [
        pair
        for pair in pairs
        if pair[0].key.purchase != "spot" and _move(*pair) > MOST_MOVED
    ]
    if listed:
        return _refusal("moved", listed, f"moved by more than {MOST_MOVED * 100:.0f} %")
    if not spot or not spot_is_fresh:
        return None
    moves = [_move(*pair) for pair in spot] + [ZERO] * comparison.unchanged_count
    middle = median(moves)
    if middle <= MOST_MOVED:
        return None
    furthest = sorted(spot, key=lambda pair: _move(*pair), reverse=True)
    return Refusal(
        "moved",
        f"half of the pools moved by at least {middle * 100:.0f} %",
        tuple(
            Row(old.key, _usd(old), _usd(new.price)) for old, new in furthest[:SHOWN]
        ),
        len(spot),
    )


def _linearity(comparison: Comparison, on_demand: OnDemand) -> Refusal | None:
    """New or changed prices of instance types that lie off their family's line.

    What the store has already is not held against the source again: it was accepted.
    """
    before = {old.key: old for old, _ in comparison.changed}
    delivered: dict[tuple[str, str], dict[str, Price]] = {}
    for dated in (*comparison.new, *(new for _, new in comparison.changed)):
        instance_type = on_demand_type(dated.price.key)
        if instance_type:
            family = instance_type.partition(".")[0]
            place = (dated.price.key.region, family)
            delivered.setdefault(place, {})[instance_type] = dated.price
    gone = {
        (old.key.region, instance_type)
        for old in comparison.gone
        if (instance_type := on_demand_type(old.key))
    }
    broken: list[tuple[Price, str]] = []
    for (region, family), own in delivered.items():
        one = next(iter(own.values()))
        others = {
            name: replace(
                one,
                key=replace(one.key, usage_type=f"BoxUsage:{name}"),
                tiers=(Tier(ZERO, usd),),
            )
            for name, usd in on_demand(region).items()
            if name.startswith(f"{family}.")
            and name not in own
            and (region, name) not in gone
        }
        broken += _off_line(own, others)
    if not broken:
        return None
    rows = tuple(
        Row(
            price.key,
            _usd(before[price.key]) if price.key in before else None,
            _usd(price),
        )
        for price, _ in broken[:SHOWN]
    )
    return Refusal(
        "linearity",
        f"{_prices(len(broken))} off the line of the family ({broken[0][1]})",
        rows,
        len(broken),
    )


def _off_line(
    own: Mapping[str, Price], others: Mapping[str, Price]
) -> Iterator[tuple[Price, str]]:
    """The delivered prices of a family that break the law, each with the reason."""
    members = [*own.values(), *others.values()]
    while members and (broken := check_laws(members)) is not None:
        index, reason = broken
        price = members.pop(index)
        if on_demand_type(price.key) in own:
            yield price, reason


def _refusal(
    rule: Rule, found: list[tuple[Price, DatedPrice]], what: str
) -> Refusal | None:
    if not found:
        return None
    rows = tuple(Row(old.key, _usd(old), _usd(new.price)) for old, new in found[:SHOWN])
    noun = "price" if len(found) == 1 else "prices"
    return Refusal(rule, f"{len(found):,} {noun} {what}", rows, len(found))


def _prices(count: int) -> str:
    return "1 price lies" if count == 1 else f"{count:,} prices lie"


def _usd(price: Price) -> Decimal:
    """The dearest tier: the one that a change is told by."""
    return max(tier.usd_per_unit for tier in price.tiers)


def _became_free(old: Price, new: DatedPrice) -> bool:
    """Whether a price that was above 0 is 0 in all tiers now."""
    return _usd(old) > 0 and _usd(new.price) == 0


def _move(old: Price, new: DatedPrice) -> Decimal:
    """The largest change of the rate at any quantity, as a share of the old one."""
    starts = {tier.from_quantity for tier in (*old.tiers, *new.price.tiers)}
    moves = []
    for start in starts:
        before, after = _at(old, start), _at(new.price, start)
        if before:
            moves.append(abs(after / before - 1))
        elif after:
            moves.append(Decimal(1))
    return max(moves, default=ZERO)


def _at(price: Price, quantity: Decimal) -> Decimal:
    """The rate of the tier that the quantity falls into."""
    found = price.tiers[0].usd_per_unit
    for tier in price.tiers:
        if tier.from_quantity <= quantity:
            found = tier.usd_per_unit
    return found
