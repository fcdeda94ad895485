"""`fare doctor` tells what is here, and leaves no traceback where something is not."""

import json
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
