"""`make bench-bill`: a bill of any size imported and added up, against a bare scan of it.

    python -m benchmarks.bills [--rows 10000000] [--spark MASTER ...]

Each step is a process of its own: DuckDB reads the same columns of the same Parquet files
and adds them up, and does nothing else; `import` brings the rows into the one form and
writes them; `compare` adds the month up to charges, as a comparison does. The sum of the
bill is held against what was made.
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path

from benchmarks.measure import Run, ratio_line, run

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
ROWS = 10_000_000

BARE = """
import sys, duckdb
con = duckdb.connect()
con.execute("SET memory_limit = '600MB'")
names = [row[0] for row in con.execute(
    "DESCRIBE SELECT * FROM read_parquet(?)", [sys.argv[1:]]).fetchall()]
said = ", ".join(f'max("{n}")' for n in names if n != "resource_tags")
con.execute(
    f"SELECT {said}, max(cardinality(resource_tags)) FROM read_parquet(?)", [sys.argv[1:]]
).fetchall()
"""

IMPORT = """
import sys
from pathlib import Path
from farebox.billed.bills import import_delivery
from farebox.billed.sources import Delivery
on, bills, *files = sys.argv[1:]
import_delivery(Delivery(tuple(map(Path, files))), Path(bills), named=on)
"""

COMPARE = """
import sys
from pathlib import Path
from farebox.billed.charges import charges
from farebox.billed.engines import engine
on, bills = sys.argv[1:]
with engine(Path(bills), on) as connection:
    charges(connection, Path(bills), "2026-10")
"""


def measured(rows: int, folder: Path, engines: list[str]) -> None:
    """Make a bill, and print each step on each engine as a ratio to the bare scan."""
    made = folder / "export"
    run(
        [PYTHON, "-m", "tests.billed.big_bill", str(made), "--rows", str(rows)],
        cwd=ROOT,
    )
    files = sorted(made.glob("*.parquet"))
    names = [str(path) for path in files]
    usd = Decimal((made / "usd.txt").read_text())
    size = sum(path.stat().st_size for path in files) / 2**20
    load = os.getloadavg()[0]
    print(
        f"{rows:,} rows, {size:.0f} MiB, {usd} USD; load {load:.1f} of {os.cpu_count()}"
    )
    bare = run([PYTHON, "-c", BARE, *names])
    for on in engines:
        bills = folder / f"bills-{on.translate(str.maketrans(':/[],', '-----'))}"
        steps: dict[str, Run] = {
            "import": run([PYTHON, "-c", IMPORT, on, str(bills), *names]),
            "compare": run([PYTHON, "-c", COMPARE, on, str(bills)]),
        }
        for step, found in steps.items():
            aim = "3" if step == "import" else "1"
            print(ratio_line(f"{step}, {on}", found, bare, "DuckDB's bare scan", aim))
        [told] = bills.glob("payer=*/month=*/import.json")
        summary = json.loads(told.read_bytes())
        # Doubles are added in another order: to the cent for each million of rows.
        off = abs(Decimal(summary["usd"]) - usd)
        if summary["rows"] != rows or off > Decimal("0.01") * (1 + rows // 1_000_000):
            sys.exit(f"bench: {summary['rows']} rows of {rows}, {off} USD off")


def main() -> None:
    """Print the ratios."""
    parser = ArgumentParser(prog="python -m benchmarks.bills")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument(
        "--spark", action="append", default=[], metavar="MASTER", help="also on Spark"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured(asked.rows, Path(folder), ["duckdb", *asked.spark])


if __name__ == "__main__":
    main()
