"""A month of use is what its days say: percentiles of days, each as a month."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from farebox.bill.usage_days import Counts, month_of, percentile

UNTIL = date(2026, 11, 29)
YEAR_DAYS = Decimal(365)


def days(*figures: str) -> dict[date, Decimal]:
    """Figures of the newest days; an empty one is a day without a figure."""
    first = UNTIL - timedelta(days=len(figures))
    return {
        first + timedelta(days=n): Decimal(figure)
        for n, figure in enumerate(figures)
        if figure
    }


def month(
    counts: Counts, *metrics: dict[date, Decimal], unit: int = 1
) -> tuple[Decimal, Decimal, Decimal] | None:
    found = month_of(
        metrics, counts=counts, unit=Decimal(unit), until=UNTIL, source="CloudWatch"
    )
    return None if found is None else (found.low, found.likely, found.high)


def test_a_percentile_lies_between_two_figures() -> None:
    # By hand, of 0, 10, 20: 5 % lies at place 0.1: 1; 50 % is 10; 95 % at 1.9: 19
    figures = [Decimal(0), Decimal(10), Decimal(20)]
    shares = [Decimal("0.05"), Decimal("0.5"), Decimal("0.95")]
    assert [percentile(figures, share) for share in shares] == [1, 10, 19]
    assert percentile([Decimal(7)], Decimal("0.95")) == 7


def test_a_sum_of_a_day_is_thirty_times_that_in_a_month() -> None:
    # By hand: 12 a day x 365 / 12 = 365 a month.
    found = month("sum", days("12", "12"))
    assert found is not None
    assert found == (YEAR_DAYS,) * 3


def test_a_level_is_the_months_as_it_is_the_days() -> None:
    gib = 1 << 30
    assert month("level", days(str(gib), str(3 * gib)), unit=gib) == (
        Decimal("1.1"),
        Decimal(2),
        Decimal("2.9"),
    )


def test_a_rate_is_by_the_second() -> None:
    assert month("rate", days("86400")) == (Decimal(1),) * 3


def test_metrics_of_one_key_are_added_up_by_day() -> None:
    found = month("level", days("1", "2"), days("10", ""))
    assert found is not None
    assert found[1] == Decimal("6.5")  # 11 and 2


def test_a_day_without_a_figure_is_0_from_the_first_one_on() -> None:
    # By hand, a sum of 24 every other day of four, from the first on: 24, 0, 24, 0: the
    # middle is 12, a month of it 365. Days before the first are no days of use.
    found = month("sum", days("", "", "24", "", "24", ""))
    assert found is not None
    assert found[1] == 365
    # A level that was not measured is not 0.
    assert month("level", days("24", "", "24", "")) == (Decimal(24),) * 3


def test_without_any_figure_nothing_is_known() -> None:
    assert month("sum", {}, {}) is None


@pytest.mark.parametrize("counts", ["sum", "level", "rate"])
def test_low_likely_and_high_are_in_order(counts: Counts) -> None:
    found = month(counts, days("9", "1", "5", "7", "3"))
    assert found is not None
    assert found[0] <= found[1] <= found[2]
    assert found[0] < found[2]


def test_a_figure_by_another_is_divided_day_by_day() -> None:
    # By hand: 300 bytes of 3 records, 800 of 2: 100 and 400 a record, the middle is 250.
    # A day without records tells nothing of their size.
    found = month_of(
        [days("300", "800", "0")],
        per=[days("3", "2", "0")],
        counts="level",
        unit=Decimal(1),
        until=UNTIL,
        source="CloudWatch",
    )
    assert found is not None
    assert found.likely == Decimal(250)
