"""Negotiated discounts come off in their order, each as a line of its own."""

from decimal import Decimal
from pathlib import Path

import pytest

from farebox.bill.adjustments_file import AdjustmentsError, read_adjustments
from farebox.bill.statement import Statement
from farebox.rating.adjusted import adjusted
from tests.reports.samples import statement


def after(text: str, tmp_path: Path, one: Statement | None = None) -> Statement:
    path = tmp_path / "discounts.yaml"
    path.write_text(f"version: 1\nadjustments:\n{text}")
    return adjusted(one or statement(), read_adjustments(path).adjustments)


def test_each_discount_is_off_what_those_before_it_left(tmp_path: Path) -> None:
    text = (
        "  - {name: storage, percent: 10, usage_type: '*VolumeUsage*'}\n"
        "  - {name: EDP, percent: 5.5}\n"
    )
    found = after(text, tmp_path)
    # By hand: 8.00 less 10 % is 7.20, less 5.5 % of that is 6.804.
    assert found.usd_per_month == Decimal("6.804")
    volume, first, second = found.lines
    assert (first.usd_per_month, second.usd_per_month) == (
        Decimal("-0.8"),
        Decimal("-0.396"),
    )
    assert first.description == "storage, 10 % off"
    # The range moves alike: 4 x 0.9 x 0.945 and 16 x 0.9 x 0.945.
    assert (found.usd_low, found.usd_high) == (Decimal("3.402"), Decimal("13.608"))
    assert volume.usd_per_month == 8


@pytest.mark.parametrize(
    "which",
    ["service: AmazonS3", "region: eu-*", "purchase: spot", "usage_type: BoxUsage:*"],
)
def test_a_discount_of_other_charges_takes_nothing_and_says_so(
    which: str, tmp_path: Path
) -> None:
    found = after(f"  - {{name: other, percent: 50, {which}}}\n", tmp_path)
    assert found.usd_per_month == 8
    assert found.notes[-1] == "The discount other is of no charge of this stack."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  - {name: a, percent: 0}\n", "takes 0 percent off"),
        ("  - {name: a, percent: 101}\n", "takes 101 percent off"),
        ("  - {name: a, percent: many}\n", r"adjustments\[0\].percent"),
        ("  - {name: a, percent: 5, servise: S3}\n", "unknown field `servise`"),
        ("  - {percent: 5}\n", "missing required field `name`"),
        ("  - {name: a, percent: 1e999999}\n", "and 100 at most"),
    ],
)
def test_what_no_discount_can_be_is_one_sentence(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(AdjustmentsError, match=said):
        after(text, tmp_path)


RATE = (
    "term: compute-1yr-no-upfront, service: AmazonEC2, region: us-east-1, "
    "usage_type: 'BoxUsage:m5.large', source: console"
)


def test_a_plans_rate_is_read_with_where_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(
        "version: 1\nplan_rates:\n"
        f"  - {{{RATE}, operation: RunInstances, usd_per_unit: 0.07}}\n"
    )
    [rate] = read_adjustments(path).plan_rates
    assert (rate.usd_per_unit, rate.source) == (Decimal("0.07"), "console")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{RATE}, usd_per_unit: 0.07", "has no operation: RunInstances is Linux"),
        (f"{RATE}, operation: RunInstances, usd_per_unit: 0", "give more than 0"),
        (f"{RATE}, operation: RunInstances, usd_per_unit: 1e999", "give more than 0"),
        (
            f"{RATE}, operation: RunInstances, usd_per_unit: 1".replace("1yr", "2yr"),
            "is none: give compute-",
        ),
        (f"{RATE}, operation: RunInstances", "missing required field `usd_per_unit`"),
    ],
)
def test_what_no_plans_rate_can_be_is_one_sentence(
    text: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(f"version: 1\nplan_rates:\n  - {{{text}}}\n")
    with pytest.raises(AdjustmentsError, match=said):
        read_adjustments(path)
