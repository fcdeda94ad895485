"""`fare host spot` and `fare host optimize`: what they print, write and refuse."""

import json
from decimal import Decimal
from errno import ENOSPC
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from farebox.cli.main import run

ROOT = Path(__file__).parent.parent.parent
ON = ("--on", "2026-11-23")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's config alone: no program is run."""
    (tmp_path / "Pulumi.yaml").write_bytes((ROOT / "Pulumi.yaml").read_bytes())
    copytree(ROOT / "stacks", tmp_path / "stacks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(capfdbinary: Any, *arguments: str) -> dict[str, Any]:
    code = run(["host", *arguments, "--format", "json", *ON])
    out, err = capfdbinary.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def refused(capsys: Any, *arguments: str, code: int = 2) -> str:
    assert run(["host", *arguments, *ON]) == code
    said: str = capsys.readouterr().err.strip()
    assert said.startswith("fare: ")
    assert "\n" not in said
    return said


@pytest.mark.parametrize("tier", ["1k", "10k", "100k"])
@pytest.mark.parametrize("command", ["spot", "optimize"])
@pytest.mark.usefixtures("project")
def test_the_text_fits_80_columns(capsys: Any, command: str, tier: str) -> None:
    assert run(["host", command, tier, *ON]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("\033" in line for line in lines)


@pytest.mark.usefixtures("project")
def test_spot_says_pools_mixes_and_that_its_sources_are_old(capsys: Any) -> None:
    assert run(["host", "spot", "100k", "--max-kills", "0.2", *ON]) == 0
    said = capsys.readouterr().out
    assert "r6a.8xlarge use1-az1" in said
    # Worked by hand in tests/hosting/spot/test_purchase_mixes.py
    assert "2.6883      76.8     0.428     4.280" in said
    assert "46 % spot, 3-year plan, 4 % spare" in said
    # 100,000 x 4.2801 / 365 = 1,172.6
    assert "1,173 containers a day" in said
    # 2025-06-28 to 2026-11-23
    assert "513 days before 2026-11-23: stale (limit 90)" in " ".join(said.split())


@pytest.mark.usefixtures("project")
def test_the_json_of_spot_has_figures_as_texts(capfdbinary: Any) -> None:
    found = document(capfdbinary, "spot", "100k", "--plans", "none")
    assert found["schema"] == "farebox.spot/1"
    assert len(found["pools"]) == 5
    first = found["pools"][0]
    assert (first["usd_per_hour"], first["share"]) == ("0.6699", "0.2")
    assert (first["bucket"], first["price_stale"]) == (">20%", True)
    assert {mix["rest"] for mix in found["mixes"]} == {None, "on-demand"}
    spot = found["mixes"][0]
    # 12 x 0.1 x -ln(0.7)
    kills = spot["session_kills_per_user_year"]["likely"]
    assert float(kills) == pytest.approx(0.4280099327, abs=1e-9)
    assert found["cheapest"]["spot_percent"] == 100
    assert (found["advisor"]["age_days"], found["advisor"]["stale"]) == (513, True)


@pytest.mark.usefixtures("project")
def test_optimize_ranks_counts_what_is_left_out_and_names_what_binds(
    capfdbinary: Any,
) -> None:
    found = document(capfdbinary, "optimize", "100k", "--top", "3")
    assert found["schema"] == "farebox.optimize/1"
    usd = [Decimal(c["usd_per_user_month"]["likely"]) for c in found["choices"]]
    assert usd == sorted(usd)
    assert len(usd) == 3
    assert usd[0] < Decimal(found["now"]["usd_per_user_month"]["likely"])
    best = found["choices"][0]
    assert sum(map(Decimal, best["lines"].values())) == pytest.approx(
        usd[0], abs=Decimal("1e-9")
    )
    assert {one["limit"] for one in best["binds"]} == {"memory", "users in one pool"}
    moved = best["moved_most_by"]
    assert moved["usd_per_user_month"][0]["input"] == "spot price"
    assert moved["downtime_minutes_per_user_year"][0]["input"] == "slow_minutes"
    assert Decimal(best["usd_per_user_month"]["high"]) >= Decimal(
        moved["usd_per_user_month"][0]["at_high"]
    )
    reasons = {one["reason"]: one["types"] for one in found["excluded"]}
    assert reasons["of another architecture"] == 97
    assert found["excluded_from_spot"][0]["reason"] == "without a spot price per zone"
    assert found["limits"]["pool_percent"] == "20"
    assert found["written"] is None


def test_write_edits_only_the_keys_that_change_and_shows_them(
    project: Path, capsys: Any
) -> None:
    file = project / "stacks" / "Pulumi.10k.yaml"
    before = file.read_text()
    mode = file.stat().st_mode
    assert run(["host", "optimize", "10k", "--write", *ON]) == 0
    said = capsys.readouterr().out
    after = file.read_text()
    changed = [
        (old, new)
        for old, new in zip(before.splitlines(), after.splitlines(), strict=True)
        if old != new
    ]
    assert [new.strip() for _, new in changed] == [
        "zone_ids: [use1-az4, use1-az5, use1-az6]",
        "instance_types: [r6a.8xlarge]",
        "users_per_vm: 218",
    ]
    for old, new in changed:
        assert f"-{old}\n" in said
        assert f"+{new}\n" in said
    assert file.stat().st_mode == mode
    assert sorted(one.name for one in file.parent.iterdir() if "10k" in one.name) == [
        "10k.usage.yaml",
        "Pulumi.10k.yaml",
    ]
    # Done once, there is nothing left to write, and the tier costs what was promised.
    assert run(["host", "optimize", "10k", "--top", "1", "--write", *ON]) == 0
    again = capsys.readouterr().out
    assert "nothing to write" in again
    rows = [line for line in again.splitlines() if "r6a.8xlarge" in line]
    assert rows[0].split()[-5:] == rows[-1].split()[-5:]
    assert file.read_text() == after


def test_another_choice_can_be_written(project: Path, capfdbinary: Any) -> None:
    found = document(
        capfdbinary, "optimize", "10k", "--write", "--choice", "2", "--plans", "none"
    )
    chosen = found["choices"][1]["instance_type"]
    assert found["written"]["file"] == "stacks/Pulumi.10k.yaml"
    assert (
        f"instance_types: [{chosen}]"
        in (project / found["written"]["file"]).read_text()
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("spot", "10kk"), "No stack 10kk"),
        (("optimize", "10kk"), "No stack 10kk"),
        (("spot", "self-hosted"), "hosts no user"),
        (("optimize", "self-hosted"), "hosts no user"),
        (("spot", "10k", "--max-kills", "-1"), "--max-kills"),
        (("spot", "10k", "--max-downtime-minutes", "nan"), "0 or more"),
        (("optimize", "10k", "--max-pool-percent", "nan"), "0 or more"),
        (("spot", "10k", "--prices", "nothing.prices"), "no such file"),
        (("optimize", "10k", "--top", "1", "--choice", "2"), "only 1 found"),
        (("optimize", "10k", "--write", "--users", "20000"), "farebox:users"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_cannot_be_meant_is_one_sentence(
    capsys: Any, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(capsys, *arguments)


def test_an_unknown_region_is_refused(project: Path, capsys: Any) -> None:
    file = project / "stacks" / "Pulumi.10k.yaml"
    file.write_text(file.read_text().replace("us-east-1", "us-easter-1"))
    for command in ("spot", "optimize"):
        assert "region 'us-easter-1'" in refused(capsys, command, "10k")


@pytest.mark.usefixtures("project")
def test_limits_that_nothing_keeps_end_with_1_and_the_nearest(capsys: Any) -> None:
    said = refused(capsys, "optimize", "10k", "--max-pool-percent", "5", code=1)
    assert "nearest has users in one pool 20 %" in said


def test_a_folder_that_takes_no_file_leaves_the_config_as_it_was(
    project: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> Any:
        raise OSError(ENOSPC, "No space left on device")

    file = project / "stacks" / "Pulumi.10k.yaml"
    before = file.read_text()
    monkeypatch.setattr("tempfile.mkstemp", full)
    assert "No space left" in refused(capsys, "optimize", "10k", "--write")
    assert file.read_text() == before


def test_a_json_config_is_not_edited(project: Path, capsys: Any) -> None:
    file = project / "stacks" / "Pulumi.10k.yaml"
    from yaml import safe_load

    content = safe_load(file.read_text())
    file.with_suffix(".json").write_text(json.dumps(content))
    file.unlink()
    assert "no YAML file" in refused(capsys, "optimize", "10k", "--write")
