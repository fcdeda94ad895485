"""`fare usage sync` fills a usage file in from CloudWatch, and keeps what people wrote."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from farebox.bill.assumptions import LevelInForce
from farebox.bill.usage_file import parse_usage
from farebox.cli.main import run
from farebox.rules.registry import TYPES
from pricing_fetch.net.patience import Patience
from tests.aws.calls import MetricsApi, serve_calls
from tests.aws.server import AwsServer
from tests.graph.documents import export, state
from tests.sdk_types import names_of

QUEUE = "aws:sqs/queue:Queue"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
QUICK = Patience(connect_seconds=1, read_seconds=1, tries=2)
REGION = ("--region", "us-east-1")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsServer]:
    """An account whose CloudWatch is a server on this machine."""
    with AwsServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        yield server


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def deployed(folder: Path, *resources: dict[str, Any]) -> str:
    (folder / "state.json").write_bytes(export(*resources))
    return "state.json"


def queue(name: str = "jobs", queue_name: str = "jobs-1a2b") -> dict[str, Any]:
    return state(
        QUEUE,
        name,
        id=f"https://sqs.us-east-1.amazonaws.com/123456789012/{queue_name}",
        outputs={"name": queue_name},
    )


def sync(*arguments: str) -> int:
    return run(["usage", "sync", *arguments, *REGION, "--prices", "embedded"])


def range_of(text: str, name: str, key: str) -> tuple[str, ...]:
    usage = parse_usage(text).of_resource("u", "t", name, LevelInForce())
    found = usage.assumption(*key.split("."))
    assert found is not None, f"{name} has no {key}"
    assert (found.status, found.source[:10]) == ("measured", "CloudWatch")
    return (str(found.low), str(found.likely), str(found.high))


def test_a_file_that_is_not_there_is_begun_and_filled_in(
    folder: Path, aws: AwsServer, capsys: pytest.CaptureFixture[str]
) -> None:
    # By hand: 240 messages sent and 240 received on each of three days, none deleted:
    # 480 a day x 365 / 12 = 14,600 a month. A message has 2 KB: 2,048 bytes.
    name = "jobs-1a2b"
    api = MetricsApi(
        {
            ("NumberOfMessagesSent", name): [240] * 3,
            ("NumberOfMessagesReceived", name): [240] * 3,
            ("SentMessageSize", name): [2048] * 3,
        }
    )
    serve_calls(aws, api)
    assert sync(deployed(folder, queue()), "--output", "u.yaml") == 0
    assert capsys.readouterr().out == "u.yaml: 2 figures from 5 metrics of CloudWatch\n"
    text = (folder / "u.yaml").read_text()
    assert range_of(text, "jobs", "monthly_requests") == ("14600", "14600", "14600")
    assert range_of(text, "jobs", "request_size_kb") == ("2", "2", "2")
    # The price of it, by hand: all of it is within the free million.
    asked = ["price", "state.json", "--usage", "u.yaml", "--on", "2026-11-23", *REGION]
    assert run([*asked, "--format", "json", "--prices", "embedded"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["lines"][0]["quantity"] == "14600"
    assert document["lines"][0]["usage"] == "measured"


def test_what_a_person_wrote_stays_and_a_second_sync_changes_what_it_measured(
    folder: Path, aws: AwsServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = "# ours\nresource_usage:\n  jobs: # busy\n    request_size_kb: 64 # Ann's\n"
    (folder / "u.yaml").write_text(mine)
    stack = deployed(folder, queue())
    for sent, month in (([12], "365"), ([24], "730")):
        api = MetricsApi({("NumberOfMessagesSent", "jobs-1a2b"): sent})
        serve_calls(aws, api)
        assert sync(stack, "-o", "u.yaml") == 0
        text = (folder / "u.yaml").read_text()
        assert range_of(text, "jobs", "monthly_requests")[1] == month
        rest = [line for line in text.splitlines() if "CloudWatch" not in line]
        assert rest == mine.splitlines()
    said = capsys.readouterr()
    assert "u.yaml: request_size_kb of jobs is kept as given" in said.err
    assert said.out.startswith("u.yaml: 1 figure from 4 metrics of CloudWatch\n")


def test_a_metric_without_figures_leaves_its_key_as_it_is(
    folder: Path, aws: AwsServer, capsys: pytest.CaptureFixture[str]
) -> None:
    serve_calls(aws, MetricsApi({("NumberOfMessagesSent", "jobs-1a2b"): [12]}))
    assert sync(deployed(folder, queue()), "-o", "u.yaml") == 0
    said = capsys.readouterr().err
    assert "jobs: CloudWatch has nothing of AWS/SQS SentMessageSize" in said
    assert "# request_size_kb: 0\n" in (folder / "u.yaml").read_text()


@pytest.mark.parametrize("pattern", ["job*", f"{QUEUE}::jobs", "aws_sqs_queue.jobs"])
def test_a_figure_that_a_person_gave_for_many_is_not_overruled(
    folder: Path, aws: AwsServer, capsys: pytest.CaptureFixture[str], pattern: str
) -> None:
    # The later of two matching entries wins, so a new one would overrule it: Infracost's
    # sync was destructive with wildcards (infracost/infracost issue 875).
    mine = (
        f'resource_usage:\n  "{pattern}": {{monthly_requests: 9}}\n  gone: {{x: 1}}\n'
    )
    (folder / "u.yaml").write_text(mine)
    serve_calls(aws, MetricsApi({("NumberOfMessagesSent", "jobs-1a2b"): [12]}))
    assert sync(deployed(folder, queue()), "-o", "u.yaml") == 0
    assert (folder / "u.yaml").read_text() == mine
    said = capsys.readouterr().err
    assert "monthly_requests of jobs is kept as given" in said


def test_a_default_of_the_type_gives_way_to_what_is_measured(
    folder: Path, aws: AwsServer
) -> None:
    default = f"resource_type_default_usage:\n  {QUEUE}: {{monthly_requests: 9}}\n"
    (folder / "u.yaml").write_text(default)
    serve_calls(aws, MetricsApi({("NumberOfMessagesSent", "jobs-1a2b"): [12]}))
    assert sync(deployed(folder, queue()), "-o", "u.yaml") == 0
    text = (folder / "u.yaml").read_text()
    assert text.startswith(default)
    assert range_of(text, "jobs", "monthly_requests")[1] == "365"


def test_a_balancer_is_asked_for_by_its_kind(folder: Path, aws: AwsServer) -> None:
    # By hand: 86,400 new connections a day are 1 a second; 2 GiB a day x 365 / 12 =
    # 60.8333 GB a month; an application balancer's 1,440 x 50 a day are 50 at a time.
    web, net = "app/web/50dc6c495c0c9188", "net/relay/60dc6c495c0c9188"
    api = MetricsApi(
        {
            ("NewConnectionCount", web): [86_400],
            ("ActiveConnectionCount", web): [72_000],
            ("ProcessedBytes", web): [2 << 30],
            ("ActiveFlowCount", net): [1000],
        }
    )
    serve_calls(aws, api)
    stack = deployed(
        folder,
        state(BALANCER, "web", id="arn:1", outputs={"arnSuffix": web}),
        state(
            BALANCER,
            "relay",
            id="arn:2",
            inputs={"loadBalancerType": "network"},
            outputs={"arnSuffix": net, "loadBalancerType": "network"},
        ),
    )
    assert sync(stack, "-o", "u.yaml") == 0
    text = (folder / "u.yaml").read_text()
    assert range_of(text, "web", "new_connections")[1] == "1"
    assert range_of(text, "web", "active_connections")[1] == "50"
    assert range_of(text, "web", "processed_bytes_gb")[1] == "60.8333"
    assert range_of(text, "relay", "active_connections")[1] == "1000"
    spaces = {query["MetricStat"]["Metric"]["Namespace"] for query in api.queries}
    assert spaces == {"AWS/ApplicationELB", "AWS/NetworkELB"}


def test_a_resource_that_is_not_deployed_is_told(
    folder: Path, aws: AwsServer, capsys: pytest.CaptureFixture[str]
) -> None:
    api = MetricsApi({})
    serve_calls(aws, api)
    assert sync(deployed(folder, state(QUEUE, "jobs")), "--stdout") == 0
    said = capsys.readouterr()
    assert (
        "jobs: its monthly_requests is not asked for, since nothing tells" in said.err
    )
    assert "# monthly_requests: 0" in said.out
    assert not api.queries
    assert [path.name for path in folder.iterdir()] == ["state.json"]


@pytest.mark.parametrize("fault", ["expired-token", "truncate"])
def test_where_cloudwatch_fails_the_file_stays_as_it_was(
    folder: Path, aws: AwsServer, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    serve_calls(aws, MetricsApi({("NumberOfMessagesSent", "jobs-1a2b"): [5]}))
    aws.fail(fault, times=50)
    (folder / "u.yaml").write_text("version: 1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farebox.cli.usage_sync.PATIENCE", QUICK)
        assert sync(deployed(folder, queue()), "-o", "u.yaml") == 3
    assert (folder / "u.yaml").read_text() == "version: 1\n"
    said = capsys.readouterr().err
    assert said.startswith("fare: CloudWatch us-east-1: ")
    assert "not-a-secret" not in said


def test_without_credentials_it_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(deployed(folder, queue()), "-o", "u.yaml") == 3
    assert "credentials" in capsys.readouterr().err
    assert not (folder / "u.yaml").exists()


def test_a_metric_is_asked_for_by_what_a_type_of_its_has() -> None:
    for said in TYPES.values():
        for use in said.uses:
            for metric in use.metrics:
                types = [
                    type_
                    for type_, other in TYPES.items()
                    if any(metric in each.metrics for each in other.uses)
                ]
                named = {d for d in metric.dimensions.values() if d[0] != "="}
                needed = (named | set(metric.when)) - {"id"}
                assert any(needed <= names_of(type_) for type_ in types), use.key
                # The one namespace that AWS spells otherwise; see "Canary metrics".
                own = metric.namespace == "CloudWatchSynthetics"
                assert own or metric.namespace.startswith("AWS/")
                assert (metric.counts == "level") == (
                    metric.stat == "Average" or bool(metric.per)
                )
