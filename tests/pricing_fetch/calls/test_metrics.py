"""CloudWatch's figures by the day, from a real client against a server, and by moto."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.metrics import MetricAsked, daily_metrics
from pricing_fetch.errors import Damaged, Denied, NotAllowed, NotReached, Throttled
from pricing_fetch.net.patience import Patience
from tests.aws.calls import MetricsApi, serve_calls
from tests.aws.server import AwsServer
from tests.passepartout.stores import need_moto

UNTIL = date(2026, 11, 29)


def asked(name: str, queue: str = "jobs", stat: str = "Sum") -> MetricAsked:
    return MetricAsked("AWS/SQS", name, (("QueueName", queue),), stat)


@pytest.fixture
def client(aws_account: AwsServer) -> Iterator[Any]:
    made = Aws(Patience(connect_seconds=1, read_seconds=1, tries=2)).client(
        "cloudwatch", "us-east-1"
    )
    yield made
    made.close()


def days(client: Any, *metrics: MetricAsked) -> list[dict[date, Decimal]]:
    return daily_metrics(client, metrics, region="us-east-1", until=UNTIL, days=30)


def test_each_metric_has_its_own_days(aws_account: AwsServer, client: Any) -> None:
    api = MetricsApi({("Sent", "jobs"): [5, 7.5], ("Got", "jobs"): [1]})
    serve_calls(aws_account, api)
    sent, got, none = days(client, asked("Sent"), asked("Got"), asked("Lost"))
    assert sent == {
        date(2026, 11, 27): Decimal(5),
        date(2026, 11, 28): Decimal("7.5"),
    }
    assert (got, none) == ({date(2026, 11, 28): Decimal(1)}, {})
    assert api.queries[0]["MetricStat"] == {
        "Stat": "Sum",
        "Period": 86_400,
        "Metric": {
            "Namespace": "AWS/SQS",
            "MetricName": "Sent",
            "Dimensions": [{"Name": "QueueName", "Value": "jobs"}],
        },
    }


def test_pages_and_more_than_500_metrics_come_together(
    aws_account: AwsServer, client: Any
) -> None:
    figures = {("Sent", f"q{n}"): [float(n)] for n in range(620)}
    api = MetricsApi(figures)
    api.page_rows = 200
    serve_calls(aws_account, api)
    found = days(client, *(asked("Sent", f"q{n}") for n in range(620)))
    assert [next(iter(one.values())) for one in found] == [
        Decimal(n) for n in range(620)
    ]


@pytest.mark.parametrize(
    ("code", "error"), [("Forbidden", Denied), ("InternalError", NotReached)]
)
def test_figures_that_are_not_whole_are_no_figures(
    aws_account: AwsServer, client: Any, code: str, error: type[Exception]
) -> None:
    api = MetricsApi({("Sent", "jobs"): [5]})
    api.codes["Sent"] = code
    serve_calls(aws_account, api)
    with pytest.raises(error, match="CloudWatch us-east-1"):
        days(client, asked("Sent"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"Values": [1.0, 2.0]},
        {"Values": [-1.0]},
        {"Id": "m7"},
        {"Id": "x"},
        {"Timestamps": None},
    ],
)
def test_an_answer_in_another_form_is_refused(
    aws_account: AwsServer, client: Any, wrong: dict[str, Any]
) -> None:
    class Wrong(MetricsApi):
        def _result(self, query: Any, end: int) -> dict[str, Any]:
            return {**super()._result(query, end), **wrong}

    serve_calls(aws_account, Wrong({("Sent", "jobs"): [5]}))
    with pytest.raises(Damaged, match="CloudWatch us-east-1"):
        days(client, asked("Sent"))


def test_a_metric_without_an_answer_is_no_metric_without_use(
    aws_account: AwsServer, client: Any
) -> None:
    class Silent(MetricsApi):
        def _data(self, request: Any) -> dict[str, Any]:
            found = super()._data(request)
            return {"MetricDataResults": found["MetricDataResults"][:1]}

    serve_calls(aws_account, Silent({("Sent", "jobs"): [5]}))
    with pytest.raises(Damaged, match="no answer for Got"):
        days(client, asked("Sent"), asked("Got"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttle", Throttled),
        ("expired-token", Denied),
        ("server-error", NotReached),
        ("truncate", Damaged),
        ("html", Damaged),
        ("time-out", NotReached),
    ],
)
def test_fault_cloudwatch_fails_in_its_own_words(
    aws_account: AwsServer, client: Any, fault: str, error: type[Exception]
) -> None:
    serve_calls(aws_account, MetricsApi({("Sent", "jobs"): [5]}))
    aws_account.fail(fault, times=20)
    with pytest.raises(error) as raised:
        days(client, asked("Sent"))
    assert str(raised.value).startswith("CloudWatch us-east-1: ")


def test_calls_are_signed_for_aws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://metrics.example.test")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    with pytest.raises(NotAllowed, match="FAREBOX_AWS_ENDPOINT"):
        Aws().client("cloudwatch", "us-east-1")


def test_moto_answers_as_aws_does(monkeypatch: pytest.MonkeyPatch) -> None:
    need_moto()
    from moto import mock_aws

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    until = datetime.now(UTC).date()
    noon = datetime(until.year, until.month, until.day, 12, tzinfo=UTC)
    with mock_aws():
        client = Aws().client("cloudwatch", "us-east-1")
        for age, values in ((2, (5.0, 6.0)), (1, (7.5,))):
            client.put_metric_data(
                Namespace="Shop",
                MetricData=[
                    {
                        "MetricName": "Sent",
                        "Dimensions": [{"Name": "QueueName", "Value": "jobs"}],
                        "Timestamp": noon - timedelta(days=age),
                        "Value": value,
                    }
                    for value in values
                ],
            )
        one = MetricAsked("Shop", "Sent", (("QueueName", "jobs"),))
        other = MetricAsked("Shop", "Sent", (("QueueName", "else"),))
        found, nothing = daily_metrics(
            client, [one, other], region="us-east-1", until=until, days=30
        )
    # By hand: 5 + 6 = 11 on one day, 7.5 on the next.
    assert found == {
        until - timedelta(days=2): Decimal(11),
        until - timedelta(days=1): Decimal("7.5"),
    }
    assert nothing == {}
