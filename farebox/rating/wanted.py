"""Which usage keys the resources of a stack read, and the rate that each feeds.

The rules tell it themselves: an estimate runs without usage and writes down what is
asked; a second one gives about 1 of each, which differs by key, to see the rate of what
is charged only where it is given.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from farebox.bill.assumptions import Assumption, LevelInForce
from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, Usage, UsageFile, Value
from farebox.bill.usage_limits import MOST
from farebox.bill.wanted import Wanted, WantedKey
from farebox.graph import UNKNOWN_REGION, ResourceGraph
from farebox.prices import AmbiguousPrice, Price, PriceBook, PriceKey
from farebox.prices.aliases import bare_key
from farebox.rating.estimate import estimate
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.errors import EstimateError
from farebox.rules.packages import declared
from farebox.rules.service import Key, Type, Use

STEP = Decimal("0.000001")
"""By how much the figures differ that tell one key's line from another's."""

UNITS = {
    "gb": "GB",
    "tb": "TB",
    "kb": "KB",
    "ms": "milliseconds",
    "hrs": "hours",
    "hours": "hours",
    "minutes": "minutes",
    "seconds": "seconds",
    "days": "days",
    "percent": "percent",
}
"""How keys end that say their unit themselves."""


class _Asked(UsageFile):
    """A usage file that writes down which keys are read, by urn (the region's name)."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, dict[str, None]] = {}

    def of_resource(
        self, urn: str, type_: str, name: str, level: LevelInForce
    ) -> Usage:
        """What is given for a resource, whose keys are written down as they are read."""
        given = super().of_resource(urn, type_, name, level)
        return _Recording(given, self.keys.setdefault(urn, {}), level)

    def of_account(self, region: str, level: LevelInForce) -> Usage:
        """What is given for the account in a region, written down likewise."""
        given = super().of_account(region, level)
        return _Recording(given, self.keys.setdefault(region, {}), level)


class _Recording(Usage):
    """Usage that writes down the keys that a rule reads."""

    __slots__ = ("_given", "_keys")

    def __init__(
        self, given: Usage, keys: dict[str, None], level: LevelInForce
    ) -> None:
        super().__init__((), level)
        self._given = given
        self._keys = keys

    def value(self, *path: str) -> Value | None:
        """The value, as it is given; the key is written down."""
        self._keys[".".join(path)] = None
        return self._given.value(*path)


def wanted_usage(
    graph: ResourceGraph, book: PriceBook, terms: Terms
) -> tuple[Wanted, ...]:
    """What a usage file of the stack may say, by resource in the graph's order.

    The account's keys stand last, for each region in which something is charged.
    Raises EstimateError.
    """
    asked = _Asked()
    without = estimate(graph, book, asked, terms)
    regions = dict.fromkeys(
        item.region
        for item in graph.resources
        if item.urn in asked.keys and item.region not in (None, UNKNOWN_REGION)
    )
    read = {urn: list(keys) for urn, keys in asked.keys.items()}
    rates = _Rates(book, without, _with_one_of_each(graph, book, terms, read))
    found = [
        Wanted(
            urn=item.urn,
            type=item.type,
            name=item.name,
            region=item.region or "",
            keys=tuple(_keys(said, read[item.urn], rates, item.urn)),
        )
        for item in graph.resources
        if item.urn in read and (said := declared(item.type)) is not None
    ]
    found += [_account(graph, book, terms, str(region)) for region in sorted(regions)]
    return tuple(each for each in found if each.keys)


def _account(
    graph: ResourceGraph, book: PriceBook, terms: Terms, region: str
) -> Wanted:
    """The keys of the account in a region that have a price there."""
    names = [use.key for use in ACCOUNT.uses]
    usage = UsageFile(account=[Entry(region, _nested(_about_one(names)))])
    empty = ResourceGraph((), config=graph.config)
    rates = _Rates(book, None, _tried(empty, book, terms, usage))
    keys = tuple(key for key in _keys(ACCOUNT, names, rates, None) if key.tiers)
    return Wanted(urn="", type="account", name=region, region=region, keys=keys)


def _with_one_of_each(
    graph: ResourceGraph,
    book: PriceBook,
    terms: Terms,
    read: Mapping[str, list[str]],
) -> Statement | None:
    """The statement where each figure that was asked for is 1; None where it fails."""
    types = {item.urn: declared(item.type) for item in graph.resources}
    entries = []
    for urn, keys in read.items():
        said = types.get(urn)
        uses = {} if said is None else {use.key: use for use in said.uses}
        one = _about_one([key for key in keys if isinstance(uses.get(key), Use)])
        if one and "*" not in urn:
            entries.append(Entry(urn, _nested(one)))
    return _tried(graph, book, terms, UsageFile(resources=entries))


def _about_one(keys: Iterable[str]) -> dict[str, Value]:
    """A figure for each key, about 1 and different from the others'."""
    found: dict[str, Value] = {}
    for place, key in enumerate(dict.fromkeys(keys)):
        figure = 1 + place * STEP
        found[key] = Assumption(figure, figure, figure, status="usage-file")
    return found


def _tried(
    graph: ResourceGraph, book: PriceBook, terms: Terms, usage: UsageFile
) -> Statement | None:
    try:
        return estimate(graph, book, usage, terms)
    except EstimateError:
        return None  # 1 of a thing may be what no resource can have


def _nested(values: Mapping[str, Value]) -> dict[str, Value]:
    """`standard.storage_gb` as a block of a block."""
    found: dict[str, Value] = {}
    for key, value in values.items():
        *outer, last = key.split(".")
        block = found
        for name in outer:
            inner = block.setdefault(name, {})
            assert isinstance(inner, dict)
            block = inner
        block[last] = value
    return found


class _Rates:
    """The price keys that usage keys feed, by urn: from gaps, and from lines of 1."""

    def __init__(
        self, book: PriceBook, without: Statement | None, one: Statement | None
    ) -> None:
        self._book = book
        self._gaps: dict[str | None, list[tuple[str, PriceKey | None]]] = {}
        self._lines: dict[str | None, dict[Decimal, PriceKey]] = {}
        for entry in () if without is None else without.unpriced:
            if entry.usage_key:
                gap = (entry.usage_key, entry.key)
                self._gaps.setdefault(entry.subject.urn, []).append(gap)
        for line in () if one is None else one.lines:
            lines = self._lines.setdefault(line.subject.urn, {})
            lines[line.quantity] = line.key

    def wanted(
        self, urn: str | None, use: Use | Key, figure: Decimal | None
    ) -> WantedKey:
        """The key with the first rate that it feeds for the resource, if one is seen."""
        gaps = [key for name, key in self._gaps.get(urn, ()) if name == use.key]
        fed = [key for key in gaps if key is not None]
        if isinstance(use, Use) and figure is not None:
            line = self._lines.get(urn, {}).get(figure * use.factor)
            fed += [line] if line is not None and use.is_of(bare_key(line)) else []
        price = self._price(fed[0]) if fed else None
        last = use.key.rpartition(".")[2]
        most = MOST.get(last)
        return WantedKey(
            key=use.key,
            says=use.says,
            unit=_unit(use, last),
            tiers=() if price is None else price.tiers,
            rated="" if price is None else price.unit,
            factor=use.factor if isinstance(use, Use) else Decimal(1),
            needed=bool(gaps),
            most=None if most is None else most[0],
            texts=use.texts if isinstance(use, Key) else (),
        )

    def _price(self, key: PriceKey) -> Price | None:
        try:
            return self._book.find(key)
        except AmbiguousPrice:
            return None


def _keys(
    said: Type, read: Iterable[str], rates: _Rates, urn: str | None
) -> Iterator[WantedKey]:
    """The declared keys among those that were read, in the order of the declaration."""
    names = list(read)
    uses = {use.key: use for use in said.uses}
    given = _about_one([key for key in names if isinstance(uses.get(key), Use)])
    for use in said.uses:
        if use.key in names and not (isinstance(use, Key) and use.unused):
            figure = given.get(use.key)
            likely = figure.likely if isinstance(figure, Assumption) else None
            yield rates.wanted(urn, use, likely)


def _unit(use: Use | Key, last: str) -> str:
    """The key's unit: as declared, as its name ends, or the price list's."""
    if isinstance(use, Key) and use.unit:
        return use.unit
    ending = UNITS.get(last.rpartition("_")[2])
    if ending is not None or isinstance(use, Key):
        return ending or ""
    return use.unit if use.factor == 1 else ""
