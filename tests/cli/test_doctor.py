"""`fare doctor` tells what is here, and leaves no traceback where something is not."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from farebox.cli.main import fare


def findings() -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(
        fare, ["doctor", "--format", "json"], standalone_mode=False
    )
    assert result.exception is None
    return {one["what"]: one for one in json.loads(result.stdout)["findings"]}


def test_an_empty_folder_has_no_project_and_the_shipped_prices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = findings()
    assert found["Pulumi project"]["well"] is False
    assert "pulumi stack export" in str(found["Pulumi project"]["way"])
    assert str(found["prices"]["how"]).startswith("the embedded book")


def test_a_projects_stacks_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert "100k" in str(findings()["Pulumi project"]["how"])
    assert findings()["extra programs"]["well"] is True


def test_a_store_that_cannot_be_opened_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path))
    (tmp_path / "prices.sqlite").write_bytes(b"no database, at all" * 100)
    found = findings()["prices"]
    assert found["well"] is False
    assert "prices.sqlite" in str(found["how"])


@pytest.mark.parametrize(
    ("files", "how", "well"),
    [
        (
            {"Pulumi.yaml": "name: shop\nruntime: nodejs\n"},
            "nodejs, its stacks: none yet",
            False,
        ),
        (
            {"Pulumi.yaml": "name: shop\nruntime: yaml\n", "Pulumi.dev.yaml": ""},
            "shop in yaml, its stacks: dev",
            True,
        ),
        ({"Pulumi.yaml": "runtime: yaml\n"}, "has no name", False),
        ({"Pulumi.yaml": "name: [\n"}, "Pulumi.yaml", False),
    ],
)
def test_a_project_is_told_as_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    how: str,
    well: bool,
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    found = findings()["Pulumi project"]
    assert how in str(found["how"])
    assert found["well"] is well
    assert found["way"] or well


def test_a_programs_own_environment_is_enough_to_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("farebox.cli.doctor.missing", lambda name: f"no {name}")
    runtime = "{name: python, options: {virtualenv: venv}}"
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n")
    found = findings()
    assert "python3 -m venv venv" in str(found["the program's packages"]["way"])
    assert found["extra programs"]["well"] is False
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "venv/lib" / python / "site-packages/pulumi").mkdir(parents=True)
    found = findings()
    assert found["the program's packages"]["well"] is True
    assert found["extra programs"]["well"] is True
