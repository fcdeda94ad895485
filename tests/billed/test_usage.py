"""A closed month of the bill tells a usage file what was really used."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from farebox.bill.assumptions import LevelInForce
from farebox.bill.terms import Terms
from farebox.bill.usage_file import parse_usage
from farebox.billed.bills import import_delivery
from farebox.billed.charges import SUMS, Charge, DayCharge, charges, use_by_day
from farebox.billed.engines import engine
from farebox.billed.sources import deliveries
from farebox.graph import Resource, ResourceGraph
from farebox.graph.outputs import Outputs, Recent
from farebox.hosting.tiers.scaled_usage import scaled_usage
from farebox.prices.embedded import embedded_book
from farebox.quote.usage_files import WantedFile
from farebox.quote.usage_from_bill import from_bill
from farebox.rating.estimate import estimate
from farebox.rating.wanted import wanted_usage
from farebox.reports.usage_text import usage_text
from tests.billed.big_bill import write_bill
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


SENT = {
    "service": "AWSDataTransfer",
    "usage_type": "DataTransfer-Out-Bytes",
    "operation": "RunInstances",
    "resource": GB["resource"],
}
CROSSED = {**SENT, "usage_type": "DataTransfer-Regional-Bytes"}


def test_traffic_of_the_stack_is_the_accounts_and_takes_the_place_of_an_assumption() -> (
    None
):
    one = file()
    text = (
        "version: 1\naccount_usage:\n  us-east-1:\n    monthly_outbound_internet_gb:\n"
        '      {low: 50, likely: 200, high: 600, source: "assumption: 2 GB a user"}\n'
    )
    billed = days(31, "10", **SENT) + days(31, "4", **CROSSED)
    billed += days(31, "99", **{**SENT, "resource": "i-0fffffffffffffff"})
    found = from_bill(one, text, billed, month="2026-10", path="s.usage.yaml")
    usage = parse_usage(found.text).of_account("us-east-1", LevelInForce())
    sent = usage.assumption("monthly_outbound_internet_gb")
    assert sent is not None
    # By hand: 10 GB a day x 365 / 12 = 304.167, and no other stack's 99.
    assert (sent.likely, sent.status) == (Decimal("304.167"), "measured")
    assert sent.source == "bill of 2026-10, 31 rows, 31 days before 2026-11-01"
    # 4 GB a day on the bill, out and in, are 2 GB moved: 60.8333.
    crossed = usage.assumption("monthly_intra_region_gb")
    assert crossed is not None
    assert crossed.likely == Decimal("60.8333")


def test_a_tier_is_priced_by_what_was_measured() -> None:
    path = Path(__file__).parents[2] / "stacks" / "10k.usage.yaml"
    graph = ResourceGraph(
        [
            Resource(
                *("urn::record-table", "aws:dynamodb/table:Table", "record-table"),
                {"billingMode": "PAY_PER_REQUEST"},
                "us-east-1",
                id="records-1a2b3c4",
                outputs=Outputs({}, Recent()),
            )
        ],
        project="p",
        stack="10k",
    )
    terms = Terms(on=date(2026, 11, 23))
    wanted = wanted_usage(graph, embedded_book(), terms)
    one = WantedFile(graph, wanted, 0, "", path)
    reads = {
        "service": "AmazonDynamoDB",
        "usage_type": "ReadRequestUnits",
        "operation": "PayPerRequestThroughput",
        "resource": "records-1a2b3c4",
    }
    text = path.read_text(encoding="utf-8")
    found = from_bill(
        one, text, days(31, "3000000", **reads), month="2026-10", path="u"
    )
    assert found.put_in == 1
    # The tier's other figures stay assumptions, and its users' share grows with them.
    usage = scaled_usage(parse_usage(found.text), Decimal(2))
    statement = estimate(graph, embedded_book(), usage, terms)
    by_type = {line.key.usage_type: line for line in statement.lines}
    asked = by_type["ReadRequestUnits"]
    # By hand: 3,000,000 a day x 365 / 12 = 91,250,000, for twice as many users twice that.
    assert (asked.quantity, asked.usage) == (Decimal(182_500_000), "measured")
    assert asked.because == "bill of 2026-10, 31 rows, 31 days before 2026-11-01"
    assert by_type["WriteRequestUnits"].usage == "usage-file"


def test_the_days_of_a_bill_add_up_to_the_use_of_its_month(tmp_path: Path) -> None:
    """To nine digits: doubles of an export reach the engine to its own accuracy."""
    source, bills = tmp_path / "export", tmp_path / "bills"
    write_bill(source, 4_000, seed=11)
    for delivery in deliveries(source):
        import_delivery(delivery, bills)
    by_key: dict[object, Decimal] = defaultdict(Decimal)
    with engine(bills) as connection:
        month = charges(connection, bills, "2026-10")
        for day in use_by_day(connection, bills, "2026-10"):
            by_key[_key(day.charge)] += day.charge.amount
    used = {_key(one): one.amount for one in month if one.class_ == "usage"}
    assert len({one.resource for one in month}) > 5
    assert {key: round(amount, 9) for key, amount in by_key.items()} == {
        key: round(amount, 9) for key, amount in used.items() if amount
    }


def _key(one: Charge) -> object:
    return replace(one, **dict.fromkeys(SUMS, Decimal(0)))
