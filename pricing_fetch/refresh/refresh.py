"""A refresh: ask every source, hold what came against the store, write it as one.

The sources are asked side by side, and nothing is written meanwhile. Then one
transaction of the store takes the deliveries one by one: compared, guarded, kept or
refused. A source that failed or was refused leaves its prices as they were, and the
others go in. An interruption at any instant leaves the last good book.
"""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

from msgspec.structs import replace

from farebox.prices.deliveries import Delivery, LastDelivery
from farebox.prices.refreshed import Summary
from pricing_fetch.errors import FetchError, NotSold
from pricing_fetch.lists.offers import REGIONAL_TOO
from pricing_fetch.refresh.intake import Fetched, Intake, Job
from pricing_fetch.refresh.progress import Progress, Silent

if TYPE_CHECKING:
    from farebox.prices.store import Store

WORKERS = 6
"""How many sources are asked at a time; the calls of the price API share its bucket."""

BY = "fare refresh"
"""Who the store says has written."""


class _Stopped(BaseException):
    """The refresh was interrupted: what is still under way gives up."""


class _OnlyCompared(Exception):
    """Ends the transaction of a dry run, so that nothing of it is written."""


def refresh(
    store: "Store",
    jobs: Sequence[Job],
    *,
    now: Callable[[], datetime],
    accept: Collection[str] = (),
    dry_run: bool = False,
    again: bool = False,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Summary:
    """Ask the sources of `jobs` and let what is good into the store.

    `accept` holds names of jobs, or `all`, whose refusals the user takes on himself.
    With `dry_run` everything is compared and nothing written. With `again` the sources
    are read whole, whatever the store has of them. Raises StoreError; what a
    source does wrong is told in the summary.
    """
    telling = progress if progress is not None else Silent()
    began = clock()
    lasts = {job.name: store.last(job.name) for job in jobs}
    fetched = _fetch_all(jobs, lasts, telling, clock, again)
    fetched = _not_sold(store, fetched)
    seen_at = now()
    run = Intake(seen_at, frozenset(accept), telling, clock)
    before = store.refreshes(1)
    with suppress(_OnlyCompared), store.refresh(seen_at, by=BY) as transaction:
        for one in fetched:
            run.take(transaction, one)
        if dry_run:
            raise _OnlyCompared
    book_before = before[0].book_id if before else ""
    return Summary(
        store=store.name,
        book_id=book_before if dry_run else transaction.book_id,
        book_before=book_before,
        seen_at=seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        dry_run=dry_run,
        sources=tuple(run.results),
        changes=tuple(run.biggest()),
        seconds=clock() - began,
    )


def _fetch_all(
    jobs: Sequence[Job],
    lasts: dict[str, LastDelivery | None],
    progress: Progress,
    clock: Callable[[], float],
    again: bool,
) -> list[Fetched]:
    """What each source gave, in the order of the jobs."""
    stop = Event()

    def fetch(job: Job) -> Fetched:
        def tell(done: int, total: int | None) -> None:
            if stop.is_set():
                raise _Stopped
            progress.bytes_done(job.name, done, total)

        began = clock()
        progress.asking(job.name)
        delivery: Delivery | None = None
        failure = ""
        not_sold = False
        try:
            delivery = job.fetch(None if again else lasts[job.name], tell)
        except FetchError as error:
            failure = str(error)
            not_sold = isinstance(error, NotSold)
        return Fetched(
            job, lasts[job.name], delivery, failure, clock() - began, not_sold
        )

    pool = ThreadPoolExecutor(max(1, min(WORKERS, len(jobs))), "source")
    try:
        futures: list[Future[Fetched]] = [pool.submit(fetch, job) for job in jobs]
        for future in as_completed(futures):
            one = future.result()
            if one.not_sold:
                how = "not in the lists of that region"
            elif one.failure:
                how = f"failed: {one.failure}"
            elif one.delivery is not None and one.delivery.unchanged:
                how = "nothing new"
            else:
                how = "fetched"
            progress.answered(one.job.name, how)
    except BaseException:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return [future.result() for future in futures]


def _not_sold(store: "Store", fetched: list[Fetched]) -> list[Fetched]:
    """Which of the lists that a region lacks are no failure, and what holds instead.

    Many services are not sold everywhere. It stays a failure where a list was there
    before, and where the region has none of the lists at all: that is a region that AWS
    does not have, or not under that name.
    """
    if not any(one.not_sold for one in fetched):
        return fetched
    counts = {state.slice: state.price_count for state in store.slices()}
    regions = {
        one.job.part.region
        for one in fetched
        # A list of all regions is fetched before it is known whether it has this one.
        if one.job.part is not None
        and one.delivery is not None
        and one.job.part.service not in REGIONAL_TOO
    }
    found = []
    for one in fetched:
        part = one.job.part
        if one.not_sold:
            if part is None or one.last is not None or part.region not in regions:
                one = replace(one, not_sold=False)
            else:
                count = counts.get(part, 0)
                kept = "1 price" if count == 1 else f"{count:,} prices"
                has = f"; the {kept} that the store has of it stay" if count else ""
                sentence = f"AWS has no list of {part.service} for {part.region}{has}"
                one = replace(one, failure=sentence, held=count)
        found.append(one)
    return found
