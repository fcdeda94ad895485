"""Single prices as text: tiers, unit, age, source and history, by region."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from textwrap import wrap

from farebox.prices import PriceBook, PriceKey, Source
from farebox.prices.search import short_name
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import count, rate
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.page.fitting import cells, clip
from farebox.reports.prices.history_chart import chart_lines
from farebox.reports.prices.view import ShownPrice

DEFAULT_WIDTH = 80
USD, PER, SHARE, AGE, SOURCE = 12, 10, 13, 14, 5
"""Columns of US dollars, unit, share of on demand, age and source's number."""

MOST_ROWS = 60
"""Prices that are listed; the rest is counted."""

LONGEST_SOURCE = 400
"""Characters of a source that are shown."""

MOST_CHARTS = 12
"""Histories that are drawn; the rest is counted."""


def prices_text(
    wanted: str,
    found: Sequence[ShownPrice],
    book: PriceBook,
    now: datetime,
    *,
    width: int = DEFAULT_WIDTH,
    color: bool = False,
) -> str:
    """The prices in `width` columns; `color` marks titles."""
    page = _Page(wanted, found, book, now, width, color)
    return "".join(f"{line}\n" for line in page.lines())


class _Page:
    """One rendering: the prices, their sources' numbers, the columns that fit."""

    def __init__(
        self,
        wanted: str,
        found: Sequence[ShownPrice],
        book: PriceBook,
        now: datetime,
        width: int,
        color: bool,
    ) -> None:
        self.wanted = wanted
        self.found = found[:MOST_ROWS]
        self.more = len(found) - len(self.found)
        self.count = len(found)
        self.book = book
        self.now = now
        self.width = width
        self.color = color
        self.alike = len({short_name(item.price.key) for item in found}) == 1
        self.shares = any(item.of_on_demand is not None for item in self.found)
        sources = dict.fromkeys(item.price.source for item in self.found)
        self.sources: dict[Source, int] = {
            source: place for place, source in enumerate(sources, start=1)
        }

    def lines(self) -> Iterator[str]:
        what = "1 price" if self.count == 1 else f"{self.count:,} prices"
        yield self._style(BOLD, clip(f"{self.wanted}: {what}", self.width))
        yield f"{self.book.kind} book {self.book.id[:SHORT_ID]}"
        for region, items in groupby(
            self.found, key=lambda item: item.price.key.region
        ):
            yield ""
            share = f"{'of on demand':>{SHARE}}" if self.shares else ""
            head = f"{'USD':>{USD}}{'':{PER}}{share}{'age in days':>{AGE}}"
            yield self._style(DIM, self._row(region, f"{head}{'':{SOURCE}}"))
            for item in items:
                yield from self._price(item)
        if self.more:
            yield ""
            yield f"{self.more:,} more: name more of the key, or a --region."
        yield from self._histories()
        yield ""
        for source, number in self.sources.items():
            yield from self._source(source, number)

    def _price(self, item: ShownPrice) -> Iterator[str]:
        price = item.price
        share = ""
        if self.shares:
            part = item.of_on_demand
            share = f"{'' if part is None else f'{part * 100:.1f} %':>{SHARE}}"
        age = f"{item.age_days:,} of {item.limit_days}{'!' if item.stale else ' '}"
        per = f" / {price.unit}"
        figures = (
            f"{rate(price.usd_per_unit):>{USD}}{clip(per, PER):{PER}}{share}"
            f"{age:>{AGE}}{f'[{self.sources[price.source]}]':>{SOURCE}}"
        )
        label = f"  {self._label(price.key)}"
        if cells(label) > self.width - len(figures) - 1:
            yield clip(label, self.width)
            label = ""
        yield self._row(label, figures)
        for tier in price.tiers[1:]:
            beyond = f"    beyond {count(tier.from_quantity)} {price.unit}"
            rest = " " * (len(figures) - USD)
            yield self._row(beyond, f"{rate(tier.usd_per_unit):>{USD}}{rest}")

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

    def _histories(self) -> Iterator[str]:
        drawn = [item for item in self.found if item.history and item.history.steps]
        if not drawn:
            return
        yield ""
        yield self._style(BOLD, "In the store")
        for item in drawn[:MOST_CHARTS]:
            assert item.history is not None  # chosen above
            key = item.price.key
            yield clip(f"  {key.region} {self._label(key)}", self.width)
            for line in chart_lines(item.history, self.now, width=self.width - 4):
                yield f"    {line}"
        if len(drawn) > MOST_CHARTS:
            yield f"  {len(drawn) - MOST_CHARTS:,} more: name a --region."

    def _source(self, source: Source, number: int) -> Iterator[str]:
        parts = [source.url, source.as_of, source.version, source.note]
        text = ", ".join(part for part in parts if part)
        yield from wrap(
            clip(text, LONGEST_SOURCE),
            self.width,
            initial_indent=f"[{number}] ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )

    def _row(self, label: str, figures: str) -> str:
        label = clip(label, self.width - len(figures) - 1)
        room = self.width - cells(label) - len(figures)
        return f"{label}{' ' * room}{figures}".rstrip()

    def _style(self, style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if self.color and line else line
