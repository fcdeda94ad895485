"""What spot pools cost over time, where the price store has kept it."""

from collections.abc import Sequence
from datetime import timedelta

from farebox.prices import PriceBook
from farebox.prices.spot_series import SpotSeries


def spot_histories(
    book: PriceBook, region: str, instance_type: str
) -> list[tuple[str, SpotSeries]]:
    """Zone id to history, of the zones that have a price in the book."""
    found = []
    for zone in book.spot_zones(region, instance_type):
        series = book.spot_series(region, instance_type, zone)
        if series is not None:
            found.append((zone, series))
    return found


def last_days(
    histories: Sequence[tuple[str, SpotSeries]], days: int
) -> list[tuple[str, SpotSeries]]:
    """The part of each history in the days before the newest one's end."""
    end = max(series.until for _, series in histories)
    found = []
    for zone, series in histories:
        part = series.between(end - timedelta(days=days), end)
        if part is not None:
            found.append((zone, part))
    return found
