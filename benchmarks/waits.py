"""Where a user waits: each command against the plain pricing of the same resources."""

import sys
from pathlib import Path

from benchmarks.measure import best_of_each, ratio_line, run

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
FARE = str(Path(PYTHON).with_name("fare"))

SMALL, LARGE = 10_000, 100_000
SMALL_TIER = "10k"


def waits(folder: Path) -> None:
    """A missing type, an explanation, a diff, memory, and a small tier."""
    small, large = (_document(folder, size) for size in (SMALL, LARGE))
    _missing(small)
    _explained(large)
    _diffed(large)
    _small_tier()
    for path in (small, large):
        path.unlink()


def _document(folder: Path, resources: int) -> Path:
    path = folder / f"waits-{resources}.json"
    # Written by another process: a child's peak begins at what its parent holds.
    run([PYTHON, "-m", "benchmarks.documents", str(resources), str(path)], cwd=ROOT)
    return path


def _missing(known: Path) -> None:
    unknown = known.with_name("unknown.json")
    unknown.write_bytes(known.read_bytes().replace(b'"m7g.large"', b'"m7q.large"'))
    commands = {
        "fare": [FARE, "price", str(unknown)],
        "known": [FARE, "price", str(known)],
    }
    found = best_of_each(commands, times=5)
    print(
        ratio_line(
            f"fare price, {SMALL:,}, a type that the book lacks",
            found["fare"],
            found["known"],
            "with a known type",
            "under 1.2x",
        )
    )
    unknown.unlink()


def _explained(path: Path) -> None:
    commands = {
        "fare": [FARE, "explain", "instance-*", str(path)],
        "price": [FARE, "price", str(path)],
    }
    found = best_of_each(commands, times=2)
    print(
        ratio_line(
            f"fare explain 'instance-*' of {LARGE:,}",
            found["fare"],
            found["price"],
            "fare price",
            "under 1.5x",
        )
    )
    mib = path.stat().st_size / 2**20
    peak = found["price"].mib
    print(
        f"{peak / mib:6.2f}x  memory of fare price of {LARGE:,} resources"
        f" {peak:9,.0f} MiB   against {mib:,.0f} MiB of file   (aim under 1.5x)"
    )


def _diffed(path: Path) -> None:
    other = path.with_name("other.json")
    other.write_bytes(path.read_bytes().replace(b'"size": 500', b'"size": 400'))
    commands = {
        "fare": [FARE, "diff", str(path), str(other)],
        "price": [FARE, "price", str(path)],
    }
    found = best_of_each(commands, times=2)
    print(
        ratio_line(
            f"fare diff of two of {LARGE:,}",
            found["fare"],
            found["price"],
            "fare price of one",
            "under 2.2x",
        )
    )
    other.unlink()


def _small_tier() -> None:
    commands = {
        "imports": [PYTHON, "-c", "import pulumi, pulumi_aws as a; a.ec2.Vpc"],
        "fare": [FARE, "price", SMALL_TIER],
    }
    found = best_of_each(commands, times=5, cwd=ROOT)
    print(
        ratio_line(
            f"fare price {SMALL_TIER}, its program run offline",
            found["fare"],
            found["imports"],
            "import pulumi, pulumi_aws.ec2",
            "under 2x",
        )
    )
