"""Remarks at the program's lines: where, how big, and escaped for each forge."""

import json
from decimal import Decimal

from farebox.forge.annotations import (
    Cost,
    annotations,
    code_quality,
    workflow_commands,
)
from farebox.forge.github import GitHub
from tests.forge.fakes import HEAD_SHA, FakeGitHub


def cost(position: str, usd: str, name: str = "data", stack: str = "1k") -> Cost:
    return Cost(position, name, Decimal(usd), stack)


def test_the_costs_of_one_line_are_one_remark_and_the_biggest_line_comes_first() -> (
    None
):
    # By hand: line 7: 10 - 4 = +6; line 9: -20, which is bigger
    found = annotations(
        [
            cost("app.py:7", "10", "a"),
            cost("app.py:7", "-4", "b"),
            cost("app.py:9", "-20"),
        ],
        folder="infra",
        change=True,
    )
    assert [(x.path, x.line, x.title) for x in found] == [
        ("infra/app.py", 9, "USD -20.00 a month"),
        ("infra/app.py", 7, "USD +6.00 a month"),
    ]
    assert found[1].message == "1k: a, b USD +6.00 a month"


def test_each_stack_has_its_own_sentence() -> None:
    (found,) = annotations(
        [cost("app.py:7", "1"), cost("app.py:7", "9", stack="100k")],
        folder="",
        change=True,
    )
    assert found.title == "USD +9.00 a month in 100k, and 1 more"
    assert found.message.splitlines() == [
        "100k: data USD +9.00 a month",
        "1k: data USD +1.00 a month",
    ]


def test_many_names_are_the_biggest_three_and_a_count() -> None:
    costs = [cost("app.py:7", str(n), f"v{n}") for n in range(1, 1_001)]
    (found,) = annotations(costs, folder="", change=False)
    # By hand: 1 + … + 1000 = 500,500
    assert found.message == "1k: v1000, v999, v998 and 997 more USD 500,500.00 a month"


def test_a_position_outside_the_program_has_no_remark() -> None:
    outside = [
        "",
        "app.py",
        "app.py:0",
        "app.py:x",
        "/etc/passwd:1",
        "../other.py:3",
        "a/../../b.py:3",
        "bad\nname.py:1",
    ]
    assert not annotations([cost(p, "1") for p in outside], folder="", change=True)


def test_a_position_of_windows_is_a_path_too() -> None:
    (found,) = annotations([cost("app\\net.py:3", "1")], folder=".", change=True)
    assert found.path == "app/net.py"


def test_a_workflow_command_cannot_be_broken_out_of() -> None:
    # The colon, the comma, the percent sign and the line end separate its parts.
    name = "x%0A::error::pwned\n::set-env name=PATH::evil\r,title=y"
    found = annotations([cost("a,b:c.py:7", "1", name)], folder="", change=True)
    (line,) = workflow_commands(found).splitlines()
    assert line.startswith(
        "::notice file=a%2Cb%3Ac.py,line=7,title=USD +1.00 a month::"
    )
    message = line.split("month::", 1)[1]
    assert message.startswith("1k: x%250A::error::pwned�::set-env")


def test_there_are_fifty_at_most() -> None:
    costs = [cost(f"app.py:{n}", str(n)) for n in range(1, 200)]
    found = annotations(costs, folder="", change=True)
    lines = workflow_commands(found).splitlines()
    assert len(lines) == len(json.loads(code_quality(found))) == 50
    assert "line=199," in lines[0]
    assert "line=150," in lines[-1]


def test_gitlabs_report_keeps_its_fingerprint_when_lines_move() -> None:
    reports = [
        json.loads(
            code_quality(annotations([cost(p, "1")], folder="infra", change=True))
        )
        for p in ("app.py:7", "app.py:8")
    ]
    (first,), (second,) = reports
    assert first["location"] == {"path": "infra/app.py", "lines": {"begin": 7}}
    assert first["severity"] == "info"
    assert first["fingerprint"] == second["fingerprint"]


def test_a_check_run_stands_on_the_heads_commit(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    costs = [cost(f"app.py:{n}", str(n)) for n in range(1, 200)]
    found = annotations(costs, folder="", change=True)
    url = GitHub(github_env).check_run("farebox", "t" * 300, "s" * 70_000, found)
    assert url == "https://github.test/runs/1"
    (run,) = github.check_runs
    assert run["head_sha"] == HEAD_SHA
    assert len(run["output"]["title"]) == 255
    assert len(run["output"]["summary"]) == 65_535
    first = run["output"]["annotations"][0]
    assert (first["path"], first["start_line"]) == ("app.py", 199)


def test_a_check_run_without_an_event_asks_for_the_heads_commit(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github_env["GITHUB_EVENT_PATH"] = ""
    GitHub(github_env, pull=7).check_run("farebox", "title", "summary", [])
    assert github.check_runs[0]["head_sha"] == HEAD_SHA
