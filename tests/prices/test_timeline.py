"""A price over time: what was seen, what it was then, and what is to come."""

from datetime import UTC, datetime
from decimal import Decimal

from farebox.prices.deliveries import DatedPrice
from farebox.prices.timeline import Seen, timeline
from farebox.reports.prices.history_chart import chart_lines
from farebox.reports.sparkline import sparkline
from tests.prices.books import LISTED, spot

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def seen(day: str, usd: str | None, effective_from: str = "") -> Seen:
    dated = None if usd is None else DatedPrice(spot("r6a.large", usd), effective_from)
    return Seen(f"2026-{day}T00:00:00Z", dated, LISTED)


def test_one_point_is_a_price_that_never_moved() -> None:
    line = timeline([seen("11-01", "0.05")], NOW)
    assert line.now == Decimal("0.05")
    assert list(chart_lines(line, NOW, width=80)) == [
        "now 0.05 since 2026-11-01, when it was first seen"
    ]
    assert sparkline(line, NOW, width=4) == "▅▅▅▅"


def test_a_chart_has_a_bar_for_each_part_of_the_time() -> None:
    # 2026-11-03 to 11-23 are 20 days in 4 bars of 5, each as its part ends: 11-08
    # 0.05 (lowest), 11-13 0.12 (highest), 11-18 gone, 11-23 0.085 (half way: 3.5
    # of 7 steps, so the fourth bar).
    found = [
        seen("11-03", "0.05"),
        seen("11-09", "0.12"),
        seen("11-15", None),
        seen("11-20", "0.085"),
    ]
    line = timeline(found, NOW)
    assert sparkline(line, NOW, width=4) == "▁█·▄"
    said = list(chart_lines(line, NOW, width=80))
    assert said[1:] == [
        "now 0.085 since 2026-11-20, 3 changes seen",
        "min 0.05 on 2026-11-03, max 0.12 on 2026-11-09",
    ]
    assert said[0].startswith("2026-11-03 ▁")
    assert said[0].endswith(" 2026-11-23")
    assert max(map(len, said)) <= 80


def test_a_price_of_a_later_day_is_told_and_not_in_force_before_it() -> None:
    found = [seen("11-01", "0.05"), seen("11-01", "0.06", "2026-12-01")]
    line = timeline(found, NOW)
    assert line.now == Decimal("0.05")
    assert [step.usd_per_unit for step in line.coming] == [Decimal("0.06")]
    said = list(chart_lines(line, NOW, width=80))
    assert said[-1] == "then 0.06 from 2026-12-01: published, not charged yet"
    # From its day on it is the price, though no refresh has seen it again.
    later = timeline(found, datetime(2026, 12, 2, tzinfo=UTC))
    assert (later.now, later.coming) == (Decimal("0.06"), ())
    assert later.at(datetime(2026, 11, 30, tzinfo=UTC)) == Decimal("0.05")


def test_a_price_of_a_later_day_that_was_withdrawn_never_counts() -> None:
    found = [
        seen("11-01", "0.05"),
        seen("11-01", "0.06", "2026-11-20"),
        seen("11-10", "0.05"),
    ]
    line = timeline(found, NOW)
    assert [step.usd_per_unit for step in line.steps] == [Decimal("0.05")]


def test_a_key_that_is_gone_has_no_price_now() -> None:
    line = timeline([seen("11-01", "0.05"), seen("11-10", None)], NOW)
    assert line.now is None
    said = list(chart_lines(line, NOW, width=80))
    assert said[1] == "gone since 2026-11-10, 1 change seen"
