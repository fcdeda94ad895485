"""`fare comment` from previews to the forge: files, posts, checks and exit codes."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.diffing import AskedDiff, diff_targets
from farebox.cli.main import run
from farebox.reports.diff_json import diff_json
from tests.cli.documents import preview, step, urn, volume
from tests.forge.fakes import TOKEN, FakeGitHub, FakeGitLab, Trouble

ON = ("--on", "2026-11-23")


def at(line: int, made: dict[str, Any]) -> dict[str, Any]:
    """The step declared at a line of the program."""
    made["newState"]["sourcePosition"] = f"project:///__main__.py#{line},4"
    return made


def instance(kind: str) -> dict[str, Any]:
    """A machine with a root volume of 30 GiB gp3 and no public address."""
    inputs = {
        "instanceType": kind,
        "ami": "ami-1",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeSize": 30, "volumeType": "gp3"},
    }
    return step("aws:ec2/instance:Instance", "vm", inputs)


def nat() -> dict[str, Any]:
    """A NAT gateway with its address."""
    return step(
        "aws:ec2/natGateway:NatGateway",
        "nat",
        {"allocationId": "eipalloc-1", "subnetId": "subnet-1"},
    )


BASE = (
    at(10, instance("r6a.8xlarge")),
    at(20, volume("fast", iops=3000)),
    at(30, nat()),
    at(40, volume("old", size=200)),
)
HEAD = (
    at(11, instance("r7a.8xlarge")),
    at(21, volume("fast", iops=5000)),
    at(41, volume("new", size=300)),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder `infra` in a repository, with base and head previews."""
    made = tmp_path / "infra"
    made.mkdir()
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(made)
    (made / "base.json").write_bytes(preview(*BASE, config={"farebox:users": "1000"}))
    (made / "head.json").write_bytes(preview(*HEAD, config={"farebox:users": "1100"}))
    return made


@pytest.fixture
def diff_file(folder: Path) -> str:
    """The diff of both as JSON, as `fare diff` writes it."""
    asked = AskedDiff(
        targets=("base.json", "head.json"),
        base_ref=None,
        sides=False,
        usage=None,
        region=None,
        hours=Decimal(730),
        users=None,
        prices="embedded",
        base_prices=None,
        head_prices=None,
        on=date(2026, 11, 23),
        free_tier="include",
        on_demand_fallback=False,
    )
    (folder / "diff.json").write_bytes(diff_json(diff_targets(asked)))
    return "diff.json"


def enter(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    """As a job begins: the command takes the tokens out when it has read them."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)


def silent(out: str, err: str) -> None:
    """Nothing printed holds the token or a traceback."""
    for text in (out, err):
        assert TOKEN not in text
        assert "Traceback" not in text


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

    monkeypatch.setattr("farebox.cli.diffing.diff_targets", look)
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


def test_removed_resources_have_no_line_to_annotate(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["comment", "head.json", "base.json", "--annotations", "-", *ON]
    assert run(asked) == 0
    said = capsys.readouterr().out
    assert urn("aws:ebs/volume:Volume", "new") not in said
    assert "line=41," not in said
    assert "line=30," in said
