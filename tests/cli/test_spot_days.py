"""Spot prices of 90 days, from `fare refresh` to the claims, the prices and `fare host spot`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices import PriceKey
from farebox.prices.store import store_exists
from tests.aws.calls import Ec2Api, serve_calls
from tests.aws.server import AwsServer
from tests.cli.test_spot import project
from tests.pricing_fetch.conftest import aws_account

__all__ = ["aws_account", "project"]

FETCH = ("refresh", "--only", "spot-90-days")
IN_STORE = ("--prices", "store")


def pool(instance_type: str, zone: int) -> PriceKey:
    usage_type = f"SpotUsage:{instance_type}"
    return PriceKey("AmazonEC2", "us-east-1", usage_type, "", "spot", f"use1-az{zone}")


@pytest.fixture
def aws(
    aws_account: AwsServer, project: Path, monkeypatch: pytest.MonkeyPatch
) -> AwsServer:
    """Two zones of two types: 0.20 for long, and 0.26 for the last 45 days."""
    monkeypatch.delenv("FAREBOX_PRICES_URL", raising=False)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(project / "data"))
    now = datetime.now(UTC)
    changes = [
        (pool(instance_type, zone), now - timedelta(days=days), usd)
        for instance_type in ("r6a.4xlarge", "r6a.8xlarge")
        for zone in (1, 2)
        for days, usd in ((200, "0.20"), (45, "0.26"))
    ]
    serve_calls(aws_account, Ec2Api(history=changes))
    return aws_account


def document(capfdbinary: Any, *arguments: str) -> dict[str, Any]:
    code = run([*arguments, "--format", "json"])
    out, err = capfdbinary.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_types_are_those_of_the_projects_tiers(
    aws: AwsServer, capfdbinary: Any
) -> None:
    summary = document(capfdbinary, *FETCH)
    (source,) = summary["sources"]
    assert (source["name"], source["outcome"]) == ("spot 90 days us-east-1", "kept")
    assert source["facts"] == 4
    form = aws.asked_for("DescribeSpotPriceHistory")[0].form
    assert {form[name] for name in form if name.startswith("InstanceType.")} == {
        *("r5.4xlarge", "r6a.4xlarge", "r7a.4xlarge"),
        *("r5.8xlarge", "r6a.8xlarge", "r7a.8xlarge", "r6a.32xlarge"),
    }


def test_claims_stand_on_the_history_that_was_fetched(
    aws: AwsServer, capfdbinary: Any
) -> None:
    before = document(capfdbinary, "claims", "C03", "--prices", "embedded")
    assert "this is one moment" in before["claims"][0]["because"]
    document(capfdbinary, *FETCH, "--type", "r6a.4xlarge", "--region", "us-east-1")
    (claim,) = document(capfdbinary, "claims", "C03", *IN_STORE)["claims"]
    # 45 days at 0.20 and 45 at 0.26, but for the seconds since: 0.23, the paper's own.
    assert claim["verdict"] == "pass"
    assert round(float(claim["value"]), 4) == 0.23
    assert (claim["low"], claim["high"]) == ("0.2", "0.26")
    assert "50 % of the hours were at or under it" in claim["because"]


def test_a_price_is_shown_with_the_history_that_aws_told(
    aws: AwsServer, capfdbinary: Any
) -> None:
    assert run([*FETCH, "--type", "r6a.4xlarge", "--quiet"]) == 0
    asked = ("prices", "show", "r6a.4xlarge", "--region", "us-east-1", *IN_STORE)
    prices = {p["zone_id"]: p for p in document(capfdbinary, *asked)["prices"]}
    told = [step["usd_per_unit"] for step in prices["use1-az1"]["history"]["seen"]]
    assert told == ["0.2", "0.26"]
    # A zone that AWS told nothing of has what the store saw: the embedded price.
    assert len(prices["use1-az4"]["history"]["seen"]) == 1
    assert run([*asked]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.strip().startswith("now 0.26 since ") for line in lines)


def test_spot_tells_what_the_pools_cost_in_90_days(
    aws: AwsServer, capfdbinary: Any
) -> None:
    assert run([*FETCH, "--quiet"]) == 0
    assert run(["host", "spot", "100k", *IN_STORE]) == 0
    text = capfdbinary.readouterr().out.decode()
    said = " ".join(text.split())
    rows = [line for line in text.splitlines() if "█" in line and "▁" in line]
    assert [row.split()[-3:] for row in rows] == [["0.20", "0.2300", "0.26"]] * 2
    assert max(map(len, text.splitlines())) <= 80
    assert "2 of 5 pools cost 0.2300 to 0.2300 USD/h in the mean of their time" in said
    assert "0.20 at the least and 0.26 at the most." in said


def test_a_type_without_the_source_and_a_source_without_types_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    assert run(["refresh", "--type", "r6a.4xlarge", "--region", "us-east-1"]) == 2
    assert "--type goes with --only spot-90-days" in capsys.readouterr().err
    assert run([*FETCH, "--region", "us-east-1"]) == 2
    assert "give --type r6a.4xlarge" in capsys.readouterr().err
    assert not store_exists()
