"""The JSON contract `farebox.statement/1`: names, texts for decimals, sums."""

from decimal import Decimal
from typing import Any

from msgspec.json import decode
from msgspec.structs import replace

from farebox.reports.figures import settled
from farebox.reports.page.as_json import as_json
from farebox.reports.page.as_text import as_text
from farebox.reports.statement.explanation import Explanation, subjects
from farebox.reports.statement.json import statement_json
from tests.reports.samples import statement


def rendered(**options: Any) -> dict[str, Any]:
    document: dict[str, Any] = decode(statement_json(statement(**options)))
    return document


def test_the_document_has_the_names_of_the_contract() -> None:
    document = rendered()
    assert document["schema"] == "farebox.statement/1"
    assert document["currency"] == "USD"
    assert document["hours_per_month"] == "730"
    assert set(document["total"]) == {"usd_per_month", "low", "high", "lower_bound"}
    assert set(document["prices"]) >= {"book", "kind", "as_of", "stale"}
    assert document["lines"][0] == {
        "urn": "urn::volume-0",
        "type": "aws:ebs/volume:Volume",
        "name": "volume-0",
        "component": "urn:pulumi:test::shop::passepartout:hosting:UserVolumes::volumes",
        "service": "AmazonEC2",
        "region": "us-east-1",
        "usage_type": "EBS:VolumeUsage.gp3",
        "operation": "",
        "purchase": "on-demand",
        "zone_id": "",
        "description": "gp3 storage",
        "quantity": "100",
        "unit": "GB-Mo",
        "usd_per_unit": "0.08",
        "usd_per_month": "8",
        "low": "4",
        "high": "16",
        "because": "100 GiB for a month",
        "usage": "given",
        "source_position": "__main__.py:7",
        "price_source": {"url": "https://example.test/ebs", "as_of": "2026-09-03"},
    }
    assert document["unpriced"][0]["usage_key"] == "monthly_data_processed_gb"
    assert document["unpriced"][0]["usd_per_unit"] == "0.045"
    assert document["free"][0]["code"] == "no-charge"


def test_the_total_is_the_sum_of_the_lines() -> None:
    document = rendered(copies=7)
    for total, field in (
        ("usd_per_month", "usd_per_month"),
        ("low", "low"),
        ("high", "high"),
    ):
        summed = sum(Decimal(line[field]) for line in document["lines"])
        assert Decimal(document["total"][total]) == summed
        components = sum(Decimal(c[field]) for c in document["components"])
        assert components == summed


def test_users_divide_the_total_the_components_and_every_line() -> None:
    # By hand: 8 USD / 100 users = 0.08
    document = rendered(users=100)
    assert document["total"]["usd_per_user_month"] == "0.08"
    assert document["lines"][0]["usd_per_user_month"] == "0.08"
    assert document["components"][0]["usd_per_user_month"] == "0.08"


def test_an_explanation_goes_down_to_the_url_and_the_date() -> None:
    sample = statement(users=100)
    shown = as_text(Explanation(sample, tuple(subjects(sample))).page())
    assert "100 GB-Mo x 0.08 USD = 8.00 USD a month" in shown
    assert "https://example.test/ebs" in shown
    assert "as of 2026-09-03" in shown
    assert "declared at __main__.py:7" in shown
    assert "give     monthly_data_processed_gb in a usage file" in shown


def test_an_explanation_holds_only_what_was_asked_for() -> None:
    sample = statement()
    wanted = tuple(item for item in subjects(sample) if item.name == "role")
    document = decode(as_json(Explanation(sample, wanted).document()))
    assert document["lines"] == []
    assert [entry["urn"] for entry in document["free"]] == ["urn::role"]


def test_a_total_has_no_rest_of_a_division() -> None:
    # By hand: 13 in three shares of 4.333… is 13 again, and 13 / 3 stays as it is.
    third = Decimal(13) / 3
    (line,) = statement().lines
    shares = [replace(line, quantity=third, usd_per_unit=Decimal(1))] * 3
    shares[0] = replace(shares[0], quantity=third + Decimal("1e-26"))
    sample = replace(statement(), lines=tuple(shares))
    assert len(str(sample.usd_per_month)) > 20
    document = decode(statement_json(sample))
    assert document["total"]["usd_per_month"] == "13"
    assert document["components"][0]["usd_per_month"] == "13"
    assert document["lines"][1]["usd_per_month"] == str(third)


def test_a_figure_that_ends_late_or_never_keeps_every_digit() -> None:
    for figure in ("0.0000004", "1234567.890123456789", "431234.56"):
        assert settled(Decimal(figure)) == Decimal(figure)
    for endless in (Decimal(17) / 3, Decimal(17047) / 3 + Decimal("1e-24")):
        assert settled(endless) == endless
    assert settled(Decimal("12.99999999999999999999999999")) == 13
    assert settled(Decimal("-431234567.5600000000000000000002")) == Decimal(
        "-431234567.56"
    )
