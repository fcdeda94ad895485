"""A bill that was added up by the day is the same bill: nothing lost, nothing twice."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.billed.bills import Imported, import_delivery, imported
from farebox.billed.charges import Charge, DayCharge, charges, use_by_day
from farebox.billed.engines import engine
from farebox.billed.errors import BillError
from farebox.billed.reducing import reduce_bills
from farebox.billed.s3 import in_place
from farebox.billed.sources import deliveries
from farebox.billed.spark import HERE
from tests.billed.big_bill import write_bill
from tests.billed.cluster import SMALL
from tests.billed.maker import Made, cur2
from tests.billed.test_s3 import BUCKET, client, delivered

__all__ = ["client"]

ROOT = Path(__file__).parents[2]
JOB = ROOT / "docs/spark/fare_job.py"
MONTH = "2026-10"


def kept(source: Path, bills: Path) -> list[Imported]:
    for delivery in deliveries(source):
        import_delivery(delivery, bills)
    return imported(bills)


def asked(bills: Path) -> tuple[list[Charge], list[DayCharge]]:
    with engine(bills) as connection:
        return charges(connection, bills, MONTH), [
            *use_by_day(connection, bills, MONTH)
        ]


def test_a_bill_of_every_kind_gives_the_same_charges_and_days_when_it_was_added_up(
    spark: str, tmp_path: Path
) -> None:
    source, small = tmp_path / "export", tmp_path / "small"
    write_bill(source, 8_000, seed=7)
    [told] = reduce_bills(str(source), str(small), spark)
    assert (told.rows, told.aside, told.month) == (8_000, 0, MONTH)
    assert told.reduced < 1_000
    [whole], [added] = kept(source, tmp_path / "a"), kept(small, tmp_path / "b")
    assert (added.rows, added.accounts) == (whole.rows, whole.accounts)
    assert (added.closed, added.until) == (whole.closed, whole.until)

    (months, days), (added_months, added_days) = (
        asked(tmp_path / "a"),
        asked(tmp_path / "b"),
    )
    assert len(months) > 20
    assert plain(months) == plain(added_months)
    assert plain(days) == plain(added_days)


def plain(found: Sequence[object]) -> list[str]:
    """Charges as texts, to nine digits: doubles reach both engines to their own accuracy."""
    return sorted(re.sub(r"Decimal\('([^']+)'\)", _to_nine, repr(x)) for x in found)


def _to_nine(said: re.Match[str]) -> str:
    return str(round(Decimal(said[1]), 9).normalize())


def test_what_does_not_fit_and_what_the_export_lacks_go_along(
    spark: str, tmp_path: Path
) -> None:
    source, small = tmp_path / "bill.csv", tmp_path / "small"
    made = [Made(), Made(), Made(day="never"), Made(day="never")]
    cur2(made, source)
    [told] = reduce_bills(str(source), str(small), spark)
    # By hand: two rows of one day are one, 2 x 2.4192 = 4.8384; two have no month.
    assert (told.rows, told.reduced, told.aside) == (4, 2, 2)
    assert told.usd == Decimal("4.8384")
    [one] = kept(small, tmp_path / "bills")
    assert (one.rows, one.usd, one.aside) == (2, Decimal("4.8384"), 2)
    [whole] = kept(source, tmp_path / "whole")
    assert one.lacks == whole.lacks
    assert "reservation_effective_cost" in one.lacks


def test_a_later_run_takes_the_place_of_the_earlier_and_a_failed_one_of_nothing(
    spark: str, tmp_path: Path
) -> None:
    source, small = tmp_path / "bill.csv", tmp_path / "small"
    cur2([Made()], source)
    reduce_bills(str(source), str(small), spark)
    cur2([Made(), Made()], source)
    reduce_bills(str(source), str(small), spark)
    source.write_text("nothing,of\na,bill\n")
    with pytest.raises(BillError, match="columns of no bill"):
        reduce_bills(str(source), str(small), spark)
    [one] = kept(small, tmp_path / "bills")
    assert one.usd == Decimal("4.8384")


def test_a_file_that_says_it_was_added_up_is_believed_no_more_than_any_other(
    tmp_path: Path,
) -> None:
    from farebox.billed.columns import REDUCED, ROW, SUMS

    row = {"month": MONTH, "payer": "000011112222", "account": "000011112222"}
    row |= {"class": "usage", "day": "2026-10-01", "currency": "USD"}
    with (tmp_path / "bill.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ROW, restval="")
        writer.writeheader()
        for usd, month in (("2.5", MONTH), ("much", MONTH), ("1", "never")):
            sums = dict.fromkeys(SUMS, usd)
            writer.writerow({**row, **sums, "month": month, REDUCED: "24"})
    [one] = kept(tmp_path / "bill.csv", tmp_path / "bills")
    assert (one.rows, one.usd, one.aside) == (24, Decimal("2.5"), 48)


def test_two_exports_of_one_month_are_never_one_bill(
    spark: str, tmp_path: Path
) -> None:
    for name in ("payer", "member"):
        place = tmp_path / name / "BILLING_PERIOD=2026-10"
        cur2([Made()], place / "bill.csv")
        said = {"dataFiles": [f"{name}/BILLING_PERIOD=2026-10/bill.csv"]}
        (place / f"{name}-Manifest.json").write_text(json.dumps(said))
    with pytest.raises(BillError, match="several exports of one month"):
        reduce_bills(str(tmp_path), str(tmp_path / "small"), spark)
    with pytest.raises(BillError, match="has no delivery of 2026-09"):
        reduce_bills(str(tmp_path), str(tmp_path / "small"), spark, "2026-09")
    assert not (tmp_path / "small").exists()


def test_an_export_in_s3_is_named_by_its_addresses_and_must_stay_the_same(
    client: Any, tmp_path: Path
) -> None:
    key = delivered(client, "first", tmp_path)
    url = f"s3://{BUCKET}/exports"
    with in_place(url, tmp_path / "a", client) as [found]:
        assert (found.id, found.month) == ("first", MONTH)
        assert found.files == (
            f"s3://{BUCKET}/exports/farebox/data/BILLING_PERIOD=2026-10/first/first.csv",
        )
    assert not list((tmp_path / "a").rglob("*.csv"))
    with (
        pytest.raises(BillError, match="was delivered anew"),
        in_place(url, tmp_path / "b", client),
    ):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"{}")


def test_the_job_adds_up_imports_and_compares_where_it_was_submitted(
    spark: str, tmp_path: Path
) -> None:
    write_bill(tmp_path / "export", 2_000, seed=3)
    (tmp_path / "states").mkdir()
    state = {"version": 3, "deployment": {"resources": []}}
    (tmp_path / "states/shop.json").write_text(json.dumps(state))
    commands = """
        bill reduce export --to small --format json > told/reduced.json;
        bill import small --format json > told/bills.json;
        fleet compare states --month 2026-10 --cost unblended --prices embedded
          --format json > told/compared.json;
        bill import nothing; bill list > told/never.json"""
    done = _submitted(commands, tmp_path)
    assert (done.returncode, "there is no such file" in done.stdout) == (2, True)
    assert not (tmp_path / "told/never.json").exists()
    reduced, bills, compared = (
        json.loads((tmp_path / f"told/{name}.json").read_bytes())
        for name in ("reduced", "bills", "compared")
    )
    [month] = reduced["months"]
    assert bills["months"][0]["rows"] == month["rows"]
    # Nothing of the bill is in the state, so that all of it is the difference.
    assert Decimal(compared["difference_usd"]) == Decimal(month["usd"]) > 0


def _submitted(commands: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the job by `spark-submit`, on two threads of a Java of its own."""
    import pyspark

    settings = {"spark.ui.enabled": "false", **SMALL}
    said = [word for pair in settings.items() for word in ("--conf", "=".join(pair))]
    submit = str(Path(pyspark.__file__).parent / "bin/spark-submit")
    job = [str(JOB), "--commands", commands, "--JOB_NAME", "bill"]
    return subprocess.run(
        [submit, "--master", "local[2]", *said, *job],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": HERE,
            "FAREBOX_DATA_DIR": str(folder / "data"),
        },
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
