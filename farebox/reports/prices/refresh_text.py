"""What a refresh did, as text for a terminal: by source, then what moved most."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.prices.refreshed import IMPOSSIBLE, Change, SourceResult, Summary
from farebox.reports.figures import plain
from farebox.reports.page.as_text import BOLD, DEFAULT_WIDTH, DIM, RESET
from farebox.reports.page.fitting import cells, clip, paragraph

NAMED_REASONS = 3
"""How many reasons of rows that were left out are named for a source."""

_COLUMNS = (
    ("new", 8),
    ("changed", 8),
    ("gone", 8),
    ("unchanged", 10),
    ("stale", 6),
    ("MB", 6),
    ("s", 5),
)
_FIGURES = sum(width for _, width in _COLUMNS)
_USD = 12


def refresh_text(
    summary: Summary, *, width: int = DEFAULT_WIDTH, color: bool = False
) -> str:
    """The summary in `width` columns, 80 at least."""
    page = _Page(summary, max(width, DEFAULT_WIDTH), color)
    return "".join(f"{line}\n" for line in page.lines())


def not_taken(summary: Summary) -> str:
    """One sentence on what failed or was refused; empty where nothing was."""
    missing = summary.not_good
    if not missing:
        return ""
    parts = []
    for outcome in ("failed", "refused"):
        names = [source.name for source in missing if source.outcome == outcome]
        if names:
            parts.append(f"{outcome}: {', '.join(names)}")
    rest = sum(source.is_good for source in summary.sources)
    others = ""
    if rest and not summary.dry_run:
        others = "; the other is in" if rest == 1 else f"; the other {rest} are in"
    them = "it" if len(missing) == 1 else "them"
    return f"{'; '.join(parts)}. The store keeps what it had of {them}{others}"


def still_holds(source: SourceResult) -> str:
    """What the store has of a source that was not taken."""
    if source.as_of:
        return f"The store keeps its prices of {source.as_of[:10]}."
    return "The store has nothing from it yet; what ships with Farebox stays."


class _Page:
    def __init__(self, summary: Summary, width: int, color: bool) -> None:
        self.summary = summary
        self.width = width
        self.color = color

    def lines(self) -> Iterator[str]:
        summary = self.summary
        yield self._style(BOLD, clip(f"Prices of {summary.store}", self.width))
        yield ""
        yield self._style(DIM, self._row("source", [name for name, _ in _COLUMNS]))
        for source in summary.sources:
            yield from self._source(source)
        yield from self._remarks()
        yield from self._changes()
        yield ""
        yield from self._book()

    def _source(self, source: SourceResult) -> Iterator[str]:
        if not source.is_good:
            yield self._row(f"{source.name} {source.outcome}", [""] * len(_COLUMNS))
            return
        counts = (source.new, source.changed, source.gone, source.unchanged)
        yield self._row(
            source.name,
            [
                *(f"{count:,}" for count in (*counts, source.stale)),
                f"{source.byte_count / 1e6:,.1f}",
                f"{source.seconds:,.1f}",
            ],
        )
        if source.facts:
            yield self._style(DIM, f"  {source.facts:,} facts, no prices")
        if source.left_out:
            yield from self._left_out(source)

    def _left_out(self, source: SourceResult) -> Iterator[str]:
        reasons = sorted(source.left_out.items(), key=lambda item: -item[1])
        named = ", ".join(f"{n:,} {why}" for why, n in reasons[:NAMED_REASONS])
        more = sum(n for _, n in reasons[NAMED_REASONS:])
        sentence = f"left out: {named}" + (f", {more:,} more" if more else "")
        for line in paragraph(sentence, self.width, indent="  ", hanging="    "):
            yield self._style(DIM, line)

    def _remarks(self) -> Iterator[str]:
        for source in self.summary.sources:
            if source.outcome == "failed":
                yield ""
                sentence = source.sentence.removeprefix(f"{source.name}: ")
                yield from self._paragraph(
                    f"Failed: {source.name}: {_ended(sentence)} {still_holds(source)}"
                )
            elif source.outcome == "refused":
                yield ""
                because = "; ".join(map(str, source.refusals))
                yield from self._paragraph(
                    f"Refused: {source.name}: {_ended(because)} "
                    f"{still_holds(source)} {_way_out(source)}"
                )
            elif source.outcome == "not sold there" and source.unchanged:
                yield ""
                yield from self._paragraph(f"Not sold there: {_ended(source.sentence)}")
            elif source.accepted:
                yield ""
                because = "; ".join(map(str, source.refusals))
                yield from self._paragraph(f"Accepted: {source.name}: {because}.")
            elif source.stale:
                yield ""
                yield from self._paragraph(
                    f"Stale: {source.name}: the source itself is of "
                    f"{source.as_of[:10]}, past the age limit of its kind."
                )

    def _changes(self) -> Iterator[str]:
        changes = self.summary.changes
        if not changes:
            return
        yield ""
        head = f"{'old USD':>{_USD}}{'new USD':>{_USD}}{'':>9}"
        yield self._style(DIM, self._line("Biggest changes", head).rstrip())
        for change in changes:
            yield self._line(
                _label(change),
                f"{plain(change.old_usd):>{_USD}}{plain(change.new_usd):>{_USD}}"
                f"{_percent(change):>9}",
            )

    def _book(self) -> Iterator[str]:
        summary = self.summary
        if summary.dry_run:
            yield "Nothing was written (--dry-run). The store's newest book is"
            yield summary.book_id
        elif summary.book_id == summary.book_before:
            yield "No price changed. The store's newest book is still"
            yield summary.book_id
        else:
            yield f"New book:    {summary.book_id}"
            if summary.book_before:
                yield f"Book before: {summary.book_before}"

    def _row(self, label: str, figures: list[str]) -> str:
        shown = "".join(
            f"{figure:>{width}}"
            for figure, (_, width) in zip(figures, _COLUMNS, strict=True)
        )
        if not shown.strip():
            return clip(label, self.width)
        if cells(label) > self.width - _FIGURES:
            return f"{clip(label, self.width)}\n{shown:>{self.width}}"
        return self._line(label, shown)

    def _line(self, label: str, figures: str) -> str:
        label = clip(label, self.width - len(figures))
        return label + " " * (self.width - cells(label) - len(figures)) + figures

    def _paragraph(self, sentence: str) -> Iterator[str]:
        yield from paragraph(sentence, self.width, hanging="  ")

    def _style(self, style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if self.color and line else line


def _label(change: Change) -> str:
    key = change.key
    parts = (key.usage_type, key.zone_id or key.region, key.operation, key.term)
    return " ".join(part for part in parts if part)


def _way_out(source: SourceResult) -> str:
    if any(refusal.rule == "nothing" for refusal in source.refusals):
        return "There is nothing in it to accept."
    but = ""
    if any(refusal.rule in IMPOSSIBLE for refusal in source.refusals):
        but = ", but for the rows that cannot be true,"
    return f"If it is right, take it{but} with --accept '{source.name}'."


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _percent(change: Change) -> str:
    share = change.share * Decimal(100)
    return f"{share:+,.1f} %"
