"""A statement for other programs holds the same figures, in their own forms."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from farebox.bill.adjustments_file import Adjustment
from farebox.bill.statement import Statement
from farebox.prices import PriceKey
from farebox.prices.values import Purchase
from farebox.rating.adjusted import adjusted
from farebox.reports.exports.services import CATEGORY_OF
from farebox.reports.exports.tables import csv_text, focus_text, junit_text
from farebox.rules.registry import price_lists
from tests.casebook import case_files, frozen_book, load, statement_of
from tests.reports.samples import statement

COLUMNS = {
    row["column"]: row
    for row in csv.DictReader(
        (Path(__file__).parent / "focus_1_2_columns.csv").open(encoding="utf-8")
    )
}
"""FOCUS 1.2's own table of columns: levels, nulls, allowed values."""

CASES = [path for path in case_files() if "odd" not in path.stem][::6]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def real(path: Path) -> Statement:
    return statement_of(load(path), frozen_book())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_row_is_one_that_focus_allows(path: Path) -> None:
    found = rows(focus_text(real(path)))
    for name in found[0] if found else ():
        assert name in COLUMNS or name.startswith("x_")
    mandatory = {n for n, c in COLUMNS.items() if c["feature_level"] == "Mandatory"}
    for row in found:
        assert mandatory <= set(row)
        for name, text in row.items():
            said = COLUMNS.get(name)
            if said is None:
                continue
            assert text or said["allows_nulls"] == "True", name
            allowed = set(filter(None, said["allowed_values"].split(";")))
            assert not text or not allowed or text in allowed, (name, text)
            if said["data_type"] == "Decimal" and text:
                Decimal(text)
            if said["data_type"] == "Date/Time":
                assert text.endswith("-01T00:00:00Z")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_sums_are_the_statements(path: Path) -> None:
    one = real(path)
    billed = sum(Decimal(row["BilledCost"]) for row in rows(focus_text(one)))
    listed = sum(Decimal(row["usd_per_month"] or 0) for row in rows(csv_text(one)))
    assert billed == listed
    assert abs(billed - one.usd_per_month) < Decimal("1e-18")
    assert len(rows(csv_text(one))) == len(one.lines) + len(one.free) + len(
        one.unpriced
    )


def planned(purchase: Purchase, term: str) -> Statement:
    """The volume's line as 100 hours of a plan at 0.08, on demand at 0.10."""
    one = statement()
    key = PriceKey(
        *("AmazonEC2", "us-east-1", "BoxUsage:m5.large", "RunInstances"),
        purchase,
        term=term,
    )
    line = replace(one.lines[0], key=key, unit="Hrs", list_usd_per_unit=Decimal("0.1"))
    return replace(one, lines=(line,))


@pytest.mark.parametrize(
    ("purchase", "term", "said"),
    [
        (
            "savings-plan",
            "compute-1yr-all-upfront",
            ("Spend", "Savings Plan", "8", "USD"),
        ),
        (
            "reserved",
            "standard-1yr-no-upfront",
            ("Usage", "Reserved Instance", "100", "Hrs"),
        ),
    ],
)
def test_what_a_commitment_covers_is_used_in_one_row_and_billed_in_another(
    purchase: Purchase, term: str, said: tuple[str, ...]
) -> None:
    one = planned(purchase, term)
    used, bought = rows(focus_text(one))
    for row in (used, bought):
        assert (
            row["CommitmentDiscountCategory"],
            row["CommitmentDiscountType"],
            row["CommitmentDiscountQuantity"],
            row["CommitmentDiscountUnit"],
        ) == said
        assert row["CommitmentDiscountId"] == f"estimate:{term}"
    # By hand: 100 h x 0.08 = 8 for the month, 100 x 0.10 = 10 on demand.
    costs = ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost")
    assert [used[name] for name in costs] == ["0", "8", "10", "10"]
    assert [bought[name] for name in costs] == ["8", "0", "8", "8"]
    assert (used["ChargeCategory"], used["PricingCategory"]) == ("Usage", "Committed")
    assert used["CommitmentDiscountStatus"] == "Used"
    assert (bought["ChargeCategory"], bought["PricingCategory"]) == (
        "Purchase",
        "Standard",
    )
    assert bought["CommitmentDiscountStatus"] == ""
    assert set(used) <= set(COLUMNS) | {name for name in used if name[:2] == "x_"}
    [row] = [row for row in rows(csv_text(one)) if row["status"] == "priced"]
    assert (row["term"], row["purchase"]) == (term, purchase)
    assert (row["usd_per_unit"], row["list_usd_per_unit"]) == ("0.08", "0.1")


def test_a_discount_has_no_list_price_and_is_no_commitment() -> None:
    one = planned("savings-plan", "compute-1yr-no-upfront")
    off = adjusted(one, [Adjustment(name="EDP", percent=Decimal(10))])
    *_, row = rows(focus_text(off))
    assert (row["BilledCost"], row["EffectiveCost"], row["ListCost"]) == (
        "-0.8",
        "-0.8",
        "0",
    )
    assert row["CommitmentDiscountId"] == ""
    assert row["PricingCategory"] == "Other"


def test_a_name_is_no_formula_and_a_figure_stays_one() -> None:
    text = csv_text(statement(name='=HYPERLINK("http://x")\x1b[2J'))
    [volume] = [row for row in rows(text) if row["type"] == "aws:ebs/volume:Volume"]
    assert volume["name"].startswith("'=HYPERLINK")
    assert "\x1b" not in text
    assert volume["usd_per_month"] == "8"


def test_a_refund_stays_a_negative_figure() -> None:
    one = statement()
    line = replace(one.lines[0], quantity=Decimal(-5))
    [row, *_] = rows(csv_text(replace(one, lines=(line,))))
    assert row["usd_per_month"] == "-0.4"


def test_junit_fails_where_cost_is_hidden_and_says_what_the_rest_costs() -> None:
    suite = ElementTree.fromstring(junit_text(statement(name="<&\x00\x1b>")))
    cases = {case.get("name"): case for case in suite}
    assert suite.get("failures") == "1"
    assert cases["nat"].find("failure") is not None
    [volume] = [c for c in suite if c.get("classname") == "aws:ebs/volume:Volume"]
    assert volume.findtext("system-out") == "8.00 USD a month"


def test_every_service_that_is_rated_has_its_category() -> None:
    assert not sorted(set(price_lists()) - set(CATEGORY_OF))
