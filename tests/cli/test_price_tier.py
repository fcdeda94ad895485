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


def edit(project: Path, old: str, new: str, tier: str = "1k") -> None:
    path = project / f"stacks/Pulumi.{tier}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def refused(capsys: pytest.CaptureFixture[str], tier: str = "1k") -> str:
    assert run(["price", tier, *ON]) == 2
    said = capsys.readouterr().err.strip()
    sentence = said.splitlines()[-1]
    assert sentence.startswith("fare: ")
    assert "Traceback" not in said
    return sentence


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
    assert likely == sum(Decimal(line["usd_per_month"]) for line in document["lines"])
    per_user = Decimal(total["usd_per_user_month"])
    assert per_user == likely / Decimal(document["users"])


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


def test_a_broken_yaml_is_refused_with_file_and_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "hosted: true", "hosted: [true")
    assert "Pulumi.1k.yaml" in refused(capsys)


def test_a_missing_region_is_refused_with_the_fix(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "  aws:region: us-east-1\n", "")
    assert "aws:region" in refused(capsys)


def test_a_negative_count_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "farebox:users: 1000", "farebox:users: -5")
    assert "-5" in refused(capsys)


def test_an_instance_type_that_does_not_exist_is_refused_with_the_nearest(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "r6a.4xlarge", "r6a.5xlarge")
    sentence = refused(capsys)
    assert "no instance type 'r6a.5xlarge'" in sentence
    assert "the nearest is r6a." in sentence


def test_28_volumes_on_one_r6a_are_refused_with_the_limit(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # By hand: 168 users at 6 a volume are 28 volumes
    edit(project, "users_per_vm: 160", "users_per_vm: 168", "100k")
    edit(project, "users_per_volume: 80", "users_per_volume: 6", "100k")
    sentence = refused(capsys, "100k")
    assert "28 volumes on one r6a.8xlarge" in sentence
    assert "DescribeInstanceTypes" in sentence


def test_a_zone_without_r6a_is_refused_with_those_that_have_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "use1-az2", "use1-az3")
    sentence = refused(capsys)
    assert "use1-az3" in sentence
    assert "use1-az1" in sentence


def test_a_key_that_no_tier_has_is_refused_with_the_nearest(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "headroom:", "headrom:")
    assert "headroom" in refused(capsys)


def test_a_stack_without_its_config_is_refused_with_the_way_out(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "passepartout:tier:", "passepartout:tyer:")
    assert "passepartout:tier" in refused(capsys)
