"""What CloudWatch counted by the day: cloudwatch:GetMetricData, 500 metrics a call.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from msgspec import Struct

from pricing_fetch.calls.aws import pages, refuse_china
from pricing_fetch.errors import Damaged, Denied, NotReached

MOST_METRICS = 500
DAY = timedelta(days=1)
DAY_SECONDS = 86_400

WHOLE = ("Complete", "PartialData")
"""Codes of a figure that is AWS's own; partial data goes on in the next page."""


class MetricAsked(Struct, frozen=True):
    """A metric of one thing: its dimensions by name, and Sum or Average of a day."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    stat: str = "Sum"


Days = dict[date, Decimal]


def daily_metrics(
    client: Any,
    asked: Sequence[MetricAsked],
    *,
    region: str,
    until: date,
    days: int,
) -> list[Days]:
    """The figures of each metric by day in UTC, for `days` that end before `until`.

    A day of which CloudWatch has nothing is missing. Raises FetchError: then nothing is
    known, for an answer with parts left out would look like less use.
    """
    refuse_china(region)
    found: list[Days] = []
    for some in _batched(asked):
        found += _days_of(client, some, f"CloudWatch {region}", until, days)
    return found


def _batched(asked: Sequence[MetricAsked]) -> Iterator[Sequence[MetricAsked]]:
    for start in range(0, len(asked), MOST_METRICS):
        yield asked[start : start + MOST_METRICS]


def _days_of(
    client: Any, asked: Sequence[MetricAsked], source: str, until: date, days: int
) -> list[Days]:
    end = datetime(until.year, until.month, until.day, tzinfo=UTC)
    request = {
        "MetricDataQueries": [_query(place, one) for place, one in enumerate(asked)],
        "StartTime": end - days * DAY,
        "EndTime": end,
        "ScanBy": "TimestampAscending",
    }
    found: list[Days] = [{} for _ in asked]
    answered: set[int] = set()
    rows = "MetricDataResults"
    for page in pages(client, "get_metric_data", request, rows=rows, source=source):
        for result in page:
            place = _take(result, found, source)
            answered.add(place)
    if len(answered) < len(asked):
        missing = asked[min(set(range(len(asked))) - answered)]
        raise Damaged(f"{source}: there is no answer for {missing.name}; try again")
    return found


def _query(place: int, asked: MetricAsked) -> dict[str, Any]:
    return {
        "Id": f"m{place}",
        "ReturnData": True,
        "MetricStat": {
            "Stat": asked.stat,
            "Period": DAY_SECONDS,
            "Metric": {
                "Namespace": asked.namespace,
                "MetricName": asked.name,
                "Dimensions": [
                    {"Name": name, "Value": value} for name, value in asked.dimensions
                ],
            },
        },
    }


def _take(result: Any, found: list[Days], source: str) -> int:
    """Put one result's figures where they belong; which metric it was of."""
    try:
        code = result.get("StatusCode", "Complete")
        place = int(result["Id"].removeprefix("m"))
        days = found[place]
        times, values = result["Timestamps"], result["Values"]
        if place < 0 or len(times) != len(values):
            raise ValueError
        if code not in WHOLE:
            _refuse(code, source)
        for time, value in zip(times, values, strict=True):
            if not isfinite(value) or value < 0:
                raise ValueError
            day = time.astimezone(UTC).date()
            days[day] = days.get(day, Decimal(0)) + Decimal(repr(float(value)))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Damaged(
            f"{source}: the figures are not in AWS's form; nothing is taken"
        ) from error
    return place


def _refuse(code: Any, source: str) -> None:
    """Raise for figures that CloudWatch does not have, or does not give."""
    if code == "Forbidden":
        raise Denied(
            f"{source}: the credentials may not read metrics; allow "
            "cloudwatch:GetMetricData"
        )
    raise NotReached(f"{source}: CloudWatch failed on its side; try again later")
