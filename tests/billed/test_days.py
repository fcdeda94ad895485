"""Rows that are added up by the day are the bill that they were, however they are read."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from farebox.billed.bills import import_delivery
from farebox.billed.engines import DUCKDB, engine, side
from farebox.billed.sources import Delivery
from tests.billed.maker import Made, focus
from tests.billed.shop import ROWS, cur2_csv, cur2_parquet, legacy_csv

if TYPE_CHECKING:
    from ibis import Table

COST = "line_item_unblended_cost"

HOSTILE = [
    # What takes another back is as much as it: added up they would be free use.
    *(dict(ROWS[0], **{COST: usd}) for usd in ("5", "-5", "0", "0.000000000001")),
    # Without a net cost a row's is what was billed; with one it is that.
    dict(ROWS[0], line_item_net_unblended_cost=""),
    dict(ROWS[0], line_item_net_unblended_cost="1"),
    # The effective cost of one of two rows of a plan is not said: it counts as billed.
    dict(ROWS[1], savings_plan_savings_plan_effective_cost=""),
    # What cannot be read is not nothing.
    dict(ROWS[0], **{COST: "five"}),
    dict(ROWS[0], line_item_usage_start_date="2026-09-02T23:00:00.000Z"),
    dict(ROWS[0], line_item_usage_start_date="2026-09-03T00:00:00.000Z"),
]


def by_focus(_: list[dict[str, Any]], path: Path) -> Path:
    made = [Made(), Made(usd=Decimal(0)), Made(usd=Decimal(-1)), Made(day="2026-10-02")]
    focus([*made * 4, Made(kind="Tax")], path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[4]["EffectiveCost"] = ""
    rows[5]["BilledCost"] = ""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


SHAPES = {
    "bill.csv": cur2_csv,
    "bill.parquet": cur2_parquet,
    "legacy.csv": legacy_csv,
    "focus.csv": by_focus,
}


def added_up(rows: "Table") -> dict[tuple[Any, ...], list[Decimal]]:
    """The sums of a bill in the one form, by all else that its rows say."""
    from farebox.billed.columns import REDUCED, ROW, SUMS

    found: dict[tuple[Any, ...], list[Decimal]] = defaultdict(
        lambda: [Decimal(0)] * (len(SUMS) + 2)
    )
    for row in rows.to_pyarrow().to_pylist():
        key = tuple(row[name] for name in ROW if name not in (*SUMS, REDUCED))
        unread = row[REDUCED] if row["unblended"] is None else 0
        figures = [row[REDUCED], unread, *(row[name] or 0 for name in SUMS)]
        found[key] = [a + b for a, b in zip(found[key], figures, strict=True)]
    return dict(found)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_what_is_added_up_by_the_day_says_what_its_rows_said(
    name: str, on: str, tmp_path: Path
) -> None:
    from farebox.billed.columns import REDUCED, normal, readable
    from farebox.billed.days import days

    path = tmp_path / "in" / name
    path.parent.mkdir()
    made = [*ROWS, *HOSTILE, *ROWS, *ROWS]
    if name == "bill.parquet":  # its figures are decimals
        made = [row for row in made if row[COST] != "five"]
    SHAPES[name](made, path)
    with engine(tmp_path, on) as connection:
        own = side(connection)
        table = own.opened(connection, [str(path)])
        format_ = readable(table)
        few = own.added_up(
            connection,
            [str(path)],
            lambda t, less: days(t, format_, less),
            tmp_path / "few",
        )
        apart = days(table, format_, together=False)
        count = table.count().to_pyarrow().as_py()
        assert few.count().to_pyarrow().as_py() < count
        whole, less = added_up(normal(table)), added_up(normal(few, count=few[REDUCED]))
        assert apart.count().to_pyarrow().as_py() == count
        assert added_up(normal(apart)) == whole
    assert less == whole
    assert sum(figures[0] for figures in less.values()) == count


def test_parts_of_a_bill_that_are_read_one_by_one_are_the_bill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from farebox.billed import duck

    parts = [tmp_path / f"part-{number}.csv" for number in range(3)]
    for number, path in enumerate(parts):
        cur2_csv(ROWS[number::3], path)

    def read(most: int) -> object:
        monkeypatch.setattr(duck, "ROWS_AT_ONCE", most)
        bills = tmp_path / f"bills-{most}"
        [month] = import_delivery(Delivery(tuple(parts)), bills)
        [place] = bills.glob("payer=*/month=*")
        with engine(bills, DUCKDB) as connection:
            rows = side(connection).stored(connection, sorted(place.glob("data_*")))
            return month.rows, month.usd, added_up(rows)

    assert read(1) == read(2_000_000)


def test_a_row_that_does_not_fit_is_kept_as_it_came(on: str, tmp_path: Path) -> None:
    from pyarrow.parquet import read_table

    path = tmp_path / "bill.csv"
    unread = [dict(ROWS[0], **{COST: usd}) for usd in ("two dollars", "three", "")]
    cur2_csv([*ROWS, *unread], path)
    [month] = import_delivery(Delivery((path,)), tmp_path / "bills", named=on)
    assert (month.rows, month.aside) == (len(ROWS), 3)
    [place] = (tmp_path / "bills").glob("payer=*/month=*/aside.parquet")
    said = [row[COST] or "" for row in read_table(place).to_pylist()]
    assert sorted(said) == ["", "three", "two dollars"]
