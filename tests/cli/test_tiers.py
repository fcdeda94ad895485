"""`fare host tiers`, `fare host pack` and `fare host limits`: contracts, widths, one sentence a mistake."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.hosting.projects import copied

ROOT = Path(__file__).parents[2]
ON = ("--on", "2026-11-23")
CONTRACT = [
    "r6a.8xlarge",
    "--active",
    "0.10",
    "--idle-gib",
    "0.5:1.0",
    "--active-gib",
    "2:3",
    "--overhead-mib",
    "30",
    "--overflow",
    "1e-4",
]


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def answered(capfdbinary: Any, *arguments: str) -> dict[str, Any]:
    group = [] if arguments[0] == "price" else ["host"]
    assert run([*group, *arguments, "--format", "json"]) == 0, (
        capfdbinary.readouterr().err
    )
    document: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return document


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    group = [] if arguments[0] == "price" else ["host"]
    assert run([*group, *arguments]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_tiers_as_json_is_the_contract(capfdbinary: Any) -> None:
    document = answered(capfdbinary, "tiers", *ON)
    assert document["schema"] == "farebox.tiers/1"
    names = [tier["tier"] for tier in document["tiers"]]
    assert names == ["self-hosted", "1k", "10k", "50k", "100k", "1m"]
    tier = document["tiers"][4]
    assert tier["users"] == 100_000
    assert tier["paper"]["low"] == "4.5"
    assert tier["paper"]["high"] == "5.7"
    figures = tier["usd_per_user_month"]
    # 1,250 volumes x 800 GiB x 0.08 / 100,000; 2.9 % of 10 + 0.30
    assert (figures["storage"], figures["card fee"]) == ("0.8", "0.59")
    parts = sum(
        float(usd)
        for name, usd in figures.items()
        if name not in ("total", "infrastructure")
    )
    assert parts == pytest.approx(float(figures["total"]))
    causes = sum(float(one["usd_per_user_month"]) for one in tier["because"])
    assert causes == pytest.approx(float(tier["difference"]))
    assert {"price", "packing", "missing line"} <= {x["cause"] for x in tier["because"]}
    assert len(tier["moves_most"]) == 3


def test_tiers_agree_with_price(capfdbinary: Any) -> None:
    tier = answered(capfdbinary, "tiers", "1k", *ON)["tiers"][0]
    total = answered(capfdbinary, "price", "1k", *ON)["total"]
    assert float(tier["usd_per_user_month"]["infrastructure"]) == pytest.approx(
        float(total["usd_per_user_month"]), abs=1e-12
    )
    assert float(tier["low"]["infrastructure"]) == pytest.approx(
        float(total["low_per_user"]), abs=1e-12
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("tiers", *ON),
        ("tiers", "100k", *ON),
        ("pack", "r6a.8xlarge"),
        ("pack", "r6a.4xlarge", "--users", "400"),
        ("limits", "1m"),
        ("limits", "self-hosted"),
    ],
)
def test_text_fits_80_columns(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    lines = printed(capsys, *arguments).splitlines()
    assert max(map(len, lines)) <= 80
    assert not any(line != line.rstrip() for line in lines)


def test_one_tier_alone_says_why_it_differs(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "tiers", "100k", "--price", "12", *ON)
    assert "0.45 x 730 / 160 = 2.0531; the paper writes 1.50" in text
    assert "margin at 12" in text


def test_markdown_is_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "tiers", "1k", "10k", "--format", "markdown", *ON)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[0] == "| | 1k (1,000) | 10k (10,000) |"
    assert {row.count("|") for row in rows} == {4}
    assert any(row.startswith("| card fee | 0.5900 | 0.5900 |") for row in rows)


def test_usage_is_checked_as_fare_price_does(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied(tmp_path)
    monkeypatch.chdir(project)
    usage = project / "stacks/1k.usage.yaml"
    usage.write_text(usage.read_text().replace("  relay-log:", "  relay-lag:"))
    text = printed(capsys, "tiers", "1k", *ON)
    assert "'relay-lag' matches no resource" in " ".join(text.split())
    usage.write_text(usage.read_text().replace("processed_bytes_gb", "processed_gb"))
    assert run(["host", "tiers", "1k"]) == 2
    assert "did you mean processed_bytes_gb?" in capsys.readouterr().err


def test_a_team_of_ones_own(capfdbinary: Any, tmp_path: Path) -> None:
    team = tmp_path / "team.yaml"
    team.write_text("fixed_usd: 5000\ncard_percent: 0\ncard_usd: 0\n")
    tier = answered(capfdbinary, "tiers", "1k", "--overhead", str(team), *ON)["tiers"][
        0
    ]
    figures = tier["usd_per_user_month"]
    assert (figures["overhead"], figures["card fee"]) == ("5", "0")


def test_pack_as_json_is_the_contract(capfdbinary: Any) -> None:
    document = answered(capfdbinary, "pack", *CONTRACT)
    assert document["schema"] == "farebox.pack/1"
    assert (document["users_per_vm"], document["binding"]) == (217, "memory")
    assert document["overflow_probability"] <= 1e-4
    assert 0 < document["kills_per_user_year"] < 1
    limits = {one["limit"]: one["users_per_vm"] for one in document["limits"]}
    assert limits["memory"] == 217
    assert set(limits) == {
        "memory",
        "cpu",
        "attachments",
        "ebs bandwidth",
        "iops",
        "addresses",
    }


def test_pack_says_its_range_and_what_moves_it_most(capfdbinary: Any) -> None:
    document = answered(capfdbinary, "pack", "r6a.8xlarge")
    for name, levels in document["range"].items():
        assert levels["likely"] == document[name]
        assert levels["low"] < levels["likely"]
    users = document["range"]["users_per_vm"]
    assert users["likely"] < users["high"]
    # At the crowded end the machine is too full to count kills.
    assert document["range"]["kills_per_user_year"]["high"] is None
    inputs = {one["input"]: one for one in document["inputs"]}
    assert inputs["active_share"]["high"] == 0.05
    assert len(document["moved_most_by"]) == 3
    for move in document["moved_most_by"]:
        assert move["input"] in inputs
        assert move["users_per_vm"]["low"] < move["users_per_vm"]["high"]


def test_a_figure_given_alone_is_known(capfdbinary: Any) -> None:
    known = ["--active", "0.1", "--correlation", "0", "--size-error", "0"]
    known += ["--session-hours", "1", "--overhead-mib", "30"]
    document = answered(capfdbinary, "pack", "r6a.4xlarge", *known)
    assert (document["inputs"], document["moved_most_by"]) == ([], [])
    assert set(document["range"]["users_per_vm"].values()) == {100}
    ranged = [*known, "--active", "0.05:0.1:0.2"]
    document = answered(capfdbinary, "pack", "r6a.4xlarge", *ranged)
    assert [one["input"] for one in document["moved_most_by"]] == ["active_share"]
    assert document["users_per_vm"] == 100


def test_pack_by_kills_correlation_and_measured(
    capfdbinary: Any, tmp_path: Path
) -> None:
    by_kills = answered(capfdbinary, "pack", "r6a.4xlarge", "--kills", "0.1")
    assert by_kills["users_per_vm"] == 100
    together = answered(
        capfdbinary,
        *["pack", "r6a.4xlarge", "--idle-gib", "0.75", "--active-gib", "2.5"],
        *["--correlation", "0.05", "--overflow", "1e-4"],
    )
    assert together["users_per_vm"] == 70
    file = tmp_path / "memory.csv"
    rows = [
        f"2026-11-01T10:0{minute},{name},{gib}"
        for name, gib in (("a", 1), ("b", 1), ("c", 1.5))
        for minute in range(3)
    ]
    file.write_text("\n".join(["time,container,gib", *rows]))
    document = answered(capfdbinary, "pack", "r6a.4xlarge", "--measured", str(file))
    # 119.6 GiB / (3.5 / 3 + 30 MiB, each rounded up to 1/32) leaves 99 on average.
    assert 85 <= document["users_per_vm"] <= 99


def test_the_target_that_was_searched_for_is_told(capfdbinary: Any) -> None:
    def asked(*arguments: str) -> tuple[object, object]:
        found = answered(capfdbinary, "pack", "r6a.4xlarge", *arguments)["asked"]
        return found["kills"], found["overflow"]

    # One kill in ten years of use, unless something else is asked for.
    assert asked() == (0.1, None)
    assert asked("--overflow", "1e-4") == (None, 1e-4)
    assert asked("--users", "80") == (0.1, None)
    assert asked("--kills", "1", "--overflow", "1e-4") == (1, 1e-4)


def test_a_full_machine_does_not_count_kills(capfdbinary: Any) -> None:
    document = answered(capfdbinary, "pack", "r6a.4xlarge", "--users", "400")
    assert document["overflow_probability"] == pytest.approx(1)
    assert document["kills_per_user_year"] is None


def test_limits_as_json(capfdbinary: Any) -> None:
    document = answered(capfdbinary, "limits", "100k", "--quota", "L-34B43A08=40000")
    assert document["schema"] == "farebox.limits/1"
    assert document["first"] == "gp3 storage in the region"
    spot = next(one for one in document["limits"] if one["code"] == "L-34B43A08")
    # 785 machines x 32 vCPUs
    assert (spot["need"], spot["allowed"], spot["share"]) == (25_120, 40_000, 0.628)
    assert spot["source"] == "given with --quota"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("tiers --price -1", "-1 is not greater than 0"),
        ("tiers --price 0", "0 is not greater than 0"),
        ("tiers nope", "No stack nope"),
        ("tiers --overhead nobody", "neither a preset (paper, founders, staffed)"),
        ("pack r6a.4xlarge --active 1.5", "1.5 is not from 0 to 1"),
        ("pack r6a.4xlarge --active nan", "nan is not from 0 to 1"),
        ("pack r6a.4xlarge --active 0.1:0.2", "neither one figure nor low:likely"),
        ("pack r6a.4xlarge --active 0.2:0.1:0.3", "low:likely:high, in that order"),
        ("pack r6a.4xlarge --correlation 0:0:1", "1 is not from 0 to 0.99"),
        ("pack r6a.4xlarge --session-hours 0:1:2", "0 is not between 0 and 8760"),
        ("pack r6a.4xlarge --size-error 100", "100 is not from 0 to 90"),
        ("pack r6a.4xlarge --overflow 0", "0 is not between 0 and 1"),
        ("pack r6a.4xlarge --kills 0", "0 is not between 0 and"),
        ("pack r6a.4xlarge --users 0", "0 is not in the range"),
        ("pack r6a.4xlarge --idle-gib 2:1", "the smaller size comes first"),
        ("pack r6a.4xlarge --idle-gib 0", "a size is more than 0 GiB"),
        ("pack r6a.4xlarge --idle-gib lognormal:1", "is no size like 0.75"),
        ("pack r6a.4xlarge --idle-gib lognormal:1:9", "a sigma above 2"),
        ("pack r6a.4xlarge --idle-gib much", "is no size like 0.75"),
        ("pack r6a.4xlarge --idle-gib 3 --active-gib 1", "must hold at least"),
        ("pack r6b.4xlarge", "there is no instance type 'r6b.4xlarge'"),
        ("limits 100k --users 0", "0 is not in the range"),
        ("limits 100k --quota 5", "is no quota like L-34B43A08=5000"),
        ("limits 100k --quota L-1=5", "no limit of this tier has the quota code L-1"),
        ("limits nope", "No stack nope"),
        ("limits 100k --quota L-34B43A08=1e13", "is no quota like"),
        ("tiers --hours 1e30", "1e30 is not from 1e-12 to 1e12"),
        ("tiers ../nope", "No stack ../nope"),
    ],
)
def test_a_mistake_is_one_clear_sentence(
    capsys: pytest.CaptureFixture[str], arguments: str, said: str
) -> None:
    assert run(["host", *arguments.split()]) == 2
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error
    assert "Traceback" not in error


def test_a_tier_may_be_named_as_pulumi_does_in_full(capfdbinary: Any) -> None:
    short = answered(capfdbinary, "limits", "100k")
    assert answered(capfdbinary, "limits", "acme/passepartout/100k") == short


def test_gaps_and_double_answers_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "memory.csv"
    file.write_text(
        "time,container,gib\n2026-11-01T10:00,a,1\n2026-11-01T10:02,a,1\n"
        "2026-11-01T10:00,b,1\n2026-11-01T10:01,b,1\n"
    )
    for more, said in (
        ((), "has a gap of 1 minute"),
        (("--correlation", "0.1"), "leave --correlation and --saving out"),
        (("--saving", "zram"), "leave --correlation and --saving out"),
        (("--active-gib", "3"), "leave --idle-gib and --active-gib out"),
    ):
        assert run(["host", "pack", "r6a.4xlarge", "--measured", str(file), *more]) == 2
        assert said in capsys.readouterr().err


def test_outside_a_project_the_way_out_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["host", "tiers"]) == 2
    assert "fare host needs a Pulumi project" in capsys.readouterr().err
    (tmp_path / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    assert run(["host", "tiers"]) == 2
    assert "no stack of" in capsys.readouterr().err
    assert run(["host", "tiers", "dev"]) == 2
    assert "has no other:tier, so it is no tier" in capsys.readouterr().err


def test_users_that_were_asked_past_a_wall_are_told_so(capfdbinary: Any) -> None:
    # Each user has a port of the machine, of which the stack opens 2,048.
    assert run(["host", "pack", "r6a.48xlarge", "--users", "2100"]) == 0
    assert b"more than the machine takes by attachments (2,080), addresses (2,048)" in (
        capfdbinary.readouterr().out
    )
    assert run(["host", "pack", "r6a.48xlarge", "--users", "1447"]) == 0
    assert b"more than the machine takes" not in capfdbinary.readouterr().out
