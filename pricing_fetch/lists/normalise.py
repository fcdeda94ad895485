"""Rows of an offer file become prices under AWS's own keys: which, and which not.

Every on-demand row of the region is kept under (service, region, usage type, operation),
whether a rule knows it today or not. What is left out is counted by its reason. Where
the list has several prices for one key, none is taken: a guess would be a wrong bill.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.prices.aliases import usual_name
from farebox.prices.deliveries import DatedPrice
from farebox.prices.reading import FREE
from farebox.prices.values import Price, PriceKey, Source, Tier
from pricing_fetch.lists.price_file import field_is_not
from pricing_fetch.lists.row_filter import PriceRows, row_filter
from pricing_fetch.lists.tiers import Range, Refused, decimal, is_day, named, tiers_of
from pricing_fetch.lists.units import Units

FREE_NOTE = f"{FREE} the price list itself has this usage, or its first part, at 0"

PER_RESOURCE = frozenset({"EBS:VolumeP-IOPS.gp3", "EBS:VolumeP-Throughput.gp3"})
"""Usage types whose listed range begins where each volume's free part ends.

AmazonEC2 lists gp3 IOPS from 3000 on. That is per volume, so it is no tier of an
account's sum: the rule takes the free part off, and the price counts from 0.
"""

MARKED = {
    ("AmazonRoute53", "DNS-Queries"): ("Routing Type", "Standard"),
    ("AmazonS3", "TimedStorage-ByteHrs"): ("Volume Type", "Standard"),
    ("AmazonDynamoDB", "TimedStorage-ByteHrs"): (
        "Volume Type",
        "Amazon DynamoDB - Indexed DataStore",
    ),
    ("AmazonECR", "TimedStorage-ByteHrs"): ("Storage Type", "S3"),
}
"""Usage types that have several products: the column and value of the plain one.

Only used where their prices differ. Source: the attributes that a public program which
refuses several prices has to ask for, read against us-east-1 on 2026-09-29.
"""

READING = 1
"""Counted up with every change of what is read out of a list, here or in what it uses.

It is kept beside the list's version, so that the first refresh of a newer farebox reads
again what AWS has not changed since.
"""

NAMED = 3
"""How many examples the reason for contested keys names."""

_BEFORE_TERM_TYPE = ("SKU", "OfferTermCode", "RateCode")


__all__ = ["READING", "Normaliser"]


class _Term(Struct):
    """The rows of one product from one day on."""

    sku: str
    usage_type: str
    effective_from: str
    unit: str
    marked: bool
    ranges: list[Range]


_Rate = tuple[tuple[Tier, ...], str]
"""Tiers and unit."""


class Normaliser:
    """Reads the rows of one offer file; `prices` may be read once.

    `left_out` is filled while the prices are read.
    """

    def __init__(
        self,
        file: PriceRows,
        *,
        service: str,
        region: str,
        source: Source,
        left_out: Counter[str],
        zones: bool = False,
        of_all: bool = False,
    ) -> None:
        self._file = file
        self._service = service
        self._region = region
        self._source = source
        self._free = Source(source.url, source.as_of, source.version, FREE_NOTE)
        self._left_out = left_out
        self._day = source.as_of[:10]
        self._units = Units()
        self._keys: dict[tuple[str, str], list[_Term]] = {}
        self._decimals: dict[str, Decimal] = {}
        self._wanted = row_filter(file, service, region, zones=zones, of_all=of_all)

    def prices(self) -> Iterator[DatedPrice]:
        """Every price of the file, key after key. Raises Damaged."""
        self._read()
        contested: list[str] = []
        for (bare, operation), terms in self._keys.items():
            try:
                try:
                    yield from self._of_key(bare, operation, terms)
                except _Contested:
                    plain = [term for term in terms if term.marked]
                    if not plain:
                        raise
                    yield from self._of_key(bare, operation, plain)
            except _Contested:
                contested.append(f"{bare} {operation}".strip())
            except Refused as reason:
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
        keep = field_is_not(file.columns, "TermType", "Reserved", _BEFORE_TERM_TYPE)
        for _, row in file.rows(keep):
            if row[term_type] != "OnDemand":
                if row[term_type] != "Reserved":
                    left_out[f"of the terms {named(row[term_type], 'nothing')}"] += 1
                continue
            reason = wanted(row)
            if reason is not None:
                left_out[reason] += 1
                continue
            if row[currency] != "USD":
                other = named(row[currency], "no currency")
                left_out[f"not in USD but {other}"] += 1
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
            except Refused as refused:
                left_out[str(refused)] += 1
                continue
            bare = usual_name(self._service, self._region, usage_type)
            terms = keys.setdefault((bare, row[operation]), [])
            for term in terms:
                if (
                    term.sku == row[sku]
                    and term.usage_type == usage_type
                    and term.effective_from == row[effective]
                    and term.unit == row[unit]
                ):
                    term.ranges.append(span)
                    break
            else:
                terms.append(
                    _Term(
                        row[sku],
                        usage_type,
                        row[effective],
                        row[unit],
                        self._is_marked(bare, row),
                        [span],
                    )
                )

    def _of_key(
        self, bare: str, operation: str, terms: list[_Term]
    ) -> list[DatedPrice]:
        """The price of one key that is in force, and those that are announced."""
        usage_type = min(term.usage_type for term in terms)
        for text in (usage_type, operation):
            if "," in text or not text.isprintable():
                raise Refused("a key with a comma, which a price book cannot hold")
        newest: dict[tuple[str, str], str] = {}
        by_day: dict[str, dict[_Rate, None]] = {}
        for term in terms:
            if term.effective_from[:10] <= self._day:
                product = (term.sku, term.usage_type)
                newest[product] = max(newest.get(product, ""), term.effective_from)
        for term in terms:
            day = term.effective_from
            if day[:10] <= self._day:
                if day != newest[term.sku, term.usage_type]:
                    continue
                day = ""
            rate = self._rate(bare, term)
            by_day.setdefault(day[:10], {})[rate] = None
        current = max(newest.values(), default="")
        key = PriceKey(self._service, self._region, usage_type, operation)
        found = []
        for day, rates in sorted(by_day.items()):
            tiers, unit = self._one(list(rates))
            free = not all(tier.usd_per_unit for tier in tiers)
            source = self._free if free else self._source
            found.append(DatedPrice(Price(key, tiers, unit, source), day or current))
        return found

    def _is_marked(self, bare: str, row: list[str]) -> bool:
        column, value = MARKED.get((self._service, bare), ("", ""))
        index = self._file.index(column) if column else None
        return index is not None and row[index] == value

    def _rate(self, bare: str, term: _Term) -> _Rate:
        """The tiers and the unit of a term. Raises Refused."""
        if not term.unit or "," in term.unit or not term.unit.isprintable():
            raise Refused("a unit that a price book cannot hold")
        if term.effective_from and not is_day(term.effective_from):
            raise Refused("a day that is none")
        tiers = tiers_of(term.ranges, per_resource=bare in PER_RESOURCE)
        return tiers, self._units.spelling(self._service, bare, term.unit)

    def _one(self, rates: list[_Rate]) -> _Rate:
        """The one rate of several products of a key.

        Raises _Contested where they differ, but that one of them alone costs anything:
        then the others are what AWS gives away of it.
        """
        if len(rates) > 1:
            paid = [one for one in rates if any(tier.usd_per_unit for tier in one[0])]
            if len(paid) != 1:
                raise _Contested
            self._left_out["a free variant beside the price of its key"] += (
                len(rates) - 1
            )
            rates = paid
        return rates[0]

    def _number(self, text: str) -> Decimal:
        found = self._decimals.get(text)
        if found is None:
            found = decimal(text)
            if len(self._decimals) < 50_000:
                self._decimals[text] = found
        return found

    def _end(self, text: str) -> Decimal | None:
        return None if not text or text.lower() == "inf" else self._number(text)


class _Contested(Exception):
    """Several prices for one key."""
