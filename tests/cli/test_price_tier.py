"""`fare price TIER`: the whole program, and one sentence for each mistake in a tier."""

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run

ROOT = Path(__file__).parents[2]
ON = ("--on", "2026-11-23")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this project's program, to work in and to break."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("stacks", "components"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(project: Path, old: str, new: str, tier: str) -> None:
    path = project / f"stacks/Pulumi.{tier}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def priced(capfdbinary: Any, tier: str) -> dict[str, Any]:
    assert run(["price", tier, "--format", "json", *ON]) == 0
    document: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return document


@pytest.mark.parametrize("tier", ["self-hosted", "1k", "100k"])
def test_a_tier_has_no_gap_a_range_and_figures_per_user(
    project: Path, capfdbinary: Any, tier: str
) -> None:
    document = priced(capfdbinary, tier)
    total = document["total"]
    assert not document["unpriced"]
    assert not total["lower_bound"]
    low, likely, high = (Decimal(total[k]) for k in ("low", "usd_per_month", "high"))
    assert low < likely < high
    # Nine alarms share what an account has free: a ninth has no end in decimals.
    lines = sum(Decimal(line["usd_per_month"]) for line in document["lines"])
    assert abs(likely - lines) < Decimal("1e-18")
    per_user = Decimal(total["usd_per_user_month"])
    assert abs(per_user - likely / Decimal(document["users"])) < Decimal("1e-18")


def test_the_readme_shows_what_the_command_prints(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = (ROOT / "README.md").read_text().split("```text\n")
    shown = blocks[1].split("\n```")[0]
    assert "Total a month, USD" in shown
    assert run(["price", "self-hosted", *ON]) == 0
    assert shown in capsys.readouterr().out


def test_compute_of_100k_is_the_mean_zone_price_over_160_users(
    project: Path, capfdbinary: Any
) -> None:
    # By hand: r6a.8xlarge spot in the five zones, USD/h:
    #   .6699 + .6307 + .4894 + .4698 + .5313 = 2.7911, mean 0.55822
    #   730 x 0.55822 / 160 = 2.54687875 per user before headroom;
    #   625 VMs are 125 a zone, 4 % more are 130: x 130/125 = 2.6487539
    document = priced(capfdbinary, "100k")
    spot = [line for line in document["lines"] if line["purchase"] == "spot"]
    assert len(spot) == 5
    assert all("r6a.8xlarge" in line["usage_type"] for line in spot)
    usd = sum(Decimal(line["usd_per_month"]) for line in spot)
    assert usd / 100_000 == Decimal("2.6487539")
    before_headroom = usd * 125 / 130 / 100_000
    assert before_headroom == Decimal("2.54687875")


@pytest.mark.parametrize(
    ("tier", "edits", "parts"),
    [
        pytest.param(
            "1k",
            {"hosted: true": "hosted: [true"},
            ["Pulumi.1k.yaml"],
            id="a broken YAML",
        ),
        pytest.param(
            "1k",
            {"  aws:region: us-east-1\n": ""},
            ["aws:region"],
            id="a missing region",
        ),
        pytest.param(
            "1k",
            {"farebox:users: 1000": "farebox:users: -5"},
            ["-5"],
            id="a negative count",
        ),
        pytest.param(
            "1k",
            {"r6a.4xlarge": "r6a.5xlarge"},
            ["no instance type 'r6a.5xlarge'", "the nearest is r6a."],
            id="an instance type that does not exist",
        ),
        pytest.param(
            "100k",
            # By hand: 168 users at 6 a volume are 28 volumes
            {"users_per_vm: 160": "users_per_vm: 168", "_volume: 80": "_volume: 6"},
            ["28 volumes on one r6a.8xlarge", "DescribeInstanceTypes"],
            id="28 volumes on one r6a",
        ),
        pytest.param(
            "1k",
            {"use1-az2": "use1-az3"},
            ["use1-az3", "use1-az1"],
            id="a zone without r6a",
        ),
        pytest.param(
            "1k", {"headroom:": "headrom:"}, ["headroom"], id="an unknown key"
        ),
        pytest.param(
            "1k",
            {"passepartout:tier:": "passepartout:tyer:"},
            ["passepartout:tier"],
            id="a stack without its tier",
        ),
    ],
)
def test_a_mistake_in_a_tier_is_one_sentence_with_the_way_out(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    tier: str,
    edits: dict[str, str],
    parts: list[str],
) -> None:
    for old, new in edits.items():
        edit(project, old, new, tier)
    assert run(["price", tier, *ON]) == 2
    said = capsys.readouterr().err.strip()
    assert "Traceback" not in said
    sentence = said.splitlines()[-1]
    assert sentence.startswith("fare: ")
    for part in parts:
        assert part in sentence
