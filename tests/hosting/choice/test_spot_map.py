"""The map of spot has the tier's types, the cheapest others, and a GiB's price."""

from decimal import Decimal
from pathlib import Path

from farebox.hosting.choice.choice_question import Limits, question_of
from farebox.hosting.choice.spot_map import spot_map
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.spot.machine_prices import spot_price
from farebox.hosting.spot.spot_inputs import spot_inputs
from farebox.prices.embedded import embedded_book

ROOT = Path(__file__).parents[3]


def test_the_tiers_own_type_is_there_beside_the_cheapest_one() -> None:
    book = embedded_book()
    question = question_of(
        read_tier(ROOT, "100k"),
        book,
        hours=Decimal(730),
        inputs=spot_inputs(),
        limits=Limits(architecture="x86_64"),
    )
    found = spot_map(question, book, cheapest=1)
    assert [row.own for row in found].count(True) == 1
    assert len(found) == 2
    assert found == tuple(sorted(found, key=lambda row: row.least))
    [own] = [row for row in found if row.own]
    # An r6a.8xlarge has 256 GiB: its hour x 730 / 256.
    price = spot_price(book, "us-east-1", "r6a.8xlarge", "use1-az4")
    assert price is not None
    assert own.usd_per_gib_month["use1-az4"] == price.usd_per_unit * 730 / 256
