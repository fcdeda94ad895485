"""`make bench-refresh`: a price list of AWS's size into a store, against a bare read.

    python -m benchmarks.refresh [--mb 520]

One file, one run, two cores: farebox reads it, normalises it and keeps it in a new
SQLite store; DuckDB reads the same file into a table in memory, every column as text,
and does nothing else. Then `fare refresh` as a user runs it, from a server on this
machine, first with everything to download and then with nothing changed.
"""

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from benchmarks.measure import Run, best_of_each, ratio_line, run

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
FARE = str(Path(PYTHON).with_name("fare"))
CORES = 2
REGION = "us-east-1"

MB = 520
"""All that the generator has for us-east-1: 1.2 million rows."""

DUCKDB = """
import sys, duckdb
connection = duckdb.connect()
connection.execute("set threads=" + sys.argv[2])
connection.execute(
    "create table list as select * from read_csv(?, skip=5, header=true, "
    "all_varchar=true, delim=',', quote='\\"')", [sys.argv[1]])
rows, = connection.execute("select count(*) from list").fetchone()
assert rows == int(sys.argv[3]), rows
"""


def ingest(list_file: str, store_file: str) -> None:
    """What the timed process does: the file's prices, compared and kept in a store."""
    from collections import Counter
    from datetime import UTC, datetime

    from farebox.prices.deliveries import Delivery, Slice
    from farebox.prices.store import open_store
    from farebox.prices.values import Source
    from pricing_fetch.lists.normalise import Normaliser
    from pricing_fetch.lists.price_file import PriceFile

    path = Path(list_file)
    file = PriceFile(path, name=path.name, max_bytes=1 << 32)
    source = Source(
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/index.csv",
        "2026-11-23T20:00:00Z",
        file.about.version,
    )
    left_out: Counter[str] = Counter()
    prices = Normaliser(
        file, service="AmazonEC2", region=REGION, source=source, left_out=left_out
    ).prices()
    delivery = Delivery(
        f"AmazonEC2 {REGION}",
        source,
        Slice("AmazonEC2", REGION, "on-demand"),
        prices=prices,
        left_out=left_out,
    )
    seen_at = datetime(2026, 11, 23, 20, tzinfo=UTC)
    with (
        open_store(store_file) as store,
        store.refresh(seen_at, by="bench") as transaction,
    ):
        transaction.keep(transaction.compare(delivery))


def measured(mb: float, folder: Path) -> None:
    """Print the ratios."""
    from benchmarks.offer_csv import VERSION, write_offer

    path = folder / "list.csv"
    rows = write_offer(path, mb=mb, region=REGION)
    size = path.stat().st_size / 1e6
    store = folder / "ingested.sqlite"
    ours: Run | None = None
    bare = best_of_each(
        {"duckdb": [PYTHON, "-c", DUCKDB, str(path), str(CORES), str(rows)]}, times=3
    )["duckdb"]
    for _ in range(3):
        for left in folder.glob("ingested.sqlite*"):
            left.unlink()
        one = run(
            [PYTHON, "-m", "benchmarks.refresh", "--ingest", str(path), str(store)],
            cwd=ROOT,
        )
        if ours is None or one.seconds < ours.seconds:
            ours = one
    assert ours is not None
    print(
        ratio_line(
            f"{size:,.0f} MB, {rows:,} rows into a new store",
            ours,
            bare,
            "DuckDB's bare read",
            "under 2x and 250 MiB",
        )
    )
    through_a_server(path, folder, VERSION)


def through_a_server(path: Path, folder: Path, version: str) -> None:
    """`fare refresh` of the file from a server on this machine, twice."""
    from tests.aws.server import AwsServer, Reply

    offer = f"/offers/v1.0/aws/AmazonEC2/{version}/{REGION}"
    index = json.dumps(
        {
            "formatVersion": "v1.0",
            "publicationDate": "2026-11-20T18:30:45Z",
            "regions": {
                REGION: {
                    "regionCode": REGION,
                    "currentVersionUrl": f"{offer}/index.json",
                }
            },
        }
    ).encode()
    with AwsServer() as aws:
        aws.serve(
            "/offers/v1.0/aws/AmazonEC2/current/region_index.json",
            lambda _: Reply(body=index),
        )
        aws.serve(f"{offer}/index.csv", lambda _: Reply(body=path))
        environment = {
            "FAREBOX_PRICE_LIST_URL": aws.url,
            "FAREBOX_DATA_DIR": str(folder / "user"),
            "FAREBOX_PRICES_URL": "",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        command = [FARE, "refresh", "--service", "AmazonEC2", "--region", REGION]
        first = run([*command, "--only", "lists"], env=environment)
        again = best_of_each(
            {"again": [*command, "--only", "lists"]}, times=5, env=environment
        )["again"]
    print(
        f"{first.seconds:6.2f} s  fare refresh with all of it to download"
        f" {first.mib:6.0f} MiB   (aim under 250 MiB)"
    )
    print(
        f"{again.seconds:6.2f} s  fare refresh with nothing changed"
        f" {again.mib:14.0f} MiB   (aim under 1 s)"
    )


def main() -> None:
    """Measure, or be the process that is measured."""
    parser = ArgumentParser(prog="python -m benchmarks.refresh")
    parser.add_argument("--mb", type=float, default=MB, help="size of the price list")
    parser.add_argument("--ingest", nargs=2, metavar=("LIST", "STORE"))
    arguments = parser.parse_args()
    if arguments.ingest:
        ingest(*arguments.ingest)
        return
    folder = Path(tempfile.mkdtemp(prefix="farebox-bench-"))
    try:
        run([PYTHON, "-m", "compileall", "-q", str(ROOT / "farebox")])
        run([PYTHON, "-m", "compileall", "-q", str(ROOT / "pricing_fetch")])
        measured(arguments.mb, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
