"""`make bench-spark`: a bill on a Spark cluster of one worker, then of two.

    python -m benchmarks.clusters [--rows 10000000] [--workers 1 --workers 2]

Every worker is a process with one core. `reduce` reads the export and adds it up by the
day, as the job on S3 does; `charges` adds up the month that DuckDB has imported, as a
comparison does. The clock starts when all workers have come and have done both with a small
bill, so that what is told is work, and not the start of Java and what it compiles. Beside
it stands the processor time of the workers, which another program on the machine does not
make longer. Both answers are held against DuckDB's, charge
by charge, to the cent.
"""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from benchmarks.measure import run

if TYPE_CHECKING:
    from farebox.billed.charges import Charge

ROOT = Path(__file__).parent.parent
ROWS = 10_000_000
WORKERS = (1, 2)
MONTH = "2026-10"
MEMORY_MB = 1536
LONGEST_WAIT_S = 120
WARM_ROWS = 50_000
CENT = Decimal("0.01")
WORKER = b"CoarseGrainedExecutorBackend"
"""What the command line of a Spark worker has in it."""


class Step(Struct, frozen=True):
    """Seconds of wall clock, of the workers' processors, and what came out by charge."""

    wall_s: float
    core_s: float
    usd: dict[str, Decimal]


def _by_charge(found: "Sequence[Charge]") -> dict[str, Decimal]:
    usd: dict[str, Decimal] = {}
    for one in found:
        said = (one.account, one.class_, one.purchase, one.resource, one.service)
        key = " ".join((*said, one.region, one.usage_type, one.operation))
        usd[key] = usd.get(key, Decimal(0)) + one.unblended
    return usd


def _imported(source: Path, bills: Path) -> None:
    """Import an export on DuckDB, all of its files as one delivery."""
    from farebox.billed.bills import import_delivery
    from farebox.billed.sources import Delivery

    import_delivery(Delivery(tuple(sorted(source.rglob("*.parquet")))), bills)


def _charges(bills: Path, on: str) -> dict[str, Decimal]:
    from farebox.billed.charges import charges
    from farebox.billed.engines import engine

    with engine(bills, on) as connection:
        return _by_charge(charges(connection, bills, MONTH))


def here(export: Path, bills: Path) -> dict[str, Step]:
    """What DuckDB takes to import the bill, and to add it up."""
    begun = time.perf_counter()
    _imported(export, bills)
    imported = time.perf_counter()
    usd = _charges(bills, "duckdb")
    added = time.perf_counter()
    return {
        "import": Step(imported - begun, 0, {}),
        "charges": Step(added - imported, 0, usd),
    }


def on_workers(workers: int, export: Path, bills: Path) -> dict[str, Step]:
    """Both steps on a cluster of so many processes, once all of them are there."""
    from farebox.billed.reducing import reduce_bills
    from farebox.billed.spark import connected

    master = f"local-cluster[{workers},1,{MEMORY_MB}]"
    settings = {"spark.executor.memory": f"{MEMORY_MB}m"}
    small = bills.with_name(f"small-{workers}")
    with connected(master, settings):
        _wait_for(workers)
        _warm(bills.with_name(f"warm-{workers}"), master)
        clocks = [_clocks()]
        reduce_bills(str(export), str(small), master)
        clocks.append(_clocks())
        usd = _charges(bills, master)
        clocks.append(_clocks())
    _imported(small, small / "bills")
    outcomes = {"reduce": _charges(small / "bills", "duckdb"), "charges": usd}
    return {
        name: Step(after[0] - before[0], after[1] - before[1], found)
        for (name, found), before, after in zip(
            outcomes.items(), clocks, clocks[1:], strict=False
        )
    }


def _warm(folder: Path, master: str) -> None:
    from farebox.billed.reducing import reduce_bills
    from tests.billed.big_bill import write_bill

    write_bill(folder / "export", WARM_ROWS)
    _imported(folder / "export", folder / "bills")
    for turn in range(2):
        reduce_bills(str(folder / "export"), str(folder / f"small-{turn}"), master)
        _charges(folder / "bills", master)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), core_seconds(os.getpid())


def core_seconds(root: int) -> float:
    """The processor time of all Spark workers below a process, from /proc."""
    found: dict[int, tuple[int, int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            # Behind the name, which may hold anything: state, parent, and so on.
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            words = (place / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended
        ticks = int(fields[11]) + int(fields[12])
        found[int(place.name)] = (int(fields[1]), ticks if WORKER in words else 0)
    below, ticks = {root}, 0
    while more := {p for p, (parent, _) in found.items() if parent in below} - below:
        below |= more
    ticks = sum(found[process][1] for process in below - {root})
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait_for(workers: int) -> None:
    from pyspark.sql import SparkSession

    context = SparkSession.active().sparkContext
    for _ in range(2 * LONGEST_WAIT_S):
        # The driver counts as one.
        if context._jsc.sc().getExecutorMemoryStatus().size() == workers + 1:
            return
        time.sleep(0.5)
    sys.exit(f"bench: {workers} workers did not come in {LONGEST_WAIT_S} s")


def unequal(ours: dict[str, Decimal], theirs: dict[str, Decimal]) -> list[str]:
    """The charges that two engines do not have alike, to the cent."""
    nothing = Decimal(0)
    return [
        key
        for key in sorted({*ours, *theirs})
        if abs(ours.get(key, nothing) - theirs.get(key, nothing)) >= CENT
    ]


def measured(rows: int, workers: Sequence[int], folder: Path) -> None:
    """Make a bill, add it up on DuckDB and on each cluster, and print what they took."""
    made = folder / "export"
    maker = [sys.executable, "-m", "tests.billed.big_bill", str(made)]
    run([*maker, "--rows", str(rows)], cwd=ROOT)
    files = sorted(path.name for path in made.glob("*.parquet"))
    manifest = made / f"BILLING_PERIOD={MONTH}" / "made-Manifest.json"
    manifest.parent.mkdir()
    manifest.write_bytes(msgspec.json.encode({"dataFiles": files}))
    duck = _apart("duckdb", folder)
    said = ", ".join(f"{name} {step.wall_s:.1f} s" for name, step in duck.items())
    print(f"{rows:,} rows; DuckDB: {said}; {_load()}", flush=True)
    first: dict[str, Step] = {}
    for count in workers:
        found = _apart(str(count), folder)
        first = first or found
        for name, step in found.items():
            print(
                f"{first[name].wall_s / step.wall_s:5.2f}x  {name:<8} {count} worker(s) "
                f"{step.wall_s:7.1f} s, {step.core_s:7.1f} core-seconds, "
                f"{rows / step.core_s:8,.0f} rows a core-second; {_load()}",
                flush=True,
            )
            if others := unequal(duck["charges"].usd, step.usd):
                sys.exit(f"bench: {len(others)} charges differ, as {others[0]}")
    print(f"{len(duck['charges'].usd):,} charges, all equal DuckDB's to the cent")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores"


def _apart(named: str, folder: Path) -> dict[str, Step]:
    """The steps of an engine in a process of its own."""
    words = ["-m", "benchmarks.clusters", "--step", named, "--folder", str(folder)]
    run([sys.executable, *words], cwd=ROOT)
    told = (folder / f"{named}.json").read_bytes()
    return msgspec.json.decode(told, type=dict[str, Step])


def _step(named: str, folder: Path) -> None:
    export, bills = folder / "export", folder / "bills"
    if named.isdigit():
        found = on_workers(int(named), export, bills)
    else:
        found = here(export, bills)
    (folder / f"{named}.json").write_bytes(msgspec.json.encode(found))


def main() -> None:
    """Print what one worker and two took."""
    parser = ArgumentParser(prog="python -m benchmarks.clusters")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--workers", type=int, action="append", metavar="N")
    step = parser.add_argument_group("one engine, in a process of its own")
    step.add_argument("--step", metavar="duckdb|N")
    step.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.step:
        _step(asked.step, asked.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        measured(asked.rows, asked.workers or WORKERS, Path(folder))


if __name__ == "__main__":
    main()
