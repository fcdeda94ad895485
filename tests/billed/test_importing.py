"""A bill is read whole, once, and exactly, whatever its format."""

import csv
import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.billed.bills import import_delivery, imported
from farebox.billed.charges import Charge, charges
from farebox.billed.engines import DUCKDB, engine
from farebox.billed.errors import BillError
from farebox.billed.sources import deliveries
from tests.billed.maker import ACCOUNT, PAYER, Made, cur2, focus, legacy

FORMATS = {"cur2": cur2, "legacy": legacy, "focus": focus}

BILL = (
    Made(resource="i-0a1b2c3d4e5f60001"),
    Made(resource="i-0a1b2c3d4e5f60001", day="2026-10-02"),
    Made(
        operation="RunInstances:SV002",
        usage_type="SpotUsage:c7g.large",
        resource="i-0a1b2c3d4e5f60002",
        usd=Decimal("0.1"),
        tags={"aws:autoscaling:groupName": "workers"},
    ),
    Made(kind="Tax", service="", usage_type="", resource="", usd=Decimal("2.35")),
)


@pytest.fixture(params=sorted(FORMATS))
def written(request: pytest.FixtureRequest) -> Callable[..., Path]:
    return FORMATS[request.param]


def read(path: Path, bills: Path, on: str = DUCKDB) -> list[Charge]:
    for delivery in deliveries(path):
        import_delivery(delivery, bills, named=on)
    with engine(bills, on) as connection:
        return charges(connection, bills, "2026-10")


def test_every_format_gives_the_same_charges(
    written: Callable[..., Path], on: str, tmp_path: Path
) -> None:
    found = read(written(BILL, tmp_path / "in" / "bill.csv"), tmp_path / "bills", on)
    assert [
        (c.class_, c.resource, c.usage_type, c.operation, c.unblended.normalize())
        for c in found
    ] == [
        ("tax", "", "", "RunInstances", Decimal("2.35")),
        # By hand: two days of 2.4192.
        (
            "usage",
            "i-0a1b2c3d4e5f60001",
            "BoxUsage:m7i.large",
            "RunInstances",
            Decimal("4.8384"),
        ),
        (
            "usage",
            "i-0a1b2c3d4e5f60002",
            "SpotUsage:c7g.large",
            "RunInstances",
            Decimal("0.1"),
        ),
    ]
    assert found[2].parents.auto_scaling_group == "workers"
    assert {c.account for c in found} == {ACCOUNT}


def test_a_month_that_comes_again_replaces_the_one_before(
    on: str, tmp_path: Path
) -> None:
    bills = tmp_path / "bills"
    read(cur2(BILL, tmp_path / "first" / "bill.csv"), bills, on)
    again = read(cur2(BILL[:1], tmp_path / "second" / "bill.csv"), bills, on)
    assert [c.unblended.normalize() for c in again] == [Decimal("2.4192")]
    [month] = imported(bills)
    assert (month.payer, month.month, month.rows) == (PAYER, "2026-10", 1)


def test_rows_that_do_not_fit_stand_aside_and_are_counted(
    on: str, tmp_path: Path
) -> None:
    path = cur2(BILL, tmp_path / "in" / "bill.csv")
    text = path.read_text().replace("2.35", "two dollars")
    path.write_text(text)
    [delivery] = deliveries(path)
    [month] = import_delivery(delivery, tmp_path / "bills", named=on)
    assert (month.rows, month.aside) == (3, 1)
    assert list((tmp_path / "bills").glob("payer=*/month=*/aside.parquet"))


def test_the_newest_manifest_says_which_files_are_the_bill(tmp_path: Path) -> None:
    import os

    export = tmp_path / "farebox"
    month = "BILLING_PERIOD=2026-10"
    for run, part in (("1", BILL[:1]), ("2", BILL)):
        name = f"bill-{run}.csv"
        cur2(part, export / "data" / month / run / name)
        manifest = export / "metadata" / month / run / "farebox-Manifest.json"
        manifest.parent.mkdir(parents=True)
        address = f"s3://bucket/farebox/data/{month}/{run}/{name}"
        manifest.write_text(
            json.dumps({"executionId": f"run-{run}", "dataFiles": [address]})
        )
        os.utime(manifest, (int(run), int(run)))
    [delivery] = deliveries(export)
    assert delivery.id == "run-2"
    assert [path.name for path in delivery.files] == ["bill-2.csv"]


def test_of_manifests_of_one_time_the_one_above_the_deliveries_is_the_newest(
    tmp_path: Path,
) -> None:
    import os

    month = tmp_path / "export" / "report" / "20261001-20261101"
    for run, part in (("0a1b", BILL[:1]), ("9f8e", BILL)):
        packed = month / run / "report-00001.csv.gz"
        plain = legacy(part, tmp_path / f"{run}.csv").read_bytes()
        packed.parent.mkdir(parents=True)
        packed.write_bytes(gzip.compress(plain))
        key = f"export/report/{month.name}/{run}/{packed.name}"
        said = json.dumps({"assemblyId": run, "reportKeys": [key]})
        # AWS puts the newest one beside the folders too, over that of before.
        for folder in (packed.parent, month):
            manifest = folder / "report-Manifest.json"
            manifest.write_text(said)
            os.utime(manifest, (1, 1))
    [delivery] = deliveries(tmp_path / "export")
    assert delivery.id == "9f8e"
    found = read(tmp_path / "export", tmp_path / "bills")
    assert len(found) == len(BILL) - 1


def test_of_deliveries_in_folders_of_their_own_the_folders_time_tells(
    tmp_path: Path,
) -> None:
    import os

    for hour, part in (("08", BILL), ("20", BILL[:1])):
        run = f"2026-10-14T{hour}:12:33.123Z-0a1b2c3d"
        cur2(part, tmp_path / "data" / "BILLING_PERIOD=2026-10" / run / f"b{hour}.csv")
        manifest = tmp_path / "metadata" / "BILLING_PERIOD=2026-10" / run
        manifest.mkdir(parents=True)
        said = json.dumps({"executionId": hour, "dataFiles": [f"s3://b/b{hour}.csv"]})
        (manifest / "bill-Manifest.json").write_text(said)
        # A copy made the older one the newer file.
        os.utime(manifest / "bill-Manifest.json", (100 - int(hour), 100 - int(hour)))
    [delivery] = deliveries(tmp_path)
    assert delivery.id == "20"


def test_what_corrects_an_earlier_invoice_is_no_use_of_this_month(
    tmp_path: Path,
) -> None:
    path = focus(
        (Made(), Made(usd=Decimal(-3)), Made(usd=Decimal(2))), tmp_path / "f.csv"
    )
    head, first, back, more = path.read_text().splitlines()
    rows = (
        f"{head},ChargeClass",
        f"{first},",
        f"{back},Correction",
        f"{more},Correction",
    )
    path.write_text("\n".join((*rows, "")))
    found = {c.class_: c.unblended.normalize() for c in read(path, tmp_path / "bills")}
    assert found == {
        "usage": Decimal("2.4192"),
        "credit": Decimal(-3),
        "late": Decimal(2),
    }


def test_several_files_without_a_manifest_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        cur2(BILL, tmp_path / "in" / f"{name}.csv")
    with pytest.raises(BillError, match="no manifest that says whether"):
        deliveries(tmp_path / "in")


def test_a_manifest_that_names_a_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x-Manifest.json").write_text('{"dataFiles": ["s3://b/k.csv"]}')
    with pytest.raises(BillError, match=r"names s3://b/k\.csv, which is not"):
        deliveries(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.parquet", b"PAR1" + b"\0" * 40, "cannot be read as a bill"),
        ("empty.csv", b"", "cannot be read|columns of no bill"),
        ("other.csv", b"a,b\n1,2\n", "columns of no bill"),
        ("half.csv", b"line_item_usage_type\nBoxUsage\n", "without line_item_unbl"),
    ],
)
def test_a_file_that_is_no_bill_is_one_sentence(
    name: str, content: bytes, said: str, on: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BillError, match=said):
        import_delivery(deliveries(tmp_path / name)[0], tmp_path / "bills", named=on)
    assert not imported(tmp_path / "bills")


def test_gzip_is_read_and_account_ids_keep_their_zeros(on: str, tmp_path: Path) -> None:
    plain = cur2(BILL, tmp_path / "in" / "bill.csv")
    packed = tmp_path / "bill.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert {c.account for c in read(packed, tmp_path / "bills", on)} == {"012345678901"}


def test_a_bill_in_another_currency_is_not_added_to_dollars(
    on: str, tmp_path: Path
) -> None:
    with pytest.raises(BillError, match="is in INR"):
        read(
            cur2([*BILL, Made(currency="INR")], tmp_path / "b.csv"), tmp_path / "x", on
        )


def test_what_nobody_used_of_a_plan_is_a_commitment_in_focus_too(
    tmp_path: Path,
) -> None:
    path = focus(BILL[:3], tmp_path / "focus.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for one in rows:
        one |= dict.fromkeys(
            ("CommitmentDiscountId", "CommitmentDiscountStatus", "PublisherName"), ""
        )
    plan = {"CommitmentDiscountId": "arn:aws:savingsplans::1:savingsplan/2"}
    rows[0] |= {**plan, "CommitmentDiscountStatus": "Used", "BilledCost": "0"}
    rows[1] |= {**plan, "CommitmentDiscountStatus": "Unused", "BilledCost": "0"}
    rows[2] |= {"PublisherName": "Red Hat, Inc."}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = {c.class_: c for c in read(path, tmp_path / "bills")}
    assert set(found) == {"usage", "commitment", "marketplace"}
    # What is covered is billed at nothing, and that is no free allowance.
    assert (found["usage"].purchase, found["usage"].free) == (
        "savings-plan",
        Decimal(0),
    )
    assert found["commitment"].amortised == Decimal("2.4192")


def test_accounts_that_export_for_themselves_are_one_bill_of_their_payer(
    tmp_path: Path,
) -> None:
    bills = tmp_path / "bills"
    mine, other = Made(usd=Decimal(1)), Made(usd=Decimal(2), account="999999999999")
    read(cur2([mine], tmp_path / "mine.csv"), bills)
    both = read(cur2([other], tmp_path / "other.csv"), bills)
    assert sum(c.unblended for c in both) == 3
    # What has both replaces both: nothing counts twice.
    both = read(cur2([mine, other], tmp_path / "all.csv"), bills)
    assert sum(c.unblended for c in both) == 3
    assert len(imported(bills)) == 1


def test_what_an_export_leaves_out_is_told(tmp_path: Path) -> None:
    path = cur2(BILL, tmp_path / "bill.csv")
    text = path.read_text().replace("line_item_resource_id", "renamed")
    path.write_text(text)
    [month] = import_delivery(deliveries(path)[0], tmp_path / "bills")
    assert set(month.lacks) == {
        "line_item_resource_id",
        "reservation_effective_cost",
        "savings_plan_savings_plan_effective_cost",
    }


def test_a_bill_of_an_earlier_farebox_is_to_be_imported_again(tmp_path: Path) -> None:
    import duckdb

    part = tmp_path / "payer=1" / "month=2026-10"
    part.mkdir(parents=True)
    duckdb.sql(f"COPY (SELECT 1 AS amount) TO '{part / 'data_0.parquet'}'")
    with engine(tmp_path) as connection, pytest.raises(BillError, match="import it ag"):
        charges(connection, tmp_path, "2026-10")


def test_a_month_that_nobody_imported_is_named(tmp_path: Path) -> None:
    with engine(tmp_path) as connection, pytest.raises(BillError, match="2026-09"):
        charges(connection, tmp_path, "2026-09")


def test_an_estimate_as_focus_is_a_bill_that_says_the_same(tmp_path: Path) -> None:
    from farebox.reports.exports.tables import focus_text
    from tests.reports.samples import statement

    one = statement(copies=3)
    path = tmp_path / "estimate.csv"
    path.write_text(focus_text(one))
    [month] = import_delivery(deliveries(path)[0], tmp_path / "bills")
    assert (month.month, month.usd) == ("2026-11", one.usd_per_month)
