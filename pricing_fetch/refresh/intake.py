"""How what the sources gave gets into the store: compared, guarded, kept or refused."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices.ages import ADVISOR_MAX_AGE_DAYS, age_days, is_stale_source
from farebox.prices.deliveries import Comparison, Delivery, LastDelivery, Slice
from farebox.prices.errors import PriceBookError
from farebox.prices.refreshed import Change, Outcome, Refusal, SourceResult
from farebox.prices.values import Price, Source
from pricing_fetch.errors import FetchError, NotSold
from pricing_fetch.refresh.guards import refusals
from pricing_fetch.refresh.progress import Progress
from pricing_fetch.refresh.tally import Tally

if TYPE_CHECKING:
    from farebox.prices.store import Refresh

SHOWN_CHANGES = 10
"""How many of the biggest price changes a summary keeps, of lists and of spot each."""


class Job(Struct, frozen=True):
    """A source to ask, by the name of its deliveries."""

    name: str
    kind: str
    fetch: Callable[[LastDelivery | None, Callable[[int, int | None], None]], Delivery]
    """Given the last good delivery and where to tell the bytes done and in all."""
    part: Slice | None = None
    """Of a price list, what it covers: AWS may not sell that service in that region."""


class Fetched(Struct, frozen=True):
    """What a source gave, or why it gave nothing; and what the store had of it."""

    job: Job
    last: LastDelivery | None
    delivery: Delivery | None
    failure: str
    seconds: float
    not_sold: bool = False
    """Whether the failure is that AWS does not sell the service in the region."""
    held: int = 0
    """How many prices the store has of what is not sold, from another source."""


class Intake:
    """One refresh's way through the deliveries, and what became of each."""

    def __init__(
        self,
        seen_at: datetime,
        accept: frozenset[str],
        progress: Progress,
        clock: Callable[[], float],
    ) -> None:
        self.results: list[SourceResult] = []
        self._seen_at = seen_at
        self._accept = accept
        self._progress = progress
        self._clock = clock
        self._on_demand: dict[str, dict[str, Decimal]] = {}
        self._list_changes: list[Change] = []
        self._spot_changes: list[Change] = []

    def take(self, transaction: "Refresh", one: Fetched) -> None:
        """Keep, refuse or note as failed what one source gave."""
        began = self._clock()
        name = one.job.name
        if one.not_sold:
            self._add(one, "not sold there", sentence=one.failure, held=one.held)
            return
        if one.delivery is None:
            transaction.fail(name, one.failure)
            self._add(one, "failed", sentence=one.failure)
            return
        self._progress.storing(name)
        try:
            comparison, tally = self._compared(transaction, one.delivery)
        except (FetchError, PriceBookError) as error:
            if isinstance(error, NotSold) and one.last is None:
                self._add(one, "not sold there", sentence=str(error))
                self._progress.stored(name, "not sold there")
                return
            # Read while it is compared, it is not what the source gives after all.
            transaction.fail(name, str(error))
            self._add(one, "failed", sentence=str(error))
            return
        found = refusals(
            comparison,
            tally,
            first=one.last is None,
            spot_is_fresh=one.last is not None
            and not self._is_stale(one.last.as_of, "spot"),
            on_demand=lambda region: self._types(transaction, region),
        )
        accepted = bool(found) and not self._accept.isdisjoint((name, "all"))
        if found and (not accepted or any(r.rule == "nothing" for r in found)):
            transaction.fail(name, "refused: " + "; ".join(map(str, found)))
            self._add(one, "refused", comparison=comparison, refused=found)
            self._progress.stored(name, "refused")
            return
        transaction.keep(comparison)
        self._on_demand.clear()
        self._note_changes(comparison)
        outcome: Outcome = "unchanged" if one.delivery.unchanged else "kept"
        seconds = one.seconds + self._clock() - began
        self._add(one, outcome, comparison=comparison, refused=found, seconds=seconds)
        self._progress.stored(name, outcome)

    def biggest(self) -> Iterator[Change]:
        """The biggest changes, list prices first."""
        yield from sorted(self._list_changes, key=_size, reverse=True)
        yield from sorted(self._spot_changes, key=_size, reverse=True)

    def _compared(
        self, transaction: "Refresh", delivery: Delivery
    ) -> tuple[Comparison, Tally]:
        """The delivery held against the store, its rows counted as they pass."""
        if delivery.unchanged:
            return transaction.compare(delivery), Tally()
        prices = delivery.prices
        whole = delivery.whole
        regions: set[str] = set()
        if whole is None or whole.purchase == "spot":
            # Some tens of thousands at most: read now, so that the store is not asked
            # for on-demand prices while it takes these in.
            prices = tuple(prices)
            regions = {
                dated.price.key.region
                for dated in prices
                if dated.price.key.purchase == "spot"
            }
        listed = {region: self._types(transaction, region) for region in regions}
        tally = Tally(listed.__getitem__ if listed else None, delivery.left_out)
        watched = replace(delivery, prices=tally.through(prices))
        return transaction.compare(watched), tally

    def _types(self, transaction: "Refresh", region: str) -> dict[str, Decimal]:
        if region not in self._on_demand:
            self._on_demand[region] = transaction.on_demand(region)
        return self._on_demand[region]

    def _note_changes(self, comparison: Comparison) -> None:
        for old, new in comparison.changed:
            change = _change(old, new.price)
            if change is None:
                continue
            spot = old.key.purchase == "spot"
            heap = self._spot_changes if spot else self._list_changes
            heap.append(change)
            if len(heap) > 100 * SHOWN_CHANGES:
                heap[:] = heapq.nlargest(SHOWN_CHANGES, heap, key=_size)
        for heap in (self._list_changes, self._spot_changes):
            heap[:] = heapq.nlargest(SHOWN_CHANGES, heap, key=_size)

    def _is_stale(self, as_of: str, kind: str) -> bool:
        source = Source("", as_of)
        if kind == "advisor":
            return age_days(source, self._seen_at.date()) > ADVISOR_MAX_AGE_DAYS
        return is_stale_source(
            source, "spot" if kind == "spot" else "list", self._seen_at.date()
        )

    def _add(
        self,
        one: Fetched,
        outcome: Outcome,
        *,
        comparison: Comparison | None = None,
        refused: tuple[Refusal, ...] = (),
        sentence: str = "",
        seconds: float | None = None,
        held: int = 0,
    ) -> None:
        delivery, last = one.delivery, one.last
        kept = outcome in ("kept", "unchanged")
        as_of = last.as_of if last else ""
        if kept and delivery is not None:
            as_of = delivery.source.as_of
        if comparison is None:
            count = last.price_count if last else 0
        elif kept:
            count = comparison.delivered_count
        else:
            count = len(comparison.gone) + len(comparison.changed)
            count += comparison.unchanged_count
        stale = bool(as_of) and self._is_stale(as_of, one.job.kind)
        self.results.append(
            SourceResult(
                name=one.job.name,
                kind=one.job.kind,
                outcome=outcome,
                new=len(comparison.new) if comparison else 0,
                changed=len(comparison.changed) if comparison else 0,
                gone=len(comparison.gone) if comparison else 0,
                unchanged=comparison.unchanged_count if comparison else held,
                facts=len(delivery.facts) if delivery else 0,
                stale=count if stale else 0,
                left_out=dict(delivery.left_out) if delivery else {},
                byte_count=delivery.byte_count if delivery else 0,
                seconds=one.seconds if seconds is None else seconds,
                as_of=as_of,
                version=delivery.source.version if kept and delivery else "",
                sentence=sentence,
                refusals=refused,
                accepted=kept and bool(refused),
            )
        )


def _change(old: Price, new: Price) -> Change | None:
    """The first tier that moved, of a price whose unit is still the same."""
    if old.unit != new.unit or not new.tiers or not old.tiers:
        return None
    for before, after in zip(old.tiers, new.tiers, strict=False):
        if before.usd_per_unit != after.usd_per_unit and before.usd_per_unit:
            return Change(old.key, old.unit, before.usd_per_unit, after.usd_per_unit)
    return None


def _size(change: Change) -> Decimal:
    return abs(change.share)
