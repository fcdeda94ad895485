"""Use that cannot be is refused with file and line, never priced."""

import pytest

from farebox.bill.usage_file import UsageError, parse_usage
from farebox.bill.usage_limits import MOST, SUMS
from farebox.rules.registry import TYPES
from farebox.rules.service import Key, Use

DECLARED = {
    key.key: key.unit
    for type_ in TYPES.values()
    for key in type_.uses
    if isinstance(key, Key | Use)
}


def refused(value: str) -> str:
    text = f'version: 1\nresource_usage:\n  "web-*":\n    {value}\n'
    with pytest.raises(UsageError) as caught:
        parse_usage(text, path="usage.yaml")
    return str(caught.value)


def test_more_hours_than_a_month_has_are_refused_with_file_and_line() -> None:
    assert refused("monthly_hrs: 800") == (
        "usage.yaml:4: monthly_hrs is 800, which cannot be: no month has more than "
        "744 hours"
    )


def test_the_high_end_of_a_range_cannot_be_more_either() -> None:
    said = refused("monthly_hrs: {low: 100, likely: 200, high: 745}")
    assert said.startswith("usage.yaml:4: monthly_hrs.high is 745, which cannot be")


@pytest.mark.parametrize("key", sorted(MOST))
def test_the_most_is_taken_and_a_hair_more_refused(key: str) -> None:
    most, why = MOST[key]
    parse_usage(f"version: 1\nresource_usage:\n  a: {{{key}: {most}}}\n")
    assert refused(f"{key}: {most}.01").endswith(why)


def test_a_figure_below_0_is_refused() -> None:
    assert "cannot be negative" in refused("monthly_hrs: -1")


def test_every_key_in_hours_minutes_or_percent_has_a_most_or_is_a_sum() -> None:
    bounded = {
        key
        for key, unit in DECLARED.items()
        if unit in ("hours", "Hrs", "minutes", "percent")
    }
    assert bounded
    assert bounded - set(MOST) - SUMS == set()
