"""The stacks of a fleet priced by Spark: documents go to its workers, figures come back.

Workers need Farebox and none of the folders: the driver reads the documents and keeps the
figures. Programs of a commit run where the command runs, and so are priced there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from farebox.billed.engines import engine
from farebox.fleet.errors import FleetError
from farebox.fleet.priced import PricedStack
from farebox.fleet.pricing import (
    Pricing,
    estimated,
    figures,
    kept,
    kept_in,
    known,
    of_document,
)
from farebox.fleet.stacks import Found
from farebox.prices import PriceBook
from farebox.prices.embedded import embedded_book
from farebox.prices.text import parse_book, write_book

if TYPE_CHECKING:
    from pyarrow import RecordBatch

PART_BYTES = 16 << 20
"""Documents that one job of Spark takes, so that memory does not grow with the fleet."""

PARTS_A_CORE = 4
"""Stacks differ in size: more parts than cores leave no core idle at the end."""

COLUMNS = "place int, told binary"
MOST_SAID = 300


class Task(Struct, frozen=True):
    """A stack that is to be priced: its name, its content id and its document."""

    name: str
    content: str
    document: bytes


Run = Callable[[Sequence[Task]], list[PricedStack]]
"""Prices tasks in their order; raises where Spark loses a worker over one of them."""


def price_on_spark(
    stacks: Sequence[Found],
    pricing: Pricing,
    folder: Path,
    master: str,
    *,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> Iterator[PricedStack]:
    """Each stack's figures, in the order of the stacks; kept in `folder` as they come.

    Raises BillError where there is no Spark of that name, and FleetError where its
    workers cannot price.
    """
    place = kept_in(folder, pricing)
    with engine(folder, master):
        run = _runner(pricing)
        done = 0
        for part in _parts(stacks, pricing, place):
            tasks = [one for one in part if isinstance(one, Task)]
            priced = iter(priced_apart(tasks, run))
            for one in part:
                yield one if isinstance(one, PricedStack) else kept(next(priced), place)
                done += 1
                tell(done, len(stacks))


def _parts(
    stacks: Iterable[Found], pricing: Pricing, place: Path
) -> Iterator[list[PricedStack | Task]]:
    """What is known already and what is to be priced, some megabytes at a time."""
    part: list[PricedStack | Task] = []
    size = 0
    for found in stacks:
        one = _task(found, pricing, place)
        part.append(one)
        size += len(one.document) if isinstance(one, Task) else 0
        if size >= PART_BYTES:
            yield part
            part, size = [], 0
    yield part


def _task(found: Found, pricing: Pricing, place: Path) -> PricedStack | Task:
    content = known(found, place)
    if isinstance(content, PricedStack):
        return content
    if found.ref:
        return kept(
            figures(found.name, content, lambda: estimated(found, pricing)), place
        )
    try:
        document = found.path.read_bytes()
    except OSError as error:
        return PricedStack(found.name, "", error=str(error.strerror or error))
    # Of what was read, not of what may have been written since it was asked for.
    return Task(found.name, sha256(document).hexdigest(), document)


def priced_apart(tasks: Sequence[Task], run: Run) -> list[PricedStack]:
    """The tasks priced; where a worker is lost, they are halved until one is to blame."""
    if not tasks:
        return []
    try:
        return run(tasks)
    except Exception as error:  # py4j's and PySpark's own, of many kinds
        if len(tasks) == 1:
            said = f"Spark lost a worker over it: {type(error).__name__}"
            return [PricedStack(tasks[0].name, tasks[0].content, error=said)]
    middle = len(tasks) // 2
    return [*priced_apart(tasks[:middle], run), *priced_apart(tasks[middle:], run)]


def _runner(pricing: Pricing) -> Run:
    """Prices tasks on the session that is there; the book goes to each worker once."""
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    cores = session.sparkContext.defaultParallelism
    shipped = session.sparkContext.broadcast(_shipped(pricing))

    def ready(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        for batch in batches:
            found = _arrived(shipped.value).book.id.encode()
            yield _told([(0, found)] * batch.num_rows)

    try:
        [[_, found]] = session.range(1).mapInArrow(ready, COLUMNS).collect()
    except Exception as error:  # py4j's and PySpark's own, of many kinds
        said = " ".join(str(error).split())[-MOST_SAID:]
        raise FleetError(f"Spark's workers cannot price: {said}") from error
    if bytes(found).decode() != pricing.book.id:
        raise FleetError("Spark's workers have another Farebox than this one")

    def on_worker(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        pricing = _arrived(shipped.value)
        for batch in batches:
            yield _priced(batch, pricing)

    def run(tasks: Sequence[Task]) -> list[PricedStack]:
        import pyarrow

        rows = [
            {"place": place, **msgspec.structs.asdict(task)}
            for place, task in enumerate(tasks)
        ]
        frame = session.createDataFrame(pyarrow.Table.from_pylist(rows))
        parts = min(len(tasks), cores * PARTS_A_CORE)
        told = frame.repartition(parts).mapInArrow(on_worker, COLUMNS).toArrow()
        found = {row["place"]: row["told"] for row in told.to_pylist()}
        return [
            msgspec.json.decode(found[place], type=PricedStack)
            for place in range(len(tasks))
        ]

    return run


def _priced(batch: "RecordBatch", pricing: Pricing) -> "RecordBatch":
    """The figures of a batch of stacks, on a worker."""
    rows = []
    for row in batch.to_pylist():
        name = row["name"]
        estimate = partial(of_document, row["document"], name, pricing)
        one = figures(name, row["content"], estimate)
        rows.append((row["place"], msgspec.json.encode(one)))
    return _told(rows)


def _told(rows: Sequence[tuple[int, bytes]]) -> "RecordBatch":
    import pyarrow

    columns = zip(*rows, strict=True)
    types = (pyarrow.int32(), pyarrow.binary())
    arrays = [pyarrow.array(c, t) for c, t in zip(columns, types, strict=True)]
    return pyarrow.RecordBatch.from_arrays(arrays, ["place", "told"])


Shipped = tuple[str, str, str, Any, Any]
"""A book's id, its kind and its text, the options and the usage file."""


def _shipped(pricing: Pricing) -> Shipped:
    """How the stacks are priced, without what lies on this machine alone.

    The embedded book is where Farebox is; any other goes along as text.
    """
    book = pricing.book
    text = "" if book.id == embedded_book().id else write_book(book)
    return book.id, book.kind, text, pricing.options, pricing.usage


def _arrived(shipped: Shipped) -> Pricing:
    book_id, kind, text, options, usage = shipped
    return Pricing(_book(book_id, kind, text), options, usage)


@cache
def _book(book_id: str, kind: str, text: str) -> PriceBook:
    """The book on a worker, read once for all of its stacks."""
    if not text:
        return embedded_book()
    book = parse_book(text, kind=kind)
    book.id = book_id
    return book
