"""CloudWatch's GetMetricData, from figures by the day."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.aws.api import Answer, Api, Operation, Request
from tests.aws.protocols import Refusal

DAY_SECONDS = 86_400
MOST_QUERIES = 500


class MetricsApi(Api):
    """Figures of the newest days: a metric's name and one dimension's value to them.

    `codes` are status codes other than Complete, by metric; `results` may be changed
    before they are sent.
    """

    service = "cloudwatch"

    def __init__(self, figures: Mapping[tuple[str, str], Sequence[float]]) -> None:
        super().__init__()
        self.figures = dict(figures)
        self.codes: dict[str, str] = {}
        self.queries: list[Answer] = []
        """Every query that was asked, in order."""

    def operations(self) -> dict[str, Operation]:
        """GetMetricData alone."""
        return {"GetMetricData": self._data}

    def _data(self, request: Request) -> Answer:
        queries = request["MetricDataQueries"]
        if len(queries) > MOST_QUERIES:
            raise Refusal("ValidationError", "too many queries")
        if not request.get("NextToken"):
            self.queries += queries
        rows = [self._result(query, int(request["EndTime"])) for query in queries]
        return self.page(request, rows, "MetricDataResults")

    def _result(self, query: Any, end: int) -> Answer:
        metric = query["MetricStat"]["Metric"]
        values = {each["Value"] for each in metric["Dimensions"]}
        found = next(
            (
                figures
                for (name, value), figures in self.figures.items()
                if name == metric["MetricName"] and value in values
            ),
            (),
        )
        first = end - len(found) * DAY_SECONDS
        return {
            "Id": query["Id"],
            "Label": metric["MetricName"],
            "StatusCode": self.codes.get(metric["MetricName"], "Complete"),
            "Timestamps": [first + n * DAY_SECONDS for n in range(len(found))],
            "Values": list(found),
        }
