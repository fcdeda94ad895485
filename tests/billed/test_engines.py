"""Spark and DuckDB read the same files into the same figures, or say why not."""

import csv
import os
import time
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.billed.bills import import_delivery
from farebox.billed.charges import COSTS, Charge, charges
from farebox.billed.engines import DUCKDB, engine
from farebox.billed.errors import BillError
from farebox.billed.sources import Delivery
from tests.billed.big_bill import write_bill
from tests.billed.maker import Made, cur2, legacy


def read(files: tuple[Path, ...], on: str, bills: Path) -> list[Charge]:
    import_delivery(Delivery(files), bills, named=on)
    with engine(bills, on) as connection:
        return charges(connection, bills, "2026-10")


def as_parquet(path: Path, *without: str, **types: type) -> Path:
    """A CSV file as Parquet, without some columns, others as numbers."""
    from pyarrow import Table, parquet

    with path.open(newline="") as file:
        rows = [
            {
                key: types.get(key, str)(value)
                for key, value in row.items()
                if key not in without
            }
            for row in csv.DictReader(file)
        ]
    place = path.with_suffix(".parquet")
    parquet.write_table(Table.from_pylist(rows), place)
    return place


def test_the_cluster_of_the_tests_has_two_workers(spark: str) -> None:
    from pyspark.sql import SparkSession

    context = SparkSession.active().sparkContext
    assert context.master == spark
    for _ in range(120):
        # The driver counts as one.
        if context._jsc.sc().getExecutorMemoryStatus().size() == 3:
            return
        time.sleep(0.5)
    pytest.fail("the second worker never came")


def test_files_of_other_columns_and_types_are_one_bill(on: str, tmp_path: Path) -> None:
    cost = "line_item_unblended_cost"
    files = (
        as_parquet(cur2([Made()], tmp_path / "a.csv")),
        as_parquet(cur2([Made()], tmp_path / "b.csv"), "product_region_code"),
        as_parquet(cur2([Made()], tmp_path / "c.csv"), **{cost: float}),
    )
    found = read(files, on, tmp_path / "bills")
    # By hand: 3 x 2.4192 = 7.2576, of it one without a region.
    assert sum(c.unblended for c in found) == Decimal("7.2576")
    assert sorted(c.region for c in found) == ["", "us-east-1"]


def test_tags_whose_names_differ_by_case_are_two_columns(
    on: str, tmp_path: Path
) -> None:
    made = [Made(tags={"Team": "a", "team": "b"})]
    [one] = read((legacy(made, tmp_path / "bill.csv"),), on, tmp_path / "bills")
    assert one.unblended == Decimal("2.4192")


def test_quotes_commas_and_lines_within_a_field_are_part_of_it(
    on: str, tmp_path: Path
) -> None:
    name = 'a "b", c\nd'
    [one] = read(
        (cur2([Made(resource=name)], tmp_path / "b.csv"),), on, tmp_path / "bills"
    )
    assert one.resource == name


def test_small_costs_keep_their_twelve_digits(on: str, tmp_path: Path) -> None:
    made = [Made(usd=Decimal("0.000000000001"), listed=Decimal("0.333333333333"))] * 3
    [one] = read((cur2(made, tmp_path / "b.csv"),), on, tmp_path / "bills")
    assert (one.unblended, one.listed) == (
        Decimal("0.000000000003"),
        Decimal("0.999999999999"),
    )


def test_a_file_that_looks_like_a_pattern_is_read_and_such_a_folder_of_bills_refused(
    on: str, tmp_path: Path
) -> None:
    files = (cur2([Made()], tmp_path / "it's [1]" / "b.csv"),)
    [one] = read(files, on, tmp_path / "bills")
    assert one.amount == 24
    if on != DUCKDB:
        with pytest.raises(BillError, match="as a pattern; rename it"):
            read(files, on, tmp_path / "bills [1]")
        return
    [one] = read(files, on, tmp_path / "it's [1]")
    assert one.amount == 24


def test_what_is_no_engine_and_a_machine_without_java_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(BillError, match="is no engine; give duckdb"),
        engine(tmp_path, "presto"),
    ):
        pass
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("farebox.billed.engines.missing", lambda extra: "")
    with pytest.raises(BillError, match="needs Java"), engine(tmp_path, "local"):
        pass


def test_both_engines_add_a_bill_of_every_kind_up_to_the_same_charges(
    spark: str, tmp_path: Path
) -> None:
    files, usd = write_bill(tmp_path / "export", 20_000, seed=7)
    here, there = (read(tuple(files), on, tmp_path / on[:5]) for on in (DUCKDB, spark))
    kinds = {"usage", "late", "commitment", "tax", "credit", "fee"}
    assert {c.class_ for c in here} == kinds
    assert round(sum(c.unblended for c in here), 2) == usd

    def cents(found: list[Charge]) -> list[tuple[object, ...]]:
        return sorted(
            (
                *(c.account, c.class_, c.resource, c.usage_type, c.operation, c.region),
                *(round(c.usd(way), 9) for way in COSTS),
            )
            for c in found
        )

    assert cents(here) == cents(there)


def test_a_made_bill_of_one_seed_is_the_same_bill(tmp_path: Path) -> None:
    from pyarrow.parquet import read_table

    [[one], usd], [[again], _], [[other], _] = (
        write_bill(tmp_path / str(n), 2_000, seed) for n, seed in enumerate((3, 3, 4))
    )
    assert read_table(one).equals(read_table(again))
    assert not read_table(one).equals(read_table(other))
    assert (read_table(one).num_rows, usd > 0) == (2_000, True)
