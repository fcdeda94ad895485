"""`make bench-fleet`: stacks a second of a fleet against a loop of `fare price`.

    python -m benchmarks.fleet --stacks 2000

A quarter of the stacks are priced too, for time and memory should grow with their number
and not faster. The loop prices some of them, one process each.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.documents import preview_document
from benchmarks.measure import run

FARE = str(Path(sys.executable).with_name("fare"))
RESOURCES = 20
LOOPED = 40
"""Stacks that the loop prices."""


def main() -> None:
    """Print how many stacks a second both price, and how that grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", type=int, default=2_000)
    stacks = parser.parse_args().stacks
    with TemporaryDirectory() as name:
        folder = Path(name)
        env = {"FAREBOX_DATA_DIR": str(folder / "store")}
        few, all_ = (_documents(folder / str(n), n) for n in (stacks // 4, stacks))
        looped = sum(
            run([FARE, "price", str(path)], env=env).seconds
            for path in sorted(all_.iterdir())[:LOOPED]
        )
        small, large = (
            run(
                [FARE, "fleet", "price", str(place), "--out", str(folder / f"out-{n}")],
                env=env,
            )
            for n, place in enumerate((few, all_))
        )
    rate, loop = stacks / large.seconds, LOOPED / looped
    print(
        f"{rate / loop:6.1f}x  fare fleet price of {stacks:,} stacks of {RESOURCES} "
        f"resources: {rate:,.0f} a second, against {loop:,.1f} of a loop of fare price"
        "   (aim 20x)"
    )
    print(
        f"{large.seconds / small.seconds / 4:6.2f}x  the time a stack of {stacks:,} "
        f"against {stacks // 4:,}: {large.seconds:.1f} s and {small.seconds:.1f} s, "
        f"{large.mib:.0f} and {small.mib:.0f} MiB   (aim under 1.1x)"
    )


def _documents(folder: Path, count: int) -> Path:
    folder.mkdir()
    for seed in range(count):
        (folder / f"{seed:05}.json").write_bytes(preview_document(RESOURCES, seed))
    return folder


if __name__ == "__main__":
    main()
