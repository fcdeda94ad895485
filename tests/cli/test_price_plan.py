"""`fare price --plan`: every commitment has its name, and a person may give its rate."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.cli.options.buying import PLANS, TERMS
from farebox.prices.commitments import RESERVATIONS, SAVINGS_PLANS
from tests.cli.documents import preview, step

ADJUSTMENTS = """
version: 1
adjustments:
  - {name: EDP, percent: 10, service: AmazonEC2, purchase: savings-plan}
plan_rates:
  - term: compute-1yr-no-upfront
    service: AmazonEC2
    region: us-east-1
    usage_type: "BoxUsage:m7g.large"
    operation: RunInstances
    usd_per_unit: 0.06
    source: our console
"""


def test_every_commitment_has_one_name() -> None:
    named = [f"standard-{plan}" if plan in TERMS else plan for plan in PLANS]
    assert sorted(named) == sorted(x.term for x in (*RESERVATIONS, *SAVINGS_PLANS))


def test_a_rate_that_is_given_is_covered_then_discounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    inputs = {"instanceType": "m7g.large", "associatePublicIpAddress": False}
    one = step("aws:ec2/instance:Instance", "web", inputs)
    Path("preview.json").write_bytes(preview(one))
    Path("rates.yaml").write_text(ADJUSTMENTS)
    asked = ("--plan", "compute-1yr-no-upfront", "--coverage", "50")
    more = ("--adjustments", "rates.yaml", "--on", "2026-11-23", "--format", "json")
    assert run(["price", "preview.json", *asked, *more]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    lines = [one for one in document["lines"] if "BoxUsage" in one["usage_type"]]
    # By hand: 365 h x 0.06 = 21.90, less 10 %, and 365 h x 0.0816 on demand.
    assert [one["usd_per_month"] for one in lines] == ["21.9", "-2.19", "29.784"]
    assert lines[0]["term"] == "compute-1yr-no-upfront"
    assert lines[0]["list_usd_per_unit"] == "0.0816"
    assert lines[0]["price_source"]["url"] == "our console"
