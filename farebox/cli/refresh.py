"""`fare refresh`: fetch AWS's prices into the store."""

import sys
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from farebox.cli.errors import BadInput, remark, shortfall_code, tell
from farebox.cli.options.common import PLAIN, Region, format_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from farebox.prices.refreshed import Summary
    from pricing_fetch.refresh.intake import Job
    from pricing_fetch.refresh.jobs import Sources, Wanted

KINDS = (
    "lists",
    "spot",
    "spot-feed",
    "spot-history",
    "spot-90-days",
    "advisor",
    "plans",
    "plan-rates",
    "facts",
    "instance-types",
    "quotas",
    "scores",
)
"""What `--only` takes: `pricing_fetch.refresh.jobs` has what each asks."""

INTERRUPTED = 130

SKEW_SECONDS = 300
"""A clock that is further off than this is told: AWS then refuses signed calls."""


class AskedRefresh(Struct, frozen=True, kw_only=True):
    """What `fare refresh` was asked, as its options say it."""

    only: tuple[str, ...]
    regions: tuple[str, ...]
    services: tuple[str, ...]
    types: tuple[str, ...]
    accept: tuple[str, ...]
    again: bool
    dry_run: bool
    quiet: bool


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(KINDS),
    metavar="KIND",
    help="Ask these sources only, repeatable: lists, spot (spot-feed, spot-history), "
    "spot-90-days, advisor, plans, plan-rates, facts (instance-types, quotas, scores)."
    "  [default: lists, spot, advisor]",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=Region(),
    metavar="REGION",
    help="Repeatable.  [default: the stacks' in this folder, else AWS_REGION]",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="SERVICE",
    help="A price list by AWS's name for it, or all; repeatable."
    "  [default: those that Farebox rates]",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="TYPE",
    help="An instance type whose spot prices of 90 days are kept, repeatable; with "
    "--only spot-90-days.  [default: the tiers' in this folder]",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="SOURCE",
    help="Let a source in that a guard refused, by its name, or all; repeatable.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Read every source whole, also one that says that nothing changed.",
)
@click.option("--dry-run", is_flag=True, help="Compare with the store, write nothing.")
@click.option(
    "--quiet",
    "-q",
    is_flag=True,
    help="No progress, and no summary unless a source failed or was refused.",
)
@format_option("the summary", PLAIN)
def refresh(format_: str, **asked: Any) -> int:
    """Fetch AWS's prices into the store, in one transaction.

    Price lists, the spot feed and the Spot Advisor need no account. With AWS
    credentials come spot prices by zone. What has not changed is not downloaded again.
    A source that fails or looks wrong keeps its older prices in the store; the others
    go in, and the exit code is 3.

    The store is prices.sqlite in your data folder, or what FAREBOX_PRICES_URL names.

    \b
    Examples:
      fare refresh
      fare refresh --region us-east-1 --region eu-west-1
      fare refresh --only spot --quiet
      fare refresh --only lists --service AmazonEC2 --dry-run
      fare refresh --only spot-90-days --type r6a.4xlarge
      fare refresh --accept 'AmazonEC2 us-east-1'
    """
    as_json = format_ == "json"
    try:
        summary, skew = _refreshed(AskedRefresh(**asked))
    except KeyboardInterrupt:
        tell(
            "interrupted; the store is as it was before, and what was downloaded of a "
            "price list is taken up again by the next refresh",
            exit_code=INTERRUPTED,
            as_json=as_json,
        )
        return INTERRUPTED
    from farebox.reports.prices.refresh_text import not_taken

    sentence = not_taken(summary)
    if as_json:
        from farebox.reports.prices.refresh_json import refresh_json

        sys.stdout.buffer.write(refresh_json(summary))
        sys.stdout.buffer.flush()
    elif sentence or not asked["quiet"]:
        from farebox.reports.prices.refresh_text import refresh_text
        from farebox.reports.terminal import terminal_width, uses_color

        text = refresh_text(
            summary, width=terminal_width(), color=uses_color(sys.stdout)
        )
        click.echo(text, nl=False, color=True)
    if abs(skew) > SKEW_SECONDS:
        remark(
            f"this machine's clock is {abs(skew) / 60:,.0f} minutes "
            f"{'behind' if skew > 0 else 'ahead of'} the price sources'; set it right, "
            "for AWS refuses signed calls from a wrong clock and ages are counted by it"
        )
    return shortfall_code(sentence, as_json=as_json)


def _refreshed(asked: AskedRefresh) -> "tuple[Summary, float]":
    """The refresh itself, and by how many seconds the local clock is behind."""
    from datetime import UTC, datetime

    from pricing_fetch.refresh.jobs import jobs_for, open_sources

    def now() -> datetime:
        return datetime.now(UTC)

    wanted = _wanted(asked)
    with open_sources(now) as sources:
        jobs = jobs_for(wanted, sources)
        _check_names(asked.accept, [job.name for job in jobs])
        for sentence in sources.notes:
            if not asked.quiet:
                remark(sentence)
        sources.check_network(wanted.regions)
        return _run(asked, jobs, sources, now), sources.clock_behind_seconds()


def _wanted(asked: AskedRefresh) -> "Wanted":
    """Which sources are meant, with the regions and types of here. Raises BadInput."""
    from farebox.cli.refresh_progress import regions_here, types_here
    from farebox.rules.registry import price_lists
    from pricing_fetch.refresh.jobs import SPOT_DAYS, Wanted, needs_region

    only, regions, types = asked.only, asked.regions, asked.types
    if types and SPOT_DAYS not in only:
        raise BadInput(
            f"--type goes with --only {SPOT_DAYS}; no other source has types"
        )
    if asked.services and only and "lists" not in only:
        raise BadInput("--service goes with --only lists; no other source has services")
    if not types and SPOT_DAYS in only:
        types = types_here()
    if not regions and needs_region(only):
        regions = regions_here()
    return Wanted(only, regions, asked.services, types, price_lists())


def _run(
    asked: AskedRefresh,
    jobs: "list[Job]",
    sources: "Sources",
    now: "Callable[[], datetime]",
) -> "Summary":
    """Ask the sources, with the store open and the progress shown."""
    from farebox.cli.refresh_progress import Bar, Lines, plan_of
    from farebox.prices.store import open_store
    from pricing_fetch.refresh.progress import Silent
    from pricing_fetch.refresh.refresh import refresh

    bar = None
    progress: Any = Silent() if asked.quiet else Lines()
    if not asked.quiet and sys.stderr.isatty():
        progress = bar = Bar(len(jobs))
    with open_store() as store:
        sources.store = store
        if not asked.quiet:
            known = {job.name for job in jobs if store.last(job.name) is not None}
            plan = plan_of(jobs, known)
            if plan:
                remark(plan)
        try:
            return refresh(
                store,
                jobs,
                now=now,
                accept=asked.accept,
                again=asked.again,
                dry_run=asked.dry_run,
                progress=progress,
            )
        finally:
            if bar is not None:
                bar.close()


def _check_names(accept: tuple[str, ...], names: list[str]) -> None:
    """Raise BadInput for an `--accept` that no source of this refresh is called by."""
    for name in accept:
        if name != "all" and name not in names:
            from difflib import get_close_matches

            near = get_close_matches(name, names, 1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'? " if near else ""
            raise BadInput(
                f"--accept {name[:80]}: no source of this refresh has that name; "
                f"{hint}they are {', '.join(names)}"
            )
