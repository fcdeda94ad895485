"""Prices the stacks of a fleet in parallel; one that fails never stops the others.

Each worker has the book once and prices a stack at a time. What a stack costs is kept
under the hash of its document, the book, the terms and the code that reckons: a run that was
broken off, or one of the next day, prices only what it has not.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import msgspec
from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.errors import FareboxError
from farebox.fleet.priced import Line, PricedStack, of_statement
from farebox.fleet.stacks import Found
from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
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
                [PricedStack.__struct_fields__, Line.__struct_fields__],
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
    return of_statement(name, content, statement, graph)


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
