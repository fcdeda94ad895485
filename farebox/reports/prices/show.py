"""Single prices as text: tiers, unit, age, source and history, by region."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from msgspec import Struct

from farebox.prices import PriceBook, PriceKey, Source
from farebox.prices.search import short_name
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import count, rate
from farebox.reports.page.fitting import clip
from farebox.reports.page.page import (
    Block,
    Column,
    Listing,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)
from farebox.reports.prices.history_chart import chart_lines
from farebox.reports.prices.view import ShownPrice

CHART = 80
"""Columns that a history takes at most."""
USD, PER, SHARE, AGE, SOURCE = 12, 10, 13, 14, 5
"""Columns of US dollars, unit, share of on demand, age and source's number."""

MOST_ROWS = 60
"""Prices that are listed; the rest is counted."""

LONGEST_SOURCE = 400
"""Characters of a source that are shown."""

MOST_CHARTS = 12
"""Histories that are drawn; the rest is counted."""


class PricesReport(Struct, frozen=True):
    """The prices that were found for what was wanted, at an instant."""

    wanted: str
    found: tuple[ShownPrice, ...]
    book: PriceBook
    now: datetime

    def page(self) -> Page:
        """The prices by region, their histories, and where each was read."""
        return Page(tuple(_Blocks(self).all()))

    def document(self) -> dict[str, Any]:
        """The contract `farebox.prices-show/1`."""
        from farebox.reports.prices.json import document

        return document(self.wanted, self.found, self.book)


class _Blocks:
    """The blocks of one answer; a price names its source by a number."""

    def __init__(self, report: PricesReport) -> None:
        found = report.found
        self.report = report
        self.found = found[:MOST_ROWS]
        self.more = len(found) - len(self.found)
        self.alike = len({short_name(item.price.key) for item in found}) == 1
        self.shares = any(item.of_on_demand is not None for item in self.found)
        sources = dict.fromkeys(item.price.source for item in self.found)
        self.sources: dict[Source, int] = {
            source: place for place, source in enumerate(sources, start=1)
        }

    def all(self) -> Iterator[Block]:
        report, count = self.report, len(self.report.found)
        what = "1 price" if count == 1 else f"{count:,} prices"
        yield Title((report.wanted, f": {what}"))
        book = f"{report.book.kind} book {report.book.id[:SHORT_ID]}"
        yield Sentence(book, follows=True)
        for region, items in groupby(self.found, key=lambda x: x.price.key.region):
            rows = [row for item in items for row in self._rows(item)]
            columns = (Column(region, align="left"), *self._columns())
            yield Table(columns, tuple(rows), held=True, whole=True)
        if self.more:
            yield Sentence(f"{self.more:,} more: name more of the key, or a --region.")
        yield from self._histories()
        for place, (source, number) in enumerate(self.sources.items()):
            parts = [source.url, source.as_of, source.version, source.note]
            text = ", ".join(part for part in parts if part)
            yield Sentence(
                clip(text, LONGEST_SOURCE),
                sign=f"[{number}] ",
                hanging=4,
                listed=True,
                follows=place > 0,
            )

    def _columns(self) -> Iterator[Column]:
        yield Column("USD", USD)
        yield Column("", PER, align="left", heading="Per")
        if self.shares:
            yield Column("of on demand", SHARE)
        yield Column("age in days", AGE)
        yield Column("", SOURCE, heading="Source")

    def _rows(self, item: ShownPrice) -> Iterator[Row]:
        price, part = item.price, item.of_on_demand
        share = (("" if part is None else f"{part * 100:.1f} %"),) * self.shares
        age = f"{item.age_days:,} of {item.limit_days}{'!' if item.stale else ' '}"
        per = clip(f" / {price.unit}", PER)
        source = f"[{self.sources[price.source]}]"
        figures = (rate(price.usd_per_unit), per, *share, age, source)
        yield Row((self._label(price.key), *figures), level=1)
        for tier in price.tiers[1:]:
            beyond = f"beyond {count(tier.from_quantity)} {price.unit}"
            yield Row((beyond, rate(tier.usd_per_unit)), level=2)

    def _label(self, key: PriceKey) -> str:
        """What tells the price from the others of its region."""
        bought: str = key.purchase
        if key.purchase == "spot":
            bought = f"spot {key.zone_id or 'of the whole region'}"
        elif key.term:
            bought = f"{key.purchase} {key.term}"
        machine = key.usage_type.partition(":")[0].endswith(("BoxUsage", "SpotUsage"))
        if self.alike and machine:
            return f"{bought} {key.operation}".rstrip()
        label = f"{key.service} {key.usage_type} {key.operation}".rstrip()
        return label if key.purchase == "on-demand" else f"{label} {bought}"

    def _histories(self) -> Iterator[Block]:
        drawn = [item for item in self.found if item.history and item.history.steps]
        if not drawn:
            return
        yield Title("In the store", level=2)
        lines: list[str] = []
        for item in drawn[:MOST_CHARTS]:
            assert item.history is not None  # chosen above
            key = item.price.key
            lines.append(clip(f"  {key.region} {self._label(key)}", CHART))
            chart = chart_lines(item.history, self.report.now, width=CHART - 4)
            lines += [f"    {line}" for line in chart]
        if len(drawn) > MOST_CHARTS:
            lines.append(f"  {len(drawn) - MOST_CHARTS:,} more: name a --region.")
        yield Listing(tuple(lines))
