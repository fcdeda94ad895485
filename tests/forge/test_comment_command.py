"""`fare comment` from previews to the forge: what is posted, written and annotated."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import urn
from tests.forge.changes import ON, enter, silent
from tests.forge.fakes import FakeGitHub, FakeGitLab


def test_a_pull_request_end_to_end_on_both_forges(
    folder: Path,
    diff_file: str,
    github: FakeGitHub,
    github_env: dict[str, str],
    gitlab: FakeGitLab,
    gitlab_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # By hand, us-east-1: r6a.8xlarge 1.8144, r7a.8xlarge 2.4344 USD/h:
    # 0.62 x 730 = +452.60; gp3 IOPS 2,000 x 0.005 = +10.00; NAT 0.045 x 730 = -32.85;
    # old 200 x 0.08 = -16.00, new 300 x 0.08 = +24.00; together +437.75
    for env, forge in ((github_env, github), (gitlab_env, gitlab)):
        with monkeypatch.context() as job:
            for _ in range(2):
                enter(job, env)
                assert run(["comment", "--diff", diff_file, "--post", "auto"]) == 0
            fewer = ["comment", "head.json", "head.json", "--post", "auto", *ON]
            assert len(forge.comments) == 1
            text = forge.comments[0]["body"]
            enter(job, env)
            assert run(fewer) == 0
            assert len(forge.comments) == 1
            assert forge.comments[0]["body"] != text
        out, err = capsys.readouterr()
        silent(out, err)
        told = [line.split(": ")[2] for line in err.splitlines()]
        assert told == ["comment created", "comment unchanged", "comment updated"]
        assert "## Farebox: USD +437.75 a month" in text
        assert "for 1,000 → 1,100 users" in text
        rows = [x for x in text.splitlines() if x.startswith(("| ~", "| +", "| −"))]
        changes = [row.split(" | ")[-1] for row in rows]
        assert changes == [
            "**+452.60** |",
            "-32.85 |",
            "+24.00 |",
            "-16.00 |",
            "+10.00 |",
        ]


def test_the_annotations_stand_at_the_heads_lines(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["comment", "--diff", diff_file, "--annotations", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",title")[0] for line in lines] == [
        "::notice file=infra/__main__.py,line=11",
        "::notice file=infra/__main__.py,line=41",
        "::notice file=infra/__main__.py,line=21",
    ]
    assert "title=USD +452.60 a month::test: vm USD +452.60 a month" in lines[0]


def test_the_folder_can_be_named(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["comment", "--diff", diff_file, "--annotations", "-", "--folder", "a/b"]
    assert run(asked) == 0
    assert "::notice file=a/b/__main__.py,line=11," in capsys.readouterr().out


def test_files_are_written_and_nothing_is_printed(
    folder: Path, diff_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--output", "c.md", "--annotations", "a.txt", "--code-quality", "q.json"]
    assert run(["comment", "--diff", diff_file, *files]) == 0
    assert capsys.readouterr() == ("", "")
    assert (folder / "c.md").read_text().startswith("<!-- farebox:farebox -->\n## ")
    assert len((folder / "a.txt").read_text().splitlines()) == 3
    assert json.loads((folder / "q.json").read_text())[0]["location"] == {
        "path": "infra/__main__.py",
        "lines": {"begin": 11},
    }


def test_a_check_run_carries_the_annotations(
    folder: Path,
    diff_file: str,
    github: FakeGitHub,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(monkeypatch, github_env)
    assert run(["comment", "--diff", diff_file, "--check-run"]) == 0
    (made,) = github.check_runs
    assert made["output"]["title"].startswith("USD +437.75 a month")
    assert len(made["output"]["annotations"]) == 3
    assert github.comments == []


def test_a_statement_and_several_stacks_are_one_comment(
    folder: Path, diff_file: str, capfdbinary: Any
) -> None:
    assert run(["price", "head.json", "--format", "json", *ON]) == 0
    (folder / "statement.json").write_bytes(capfdbinary.readouterr().out)
    asked = ["comment", "--diff", diff_file, "--diff", diff_file]
    assert run([*asked, "--statement", "statement.json"]) == 0
    text = capfdbinary.readouterr().out.decode()
    assert "## Farebox: 3 stacks" in text
    assert text.count("<details>") == 3


def test_removed_resources_have_no_line_to_annotate(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["comment", "head.json", "base.json", "--annotations", "-", *ON]
    assert run(asked) == 0
    said = capsys.readouterr().out
    assert urn("aws:ebs/volume:Volume", "new") not in said
    assert "line=41," not in said
    assert "line=30," in said
