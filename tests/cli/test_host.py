"""`fare host`: the hosting commands in a group, under their old names too."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run

ROOT = Path(__file__).parents[2]
PACK = ("pack", "r6a.4xlarge", "--users", "80")


def test_an_old_name_still_works_and_says_the_new_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["host", *PACK]) == 0
    new = capsys.readouterr()
    assert new.err == ""
    assert run([*PACK]) == 0
    old = capsys.readouterr()
    assert old.err == "fare: note: fare pack is fare host pack now\n"
    assert old.out == new.out


def test_a_program_that_reads_json_gets_no_note(capfdbinary: Any) -> None:
    assert run([*PACK, "--format", "json"]) == 0
    done = capfdbinary.readouterr()
    assert done.err == b""
    assert json.loads(done.out)["schema"].startswith("farebox.pack/")


@pytest.mark.parametrize("words", [["tiers"], ["limits", "100k"], ["claims"]])
def test_without_a_project_it_says_what_it_needs(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["host", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("fare: fare host needs a Pulumi project in this folder")
    assert "PROJECT:tier" in said
    assert said.count("\n") == 1


def test_help_shows_both_groups_and_imports_no_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    prices, hosting = text.split("Hosting users by tiers:")
    assert "  price " in prices
    assert "  tiers " not in prices
    assert "  host tiers " in hosting
