"""Real list prices of AWS, of 942 rows of September 2024, are the book's or explained."""

from pathlib import Path

import pytest

from farebox.prices.embedded import embedded_book
from farebox.rules.allowances import FREE_PER_MONTH
from tests.billed.focus_book import CHANGED, LACKING, Held, held, skus, table

DOC = Path(__file__).parents[2] / "docs" / "bill.md"


@pytest.fixture(scope="module")
def found() -> list[Held]:
    return [held(embedded_book(), sku) for sku in skus()]


def test_every_row_of_the_sample_has_a_verdict(found: list[Held]) -> None:
    assert sum(one.sku.rows for one in found) == 942
    # Every SKU with a list price is told by its key, or is never charged, or untold.
    assert {one.verdict for one in found if one.key is None} <= {
        "never charged",
        "not told",
    }


def test_each_list_price_that_differs_has_a_reason(found: list[Held]) -> None:
    differing = [one.key for one in found if one.verdict == "differs"]
    assert {(k.service, k.usage_type) for k in differing if k} == set(CHANGED)
    # By hand: a million reads cost 0.25 USD then, and 0.125 in the book.
    [reads] = [x for x in found if x.key and x.key.usage_type == "ReadRequestUnits"]
    assert reads.sku.usd_per_unit == 2 * reads.rates[0]


def test_what_the_book_lacks_is_named(found: list[Held]) -> None:
    lacking = {x.key.service for x in found if x.key and x.verdict == "book lacks"}
    assert lacking == set(LACKING)


def test_what_is_never_charged_has_a_rate_only_where_an_allowance_is_given(
    found: list[Held],
) -> None:
    free = [one for one in found if one.verdict == "never charged" and one.rates]
    keys = {(one.key.service, one.key.usage_type) for one in free if one.key}
    # The first 100 GB a month to the internet.
    assert keys == {("AWSDataTransfer", "DataTransfer-Out-Bytes")} & set(FREE_PER_MONTH)


def test_the_table_of_the_docs_is_what_was_found(found: list[Held]) -> None:
    assert "\n".join(table(found)) in DOC.read_text(encoding="utf-8")
