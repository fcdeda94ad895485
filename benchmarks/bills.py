"""`make bench-bill`: a bill of any size imported and compared, against a bare scan of it.

    python -m benchmarks.bills [--rows 10000000] [--spark MASTER ...]

Each step is a process of its own: DuckDB reads the same columns of the same Parquet files
and adds them up, and does nothing else; `import` brings the rows into the one form and
keeps their days; `compare` is `fare bill compare` of a state of machines that are on the
bill. The sum of the bill is held against what was made. Beside the clock's seconds stand
those of processors, which another program on the machine makes longer by less.
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path

from benchmarks.measure import Run, ratio_line, run
from tests.billed.big_bill import MONTH, resources

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
ROWS = 10_000_000
SEED = 1

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

PRICED = ("--prices", "embedded", "--region", "us-east-1")

MACHINES = 200
"""How many machines of the bill the state has that is compared."""


def state(rows: int) -> bytes:
    """A state of machines whose ids are on the made bill."""
    project = "urn:pulumi:prod::shop"
    type_ = "aws:ec2/instance:Instance"
    ids = [f"i-0{drawn:016}" for drawn in resources(rows, SEED)[:MACHINES].tolist()]
    machines = [
        {
            "urn": f"{project}::{type_}::web-{place}",
            "custom": True,
            "type": type_,
            "id": id_,
            "inputs": {"instanceType": "m7i.large"},
            "outputs": {"id": id_, "instanceType": "m7i.large"},
        }
        for place, id_ in enumerate(ids)
    ]
    return json.dumps({"version": 3, "deployment": {"resources": machines}}).encode()


def measured(rows: int, folder: Path, engines: list[str]) -> None:
    """Make a bill, and print each step on each engine as a ratio to the bare scan."""
    made = folder / "export"
    run(
        [
            PYTHON,
            "-m",
            "tests.billed.big_bill",
            str(made),
            "--rows",
            str(rows),
            "--seed",
            str(SEED),
        ],
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
    (folder / "state.json").write_bytes(state(rows))
    bare = run([PYTHON, "-c", BARE, *names])
    for on in engines:
        home = folder / f"on-{on.translate(str.maketrans(':/[],', '-----'))}"
        bills = home / "bills"
        imported = run([PYTHON, "-c", IMPORT, on, str(bills), *names])
        words = ["bill", "compare", str(folder / "state.json"), "--month", MONTH]
        compared = run(
            [PYTHON, "-m", "farebox", *words, *PRICED, "--engine", on],
            cwd=ROOT,
            env={"FAREBOX_DATA_DIR": str(home)},
        )
        both = Run(
            imported.seconds + compared.seconds,
            max(imported.mib, compared.mib),
            imported.core_seconds + compared.core_seconds,
        )
        steps = {"import": imported, "compare": compared, "both": both}
        for step, found in steps.items():
            print(ratio_line(f"{step}, {on}", found, bare, "DuckDB's bare scan", "3"))
            print(
                f"{found.core_seconds / bare.core_seconds:6.2f}x  in core-seconds: "
                f"{found.core_seconds:.1f} against {bare.core_seconds:.1f}"
            )
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
