"""A diff as text, markdown and JSON: what comes first, what is one row, what is safe."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.json import decode

from farebox.bill.statement import Statement
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.reports.change.diff_json import diff_json
from farebox.reports.change.diff_page import diff_page
from farebox.reports.page.as_markdown import as_markdown
from farebox.reports.page.as_text import as_text
from farebox.reports.page.fitting import cells
from tests.diff.statements import gap, line, statement, subject, urn_of

HOSTILE = {
    "markdown": "**bold** [link](https://example.test) `code` # ~~x~~ | cell",
    "HTML": "<script>alert(1)</script><img src=x onerror=y> &amp;",
    "mention": "@everyone",
    "emoji": "🚀 rocket 👩‍🚀 crew",
    "right to left": "قاعدة البيانات",
    "direction turned": "safe\u202egpj.exe",
    "line breaks": "one\ntwo\r\nthree",
    "escape sequence": "red \x1b[31m text",
    "long": "n" * 300,
}


def diff_text(diff: StatementDiff, *, width: int = 80, color: bool = False) -> str:
    return as_text(diff_page(diff), width=width, color=color)


def diff_markdown(diff: StatementDiff) -> str:
    return as_markdown(diff_page(diff))


def sized(**gib: int) -> Statement:
    return statement([line(subject(name), str(size)) for name, size in gib.items()])


def changed(name: str) -> StatementDiff:
    """One resource that grows from 100 to 200 GB-months at 0.08: 8.00 to 16.00."""
    return diff_statements(
        statement([line(subject(name))]), statement([line(subject(name), "200")])
    )


def test_the_text_shows_before_after_change_and_the_arithmetic() -> None:
    shown = diff_text(changed("data")).splitlines()
    assert shown[0] == "shop/test"
    assert "~ data" in shown
    (charge,) = [row for row in shown if "gp3 storage" in row]
    assert charge.split()[-3:] == ["8.00", "16.00", "+8.00"]
    assert "      100 → 200 GB-Mo at 0.08 USD" in shown
    (total,) = [row for row in shown if row.startswith("Total")]
    assert total.split() == ["Total", "(+100.00", "%)", "8.00", "16.00", "+8.00"]


def test_the_biggest_change_comes_first_up_or_down() -> None:
    # By hand, at 0.08: a +8, b -80, c +800
    diff = diff_statements(sized(a=100, b=1100, c=0), sized(a=200, b=100, c=10_000))
    for page in (diff_text(diff), diff_markdown(diff)):
        assert page.index("+800.00") < page.index("-80.00") < page.index("+8.00")
    urns = [item["urn"] for item in decode(diff_json(diff))["changed"]]
    assert urns == [urn_of("c"), urn_of("b"), urn_of("a")]


def test_1250_volumes_changed_alike_are_one_row() -> None:
    # By hand: 1,250 x 100 GB-months at 0.08 = 10,000; doubled
    names = [f"volume-{n}" for n in range(1250)]
    diff = diff_statements(
        sized(**dict.fromkeys(names, 100)), sized(**dict.fromkeys(names, 200))
    )
    shown = diff_text(diff)
    assert "~ volume-* (1,250)" in shown
    assert "125,000 → 250,000 GB-Mo at 0.08 USD" in shown
    assert "+10,000.00" in shown
    table = [row for row in diff_markdown(diff).splitlines() if "volume-" in row]
    assert table == [
        "| changed | volume-\\* (1,250) | gp3 storage | 125,000 → 250,000 GB-Mo | 0.08 "
        "| 10,000.00 | 20,000.00 | +10,000.00 |"
    ]


def test_what_the_market_did_stands_apart() -> None:
    base = statement([line(subject("disk"))])
    head = statement([line(subject("disk"), "200", "0.10")])
    diff = diff_statements(base, head)
    # By hand: code 200 x 0.08 - 8 = 8, market 200 x 0.02 = 4
    shown = diff_text(diff)
    assert (
        "  by the code                                                              +8.00"
        in shown
    )
    assert (
        "  by the market                                                            +4.00"
        in shown
    )
    assert "0.08 → 0.10 USD per GB-Mo" in shown
    (move,) = decode(diff_json(diff))["market"]
    assert (move["usd_per_unit_base"], move["usd_per_unit_head"]) == ("0.08", "0.1")
    assert move["usd_per_month"] == "4"
    assert "### The market: +4.00" in diff_markdown(diff)


def test_more_than_ten_prices_that_moved_are_named_and_summed() -> None:
    def side(rate: str) -> Statement:
        return statement(
            line(subject("disk"), "1", rate, usage_type=f"type-{n}") for n in range(13)
        )

    diff = diff_statements(side("1"), side("2"))
    for page in (diff_text(diff), diff_markdown(diff)):
        assert "3 more" in page
        assert "+3.00" in page
    assert len(decode(diff_json(diff))["market"]) == 13


def test_users_that_differ_are_shown_on_both_sides() -> None:
    base = statement([line(subject("disk"))], users=10)
    head = statement([line(subject("disk"), "110")], users=22)
    diff = diff_statements(base, head)
    # By hand: 8 / 10 = 0.80 before, 8.80 / 22 = 0.40 after
    assert "10 → 22 users" in diff_text(diff)
    (row,) = [x for x in diff_text(diff).splitlines() if "per user" in x]
    assert row.split()[-3:] == ["0.8000", "0.4000", "-0.4000"]
    assert "| users | 10 | 22 | +12 |" in diff_markdown(diff)
    assert "| USD per user | 0.8000 | 0.4000 | -0.4000 |" in diff_markdown(diff)
    assert decode(diff_json(diff))["change"]["usd_per_user_month"] == "-0.4"


def test_users_on_one_side_only_are_told() -> None:
    base = statement([line(subject("disk"))])
    head = statement([line(subject("disk"))], users=10)
    diff = diff_statements(base, head)
    for page in (diff_text(diff), diff_markdown(diff)):
        assert "Users are known for the head only" in page
    assert decode(diff_json(diff))["change"]["usd_per_user_month"] is None


def test_a_change_that_leaves_charges_out_says_so_and_lists_them() -> None:
    base = statement([line(subject("disk"))])
    head = statement([line(subject("disk"))], unpriced=[gap(subject("nat"))])
    diff = diff_statements(base, head)
    for page in (diff_text(diff), diff_markdown(diff)):
        said = " ".join(page.split())
        assert "lower bounds: 0 charges before and 1 after have no figure" in said
        assert "New charges without a figure" in said
        assert "no-usage" in said
        assert "$0.045 per GB" in said
    document = decode(diff_json(diff))
    assert document["change"]["lower_bound"] is True
    (added,) = document["added"]
    assert added["unpriced_opened"][0]["usage_key"] == "monthly_data_processed_gb"


def test_a_range_that_moves_alone_is_shown() -> None:
    base = statement([line(subject("pool"), high=Decimal(16))])
    head = statement([line(subject("pool"), high=Decimal(32))])
    diff = diff_statements(base, head)
    assert "range 8.00 – 16.00 → 8.00 – 32.00" in diff_text(diff)
    assert "range 8.00 – 16.00 → 8.00 – 32.00" in diff_markdown(diff)


def test_nothing_changed_is_said_and_sums_to_no_sign() -> None:
    one = sized(a=100)
    diff = diff_statements(one, one)
    for page in (diff_text(diff), diff_markdown(diff)):
        assert "No charge of this stack changes." in page
        assert "+0.00" not in page
        assert "-0.00" not in page
    document = decode(diff_json(diff))
    assert document["added"] == document["removed"] == document["changed"] == []
    assert document["same"] == 1


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_name_formats_nothing_and_breaks_no_row(kind: str) -> None:
    page = diff_markdown(changed(HOSTILE[kind]))
    rows = [row for row in page.splitlines() if row.startswith("| changed")]
    assert len(rows) == 1
    cut = rows[0].replace("\\|", "")
    assert cut.count("|") == 9
    assert "<script" not in page
    assert "<img" not in page
    assert "**bold**" not in page
    assert "@everyone" not in page
    assert "\u202e" not in page
    assert max(map(len, page.splitlines())) < 400


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_name_leaves_the_columns_of_the_text_where_they_are(kind: str) -> None:
    for width in (80, 120):
        page = diff_text(changed(HOSTILE[kind]), width=width)
        assert "\x1b" not in page
        assert max(cells(row) for row in page.splitlines()) <= width


def test_color_is_only_where_it_was_asked_for() -> None:
    assert "\x1b[1m" in diff_text(changed("a"), color=True)
    assert "\x1b" not in diff_text(changed("a"))


def test_the_json_has_the_names_of_the_contract() -> None:
    document: dict[str, Any] = decode(diff_json(changed("data")))
    assert document["schema"] == "farebox.diff/1"
    assert document["change"] == {
        "usd_per_month": "8",
        "percent": "100",
        "code": "8",
        "market": "0",
        "usd_per_user_month": None,
        "lower_bound": False,
    }
    (item,) = document["changed"]
    (charge,) = item["lines"]
    assert item["source_position"] == "__main__.py:7"
    assert charge["base"]["quantity"] == "100"
    assert charge["head"]["usd_per_month"] == "16"
    (component,) = document["components"]
    assert component == {
        "component": None,
        "base": "8",
        "head": "16",
        "usd_per_month": "8",
        "code": "8",
        "market": "0",
    }
