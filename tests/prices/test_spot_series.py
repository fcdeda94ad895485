"""A pool's price over time: cut, averaged over time, merged and thinned, by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.prices.errors import StoreError
from farebox.prices.spot_series import (
    EVERY_CHANGE_DAYS,
    KEPT_DAYS,
    Point,
    SpotSeries,
    merged,
    read_points,
    spot_series,
    write_points,
)
from farebox.prices.timeline import Step, Timeline
from farebox.prices.values import Source

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
URL = "https://example.test/spot"


def at(hours: float) -> datetime:
    """That many hours before NOW."""
    return NOW - timedelta(hours=hours)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def series(*changes: tuple[float, str | None]) -> SpotSeries:
    """A series up to NOW of (hours before it, dollars)."""
    points: list[Point] = [(text(at(hours)), usd) for hours, usd in changes]
    found = spot_series(write_points(points), "r6a.4xlarge", Source(URL, text(NOW)))
    assert found is not None
    return found


DAY = series((24, "0.30"), (18, "0.50"), (6, "0.40"))
"""6 hours at 0.30, 12 at 0.50, 6 at 0.40."""


def test_the_mean_weights_each_price_with_its_time() -> None:
    # (6 x 0.30 + 12 x 0.50 + 6 x 0.40) / 24 = (1.8 + 6 + 2.4) / 24 = 10.2 / 24.
    assert DAY.mean == Decimal("0.425")
    assert (DAY.least, DAY.most) == (Decimal("0.30"), Decimal("0.50"))
    assert DAY.hours == 24


def test_the_share_of_hours_at_or_under_a_price_counts_that_price() -> None:
    # At or under 0.40: 6 + 6 of 24 hours.
    assert DAY.share_at_most(Decimal("0.40")) == Decimal("0.5")
    assert DAY.share_at_most(Decimal("0.29")) == 0
    assert DAY.share_at_most(Decimal("0.50")) == 1
    assert DAY.hours_at_most(Decimal("0.30")) == 6


def test_a_part_begins_with_the_price_in_force_at_its_start() -> None:
    part = DAY.between(at(20), at(9))
    assert part is not None
    # 2 hours at 0.30 are left of the first price, 9 at 0.50 of the second: 5.1 / 11.
    assert part.points == ((at(20), Decimal("0.30")), (at(18), Decimal("0.50")))
    assert part.until == at(9)
    assert part.mean == Decimal("5.1") / 11


def test_a_part_before_or_after_what_is_known_is_none() -> None:
    assert DAY.between(at(100), at(30)) is None
    assert DAY.between(at(-1), at(-9)) is None
    whole = DAY.between(at(100), at(-9))
    assert whole is not None
    assert (whole.steps, whole.until) == (DAY.steps, DAY.until)


def test_a_moment_costs_what_was_in_force() -> None:
    moment = DAY.between(at(18), at(18))
    assert moment is not None
    assert (moment.mean, moment.hours) == (Decimal("0.50"), Decimal(0))
    assert moment.share_at_most(Decimal("0.49")) == 0
    assert moment.share_at_most(Decimal("0.50")) == 1


def test_a_time_that_nobody_asked_about_counts_for_nothing() -> None:
    gap = series((30, "0.30"), (24, None), (6, "0.60"))
    # 6 hours at 0.30 and 6 at 0.60; the 18 between are not known.
    assert (gap.mean, gap.hours) == (Decimal("0.45"), Decimal(12))
    assert gap.between(at(20), at(10)) is None
    later = gap.between(at(20), at(0))
    assert later is not None
    assert later.points == ((at(6), Decimal("0.60")),)


def test_after_its_end_the_timeline_goes_on_with_what_the_store_saw() -> None:
    seen = Timeline(
        (
            Step(at(10), Decimal("0.99")),
            Step(at(-1), Decimal("0.40")),
            Step(at(-2), Decimal("0.45")),
        ),
        (),
    )
    # 0.99 is before the end, where AWS's own word holds; 0.40 is no change.
    steps = DAY.timeline(seen).steps
    assert steps == (*DAY.steps, Step(at(-2), Decimal("0.45")))
    assert DAY.timeline().steps == DAY.steps


# --- merging --------------------------------------------------------------------


def test_a_later_history_goes_on_where_the_older_one_ends() -> None:
    known: list[Point] = [
        ("2026-06-01T00:00:00Z", "0.30"),
        ("2026-07-01T00:00:00Z", "0.35"),
        ("2026-09-01T00:00:00Z", "0.40"),
    ]
    # AWS tells from the price in force 90 days ago on, which is that of July.
    found: list[Point] = [
        ("2026-07-01T00:00:00Z", "0.350"),
        ("2026-09-01T00:00:00Z", "0.40"),
        ("2026-11-02T00:00:00Z", "0.45"),
    ]
    assert merged(known, "2026-10-01T00:00:00Z", found, NOW) == [
        ("2026-06-01T00:00:00Z", "0.30"),
        ("2026-07-01T00:00:00Z", "0.350"),
        ("2026-09-01T00:00:00Z", "0.40"),
        ("2026-11-02T00:00:00Z", "0.45"),
    ]


def test_a_repeated_price_is_no_change() -> None:
    known: list[Point] = [("2026-08-01T00:00:00Z", "0.30")]
    found: list[Point] = [
        ("2026-08-20T00:00:00Z", "0.300"),
        ("2026-08-21T00:00:00Z", "0.31"),
    ]
    assert merged(known, "2026-09-01T00:00:00Z", found, NOW) == [
        ("2026-08-01T00:00:00Z", "0.30"),
        ("2026-08-21T00:00:00Z", "0.31"),
    ]


def test_a_time_between_two_histories_is_not_known_and_not_guessed() -> None:
    known: list[Point] = [("2026-06-01T00:00:00Z", "0.30")]
    found: list[Point] = [("2026-09-01T00:00:00Z", "0.30")]
    # Asked in June for the last time; what July cost, nobody knows.
    assert merged(known, "2026-06-15T00:00:00Z", found, NOW) == [
        ("2026-06-01T00:00:00Z", "0.30"),
        ("2026-06-15T00:00:00Z", None),
        ("2026-09-01T00:00:00Z", "0.30"),
    ]


def test_of_an_old_day_the_lowest_the_highest_and_the_last_price_stay() -> None:
    day = "2026-05-01T{:02}:00:00Z".format
    # 2026-11-23 less 180 days is 2026-05-27.
    prices = {2: "0.31", 4: "0.30", 6: "0.32", 8: "0.30", 10: "0.50", 12: "0.40"}
    known: list[Point] = [(day(hour), usd) for hour, usd in prices.items()]
    recent: list[Point] = [
        ("2026-05-27T01:00:00Z", "0.41"),
        ("2026-05-27T02:00:00Z", "0.42"),
        ("2026-05-27T03:00:00Z", "0.41"),
    ]
    assert merged(known, "2026-11-01T00:00:00Z", recent, NOW) == [
        (day(4), "0.30"),
        (day(10), "0.50"),
        (day(12), "0.40"),
        *recent,
    ]


def test_after_two_years_only_the_price_in_force_then_is_left() -> None:
    # 2026-11-23 less 730 days is 2024-11-23.
    known: list[Point] = [
        ("2024-01-01T00:00:00Z", "0.30"),
        ("2024-11-22T00:00:00Z", "0.31"),
        ("2024-11-24T00:00:00Z", "0.32"),
    ]
    assert merged(known, text(NOW), [], NOW) == known[1:]


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 24 * 800),
        st.sampled_from(("0.30", "0.31", "0.4", "0.45", "0.6")),
    ),
    min_size=1,
    max_size=120,
    unique_by=lambda one: one[0],
).map(lambda found: sorted(found, reverse=True))


@given(CHANGES)
def test_a_mean_lies_between_the_lowest_and_the_highest(
    changes: list[tuple[int, str]],
) -> None:
    found = series(*changes)
    assert found.least <= found.mean <= found.most
    assert found.share_at_most(found.most) == 1


@given(CHANGES, st.integers(0, 24 * 800))
def test_two_parts_weigh_together_what_the_whole_does(
    changes: list[tuple[int, str]], cut: int
) -> None:
    whole = series(*changes)
    parts = [
        whole.between(at(24 * 900), at(cut)),
        whole.between(at(cut), at(0)),
    ]
    total = sum((part.mean * part.hours for part in parts if part), Decimal(0))
    assert abs(total - whole.mean * whole.hours) < Decimal("1E-15")


@given(CHANGES)
def test_merging_again_with_the_same_changes_nothing_and_the_size_is_bounded(
    changes: list[tuple[int, str]],
) -> None:
    points: list[Point] = [(text(at(hours)), usd) for hours, usd in changes]
    once = merged([], "", points, NOW)
    assert merged(once, text(NOW), points, NOW) == once
    assert merged(once, text(NOW), [], NOW) == once
    limit = text(NOW - timedelta(days=EVERY_CHANGE_DAYS))[:10]
    old = [when[:10] for when, _ in once if when[:10] < limit]
    assert all(old.count(day) <= 3 for day in old)
    first = text(NOW - timedelta(days=KEPT_DAYS))[:10]
    assert sum(when[:10] < first for when, _ in once) <= 1
    # What is not thinned is the same price at every change.
    recent = series(*changes).between(NOW - timedelta(days=179), NOW)
    kept = spot_series(write_points(once), "", Source(URL, text(NOW)))
    assert kept is not None
    again = kept.between(NOW - timedelta(days=179), NOW)
    assert recent is not None
    assert again is not None
    assert again.mean == recent.mean


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{}",
        '[["2026-11-01T00:00:00Z"]]',
        '[["yesterday","0.3"]]',
        '[["2026-11-01T00:00:00Z","cheap"]]',
        '[["2026-11-01T00:00:00Z","0"]]',
        '[["2026-11-01T00:00:00Z","-1"]]',
        '[["2026-11-01T00:00:00Z","NaN"]]',
        '[["2026-11-01T00:00:00Z","Infinity"]]',
        '[["2026-11-01T00:00:00Z",""]]',
    ],
)
def test_a_fact_that_is_no_series_is_one_sentence(said: str) -> None:
    with pytest.raises(StoreError, match=r"^the store's spot history of r6a.4xlarge"):
        read_points(said, "r6a.4xlarge use1-az1")
