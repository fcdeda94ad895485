"""A bill that is broken or meant to harm is one sentence; what was there before stays."""

import gzip
import json
import zipfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.billed.bills import import_delivery, imported
from farebox.billed.charges import charges
from farebox.billed.engines import engine
from farebox.billed.errors import BillError
from farebox.billed.sources import deliveries
from tests.billed.maker import Made, cur2, focus
from tests.billed.shop import ROWS, cur2_parquet

ONE = Made(usd=Decimal(1))


def read(path: Path, bills: Path) -> Decimal:
    for delivery in deliveries(path):
        import_delivery(delivery, bills)
    with engine(bills) as connection:
        return sum(
            (c.unblended for c in charges(connection, bills, "2026-10")), ONE.usd * 0
        )


def parquet(sql: str, path: Path) -> Path:
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path


def manifest(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    said = {"executionId": "run", "dataFiles": [f"s3://bucket/{n}" for n in names]}
    (folder / "farebox-Manifest.json").write_text(json.dumps(said))
    return folder


def test_a_parquet_file_that_is_cut_off_leaves_the_month_as_it_was(
    tmp_path: Path,
) -> None:
    bills = tmp_path / "bills"
    assert read(cur2([ONE], tmp_path / "first.csv"), bills) == 1
    (tmp_path / "in").mkdir()
    whole = cur2_parquet(ROWS, tmp_path / "in" / "bill.parquet")
    for end in (8, len(whole.read_bytes()) // 2, -4):
        cut = tmp_path / "cut.parquet"
        cut.write_bytes(whole.read_bytes()[:end])
        with pytest.raises(BillError, match="cannot be read as a bill"):
            import_delivery(deliveries(cut)[0], bills)
    assert [m.usd for m in imported(bills)] == [1]
    assert not [p for p in bills.iterdir() if p.name.startswith(".")]


def test_parts_of_a_month_with_other_columns_and_types_are_all_counted(
    tmp_path: Path,
) -> None:
    head = (
        "'2026-10-01' AS bill_billing_period_start_date, "
        "'000011112222' AS bill_payer_account_id, 'Usage' AS line_item_line_item_type, "
        "'BoxUsage' AS line_item_usage_type, MAP {'user_team': 'web'} AS resource_tags, "
    )
    parts = (
        "CAST(1.25 AS DOUBLE) AS line_item_unblended_cost, 1 AS line_item_usage_amount",
        "'2.50' AS line_item_unblended_cost, '1' AS line_item_usage_amount, "
        "'i-1' AS line_item_resource_id",
        "CAST(4 AS DECIMAL(9, 2)) AS line_item_unblended_cost, "
        "1.5 AS line_item_usage_amount, 5 AS new_column",
    )
    for number, columns in enumerate(parts):
        parquet(f"SELECT {head}{columns}", tmp_path / "in" / f"part-{number}.parquet")
    folder = manifest(tmp_path / "in", *(f"part-{n}.parquet" for n in range(3)))
    assert read(folder, tmp_path / "bills") == Decimal("7.75")


def test_a_delivery_of_two_formats_is_refused(tmp_path: Path) -> None:
    cur2([ONE], tmp_path / "in" / "a.csv")
    focus([ONE], tmp_path / "in" / "b.csv")
    with pytest.raises(BillError, match="both FOCUS and CUR"):
        read(manifest(tmp_path / "in", "a.csv", "b.csv"), tmp_path / "bills")


def test_a_file_that_a_manifest_names_twice_counts_once(tmp_path: Path) -> None:
    cur2([ONE], tmp_path / "in" / "a.csv")
    assert read(manifest(tmp_path / "in", "a.csv", "a.csv"), tmp_path / "bills") == 1


@pytest.mark.parametrize("name", ["../../outside.csv", "/etc/passwd", "", "a.csv/"])
def test_a_manifest_reads_nothing_outside_its_folder(name: str, tmp_path: Path) -> None:
    cur2([ONE], tmp_path / "outside.csv")
    folder = manifest(tmp_path / "in" / "export", name)
    with pytest.raises(BillError, match="which is not in the folder"):
        deliveries(folder)


def test_folders_that_go_in_circles_are_read_once(tmp_path: Path) -> None:
    cur2([ONE], tmp_path / "in" / "a.csv")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in", target_is_directory=True)
    assert read(tmp_path / "in", tmp_path / "bills") == 1


def test_a_name_with_stars_and_brackets_is_one_file(tmp_path: Path) -> None:
    cur2([Made(usd=Decimal(8))], tmp_path / "in" / "other.csv")
    for name in ("*.csv", "bill[1].csv"):
        assert read(cur2([ONE], tmp_path / "in" / name), tmp_path / "bills") == 1


def test_a_folders_name_is_no_column_of_a_bill(tmp_path: Path) -> None:
    made = parquet(
        "SELECT '2026-10-01' AS bill_billing_period_start_date, "
        "'000011112222' AS bill_payer_account_id, 'x' AS line_item_usage_type, "
        "1 AS line_item_usage_amount, 1 AS line_item_unblended_cost",
        tmp_path / "line_item_net_unblended_cost=99" / "bill.parquet",
    )
    assert read(made, tmp_path / "bills") == 1
    with engine(tmp_path / "bills") as connection:
        [one] = charges(connection, tmp_path / "bills", "2026-10")
    assert one.net == 1


def test_text_that_unpacks_to_a_thousand_times_its_size_is_refused(
    tmp_path: Path,
) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"\0" * (1 << 25)))
    with pytest.raises(BillError, match=r"cannot be read|columns of no bill"):
        read(bomb, tmp_path / "bills")
    packed = tmp_path / "bomb.csv.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.csv", b"\0" * (1 << 25))
    with pytest.raises(BillError, match="more than 250 times"):
        read(packed, tmp_path / "bills")
    assert not imported(tmp_path / "bills")


def bill_of(path: Path, rows: int, **columns: object) -> Path:
    """A Parquet file with the columns of a bill, all alike, and `columns`."""
    from pyarrow import DictionaryArray, array, table
    from pyarrow.parquet import write_table

    said = {
        "bill_billing_period_start_date": "2026-10-01",
        "bill_payer_account_id": "000011112222",
        "line_item_usage_type": "BoxUsage",
        "line_item_unblended_cost": "1",
        "line_item_usage_amount": "1",
    }
    alike = array([0] * rows, "int32")
    made = {
        name: DictionaryArray.from_arrays(alike, [text]) for name, text in said.items()
    }
    write_table(table({**made, **columns}), path, compression="zstd")
    return path


def test_a_parquet_file_that_claims_far_more_than_it_has_is_refused(
    tmp_path: Path,
) -> None:
    from pyarrow import nulls, table
    from pyarrow.parquet import write_table

    bills = tmp_path / "bills"
    assert read(bill_of(tmp_path / "bill.parquet", 3), bills) == 3
    # One text of 32 MiB in a file of a few kilobytes.
    text = bill_of(
        tmp_path / "text.parquet", 1, line_item_resource_id=["x" * (1 << 25)]
    )
    assert text.stat().st_size < 1 << 16
    with pytest.raises(BillError, match="more than 250 times its size"):
        read(text, bills)
    # Ten million rows of nothing.
    rows = tmp_path / "rows.parquet"
    write_table(table({"line_item_usage_type": nulls(10_000_000)}), rows)
    with pytest.raises(BillError, match="claims 10,000,000 rows in"):
        read(rows, bills)
    assert [m.usd for m in imported(bills)] == [3]


def test_a_parquet_file_with_a_byte_changed_is_refused_or_read_as_it_was(
    tmp_path: Path,
) -> None:
    import random

    bills = tmp_path / "bills"
    whole = bill_of(tmp_path / "whole.parquet", 3).read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little")
    chance = random.Random(20261130)
    for _ in range(12):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole) - 8 - footer, len(whole))] ^= 0x55
        path = tmp_path / "damaged.parquet"
        path.write_bytes(damaged)
        with suppress(BillError):
            assert read(path, bills) == 3


@pytest.mark.parametrize(
    "name",
    [
        "it's.csv",
        'x"; DROP TABLE bills; --.csv',
        "two\nlines.csv",
        "-rf.csv",
        "~root.csv",
        "%2e%2e#?.csv",
        "\u202egpj.csv",
        "=HYPERLINK(1).parquet",
        "$(id)'.parquet",
    ],
)
def test_a_hostile_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "a 'folder' [of] mine"
    path = folder / name
    if name.endswith(".csv"):
        cur2([ONE], path)
    else:
        folder.mkdir(parents=True)
        bill_of(path, 1)
    assert read(path, tmp_path / "bills") == 1
    assert sorted(p.name for p in folder.iterdir()) == [name]


def test_a_zip_of_one_file_is_read_and_of_several_refused(tmp_path: Path) -> None:
    plain = cur2([ONE], tmp_path / "bill.csv")
    packed = tmp_path / "bill.csv.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(plain, "../../bill.csv")
    assert read(packed, tmp_path / "bills") == 1
    with zipfile.ZipFile(packed, "a") as file:
        file.write(plain, "second.csv")
    with pytest.raises(BillError, match="holds 2 files"):
        read(packed, tmp_path / "bills")
    packed.write_bytes(packed.read_bytes()[:80])
    with pytest.raises(BillError, match="cannot be unpacked"):
        read(packed, tmp_path / "bills")


def test_a_payers_id_names_no_other_folder(tmp_path: Path) -> None:
    bills = tmp_path / "in" / "bills"
    path = cur2([ONE], tmp_path / "bill.csv")
    path.write_text(path.read_text().replace("000011112222", "../../../../outside"))
    assert read(path, bills) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bill.csv", "in"]


def test_a_csv_with_its_header_again_and_lines_cut_short_loses_nothing(
    tmp_path: Path,
) -> None:
    path = cur2([ONE, ONE], tmp_path / "bill.csv")
    head, first, second = path.read_text().splitlines()
    path.write_text("\n".join((head, first, head, second, "")))
    assert read(path, tmp_path / "bills") == 2
    assert [m.aside for m in imported(tmp_path / "bills")] == [1]
    path.write_text("\n".join((head, first, second[:40])))
    with pytest.raises(BillError, match="cannot be read as a bill"):
        read(path, tmp_path / "bills")
    assert [m.usd for m in imported(tmp_path / "bills")] == [2]
