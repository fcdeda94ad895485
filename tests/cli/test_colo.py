"""`fare host colo`, and the line below `fare price TIER`: contracts and refusals."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from tests.cli.documents import preview, step

ROOT = Path(__file__).parents[2]
QUICK = ("--draws", "200", "--on", "2026-11-23")


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def study(capfdbinary: Any, *more: str) -> dict[str, Any]:
    assert run(["host", "colo", "--format", "json", *QUICK, *more]) == 0
    document: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return document


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["host", "colo", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return said


def test_the_contract_has_bands_by_option_and_crossovers(capfdbinary: Any) -> None:
    document = study(capfdbinary)
    assert document["schema"] == "farebox.colo/1"
    assert [one["option"] for one in document["options"]] == [
        "spot",
        "on-demand",
        "plan-1-year",
        "plan-3-year",
        "rented",
        "colo",
    ]
    for option in document["options"]:
        assert list(option["usd_per_user_month"]) == [
            "1000",
            "10000",
            "50000",
            "100000",
            "1000000",
        ]
        for band in option["usd_per_user_month"].values():
            assert Decimal(band["low"]) <= Decimal(band["likely"])
            assert Decimal(band["likely"]) <= Decimal(band["high"])
    pairs = {(one["from"], one["to"]) for one in document["crossovers"]}
    assert ("spot", "colo") in pairs
    assert ("rented", "colo") in pairs
    assert len(pairs) == 9
    for crossover in document["crossovers"]:
        users = crossover["users"]
        counts = [users[level] for level in ("low", "likely", "high")]
        known = [count for count in counts if count is not None]
        assert known == sorted(known)
        # Never (null) comes after every count.
        assert counts == known + [None] * (3 - len(known))


def test_the_same_seed_prints_the_same_document(capfdbinary: Any) -> None:
    first = study(capfdbinary, "--seed", "7")
    assert study(capfdbinary, "--seed", "7") == first
    assert study(capfdbinary, "--seed", "8") != first


def test_user_counts_may_be_short(capfdbinary: Any) -> None:
    document = study(capfdbinary, "--users", "1.5k, 20000,1m")
    assert document["users"] == [1_500, 20_000, 1_000_000]


def test_an_input_of_ones_own_is_used_and_shown(
    capfdbinary: Any, tmp_path: Path
) -> None:
    mine = tmp_path / "quotes.yaml"
    mine.write_text("ram_usd_per_gib: {low: 8, likely: 10, high: 12}\n")
    ours, theirs = study(capfdbinary), study(capfdbinary, "--inputs", str(mine))

    def at_100k(document: dict[str, Any], option: str) -> Decimal:
        found = next(x for x in document["options"] if x["option"] == option)
        return Decimal(found["usd_per_user_month"]["100000"]["likely"])

    # By hand: 130 servers x 1,536 GiB x 10 USD less = 1,996,800 of capex; a month
    #   x (0.02027639 + 0.03 / 12) = 45,479.90, or 0.454799 for each of 100,000.
    saved = at_100k(ours, "colo") - at_100k(theirs, "colo")
    assert float(saved) == pytest.approx(0.454799, abs=2e-6)
    assert at_100k(ours, "spot") == at_100k(theirs, "spot")
    entry = next(x for x in theirs["inputs"] if x["input"] == "ram_usd_per_gib")
    assert (entry["likely"], entry["source"]) == ("10", "quotes.yaml")


def test_the_text_keeps_80_columns_and_says_what_moves_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["host", "colo", *QUICK, "--users", "1k,5k,10k,50k,100k,500k,1m"]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "cloud, spot → colo" in out
    assert "What moves a colo user's USD most at 100,000 users" in out
    assert "never" in out
    assert "\033" not in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--users", "0"), "0 is not a whole number of users from 1 to"),
        (("--users", "-5"), "-5 is not a whole number of users"),
        (("--users", "1000.5"), "1000.5 is not a whole number of users"),
        (("--users", "many"), "'many' is not a number of users like 1000, 50k or 1m"),
        (("--users", "1k,,2k"), "'' is not a number of users"),
        (("--users", "nan"), "nan is not a whole number of users"),
        (("--draws", "5"), "5 is not in the range 100<=x<=100000"),
        (("--seed", "-1"), "-1 is not in the range 0<=x"),
        (("--inputs", "nowhere.yaml"), "'nowhere.yaml' does not exist"),
        (("--prices", "nowhere.book"), "there is no such file"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(capsys, *arguments)


def test_an_unknown_input_is_named_with_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "quotes.yaml"
    mine.write_text("ram_per_gib: 12\n")
    said = refusal(capsys, "--inputs", str(mine))
    assert "there is no input 'ram_per_gib'; the nearest is ram_usd_per_gib" in said


def test_a_folder_without_tiers_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Pulumi" in refusal(capsys)


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_tiers_price_ends_with_what_the_users_cost_elsewhere(
    capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    assert run(["price", "1k", "--on", "2026-11-23", "--format", format_]) == 0
    # By hand: colo for 1,000 users is 4 servers and 2 people: 47.60 each.
    assert capsys.readouterr().out.endswith(
        "\n\nSame users, USD each: 47.60 on colo, 12.72 on rented servers"
        " (fare host colo).\n"
    )


def test_a_tiers_json_has_it_as_an_object(capfdbinary: Any) -> None:
    assert run(["price", "1k", "--on", "2026-11-23", "--format", "json"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["alongside"]["users"] == 1_000
    options = [one["option"] for one in document["alongside"]["options"]]
    assert options == ["colo", "rented"]


def test_another_programs_price_has_no_such_line(
    capfdbinary: Any, tmp_path: Path
) -> None:
    path = tmp_path / "preview.json"
    path.write_bytes(preview(step("aws:ec2/eip:Eip", "address", {"domain": "vpc"})))
    arguments = ["price", str(path), "--users", "1000", "--on", "2026-11-23"]
    assert run(arguments) == 0
    assert b"colo" not in capfdbinary.readouterr().out
    assert run([*arguments, "--format", "json"]) == 0
    assert "alongside" not in json.loads(capfdbinary.readouterr().out)
