"""A priced fleet as Parquet: stacks, lines and what has no figure.

Rows go through a file of JSON lines as they come, so that memory does not grow with the
fleet, and the tables are swapped in whole at the end.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import msgspec
from msgspec import Struct

from farebox.billed.duck import quoted
from farebox.billed.engines import engine
from farebox.fleet.history import keep
from farebox.fleet.priced import PricedStack

MONEY, RATE = "DECIMAL(38, 12)", "DECIMAL(38, 20)"

COLUMNS: dict[str, dict[str, str]] = {
    "stacks": {
        "name": "VARCHAR",
        "project": "VARCHAR",
        "stack": "VARCHAR",
        "on": "VARCHAR",
        "usd": MONEY,
        "usd_low": MONEY,
        "usd_high": MONEY,
        "lower_bound": "BOOLEAN",
        "lines": "INTEGER",
        "unpriced": "INTEGER",
        "free": "INTEGER",
        "error": "VARCHAR",
    },
    "lines": {
        "fleet_name": "VARCHAR",
        "project": "VARCHAR",
        "stack": "VARCHAR",
        "urn": "VARCHAR",
        "type": "VARCHAR",
        "name": "VARCHAR",
        "service": "VARCHAR",
        "region": "VARCHAR",
        "usage_type": "VARCHAR",
        "operation": "VARCHAR",
        "purchase": "VARCHAR",
        "term": "VARCHAR",
        "description": "VARCHAR",
        "quantity": MONEY,
        "unit": "VARCHAR",
        "usd_per_unit": RATE,
        "list_usd_per_unit": RATE,
        "usage": "VARCHAR",
        "usd": MONEY,
        "usd_low": MONEY,
        "usd_high": MONEY,
        "tags": "MAP(VARCHAR, VARCHAR)",
    },
    "unpriced": {
        "fleet_name": "VARCHAR",
        "project": "VARCHAR",
        "stack": "VARCHAR",
        "urn": "VARCHAR",
        "type": "VARCHAR",
        "code": "VARCHAR",
        "reason": "VARCHAR",
    },
}


class Total(Struct):
    """What a fleet costs: US dollars a month, and how many stacks have no figure."""

    stacks: int = 0
    failed: int = 0
    lower_bounds: int = 0
    usd: Decimal = Decimal(0)
    usd_low: Decimal = Decimal(0)
    usd_high: Decimal = Decimal(0)


def write_fleet(
    priced: Iterable[PricedStack], folder: Path
) -> tuple[Total, list[PricedStack]]:
    """Write the tables of a fleet; its total, and the stacks that failed.

    The tables in `folder` are replaced when all stacks were priced, never before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staged = Path(mkdtemp(prefix=".fleet-", dir=folder))
    total, failed = Total(), []
    try:
        with ExitStack() as stack:
            files = {
                name: stack.enter_context((staged / f"{name}.jsonl").open("wb"))
                for name in COLUMNS
            }
            for one in priced:
                _add(total, one)
                if one.error:
                    failed.append(one)
                _write(one, files)
        with engine(folder) as connection:
            for name, columns in COLUMNS.items():
                types = ", ".join(f"'{k}': '{v}'" for k, v in columns.items())
                rows = quoted(staged / f"{name}.jsonl")
                place = quoted(staged / f"{name}.parquet")
                connection.raw_sql(
                    f"COPY (SELECT * FROM read_json('{rows}', columns = {{{types}}}, "
                    "format = 'newline_delimited')) "
                    f"TO '{place}' (FORMAT parquet, COMPRESSION zstd)"
                )
        keep(folder)
        for name in COLUMNS:
            (staged / f"{name}.parquet").replace(folder / f"{name}.parquet")
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return total, failed


def _add(total: Total, one: PricedStack) -> None:
    total.stacks += 1
    total.failed += bool(one.error)
    total.lower_bounds += one.lower_bound
    total.usd += one.usd
    total.usd_low += one.usd_low
    total.usd_high += one.usd_high


def _write(one: PricedStack, files: Mapping[str, IO[bytes]]) -> None:
    head = {"fleet_name": one.name, "project": one.project, "stack": one.stack}
    stack = {
        "name": one.name,
        "project": one.project,
        "stack": one.stack,
        "on": one.on,
        "usd": one.usd,
        "usd_low": one.usd_low,
        "usd_high": one.usd_high,
        "lower_bound": one.lower_bound,
        "lines": len(one.lines),
        "unpriced": len(one.unpriced),
        "free": one.free,
        "error": one.error,
    }
    _rows(files["stacks"], [stack])
    _rows(files["lines"], ({**head, **msgspec.structs.asdict(x)} for x in one.lines))
    _rows(
        files["unpriced"], ({**head, **msgspec.structs.asdict(x)} for x in one.unpriced)
    )


def _rows(file: IO[bytes], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        file.write(msgspec.json.encode(row) + b"\n")


def failures(failed: Iterable[PricedStack]) -> Iterator[str]:
    """A sentence for each stack that has no figures."""
    for one in failed:
        yield f"{one.name}: {one.error}"
