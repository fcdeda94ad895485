"""A closed month of the bill tells a usage file what was really used."""

from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from farebox.bill.terms import Terms
from farebox.billed.charges import DayCharge
from farebox.graph import Resource, ResourceGraph
from farebox.graph.outputs import Outputs, Recent
from farebox.prices.embedded import embedded_book
from farebox.quote.usage_files import WantedFile
from farebox.quote.usage_from_bill import from_bill
from farebox.rating.wanted import wanted_usage
from farebox.reports.usage_text import usage_text
from tests.billed.test_causes import charge

NAT, KEY, BUCKET = (
    "aws:ec2/natGateway:NatGateway",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
)


def file() -> WantedFile:
    recent = Recent()
    graph = ResourceGraph(
        [
            Resource(
                f"urn::{name}",
                type_,
                name,
                {},
                "us-east-1",
                id=id_,
                outputs=Outputs({}, recent),
            )
            for type_, name, id_ in (
                (NAT, "nat", "nat-0a1b2c3d4e5f60022"),
                (KEY, "key", "0a1b2c3d-2222-4222-8222-000000000002"),
                (BUCKET, "files", "shop-files-4d5e6f7"),
            )
        ],
        project="p",
        stack="s",
    )
    wanted = wanted_usage(graph, embedded_book(), Terms(on=date(2026, 11, 23)))
    text = usage_text(wanted, name="s", as_of="2026-11-23")
    return WantedFile(graph, wanted, 0, text, Path("s.usage.yaml"))


def days(count: int, amount: str, **fields: object) -> list[DayCharge]:
    one = charge(amount, "1", None, **fields)
    first = date(2026, 10, 1)
    return [DayCharge(first + timedelta(days=n), one) for n in range(count)]


GB = {
    "usage_type": "NatGateway-Bytes",
    "operation": "NatGateway",
    "resource": "arn:aws:ec2:us-east-1:1:natgateway/nat-0a1b2c3d4e5f60022",
}
STORED = {
    "service": "AmazonS3",
    "usage_type": "TimedStorage-ByteHrs",
    "operation": "StandardStorage",
    "resource": "shop-files-4d5e6f7",
}
KEYS = {
    "service": "awskms",
    "usage_type": "us-east-1-KMS-Keys",
    "operation": "CurrentKeys",
    "resource": "arn:aws:kms:us-east-1:1:key/0a1b2c3d-2222-4222-8222-000000000002",
}


def told(billed: list[DayCharge]) -> dict[str, str]:
    one = file()
    found = from_bill(one, one.text, billed, month="2026-10", path="s.usage.yaml")
    lines = [line.strip() for line in found.text.splitlines() if "bill of 2026" in line]
    return dict(line.split(": ", 1) for line in lines)


def test_a_sum_is_scaled_to_a_month_and_a_level_is_the_months_own() -> None:
    found = told(days(31, "10", **GB) + days(31, "4", **STORED))
    # By hand: 10 GB a day x 365 / 12 = 304.167; 4 GB-Mo a day x 31 days = 124 GB stored.
    assert "likely: 304.167" in found["monthly_data_processed_gb"]
    assert "likely: 124," in found["standard.storage_gb"]


def test_what_exists_all_month_is_no_use_of_a_key() -> None:
    assert told(days(31, "0.0323", **KEYS)) == {}


def test_too_few_days_and_rows_of_others_tell_nothing() -> None:
    assert told(days(6, "10", **GB)) == {}
    assert told(days(31, "10", **{**GB, "resource": "nat-0fffffffffffffff"})) == {}
    taxed = [
        DayCharge(d.day, replace(d.charge, class_="tax")) for d in days(31, "1", **GB)
    ]
    assert told(taxed) == {}


def test_a_figure_of_a_person_is_kept() -> None:
    one = file()
    text = "version: 1\nresource_usage:\n  nat:\n    monthly_data_processed_gb: 7\n"
    billed = days(31, "10", **GB)
    found = from_bill(one, text, billed, month="2026-10", path="u.yaml")
    assert found.text == text
    assert found.put_in == 0
