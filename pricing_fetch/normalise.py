"""Rows of an offer file become prices under AWS's own keys: which, and which not.

Every on-demand row of the region is kept under (service, region, usage type, operation),
whether a rule knows it today or not. What is left out is counted by its reason. Where
the list has several prices for one key, none is taken: a guess would be a wrong bill.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Protocol

from msgspec import Struct

from farebox.prices.deliveries import DatedPrice
from farebox.prices.prefixes import without_prefix
from farebox.prices.reading import FREE
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.price_file import Keep, field_is
from pricing_fetch.units import Units

GLOBAL = "global"
"""The region of what AWS sells without one, such as hosted zones."""

FREE_NOTE = f"{FREE} the price list itself has this usage, or its first part, at 0"

PER_RESOURCE = frozenset({"EBS:VolumeP-IOPS.gp3", "EBS:VolumeP-Throughput.gp3"})
"""Usage types whose listed range begins where each volume's free part ends.

AmazonEC2 lists gp3 IOPS from 3000 on. That is per volume, so it is no tier of an
account's sum: the rule takes the free part off, and the price counts from 0.
"""

ZONES = frozenset({"AWS Local Zone", "AWS Wavelength Zone", "AWS Outposts"})
"""Location types that have prices of their own inside a region's list."""

NAMED = 3
"""How many examples the reason for contested keys names."""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+", re.ASCII)
_INSTANCE = re.compile(
    r"(?:BoxUsage|HostBoxUsage|DedicatedUsage|SpotUsage)\b", re.ASCII
)
_LINUX = (
    ("Tenancy", "Shared"),
    ("Operating System", "Linux"),
    ("Pre Installed S/W", "NA"),
    ("License Model", "No License required"),
)
_BEFORE_TERM_TYPE = ("SKU", "OfferTermCode", "RateCode")
_ZERO = Decimal(0)

Range = tuple[Decimal, Decimal | None, Decimal]
"""From a quantity, up to another or None, at US dollars per unit."""


class _Term(Struct):
    """The rows of one product from one day on."""

    sku: str
    effective_from: str
    unit: str
    ranges: list[Range]


class _Refused(Exception):
    """A row or a key that is left out; the message is the reason."""


class Table(Protocol):
    """Rows under named columns: a price list's CSV, or products laid out as one."""

    columns: tuple[str, ...]

    def indexes(self, *names: str) -> list[int]:
        """Where the columns stand, each of which must be there once."""

    def index(self, name: str) -> int | None:
        """Where a column stands that not every list has."""

    def rows(self, keep: Keep) -> Iterator[tuple[int, list[str]]]:
        """Number and fields of every row that `keep` wants, or of more."""


class Normaliser:
    """Reads the rows of one offer file; `prices` may be read once.

    `left_out` is filled while the prices are read.
    """

    def __init__(
        self,
        file: Table,
        *,
        service: str,
        region: str,
        source: Source,
        left_out: Counter[str],
        zones: bool = False,
    ) -> None:
        self._file = file
        self._service = service
        self._region = region
        self._source = source
        self._free = Source(source.url, source.as_of, source.version, FREE_NOTE)
        self._left_out = left_out
        self._zones = zones
        self._units = Units()
        self._keys: dict[tuple[str, str], list[_Term]] = {}
        self._decimals: dict[str, Decimal] = {}
        self._wanted = self._row_filter()

    def prices(self) -> Iterator[DatedPrice]:
        """Every price of the file, key after key. Raises Damaged."""
        self._read()
        contested: list[str] = []
        for (usage_type, operation), terms in self._keys.items():
            try:
                yield from self._of_key(usage_type, operation, terms)
            except _Contested:
                contested.append(f"{usage_type} {operation}".strip())
            except _Refused as reason:
                self._left_out[str(reason)] += 1
        if contested:
            names = ", ".join(sorted(contested)[:NAMED])
            more = ", ..." if len(contested) > NAMED else ""
            self._left_out[f"several prices for one key ({names}{more})"] = len(
                contested
            )

    def _read(self) -> None:
        file = self._file
        sku, effective, start, end, unit, dollars, currency, usage, operation = (
            file.indexes(
                *("SKU", "EffectiveDate", "StartingRange", "EndingRange", "Unit"),
                *("PricePerUnit", "Currency", "usageType", "operation"),
            )
        )
        (term_type,) = file.indexes("TermType")
        wanted = self._wanted
        left_out = self._left_out
        keys = self._keys
        keep = field_is(file.columns, "TermType", "OnDemand", _BEFORE_TERM_TYPE)
        for _, row in file.rows(keep):
            if row[term_type] != "OnDemand":
                continue
            reason = wanted(row)
            if reason is not None:
                left_out[reason] += 1
                continue
            if row[currency] != "USD":
                left_out[f"not in USD but {row[currency] or 'no currency'}"] += 1
                continue
            usage_type = row[usage]
            if not usage_type:
                left_out["no usage type"] += 1
                continue
            try:
                span = (
                    self._number(row[start] or "0"),
                    self._end(row[end]),
                    self._number(row[dollars]),
                )
            except _Refused as refused:
                left_out[str(refused)] += 1
                continue
            terms = keys.setdefault((usage_type, row[operation]), [])
            for term in terms:
                if (
                    term.sku == row[sku]
                    and term.effective_from == row[effective]
                    and term.unit == row[unit]
                ):
                    term.ranges.append(span)
                    break
            else:
                terms.append(_Term(row[sku], row[effective], row[unit], [span]))

    def _row_filter(self) -> Callable[[list[str]], str | None]:
        """Tells why a row is left out, or None; made once for the file's columns."""
        file = self._file
        usage, operation = file.indexes("usageType", "operation")
        region_code = file.index("Region Code")
        location, from_location = (
            file.index("Location Type"),
            file.index("From Location Type"),
        )
        capacity, market = file.index("CapacityStatus"), file.index("MarketOption")
        family = file.index("Product Family")
        (dollars,) = file.indexes("PricePerUnit")
        linux = [
            (index, value)
            for name, value in _LINUX
            if (index := file.index(name)) is not None
        ]
        region, zones = self._region, self._zones
        computes = self._service == "AmazonEC2" and capacity is not None

        def reason(row: list[str]) -> str | None:
            code = row[region_code] if region_code is not None else ""
            if region == GLOBAL:
                if _REGION.fullmatch(code):
                    return "of a region, not global"
            elif code and code != region and not (zones and code.startswith(region)):
                return "of another place (a Local Zone, a Wavelength Zone)"
            place = row[location] if location is not None else ""
            if not place and from_location is not None:
                place = row[from_location]
            if place in ZONES and not zones:
                return f"of an {place}"
            if not computes:
                return None
            assert capacity is not None
            is_instance = family is not None and row[family].startswith("Compute Inst")
            if not is_instance:
                return None
            if row[capacity] not in ("Used", ""):
                return f"capacity status {row[capacity]}, not Used"
            if market is not None and row[market] not in ("OnDemand", ""):
                return f"market option {row[market]}, not OnDemand"
            if row[operation] == "RunInstances" and "BoxUsage:" in row[usage]:
                for index, value in linux:
                    if row[index] != value:
                        return (
                            f"a Linux key with {row[index] or 'nothing'}, not {value}"
                        )
            if not row[dollars].strip("0.E+-"):
                return "an instance at 0"
            return None

        return reason

    def _of_key(
        self, usage_type: str, operation: str, terms: list[_Term]
    ) -> Iterator[DatedPrice]:
        """The prices of one key, by the day from which each holds."""
        for text in (usage_type, operation):
            if "," in text or not text.isprintable():
                raise _Refused("a key with a comma, which a price book cannot hold")
        bare = without_prefix(usage_type, self._region)
        spelled = self._units.spelling
        by_sku: dict[str, dict[str, tuple[tuple[Tier, ...], str]]] = {}
        for term in terms:
            if not term.unit or "," in term.unit or not term.unit.isprintable():
                raise _Refused("a unit that a price book cannot hold")
            dated = by_sku.setdefault(term.sku, {})
            if term.effective_from in dated:
                raise _Contested
            dated[term.effective_from] = (
                tiers_of(term.ranges, per_resource=bare in PER_RESOURCE),
                spelled(self._service, bare, term.unit),
            )
        schedules = {
            tuple(by_sku[sku][day] for day in sorted(by_sku[sku])): sku
            for sku in sorted(by_sku)
        }
        if len(schedules) > 1:
            paid = [one for one in schedules if any(_costs(tiers) for tiers, _ in one)]
            if len(paid) != 1:
                raise _Contested
            self._left_out["a free variant beside the price of its key"] += (
                len(schedules) - 1
            )
            schedules = {paid[0]: schedules[paid[0]]}
        key = PriceKey(self._service, self._region, usage_type, operation)
        dated = by_sku[next(iter(schedules.values()))]
        for day in sorted(dated):
            tiers, unit = dated[day]
            free = not all(tier.usd_per_unit for tier in tiers)
            source = self._free if free else self._source
            yield DatedPrice(Price(key, tiers, unit, source), day)

    def _number(self, text: str) -> Decimal:
        found = self._decimals.get(text)
        if found is None:
            found = _decimal(text)
            if len(self._decimals) < 50_000:
                self._decimals[text] = found
        return found

    def _end(self, text: str) -> Decimal | None:
        return None if not text or text.lower() == "inf" else self._number(text)


class _Contested(Exception):
    """Several prices for one key."""


def tiers_of(ranges: list[Range], *, per_resource: bool = False) -> tuple[Tier, ...]:
    """The tiers of a term's ranges (start, end or None, dollars per unit), in any order.

    With `per_resource` a single range counts from 0, wherever the list lets it begin.
    Raises _Refused where the ranges leave a gap, overlap, or do not run from 0 on.
    """
    if len(ranges) == 1:
        start, end, dollars = ranges[0]
        if end is None and (not start or per_resource):
            return (Tier(_ZERO, dollars),)
    ordered = sorted(set(ranges), key=lambda one: one[0])
    whole = not ordered[0][0] and ordered[-1][1] is None
    if not whole or any(one[1] != after[0] for one, after in pairwise(ordered)):
        raise _Refused("tiers that leave a gap, overlap, or do not begin at 0")
    if any(end is not None and end <= start for start, end, _ in ordered):
        raise _Refused("tiers that leave a gap, overlap, or do not begin at 0")
    return tuple(Tier(start, dollars) for start, _, dollars in ordered)


def _costs(tiers: tuple[Tier, ...]) -> bool:
    return any(tier.usd_per_unit for tier in tiers)


def _decimal(text: str) -> Decimal:
    """A number as the lists write it: `0.0001000000`, `1.0E-4`, `10000000`."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise _Refused("a figure that is no number") from None
    if not found.is_finite():
        raise _Refused("a figure that is no number")
    if found < 0:
        raise _Refused("a figure below 0")
    return found.normalize()
