"""Spending by a tag, worked by hand: gp3 volumes at 0.08 USD a GB-month."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from farebox.bill.statement import Statement
from farebox.bill.tag_spending import payer_key, slips, spending_by_tag
from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import UNKNOWN_TEXT
from tests.reports.samples import statement

VOLUME = "aws:ebs/volume:Volume"


def graph(*tags: dict[str, Any]) -> ResourceGraph:
    """Volumes of these tags, whose urns are those of the sample's lines."""
    return ResourceGraph(
        Resource(f"urn::volume-{n}", VOLUME, f"volume-{n}", {"tags": each})
        for n, each in enumerate(tags)
    )


TAGGED = graph(
    {"team": "search"}, {"team": "search"}, {"team": "mail"}, {"team": UNKNOWN_TEXT}, {}
)


def of_all() -> Statement:
    """Five volumes of 8 each, 4 to 16, and 5.50 that no resource owns."""
    found = statement(copies=5)
    line = structs.replace(
        found.lines[0],
        subject=structs.replace(found.lines[0].subject, urn=None, name="account"),
        quantity=Decimal("68.75"),
        usd_low=Decimal(0),
        usd_high=Decimal("5.5"),
    )
    return structs.replace(found, lines=(*found.lines, line))


def test_each_dollar_is_under_one_value_or_under_why_there_is_none() -> None:
    found = spending_by_tag(of_all(), TAGGED)
    assert found is not None
    assert found.key == "team"
    shown = [(part.kind, part.value, str(part.usd)) for part in found.parts]
    # Two of search at 8, one of each other kind; the account's 68.75 x 0.08.
    assert shown == [
        ("tagged", "search", "16.00"),
        ("tagged", "mail", "8.00"),
        ("unknown", "", "8.00"),
        ("untagged", "", "8.00"),
        ("account", "", "5.5000"),
    ]
    assert sum(part.usd for part in found.parts) == of_all().usd_per_month
    search = found.parts[0]
    assert (search.usd_low, search.usd_high) == (Decimal(8), Decimal(32))


@pytest.mark.parametrize(
    ("tags", "key"),
    [
        ([{"cost-center": "7"}, {"owner": "ann"}], "owner"),
        (
            [{"CostCenter": "7"}, {"cost_center": "7"}, {"cost_center": "8"}],
            "cost_center",
        ),
        ([{"Team": "a"}, {"team": "a"}], "Team"),
        ([{"Name": "a"}, {}], None),
    ],
)
def test_the_first_tag_that_says_who_pays_is_taken(
    tags: list[dict[str, str]], key: str | None
) -> None:
    assert payer_key(graph(*tags)) == key


def test_a_stack_without_such_a_tag_shows_none_but_the_one_asked_for() -> None:
    plain = graph({"stage": "live"}, {})
    assert spending_by_tag(statement(copies=2), plain) is None
    asked = spending_by_tag(statement(copies=2), plain, "stage")
    assert asked is not None
    assert [part.value for part in asked.parts] == ["live", ""]


def test_a_tag_that_nothing_has_is_told_with_those_in_use() -> None:
    assert slips(TAGGED, "team") == slips(TAGGED, None) == []
    assert slips(graph({"stage": "live"}), "team") == [
        "no resource of this stack has the tag team; it uses: stage"
    ]
