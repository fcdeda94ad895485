"""`make bench`: speed and memory as ratios against references of the same run.

Run all of it, or name parts: python -m benchmarks start files tier
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measure import best_of_each, ratio_line, run
from benchmarks.waits import waits

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
FARE = str(Path(PYTHON).with_name("fare"))

FILE_SIZES = (1_000, 10_000, 100_000)
TIER = "50k"

PARSERS = {
    "orjson": "import sys, orjson; orjson.loads(open(sys.argv[1], 'rb').read())",
    "msgspec": "import sys, msgspec.json as m; m.decode(open(sys.argv[1], 'rb').read())",
}


def files(folder: Path) -> None:
    """`fare price FILE` against a process that only parses the same file."""
    for size in FILE_SIZES:
        path = folder / f"preview-{size}.json"
        # Written by another process: a child's peak begins at what its parent holds.
        run([PYTHON, "-m", "benchmarks.documents", str(size), str(path)], cwd=ROOT)
        commands = {
            name: [PYTHON, "-c", code, str(path)] for name, code in PARSERS.items()
        }
        commands["fare"] = [FARE, "price", str(path)]
        found = best_of_each(commands, times=5 if size < 100_000 else 3)
        parser = min(PARSERS, key=lambda name: found[name].seconds)
        mb = path.stat().st_size / 1e6
        print(
            ratio_line(
                f"fare price of {size:,} resources, {mb:,.0f} MB",
                found["fare"],
                found[parser],
                f"parsing it with {parser}",
                f"under 3x; memory under {mb * 1.5 / 1.048576:,.0f} MiB",
            )
        )
        path.unlink()


def mixed(folder: Path) -> None:
    """A state of a hundred types, against parsing it and against one of ten types."""
    many, few = folder / "mixed.json", folder / "few.json"
    usage, size = folder / "usage.yaml", FILE_SIZES[0]
    write = [PYTHON, "-m", "benchmarks.mixed", str(size), str(many), str(usage)]
    run(write, cwd=ROOT)
    run([PYTHON, "-m", "benchmarks.documents", str(size), str(few)], cwd=ROOT)
    commands = {
        "msgspec": [PYTHON, "-c", PARSERS["msgspec"], str(many)],
        "few": [FARE, "price", str(few)],
        "many": [FARE, "price", str(many), "--usage", str(usage)],
    }
    found = best_of_each(commands, times=5)
    name = f"fare price of {size:,} resources of 100 types"
    for reference, said, aim in (
        ("msgspec", "parsing it with msgspec", "under 8x"),
        ("few", f"{size:,} resources of ten types", "under 2.5x"),
    ):
        print(ratio_line(name, found["many"], found[reference], said, aim))


def size(folder: Path) -> None:
    """How large the wheel is, packed as a wheel packs what a clean install has."""
    import zipfile

    packed = folder / "wheel.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in ("farebox", "passepartout", "pricing_fetch"):
            for path in sorted((ROOT / package).rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    archive.write(path, path.relative_to(ROOT))
    data = sum(
        path.stat().st_size for path in (ROOT / "farebox/prices/data").rglob("*.*")
    )
    print(
        f"{packed.stat().st_size / 1e6:6.2f} MB  the wheel   against {data / 1e6:.2f} MB"
        " of prices in it, unpacked   (aim under 4 MB)"
    )


def estimate_alone(_: Path) -> None:
    """The estimate of a graph in memory, a line."""
    import time
    from datetime import date

    from benchmarks.documents import preview_document
    from farebox.graph.document import read_document
    from farebox.prices.embedded import embedded_book
    from farebox.rating.estimate import estimate

    graph = read_document(preview_document(10_000, seed=1), name="bench")
    book = embedded_book()
    best = float("inf")
    lines = 0
    for _round in range(5):
        started = time.perf_counter()
        statement = estimate(graph, book, on=date(2026, 11, 23))
        best = min(best, time.perf_counter() - started)
        lines = len(statement.lines) + len(statement.unpriced)
    microseconds = best * 1e6 / lines
    print(
        f"{microseconds:6.2f} microseconds a line, estimate alone: {lines:,} lines and "
        f"gaps of {len(graph):,} resources in {best * 1e3:.0f} ms   (aim under 10)"
    )


def start(_: Path) -> None:
    """`fare --help` against a Python that does nothing."""
    commands = {"pass": [PYTHON, "-c", "pass"], "fare": [FARE, "--help"]}
    found = best_of_each(commands, times=15)
    print(
        ratio_line(
            "fare --help", found["fare"], found["pass"], "python -c pass", "under 6x"
        )
    )


def tier(_: Path) -> None:
    """The offline tier against the same program under the SDK's bare mocks."""
    commands = {
        "mocks": [PYTHON, "-m", "benchmarks.bare_mocks", str(ROOT), TIER],
        "fare": [FARE, "price", TIER],
    }
    found = best_of_each(commands, times=3, cwd=ROOT)
    print(
        ratio_line(
            f"fare price {TIER}, its program run offline",
            found["fare"],
            found["mocks"],
            "the program under bare mocks",
            "under 1.3x",
        )
    )


def preview(folder: Path) -> None:
    """A real preview of 1,000 resources with in-program pricing, against without."""
    from benchmarks.programs import thousand_resources
    from tests.engine.build import NoEngine, find
    from tests.engine.engine import Engine

    try:
        engine = Engine(find(), folder / "engine")
    except NoEngine as reason:
        print(f"   n/a   in-program pricing: {reason}")
        return
    seconds: dict[str, list[float]] = {"without": [], "with": []}
    for kind in seconds:
        thousand_resources(folder / kind, priced=kind == "with")
    for _round in range(6):
        for kind, taken in seconds.items():
            taken.append(engine.preview(folder / kind, "bench").seconds)
    # Medians: an engine, a plugin and a program on few cores differ by a tenth.
    ours, reference = median(seconds["with"]), median(seconds["without"])
    spread = max(seconds["without"]) - min(seconds["without"])
    print(
        f"{ours / reference:6.2f}x  preview of 1,000 resources that prices itself"
        f" {ours:7.3f} s   against {reference:7.3f} s without, which varies by "
        f"{spread:.1f} s   (aim at most 1.05x)"
    )


def budget(folder: Path) -> None:
    """A real preview of 1,000 resources under the budget guard, against without.

    Pulumi asks a pack twice for each resource, also one that does nothing: what that
    costs is Pulumi's, and is shown apart.
    """
    from benchmarks.guard import preview_seconds
    from tests.engine.build import NoEngine, find
    from tests.engine.engine import Engine

    try:
        engine = Engine(find(), folder / "guarded")
    except NoEngine as reason:
        print(f"   n/a   budget guard: {reason}")
        return
    took = preview_seconds(engine, folder)
    ours, idle, alone = took["ours"], took["idle"], took["alone"]
    print(
        f"{ours / idle:6.2f}x  preview of 1,000 resources under the budget guard"
        f" {ours:7.3f} s   against {idle:7.3f} s under a pack that does nothing"
        "   (aim under 1.10x)"
    )
    print(
        f"{ours / alone:6.2f}x  the same against {alone:7.3f} s without a pack; of it"
        f" {idle / alone:.2f}x is what Pulumi's packs cost"
    )


def optimize(_: Path) -> None:
    """The search of `fare host optimize` over a region's types, against trying everything."""
    from benchmarks.searches import pruned, unpruned

    ours = min((pruned(ROOT, "10k") for _ in range(3)), key=lambda one: one.seconds)
    every = unpruned(ROOT, "10k")
    ratio = (ours.seconds / ours.types) / (every.seconds / every.types)
    print(
        f"{ratio:6.4f}x  optimize over {ours.types} types, {ours.tried:,} choices:"
        f" {ours.seconds:.3f} s (aim under 10)   against trying everything a type:"
        f" {every.seconds / every.types:.3f} s ({every.tried:,} choices of"
        f" {every.types} types)"
    )


def economics(_: Path) -> None:
    """`fare host tiers`, `pack` and `colo` against processes that only import the same."""
    for arguments, imports, aim in (
        (["tiers"], "click, msgspec, numpy, yaml", "under 2 s more"),
        (["pack", "r6a.8xlarge"], "click, msgspec, numpy", "under 0.3 s"),
        (["colo", "--draws", "10000"], "click, msgspec, numpy, yaml", "under 2 s"),
    ):
        commands = {
            "imports": [PYTHON, "-c", f"import {imports}"],
            "fare": [FARE, *arguments],
        }
        found = best_of_each(commands, times=7, cwd=ROOT)
        name = f"fare {' '.join(arguments)}"
        print(
            ratio_line(name, found["fare"], found["imports"], f"import {imports}", aim)
        )


PARTS: dict[str, Callable[[Path], None]] = {
    "start": start,
    "size": size,
    "files": files,
    "mixed": mixed,
    "tier": tier,
    "preview": preview,
    "budget": budget,
    "optimize": optimize,
    "economics": economics,
    "waits": waits,
    # Last: it fills this process, and a child's peak begins at its parent's.
    "estimate": estimate_alone,
}


def main(wanted: list[str]) -> None:
    """Run the named parts, or all."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"bench: no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    folder = Path(tempfile.mkdtemp(prefix="farebox-bench-"))
    try:
        # Compiled modules are part of an installed package: have them here too.
        run([PYTHON, "-m", "compileall", "-q", str(ROOT / "farebox")])
        for name in wanted or PARTS:
            PARTS[name](folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
