"""The pictures of a tier say the figures of its commands, with a table behind each."""

from typing import Any

import pytest

from farebox.reports.graphic.board import board
from farebox.reports.graphic.chart import Chart
from farebox.reports.graphic.charts import charts_of
from farebox.reports.graphic.html import Report, as_report
from farebox.reports.graphic.keys import keys_of
from farebox.reports.graphic.tier.charts import tier_charts
from tests.graphic.tiers import view
from tests.reports.samples import statement


def chart(name: str, **change: Any) -> Chart:
    return next(one for one in tier_charts(view(**change)) if one.name == name)


def values(spec: Any) -> list[dict[str, Any]]:
    """Every value that a picture is drawn from."""
    if isinstance(spec, dict):
        own = spec.get("values", [])
        inner = [one for part in spec.values() for one in values(part)]
        return [*(one for one in own if isinstance(one, dict)), *inner]
    if isinstance(spec, list):
        return [one for part in spec for one in values(part)]
    return []


def test_each_picture_has_its_answer_in_words_and_its_figures_in_a_table() -> None:
    charts = tier_charts(view())
    assert [one.name for one in charts] == [
        "user-month",
        "moves",
        "users",
        "options",
        "topology",
        "packing",
        "spot-map",
        "spot-history",
        "limits",
    ]
    for one in charts:
        assert one.says.endswith("."), one.name
        assert one.rows
        assert all(len(row) == len(one.columns) for row in one.rows), one.name


def test_a_users_month_is_its_lines_beside_the_papers() -> None:
    # Lines add up to 5.56; compute 2.00 and the team 1.80 are 3.80 of it: 68 %.
    one = chart("user-month")
    assert one.says.startswith("Compute and overhead are 68% of a user's 5.56 USD.")
    assert one.rows[0][:4] == ("compute", "2.00", "2.00 – 2.00", "1.50")


def test_a_tornado_leaves_out_what_moves_less_than_a_cent() -> None:
    # Pools: 1, 2, 4 USD, so one less and two more.
    assert chart("moves").rows == (("compute: pools", "2.00", "-1.00", "+2.00"),)


def test_users_against_cost_say_from_where_on_the_price_covers_it() -> None:
    one = chart("users")
    assert "5.56 USD a month (5.56 – 5.56)" in one.says
    assert "10 USD covers it from 31,000 users on" in one.says
    assert (
        "from 31,000 on",
        "covered by 10.00",
        "20,000 – never users",
        "",
    ) in one.rows
    assert ("never", "covered by 5.00", "never – never users", "") in one.rows
    # The paper at 100,000 users: 4.50 to 5.70.
    assert one.rows[1] == ("100,000", "5.56", "5.00 – 7.00", "$4.50-5.70")
    drawn = [value for value in values(one.spec) if value.get("price") == 10.0]
    assert drawn[0]["users"] == 31_000


def test_options_say_from_where_on_colo_stays_cheaper() -> None:
    one = chart("options")
    assert "Colo stays cheaper than spot from 17,000 users on" in one.says
    assert "(5–95 %: 9,000 – never)" in one.says
    row = one.rows[-1]
    assert row[:2] == ("cloud, spot → colo", "from 17,000 (9,000 – never)")


def test_packing_has_the_tier_as_a_dot_among_its_contours() -> None:
    one = chart("packing")
    assert "The tier puts 160 users on a machine" in one.says
    assert "memory would hold 218 at the target of 0.1" in one.says
    dots = [v for v in values(one.spec) if "this tier" in str(v.get("said"))]
    assert (dots[0]["share"], dots[0]["users"]) == (10.0, 160)


def test_the_map_has_a_gap_where_a_type_has_no_price() -> None:
    one = chart("spot-map")
    assert one.columns == ("type", "use1-az1", "use1-az2", "reclaimed a month")
    assert one.rows == (
        ("r6a.48xlarge", "1.23", "", ">20%"),
        ("r6a.8xlarge", "", "1.34", "5-10%"),
    )
    assert "This tier's r6a.8xlarge begins at 1.34." in one.says


def test_spot_over_time_is_there_where_it_was_kept() -> None:
    # Ten days at 0.40 and ten at 0.50: 0.45 on average.
    assert chart("spot-history").rows == (
        ("use1-az1", "0.50", "0.4500", "0.4000", "0.5000"),
    )
    assert "spot-history" not in [one.name for one in tier_charts(view(histories=()))]


def test_limits_say_which_is_over_and_which_only_the_account_knows() -> None:
    one = chart("limits")
    assert one.says.startswith("Over the limit: gp3 storage.")
    assert "breaks first, at 4,802 users" in one.says
    assert "Only your account knows: Spot vCPUs." in one.says
    # 1,000 of 50 is 20 times; the bar ends at one and a half.
    [bar] = [v for v in values(one.spec) if v.get("label") == "gp3 storage"]
    assert (bar["share"], bar["said"]) == (1.5, "20 x: 1,000 of 50 TiB")


def test_the_drawing_has_what_runs_and_what_it_costs() -> None:
    rows = {row[0]: row[1:] for row in chart("topology").rows}
    # 100,000 users, 160 on each, 4 % spare: 130 in each of five zones; 2.00 of 5.56.
    assert rows["Machines"] == (
        "650 × r6a.8xlarge, 160 users each",
        "2.00 USD a user (36%)",
    )
    assert rows["100,000 users"] == ("each costs 5.56 USD", "and pays 10.00 USD")


def test_the_first_figures_are_a_users_cost_and_what_is_left() -> None:
    tier = view()
    charts = [*tier_charts(tier), *charts_of(statement(users=10))]
    found = {one.asks: one.says for one in keys_of(statement(), charts, None, tier)}
    assert found["a user costs, team and card fee too"].startswith("5.56 USD a month")
    # 1 - 5.56/10
    assert found["left of 10.00 USD"] == "44.4 %"
    assert found["moves a user's cost most"] == "compute: pools"
    assert found["without a figure"] == "1 charge"


@pytest.mark.parametrize(("verdict", "sign"), [("pass", "✓ pass"), ("fail", "✗ fail")])
def test_a_claims_verdict_has_a_sign_beside_its_colour(verdict: str, sign: str) -> None:
    tiles = [line for line in board(view().claims) if line.startswith("<li")]
    assert [f'class="{verdict}"' in tile for tile in tiles].count(True) == 1
    assert any(sign in tile for tile in tiles)


def test_failed_claims_come_first() -> None:
    tiles = [line for line in board(view().claims) if line.startswith("<li")]
    assert 'class="fail"' in tiles[0]


def test_a_page_of_a_tier_has_its_board_and_a_way_to_each_picture() -> None:
    tier = view()
    pictures = tuple((one, "<svg></svg>") for one in tier_charts(tier))
    text = as_report(Report(statement(users=10), pictures, tier=tier))
    assert 'id="claims"' in text
    assert 'href="#chart-user-month"' in text
    assert 'id="chart-user-month"' in text
    assert 'id="claims"' not in as_report(Report(statement(), ()))
