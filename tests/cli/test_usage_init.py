"""`fare usage init` writes a file that `fare price` reads, and never over another."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import preview, step


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a preview of one queue."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    queue = step("aws:sqs/queue:Queue", "jobs", {})
    (tmp_path / "preview.json").write_bytes(preview(queue))
    return tmp_path


def test_the_file_is_written_and_changes_no_figure(
    folder: Path, capfdbinary: Any
) -> None:
    assert run(["usage", "init", "preview.json"]) == 0
    # The document's stack is called test, as its urns say.
    said = capfdbinary.readouterr().out.decode()
    assert re.match(r"test\.usage\.yaml: \d keys of 2 resources and regions;", said)
    asked = ["price", "preview.json", "--format", "json", "--on", "2026-11-23"]
    assert run([*asked, "--usage", "test.usage.yaml"]) == 0
    out, err = capfdbinary.readouterr()
    assert not err
    [gap] = json.loads(out)["unpriced"]
    assert (gap["code"], gap["usage_key"]) == ("no-usage", "monthly_requests")


def test_a_key_that_is_taken_from_behind_its_mark_is_charged(
    folder: Path, capfdbinary: Any
) -> None:
    run(["usage", "init", "preview.json", "--output", "usage.yaml"])
    path = folder / "usage.yaml"
    written = path.read_text()
    assert "    # monthly_requests: 0\n" in written
    path.write_text(
        written.replace("# monthly_requests: 0", "monthly_requests: 3_000_000")
    )
    capfdbinary.readouterr()
    asked = ["price", "preview.json", "--format", "json", "--on", "2026-11-23"]
    assert run([*asked, "--usage", "usage.yaml"]) == 0
    # By hand: a million is free; 2,000,000 x 0.0000004 = 0.80
    total = json.loads(capfdbinary.readouterr().out)["total"]
    assert total["usd_per_month"] == "0.8"


def test_a_file_that_is_there_is_kept_unless_it_may_go(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "test.usage.yaml"
    path.write_text("# mine\n")
    assert run(["usage", "init", "preview.json"]) == 2
    said = capsys.readouterr().err
    assert "test.usage.yaml is there already; --force writes over it" in said
    assert path.read_text() == "# mine\n"
    assert run(["usage", "init", "preview.json", "--force"]) == 0
    assert "monthly_requests" in path.read_text()


def test_to_standard_output_no_file_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["usage", "init", "preview.json", "--stdout"]) == 0
    assert "# monthly_requests: 0\n" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["preview.json"]


def test_a_folder_that_is_not_there_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["usage", "init", "preview.json", "-o", "no/such/usage.yaml"]) == 2
    assert "no/such/usage.yaml: No such file" in capsys.readouterr().err
