"""Prices the stacks of a fleet in parallel; one that fails never stops the others.

Each worker has the book once and prices a stack at a time. What a stack costs is kept
under the hash of its document, the book, the terms and the code that reckons: a run that was
broken off, or one of the next day, prices only what it has not.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import msgspec
from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.errors import FareboxError
from farebox.fleet.stacks import Found
from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
from farebox.graph.tags import tags_of
from farebox.graph.unpacking import unpacked
from farebox.prices import PriceBook
from farebox.quote.basket import Basket
from farebox.quote.quote import PricingOptions

KEPT = "stacks"
ROOMS = Path(__file__).parents[1]
RECKONING = ("graph", "rules", "rating", "bill", "prices")
"""The rooms whose code figures depend on."""
CHUNK = 4
"""Stacks that a worker takes at a time."""


class Line(Struct, frozen=True):
    """One charge of a stack: US dollars a month under AWS's key, and whose it is."""

    urn: str
    type: str
    name: str
    service: str
    region: str
    usage_type: str
    purchase: str
    quantity: Decimal
    unit: str
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal
    tags: dict[str, str]


class Missing(Struct, frozen=True):
    """One charge of a stack without a figure."""

    urn: str
    type: str
    code: str
    reason: str


class PricedStack(Struct, frozen=True):
    """What one stack costs; `error` says why it has no figures, or is empty."""

    name: str
    content_id: str
    project: str = ""
    stack: str = ""
    usd: Decimal = Decimal(0)
    usd_low: Decimal = Decimal(0)
    usd_high: Decimal = Decimal(0)
    lower_bound: bool = False
    lines: tuple[Line, ...] = ()
    unpriced: tuple[Missing, ...] = ()
    free: int = 0
    error: str = ""


class Pricing(Struct, frozen=True):
    """How the stacks of a fleet are priced: one book, one usage file, one set of options."""

    book: PriceBook
    options: PricingOptions
    usage: UsageFile = NO_USAGE

    def id(self) -> str:
        """What a stack's figures depend on besides its document."""
        said = msgspec.json.encode(
            [
                code_id(),
                self.book.id,
                str(self.options.day),
                self.options.region,
                self.options.hours,
                self.options.users,
                self.options.free_tier,
                self.options.on_demand_fallback,
                [[e.pattern, repr(e.values)] for e in self.usage.entries],
            ]
        )
        return sha256(said).hexdigest()[:16]


@cache
def code_id() -> str:
    """The hash of what reckons figures: a rule that was mended prices every stack again."""
    digest = sha256()
    for room in RECKONING:
        for path in sorted((ROOMS / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def price_fleet(
    stacks: Sequence[Found],
    pricing: Pricing,
    folder: Path,
    *,
    workers: int = 0,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> Iterator[PricedStack]:
    """Each stack's figures, in the order of the stacks; kept in `folder` as they come."""
    global _pricing, _kept
    _pricing, _kept = pricing, kept_in(folder, pricing)
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(stacks) < 2 * CHUNK:
        for done, found in enumerate(stacks, start=1):
            yield _price(found)
            tell(done, len(stacks))
        return
    # Workers are forked, so that the book is read once and shared.
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        for done, one in enumerate(pool.map(_price, stacks, chunksize=CHUNK), start=1):
            yield one
            tell(done, len(stacks))


_pricing: Pricing
_kept: Path


def _price(found: Found) -> PricedStack:
    """One stack's figures, from those that are kept where its document is the same."""
    one = known(found, _kept)
    if isinstance(one, PricedStack):
        return one
    return kept(figures(found.name, one, lambda: estimated(found, _pricing)), _kept)


def kept_in(folder: Path, pricing: Pricing) -> Path:
    """Where figures that are made in this way are kept."""
    place = folder / KEPT / pricing.id()
    place.mkdir(parents=True, exist_ok=True)
    return place


def known(found: Found, place: Path) -> PricedStack | str:
    """A stack's figures if they are kept, or its reason for none; else its content id."""
    if found.error:
        return PricedStack(found.name, "", error=found.error)
    try:
        content = found.content_id()
    except OSError as error:
        return PricedStack(found.name, "", error=str(error.strerror or error))
    try:
        one = msgspec.json.decode(
            (place / f"{content}.json").read_bytes(), type=PricedStack
        )
    except (msgspec.DecodeError, OSError):
        return content  # not there, or half written by a run that was killed
    return msgspec.structs.replace(one, name=found.name)


def kept(one: PricedStack, place: Path) -> PricedStack:
    """The stack, kept where it has figures."""
    if not one.error:
        path = place / f"{one.content_id}.json"
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(msgspec.json.encode(one))
        part.replace(path)
    return one


Estimate = tuple[ResourceGraph, Statement]
"""A stack's resources and its statement."""


def figures(name: str, content: str, estimate: Callable[[], Estimate]) -> PricedStack:
    """What a stack costs, or why it has no figures."""
    try:
        graph, statement = estimate()
    except (FareboxError, OSError) as error:
        return PricedStack(name, content, error=str(error))
    except Exception as error:  # one stack's defect is no reason to lose the others
        said = f"a defect of Farebox: {type(error).__name__}"
        return PricedStack(name, content, error=said)
    return _of_statement(name, content, statement, graph)


def estimated(found: Found, pricing: Pricing) -> Estimate:
    """The estimate of a stack, wherever it is. Raises FareboxError."""
    if found.ref:
        return _at(pricing, _program(found, pricing.options.region))
    return of_document(found.path.read_bytes(), found.name, pricing)


def of_document(data: bytes, name: str, pricing: Pricing) -> Estimate:
    """The estimate of a preview or a state. Raises FareboxError."""
    region = pricing.options.region
    return _at(pricing, read_document(unpacked(data, name), name=name, region=region))


def _at(pricing: Pricing, graph: ResourceGraph) -> Estimate:
    basket = Basket(graph, pricing.usage, pricing.options.terms(graph))
    return graph, basket.at(pricing.book)


def _program(found: Found, region: str | None) -> ResourceGraph:
    """What the program of a stack declares at a commit."""
    from farebox.quote.git_refs import project_at
    from farebox.quote.target import read_stack

    with project_at(found.ref, found.path) as project:
        return read_stack(project, found.stack, region=region).graph


def _of_statement(
    name: str, content: str, statement: Statement, graph: ResourceGraph
) -> PricedStack:
    tags = {
        urn: tags_of(graph.by_urn[urn]) if urn in graph.by_urn else {}
        for urn in {line.subject.urn or "" for line in statement.lines}
    }
    return PricedStack(
        name=name,
        content_id=content,
        project=statement.project,
        stack=statement.stack,
        usd=statement.usd_per_month,
        usd_low=statement.usd_low,
        usd_high=statement.usd_high,
        lower_bound=statement.lower_bound,
        lines=tuple(
            Line(
                line.subject.urn or "",
                line.subject.type,
                line.subject.name,
                line.key.service,
                line.key.region,
                line.key.usage_type,
                line.key.purchase,
                line.quantity,
                line.unit,
                line.usd_per_month,
                line.usd_low,
                line.usd_high,
                tags[line.subject.urn or ""],
            )
            for line in statement.lines
        ),
        unpriced=tuple(
            Missing(
                entry.subject.urn or "", entry.subject.type, entry.code, entry.reason
            )
            for entry in statement.unpriced
        ),
        free=len(statement.free),
    )
