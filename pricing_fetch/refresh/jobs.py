"""Which sources a refresh asks: named jobs over the fetch functions of this package."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from farebox.prices.deliveries import Delivery, Fact, LastDelivery, Slice
from farebox.prices.values import GLOBAL
from pricing_fetch.calls.credentials import credentials_are_likely
from pricing_fetch.dates import http_date
from pricing_fetch.errors import NotAllowed
from pricing_fetch.lists.offers import (
    GLOBAL_SERVICES,
    REGIONAL_TOO,
    SERVICES,
    Once,
    fetch_offer,
)
from pricing_fetch.net.reach import check_network
from pricing_fetch.net.transport import Answer, Progress, Transport
from pricing_fetch.refresh.intake import Job

if TYPE_CHECKING:
    from farebox.prices.store import Store

PLAN = "AWSComputeSavingsPlan"
PLAN_SERVICES = ("AmazonEC2", "AmazonECS", "AWSLambda")
"""The compute plan's file (it has the EC2 instance plan too), and whose rates are read."""

DEFAULT = frozenset({"lists", "spot-feed", "spot-history", "advisor"})
"""What is asked when nothing is named; spot history only where there are credentials."""

GROUPS = {
    "spot": frozenset({"spot-feed", "spot-history"}),
    "facts": frozenset({"instance-types", "quotas", "scores"}),
}
"""Names for several kinds together."""

SPOT_DAYS = "spot-90-days"
"""The kind that is asked for named instance types, and only when it is named itself."""

WITHOUT_REGION = frozenset({"spot-feed", "advisor"})
"""Kinds that are one source for all regions."""

NO_CREDENTIALS = (
    "no AWS credentials here, so spot prices come by region, not by zone; with "
    "credentials (AWS_PROFILE, for example) they come by zone too"
)


class Wanted(Struct, frozen=True):
    """What a refresh was asked for; an empty `only` or `services` means the usual.

    `rated` are the services that are the usual: those whose prices rules look for.
    `types` are the instance types whose spot history is kept.
    """

    only: tuple[str, ...]
    regions: tuple[str, ...]
    services: tuple[str, ...]
    types: tuple[str, ...] = ()
    rated: tuple[str, ...] = ()


class Sources:
    """The ways to the sources, opened when they are first needed."""

    def __init__(self, now: Callable[[], datetime], folder: Path) -> None:
        self.now = now
        self.folder = folder
        self.notes: list[str] = []
        """What the user should know of the choice of sources."""
        self.store: Store | None = None
        """Where the refresh goes; a source may go on from what it has."""
        self.once = Once()
        """Lists that are read for several regions."""
        self._transport: _DatedTransport | None = None
        self._aws: Any = None

    def facts(self, kind: str, region: str) -> list[Fact]:
        """The facts that the store has; none where there is no store."""
        return self.store.facts(kind, region) if self.store is not None else []

    @property
    def transport(self) -> Transport:
        """The way to the public sources."""
        if self._transport is None:
            self._transport = _DatedTransport(now=self.now)
        return self._transport

    @property
    def aws(self) -> Any:
        """The user's AWS account; boto3 is imported here."""
        if self._aws is None:
            from pricing_fetch.calls.aws import Aws

            self._aws = Aws()
        return self._aws

    def check_network(self, regions: Collection[str]) -> None:
        """Raise NotReached where there is no network; `regions` are the account's.

        Where the environment names an endpoint of AWS's, that may be reached without.
        """
        if any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ):
            return
        try:
            urls = set(self.transport.addresses.origins)
        except NotAllowed:
            return  # A mirror that may not be asked: each source of it says so.
        if self._aws is not None:
            urls |= {
                f"https://{service}.{region}.amazonaws.com"
                f"{'.cn' if region.startswith('cn-') else ''}"
                for region in regions
                for service in ("ec2", "servicequotas")
            }
        check_network(urls)

    def have_credentials(self) -> bool:
        """Whether boto3 finds credentials; it is asked only where that is likely."""
        return credentials_are_likely() and bool(self.aws.credentials_resolve())

    def clock_behind_seconds(self) -> float:
        """How far this machine's clock is behind the public sources'; 0 if unknown."""
        return self._transport.behind_seconds if self._transport is not None else 0.0

    def close(self) -> None:
        """Let go of the connections."""
        if self._transport is not None:
            self._transport.close()


class _DatedTransport(Transport):
    """A Transport that remembers how far the servers' clock is from this one."""

    behind_seconds = 0.0

    def get(self, url: str, *args: Any, **named: Any) -> Answer:
        """The answer; its date is held against the clock."""
        answer = super().get(url, *args, **named)
        date = http_date(answer.date)
        if date is not None:
            self.behind_seconds = (date - self.now().astimezone(UTC)).total_seconds()
        return answer


@contextmanager
def open_sources(now: Callable[[], datetime]) -> Iterator[Sources]:
    """The sources, with downloads beside the store. Raises FetchError for a bad mirror."""
    from farebox.prices.store.location import data_folder

    sources = Sources(now, data_folder() / "downloads")
    try:
        yield sources
    finally:
        sources.close()


def needs_region(only: Collection[str]) -> bool:
    """Whether a kind that is asked for is asked region by region."""
    return not kinds_of(only) <= WITHOUT_REGION


def kinds_of(only: Collection[str]) -> frozenset[str]:
    """The kinds that are meant, groups taken apart."""
    if not only:
        return DEFAULT
    return frozenset().union(*(GROUPS.get(name, {name}) for name in only))


def jobs_for(wanted: Wanted, sources: Sources) -> list[Job]:
    """The jobs, in the order in which the store takes their deliveries.

    Lists come before spot, which is held against them. A kind that needs credentials
    and was named itself is asked in any case, so that its failure is told; else it is
    left out, and `sources.notes` says so.
    """
    kinds = kinds_of(wanted.only)
    unnamed = "spot-history" in kinds and "spot-history" not in wanted.only
    if unnamed and not sources.have_credentials():
        kinds -= {"spot-history"}
        sources.notes.append(NO_CREDENTIALS)
    jobs: list[Job] = []
    if "lists" in kinds:
        jobs += _lists(wanted, sources)
    if "plans" in kinds:
        jobs += [
            _plan(service, region, sources)
            for region in wanted.regions
            for service in PLAN_SERVICES
        ]
    for kind, call in _BY_REGION.items():
        if kind in kinds:
            more: dict[str, Any] = {}
            if kind == SPOT_DAYS:
                more = {"instance_types": wanted.types, "known": sources.facts}
            jobs += [
                _of_account(call, region, sources, more) for region in wanted.regions
            ]
    for kind, make in _FOR_ALL.items():
        if kind in kinds:
            jobs.append(make(sources))
    return jobs


def _lists(wanted: Wanted, sources: Sources) -> Iterator[Job]:
    named = dict.fromkeys(wanted.services)
    if "all" in named:
        del named["all"]
        named = dict.fromkeys([*SERVICES, *wanted.rated, *named])
    services = list(named) or list(wanted.rated)
    for service in services:
        regions = wanted.regions
        if service in GLOBAL_SERVICES:
            regions = (GLOBAL, *(regions if service in REGIONAL_TOO else ()))
        for region in regions:
            yield _list(service, region, sources)


def _list(service: str, region: str, sources: Sources) -> Job:
    def fetch(last: LastDelivery | None, progress: Progress) -> Delivery:
        return fetch_offer(
            sources.transport,
            service,
            region,
            folder=sources.folder,
            last=last,
            progress=progress,
            once=sources.once,
        )

    part = Slice(service, region, "on-demand")
    return Job(f"{service} {region}", "list", fetch, part)


def _plan(service: str, region: str, sources: Sources) -> Job:
    def fetch(last: LastDelivery | None, progress: Progress) -> Delivery:
        from pricing_fetch.lists.savings_plans import fetch_plans

        return fetch_plans(
            sources.transport,
            PLAN,
            region,
            folder=sources.folder,
            last=last,
            progress=progress,
            service=service,
        )

    part = Slice(service, region, "savings-plan")
    name = f"{PLAN} {region}" + ("" if service == "AmazonEC2" else f" {service}")
    return Job(name, "plan", fetch, part)


def _of_account(
    call: "_Call", region: str, sources: Sources, more: dict[str, Any]
) -> Job:
    def fetch(last: LastDelivery | None, progress: Progress) -> Delivery:
        ask = getattr(
            import_module(f"pricing_fetch.calls.{call.module}"), call.function
        )
        client = sources.aws.client(call.service, region)
        delivery: Delivery = ask(
            client, region, now=sources.now, last=last, progress=progress, **more
        )
        return delivery

    return Job(f"{call.name} {region}", call.kind, fetch)


def _spot_feed(sources: Sources) -> Job:
    def fetch(last: LastDelivery | None, progress: Progress) -> Delivery:
        from pricing_fetch.feeds.spot_feed import fetch_spot_feed

        return fetch_spot_feed(sources.transport, last=last, progress=progress)

    return Job("spot feed", "spot", fetch)


def _advisor(sources: Sources) -> Job:
    def fetch(last: LastDelivery | None, progress: Progress) -> Delivery:
        from pricing_fetch.feeds.spot_advisor import fetch_advisor

        return fetch_advisor(sources.transport, last=last, progress=progress)

    return Job("spot advisor", "advisor", fetch)


class _Call(Struct, frozen=True):
    """A function that asks the user's account, and what its deliveries are called."""

    name: str
    kind: str
    service: str
    module: str
    function: str


_BY_REGION = {
    "plan-rates": _Call(
        "plan rates", "plan", "savingsplans", "plan_rates", "fetch_plan_rates"
    ),
    "spot-history": _Call("spot", "spot", "ec2", "spot_history", "fetch_spot"),
    SPOT_DAYS: _Call("spot 90 days", "fact", "ec2", "spot_days", "fetch_spot_days"),
    "instance-types": _Call(
        "instance types", "fact", "ec2", "instance_types", "fetch_instance_types"
    ),
    "quotas": _Call("quotas", "fact", "service-quotas", "quotas", "fetch_quotas"),
    "scores": _Call(
        "placement scores", "fact", "ec2", "placement_scores", "fetch_scores"
    ),
}
"""Kinds that need credentials and a region, in the order of their deliveries."""

_FOR_ALL: dict[str, Callable[[Sources], Job]] = {
    "spot-feed": _spot_feed,
    "advisor": _advisor,
}
"""Kinds that are one source for all regions."""
