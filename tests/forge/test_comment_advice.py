"""Advice in a comment: on what the change touches, a few of it, and as plain text."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import preview, urn, volume
from tests.forge.changes import ON

EMBEDDED = ("--prices", "embedded")


def advice(*rows: dict[str, Any], stack: str = "test") -> str:
    """A file of advice as `fare advise --format json` writes it."""
    document = {
        "schema": "farebox.advice/1",
        "project": "shop",
        "stack": stack,
        "usd_per_month": "100",
        "usd_with_all": "90",
        "usd_saved": "10",
        "advice": rows,
    }
    Path("advice.json").write_text(json.dumps(document))
    return "advice.json"


def row(urn: str, name: str = "disk", usd: str = "10") -> dict[str, Any]:
    said = {"change": "type: gp2 -> gp3", "risk": "none: as fast"}
    return {"kind": "gp3", "urn": urn, "name": name, "usd_saved": usd, **said}


def commented(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The lines on advice of a printed comment."""
    assert run(["comment", *words, "--print"]) == 0
    text = capsys.readouterr().out
    return [line for line in text.splitlines() if line.startswith("- Advice")]


def test_a_change_is_advised_on_what_it_adds_and_not_on_what_was_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = volume("there", type="gp2", size=1000)
    new = volume("new", type="gp2", size=500)
    Path("before.json").write_bytes(preview(there))
    Path("after.json").write_bytes(preview(there, new))
    # By hand: 500 x (0.10 - 0.08) = 10.
    [line] = commented(capsys, "before.json", "after.json", *EMBEDDED, *ON)
    said = "- Advice: <code>new</code> type: gp2 -&#62; gp3 saves USD 10.00 a month. Risk: "
    assert line.startswith(said)


def test_advice_from_a_file_is_told_of_its_own_stack_alone(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    touched = urn("aws:ebs/volume:Volume", "new")
    given = ("--diff", diff_file, "--advice")
    assert len(commented(capsys, *given, advice(row(touched)))) == 1
    assert not commented(capsys, *given, advice(row("urn:other")))
    assert not commented(capsys, *given, advice(row(touched), stack="prod"))


def test_much_advice_is_five_and_a_count(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    touched = urn("aws:ebs/volume:Volume", "new")
    file = advice(*[row(touched)] * 40)
    lines = commented(capsys, "--diff", diff_file, "--advice", file)
    assert len(lines) == 6
    assert lines[-1] == "- Advice: 35 more with `fare advise`"


def test_a_strangers_name_does_nothing_in_advice(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = row(urn("aws:ebs/volume:Volume", "new"), name="<img src=x> @all\n# boo")
    hostile["change"] = "[click](https://evil.test) @owner"
    [line] = commented(capsys, "--diff", diff_file, "--advice", advice(hostile))
    assert "<img" not in line
    assert "](" not in line
    assert "@owner" not in line


@pytest.mark.parametrize("usd", ["1e999", "NaN", "lots"])
def test_a_figure_that_no_bill_has_is_refused(
    folder: Path, diff_file: str, usd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = advice(row("urn:x", usd=usd))
    assert run(["comment", "--diff", diff_file, "--advice", file, "--print"]) == 2
    assert "advice.json" in capsys.readouterr().err
