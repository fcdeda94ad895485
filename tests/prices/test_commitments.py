"""Reservations and savings plans: looked up under the use that they discount."""

from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from msgspec.structs import replace

from farebox.prices import PriceKey
from farebox.prices.commitments import RESERVATIONS, Way, offered, rate_of
from farebox.prices.curated import CuratedRows, curated_path
from farebox.prices.embedded import EmbeddedBook, embedded_book, volumes_folder
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.text import parse_book, write_book
from farebox.prices.volumes import INDEX_FILE, PLANS, Index

VIRGINIA = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m5.large", "RunInstances")
WINDOWS = replace(VIRGINIA, operation="RunInstances:0002")
POSTGRES = PriceKey(
    "AmazonRDS", "eu-west-1", "InstanceUsage:db.m5.large", "CreateDBInstance:0014"
)
TERMS = """
standard-1yr-no-upfront standard-1yr-partial-upfront standard-1yr-all-upfront
standard-3yr-no-upfront standard-3yr-partial-upfront standard-3yr-all-upfront
convertible-1yr-no-upfront convertible-1yr-partial-upfront convertible-1yr-all-upfront
convertible-3yr-no-upfront convertible-3yr-partial-upfront convertible-3yr-all-upfront
"""


def test_a_machine_has_twelve_reservations_and_each_has_a_name() -> None:
    assert [how.term for how in RESERVATIONS] == TERMS.split()
    found = dict(offered(embedded_book(), VIRGINIA))
    assert set(found) == set(RESERVATIONS)
    # m5.large, us-east-1, 2025-04-24: 0.096 on demand, 0.06 for one year, and 949 USD for
    # three years with everything upfront: 949 / 26,280 h = 0.036111
    assert found[Way()].usd_per_unit == Decimal("0.06")
    all_upfront = found[Way("standard", 3, "all")]
    paid = all_upfront.usd_per_unit * Way("standard", 3, "all").hours
    assert round(paid) == 949


def test_a_reservation_is_of_one_system_and_costs_less_than_on_demand() -> None:
    book = embedded_book()
    for key in (VIRGINIA, WINDOWS, POSTGRES):
        on_demand = book.price(key)
        prices = [price for _, price in offered(book, key)]
        assert prices
        for price in prices:
            assert 0 < price.usd_per_unit < on_demand.usd_per_unit
            assert (price.unit, price.key.purchase) == (on_demand.unit, "reserved")
            assert price.source.as_of == "2025-04-24"
    one, other = (rate_of(book, key, Way()) for key in (VIRGINIA, WINDOWS))
    assert one is not None
    assert other is not None
    assert one.usd_per_unit < other.usd_per_unit


def test_a_database_has_no_three_years_without_upfront_and_no_convertible_one() -> None:
    terms = {how.term for how, _ in offered(embedded_book(), POSTGRES)}
    assert "standard-1yr-no-upfront" in terms
    assert "standard-3yr-no-upfront" not in terms
    assert not [term for term in terms if term.startswith("convertible")]


def test_a_savings_plan_is_found_under_its_term() -> None:
    key = PriceKey(
        *("AmazonRDS", "ap-south-2", "InstanceUsage:db.r7g.large"),
        *("CreateDBInstance:0014", "savings-plan"),
        term="database-1yr-no-upfront",
    )
    found = embedded_book().price(key)
    on_demand = embedded_book().find(replace(key, purchase="on-demand", term=""))
    assert found.key.usage_type == "APS5-InstanceUsage:db.r7g.large"
    assert on_demand is None or found.usd_per_unit < on_demand.usd_per_unit
    assert embedded_book().find(replace(key, term="compute-3yr-no-upfront")) is None


def test_every_committed_rate_is_above_0_and_no_key_has_two() -> None:
    seen = set()
    for price in embedded_book().volumes.plans.prices():
        assert price.usd_per_unit > 0, price.key
        assert price.key not in seen, price.key
        seen.add(price.key)
    assert len(seen) > 300_000


def test_nothing_goes_through_them_that_does_not_ask() -> None:
    purchases = {price.key.purchase for price in embedded_book()}
    assert purchases == {"on-demand", "spot"}


def test_other_plans_than_the_book_s_are_refused(tmp_path: Path) -> None:
    folder = copytree(volumes_folder(), tmp_path / "volumes")
    plans = copytree(volumes_folder().parent / PLANS, tmp_path / PLANS)
    index = Index(folder)
    book = EmbeddedBook(index, CuratedRows(curated_path(), index.curated_hash))
    path = plans / INDEX_FILE
    path.write_text(path.read_text().replace("cristim", "another"))
    assert book.find(VIRGINIA) is not None
    with pytest.raises(
        InvalidPriceBook, match=r"changed or damaged \(plans/book.index"
    ):
        rate_of(book, VIRGINIA, Way())


def test_a_file_holds_a_reservation_with_its_term() -> None:
    found = rate_of(embedded_book(), VIRGINIA, Way())
    assert found is not None
    text = write_book([found])
    assert ",reserved:standard-1yr-no-upfront,,Hrs,0.06," in text
    assert parse_book(text, kind="file").prices == (found,)
