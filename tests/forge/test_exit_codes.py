"""`fare comment` when something does not hold or cannot be done: exit codes, sentences."""

import os
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.forge.changes import ON, enter, silent
from tests.forge.fakes import TOKEN, FakeGitHub, Trouble


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble("POST", "comments$", 401), 3),
        (Trouble("POST", "comments$", 403), 3),
        (Trouble("POST", "comments$", 404), 3),
        (Trouble("POST", "comments$", 422), 3),
        (Trouble("POST", "comments$", 429, headers={"Retry-After": "999"}), 3),
        (Trouble("GET", "comments$", 200, b"<html>"), 3),
    ],
    ids=lambda x: str(getattr(x, "status", "")),
)
def test_a_post_that_failed_ends_with_3_and_keeps_the_file(
    folder: Path,
    diff_file: str,
    github: FakeGitHub,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Trouble,
    code: int,
) -> None:
    enter(monkeypatch, github_env)
    github.troubles.append(trouble)
    asked = ["comment", "--diff", diff_file, "--post", "github", "--output", "c.md"]
    assert run(asked) == code
    out, err = capsys.readouterr()
    silent(out, err)
    assert err.startswith("fare: GitHub, asked to ")
    assert len(err.splitlines()) == 1
    assert "+437.75" in (folder / "c.md").read_text()


def test_a_limit_that_does_not_hold_is_told_in_the_comment_and_ends_with_1(
    folder: Path,
    diff_file: str,
    github: FakeGitHub,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(monkeypatch, github_env)
    asked = ["comment", "--diff", diff_file, "--post", "github", "--fail-over"]
    assert run([*asked, "400USD"]) == 1
    assert "--fail-over" in github.comments[0]["body"].split("| Stack |")[0]
    enter(monkeypatch, github_env)
    assert run([*asked, "500USD"]) == 0
    assert "--fail-over" not in github.comments[0]["body"]
    capsys.readouterr()


def test_a_post_that_failed_does_not_hide_a_limit_that_does_not_hold(
    folder: Path,
    diff_file: str,
    github: FakeGitHub,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(monkeypatch, github_env)
    github.troubles.append(Trouble("POST", "comments$", 403))
    asked = ["comment", "--diff", diff_file, "--post", "github", "--fail-over", "1USD"]
    assert run(asked) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "may not do this" in first
    assert "more than 1" in second


def test_without_a_token_the_limit_counts_too(
    folder: Path,
    diff_file: str,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(monkeypatch, github_env | {"GITHUB_TOKEN": ""})
    asked = ["comment", "--diff", diff_file, "--post", "auto"]
    assert run(asked) == 2
    assert "GITHUB_TOKEN is not set" in capsys.readouterr().err
    assert run([*asked, "--fail-over", "1USD"]) == 1
    assert "GITHUB_TOKEN is not set" in capsys.readouterr().err


def test_the_token_is_out_of_reach_for_a_program_that_is_priced(
    folder: Path,
    diff_file: str,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(monkeypatch, github_env | {"GITLAB_TOKEN": TOKEN, "CI_JOB_TOKEN": TOKEN})
    seen: list[str] = []

    def look(*_: object) -> Any:
        seen.extend(os.environ.values())
        raise KeyboardInterrupt

    monkeypatch.setattr("farebox.quote.change.compare_targets", look)
    assert run(["comment", "base.json", "head.json", "--post", "github"]) == 130
    assert seen
    assert TOKEN not in seen


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "give BASE and HEAD"),
        (["--diff", "nothing.json"], "does not exist"),
        (["--diff", "head.json"], "head.json is no diff"),
        (["--statement", "diff.json"], "farebox.diff/1"),
        (["--diff", "diff.json", "--name", "a--b"], "cannot name a comment"),
        (["--diff", "diff.json", "--post", "auto"], "neither GitHub Actions nor"),
        (["--diff", "diff.json", "--output", "no/where.md"], "--output no/where.md"),
        (["--diff", "diff.json", "--pull", "0"], "--pull"),
        (["--diff", "diff.json", "--fail-over", "much"], "much"),
    ],
)
def test_a_mistake_is_one_sentence(
    folder: Path,
    diff_file: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    part: str,
) -> None:
    assert run(["comment", *arguments]) == 2
    out, err = capsys.readouterr()
    silent(out, err)
    assert part in err
    assert len(err.splitlines()) == 1


def test_gitlab_has_no_check_runs_and_says_what_it_has(
    folder: Path,
    diff_file: str,
    gitlab_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(monkeypatch, gitlab_env)
    assert run(["comment", "--diff", diff_file, "--check-run"]) == 2
    assert "--code-quality" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [["100k", "--base-ref", "main"], ["base.json", "100k"], ["base.json", "folder"]],
)
def test_a_program_is_not_run_where_a_token_is(
    folder: Path,
    github_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
) -> None:
    enter(monkeypatch, github_env)
    for how in (["--post", "auto"], ["--check-run"]):
        assert run(["comment", *asked, *how]) == 2
        assert "write the figures first" in capsys.readouterr().err


def test_a_stack_without_a_base_or_without_figures_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["price", "head.json", "--format", "json", *ON]) == 0
    (folder / "head.statement.json").write_text(capsys.readouterr().out)
    asked = ["--without-base", "head.statement.json", "--unpriced", "big <b>@all"]
    assert run(["comment", *asked, "--fail-over", "5%"]) == 0
    told = capsys.readouterr().out
    assert "its base could not be priced" in told
    assert "no limit was held against it" in told
    assert "could not be priced at this commit" in told
    assert "<b>" not in told
    assert run(["comment", "--unpriced", "big"]) == 0
    assert "## Farebox: no figure" in capsys.readouterr().out
