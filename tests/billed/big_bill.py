"""Makes bills of any size in the shape of CUR 2.0: seeded, streamed, keys of the book.

    python -m tests.billed.big_bill FOLDER --rows 10000000 --seed 1

Each resource has a key, an account and tags, and a row for each hour. Some are covered by a
savings plan, with the row that takes the cost back beside it, some by a reservation, and
some have no tags. A few rows of each part are tax, credits, support and fees of
commitments, and some of use come late, from the month before.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from farebox.prices.curated import curated_book

if TYPE_CHECKING:
    from pyarrow import RecordBatch

MONTH, BEFORE = "2026-10", "2026-09-30"
HOURS = 744
BATCH = 250_000
FILE = 2_000_000
SERVICES = ("AmazonEC2", "AmazonRDS", "AmazonS3", "AWSELB", "AmazonCloudWatch")
PLAN = "arn:aws:savingsplans::000011112222:savingsplan/0a1b2c3d"
RESERVED = "arn:aws:ec2:us-east-1:000011112222:reserved-instances/0a1b2c3d"
BESIDE = ("Tax", "Credit", "Fee", "SavingsPlanRecurringFee", "RIFee")
"""What stands beside use; one row of five hundred is one of these."""


class Keys(Struct, frozen=True):
    """The charges that resources are drawn from, as columns of one length."""

    service: Any
    region: Any
    usage_type: Any
    operation: Any
    unit: Any
    usd: Any


def keys_of_the_book() -> Keys:
    """On-demand prices of a few services in the curated book, without free ones."""
    found = [
        (*(getattr(price.key, name) for name in ("service", "region")), price)
        for price in curated_book()
        if price.key.service in SERVICES
        and price.key.purchase == "on-demand"
        and price.tiers[0].usd_per_unit
    ]
    prices = [price for *_, price in found]
    return Keys(
        np.array([service for service, *_ in found]),
        np.array([region for _, region, _ in found]),
        np.array([price.key.usage_type for price in prices]),
        np.array([price.key.operation or "Any" for price in prices]),
        np.array([price.unit for price in prices]),
        np.array([float(price.tiers[0].usd_per_unit) for price in prices]),
    )


def write_bill(folder: Path, rows: int, seed: int = 1) -> tuple[list[Path], Decimal]:
    """Write a bill as Parquet files; they, and its unblended sum to the cent."""
    from pyarrow.parquet import ParquetWriter

    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    writer = None
    total = 0.0
    for begun, batch in zip(range(0, rows, BATCH), batches(rows, seed), strict=True):
        if begun % FILE == 0:
            if writer is not None:
                writer.close()
            files.append(folder / f"bill-{len(files):05}.snappy.parquet")
            writer = ParquetWriter(files[-1], batch.schema, compression="snappy")
        total += float(np.sum(batch["line_item_unblended_cost"].to_numpy()))
        if writer is not None:
            writer.write_batch(batch)
    if writer is not None:
        writer.close()
    return files, Decimal(str(round(total, 2)))


def batches(rows: int, seed: int) -> "Iterator[RecordBatch]":
    """The rows of a bill, a quarter of a million at a time."""
    keys = keys_of_the_book()
    for begun in range(0, rows, BATCH):
        index = np.arange(begun, min(begun + BATCH, rows))
        yield _batch(index, rows, keys, seed)


def resources(rows: int, seed: int) -> Any:
    """The numbers of the resources of a bill: a fixed draw of each."""
    return (np.arange(rows // HOURS + 1) * 2_654_435_761 + seed) % 4_294_967_296


def _batch(index: Any, rows: int, keys: Keys, seed: int) -> "RecordBatch":
    """Rows by number: of a number alone follow its resource, its hour and its kind."""
    import pyarrow as pa

    rng = np.random.default_rng([seed, int(index[0])])
    drawn = resources(rows, seed)[index % (rows // HOURS + 1)]
    key = drawn % len(keys.usd)
    beside = rng.random(len(index)) < 0.002
    covered, reserved = drawn % 100 < 6, (drawn % 100 >= 6) & (drawn % 100 < 10)
    back = covered & (index // (rows // HOURS + 1) % 2 == 1)  # each covered hour's pair
    kind = np.select(
        [beside, back, covered, reserved],
        [
            rng.choice(BESIDE, len(index)),
            "SavingsPlanNegation",
            "SavingsPlanCoveredUsage",
            "DiscountedUsage",
        ],
        "Usage",
    )
    amount = np.where(keys.unit[key] == "Hrs", 1.0, np.round(rng.random(len(index)), 6))
    listed = np.round(amount * keys.usd[key], 10)
    cost = np.select(
        [kind == "Credit", kind == "SavingsPlanNegation", kind == "DiscountedUsage"],
        [-listed, -listed, 0.0],
        listed,
    )
    hour = index // (rows // HOURS + 1) % HOURS
    day = np.char.add(f"{MONTH}-", np.char.zfill((hour // 24 + 1).astype(str), 2))
    late = rng.random(len(index)) < 0.001
    named = (kind != "SavingsPlanNegation") & ~beside
    text = {
        "bill_billing_period_start_date": np.full(len(index), f"{MONTH}-01T00:00:00Z"),
        "bill_invoice_id": np.full(len(index), "2000000001"),
        "bill_payer_account_id": np.full(len(index), "000011112222"),
        "bill_billing_entity": np.full(len(index), "AWS"),
        "line_item_usage_account_id": np.char.zfill((drawn % 40 + 1).astype(str), 12),
        "line_item_line_item_type": kind,
        "line_item_usage_start_date": np.where(late & (kind == "Usage"), BEFORE, day),
        "line_item_product_code": keys.service[key],
        "product_servicecode": keys.service[key],
        "product_region_code": keys.region[key],
        "line_item_usage_type": keys.usage_type[key],
        "line_item_operation": keys.operation[key],
        "line_item_resource_id": np.where(
            named, np.char.add("i-0", np.char.zfill(drawn.astype(str), 16)), ""
        ),
        "line_item_currency_code": np.full(len(index), "USD"),
        "pricing_unit": keys.unit[key],
        "reservation_reservation_a_r_n": np.where(reserved & ~beside, RESERVED, ""),
        "savings_plan_savings_plan_a_r_n": np.where(covered & ~beside, PLAN, ""),
    }
    money = {
        "line_item_usage_amount": amount,
        "line_item_unblended_cost": cost,
        "pricing_public_on_demand_cost": np.where(named, listed, 0.0),
        "reservation_effective_cost": np.where(reserved, np.round(listed * 0.6, 10), 0),
        "savings_plan_savings_plan_effective_cost": np.where(
            covered, np.round(listed * 0.7, 10), 0
        ),
    }
    columns = {
        name: pa.array(values).dictionary_encode() for name, values in text.items()
    }
    columns = {name: array.cast(pa.string()) for name, array in columns.items()}
    columns |= {name: pa.array(values, pa.float64()) for name, values in money.items()}
    return pa.record_batch({**columns, "resource_tags": _tags(drawn)})


def _tags(drawn: Any) -> Any:
    """A map of three tags for two resources of three, and none for the third."""
    import pyarrow as pa

    has = drawn % 3 != 0
    which = drawn[has]
    offsets = np.concatenate(([0], np.cumsum(np.where(has, 3, 0)))).astype(np.int32)
    names = ["user_team", "user_pulumi_stack", "aws_autoscaling_group_name"]
    items = np.stack(
        [
            np.char.add("team-", (which % 25).astype(str)),
            np.char.add("stack-", (which % 400).astype(str)),
            np.char.add("group-", (which % 900).astype(str)),
        ],
        axis=1,
    ).ravel()
    return pa.MapArray.from_arrays(
        pa.array(offsets), pa.array(names * len(which)), pa.array(items)
    )


def main() -> None:
    """Write a bill."""
    parser = ArgumentParser(prog="python -m tests.billed.big_bill")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    files, usd = write_bill(asked.folder, asked.rows, asked.seed)
    (asked.folder / "usd.txt").write_text(str(usd))
    print(f"{asked.rows:,} rows in {len(files)} file(s), {usd} USD unblended")


if __name__ == "__main__":
    main()
