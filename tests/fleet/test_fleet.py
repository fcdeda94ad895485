"""A fleet is its stacks: the same figures, none lost, and one that fails stops no other."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from farebox.cli.main import fare
from farebox.fleet.errors import FleetError
from farebox.fleet.stacks import stacks_in

NAT = "aws:ec2/natGateway:NatGateway"
FIXED = ["--prices", "embedded", "--on", "2026-11-23", "--region", "us-east-1"]


def state(project: str, count: int, team: str = "") -> dict[str, Any]:
    """A stack of NAT gateways: each 730 h x 0.045 = 32.85 USD a month."""
    head = f"urn:pulumi:prod::{project}"
    tags = {"tags": {"team": team}} if team else {}
    gateways = [
        {
            "urn": f"{head}::{NAT}::nat-{place}",
            "custom": True,
            "type": NAT,
            "id": f"nat-{place}",
            "inputs": {"connectivityType": "public", **tags},
            "outputs": {"connectivityType": "public"},
        }
        for place in range(count)
    ]
    return {"version": 3, "deployment": {"resources": gateways}}


@pytest.fixture
def states(tmp_path: Path) -> Path:
    folder = tmp_path / "states"
    for project, count, team in (
        ("shop", 2, "web"),
        ("data", 1, "etl"),
        ("old", 3, ""),
    ):
        path = folder / project / "prod.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(state(project, count, team)))
    return folder


def run(*arguments: object) -> tuple[int, Any]:
    words = [*map(str, arguments), "--format", "json"]
    result = CliRunner().invoke(fare, words, standalone_mode=False)
    code = 1 if result.exception is not None else 0
    return code, json.loads(result.stdout)


def test_a_fleet_costs_what_its_stacks_cost(states: Path, tmp_path: Path) -> None:
    out = tmp_path / "fleet"
    code, told = run("fleet", "price", states, "--out", out, *FIXED)
    # By hand: 6 gateways x 32.85 = 197.10.
    assert (code, told["stacks"], Decimal(told["usd"])) == (0, 3, Decimal("197.10"))
    alone = [
        Decimal(run("price", found.path, *FIXED)[1]["total"]["usd_per_month"])
        for found in stacks_in(states)
    ]
    assert sum(alone) == Decimal("197.10")


def test_many_workers_give_the_same_tables_as_one(states: Path, tmp_path: Path) -> None:
    for copy in range(10):
        path = states / f"copy-{copy}.json"
        path.write_text(json.dumps(state(f"copy-{copy}", copy + 1)))
    answers = []
    for workers in (1, 3):
        out = tmp_path / f"fleet-{workers}"
        run("fleet", "price", states, "--out", out, "--workers", workers, *FIXED)
        answers.append(run("fleet", "show", out))
    assert answers[0] == answers[1]
    assert len(answers[0][1]["groups"]) == 13


def test_a_fleet_is_asked_by_tag_and_by_service(
    states: Path, on: str, tmp_path: Path
) -> None:
    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    _, told = run("fleet", "show", out, "--by", "tag:team", "--engine", on)
    assert [(g["name"], Decimal(g["usd"])) for g in told["groups"]] == [
        ("(none)", Decimal("98.55")),
        ("web", Decimal("65.70")),
        ("etl", Decimal("32.85")),
    ]
    _, told = run("fleet", "show", out, "--by", "service", "--engine", on)
    assert [(g["name"], g["stacks"]) for g in told["groups"]] == [("AmazonEC2", 3)]
    with pytest.raises(FleetError, match="is no way to group"):
        CliRunner().invoke(
            fare,
            ["fleet", "show", str(out), "--by", "owner"],
            standalone_mode=False,
            catch_exceptions=False,
        )


def test_a_stack_that_cannot_be_priced_is_named_and_stops_no_other(
    states: Path, tmp_path: Path
) -> None:
    (states / "broken.json").write_text("{")
    out = tmp_path / "fleet"
    code, told = run("fleet", "price", states, "--out", out, *FIXED)
    assert (code, told["stacks"], told["failed"]) == (1, 4, 1)
    assert Decimal(told["usd"]) == Decimal("197.10")


def test_a_run_that_was_broken_off_goes_on_and_believes_no_half_file(
    states: Path, tmp_path: Path
) -> None:
    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    kept = sorted((out / "stacks").rglob("*.json"))
    assert len(kept) == 3
    kept[0].write_bytes(kept[0].read_bytes()[:40])
    told = json.loads(kept[1].read_bytes())
    kept[1].write_text(json.dumps({**told, "usd": "1"}))
    _, again = run("fleet", "price", states, "--out", out, *FIXED)
    # What is kept whole is not priced again: its figure of 1 USD shows that.
    others = Decimal("197.10") - Decimal(told["usd"])
    assert Decimal(again["usd"]) == others + 1


def test_a_rule_that_was_mended_prices_every_stack_again(
    states: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    for place in (out / "stacks").rglob("*.json"):
        told = json.loads(place.read_bytes())
        place.write_text(json.dumps({**told, "usd": "1"}))
    monkeypatch.setattr("farebox.fleet.pricing.code_id", lambda: "another")
    _, again = run("fleet", "price", states, "--out", out, *FIXED)
    assert Decimal(again["usd"]) == Decimal("197.10")


def test_movers_are_told_with_what_came_and_went(
    states: Path, on: str, tmp_path: Path
) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    run("fleet", "price", states, "--out", before, *FIXED)
    (states / "old" / "prod.json").unlink()
    (states / "data" / "prod.json").write_text(json.dumps(state("data", 4)))
    (states / "new.json").write_text(json.dumps(state("new", 1)))
    run("fleet", "price", states, "--out", now, *FIXED)
    _, told = run("fleet", "show", now, "--since", before, "--engine", on)
    moves = {m["name"]: Decimal(m["usd"]) for m in told["moves"]}
    # By hand: 4 - 1 = 3 gateways more; 3 gone; 1 new.
    assert moves == {
        "data/prod.json": Decimal("98.55"),
        "old/prod.json": Decimal("-98.55"),
        "new.json": Decimal("32.85"),
    }


def test_the_states_of_a_file_backend_are_its_stacks(tmp_path: Path) -> None:
    for place in (".pulumi/stacks/shop/prod.json", ".pulumi/history/shop/prod.json"):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(state("shop", 1)))
    assert [found.name for found in stacks_in(tmp_path)] == ["shop/prod.json"]


def test_a_folder_without_stacks_and_one_without_a_fleet_are_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(FleetError, match="holds no preview or state"):
        stacks_in(tmp_path)
    with pytest.raises(FleetError, match="has no priced fleet"):
        CliRunner().invoke(
            fare,
            ["fleet", "show", str(tmp_path)],
            standalone_mode=False,
            catch_exceptions=False,
        )


def printed(*arguments: object) -> list[dict[str, str]]:
    result = CliRunner().invoke(fare, list(map(str, arguments)), standalone_mode=False)
    return list(csv.DictReader(result.stdout.splitlines()))


def test_every_answer_on_a_fleet_is_a_table_for_other_programs(
    states: Path, tmp_path: Path
) -> None:
    out, before = tmp_path / "fleet", tmp_path / "before"
    csv_ = ("--format", "csv")
    run("fleet", "price", states, "--out", before, *FIXED)
    (states / "old" / "prod.json").unlink()
    [total] = printed("fleet", "price", states, "--out", out, *FIXED, *csv_)
    # By hand: 3 gateways x 32.85 = 98.55.
    assert (total["stacks"], Decimal(total["usd"])) == ("2", Decimal("98.55"))
    groups = printed("fleet", "show", out, "--by", "tag:team", *csv_)
    assert [(g["name"], g["stacks"]) for g in groups] == [("web", "1"), ("etl", "1")]
    [gone] = printed("fleet", "show", out, "--since", before, *csv_)
    assert (gone["name"], gone["now"]) == ("old/prod.json", "")
    gaps = printed("fleet", "show", out, "--unpriced", *csv_)
    assert {(g["code"], g["stacks"]) for g in gaps} == {("no-usage", "2")}
    drift = ("fleet", "drift", states, "--since", "embedded", "--out", out)
    assert printed(*drift, *FIXED, *csv_) == []


def test_every_charge_of_a_fleet_is_a_row_of_focus_as_its_stack_has_it(
    states: Path, on: str, tmp_path: Path
) -> None:
    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    found = printed("fleet", "show", out, "--engine", on, "--format", "focus")
    stacks = {one["x_Stack"] for one in found}
    assert stacks == {"shop/prod.json", "data/prod.json", "old/prod.json"}
    for name in stacks:
        alone = printed("price", states / name, *FIXED, "--format", "focus")
        mine = [one for one in found if one["x_Stack"] == name]
        assert plain(mine) == plain(alone)
    with pytest.raises(click.UsageError, match="no answer"):
        CliRunner().invoke(
            fare,
            ["fleet", "show", str(out), "--unpriced", "--format", "focus"],
            standalone_mode=False,
            catch_exceptions=False,
        )


def plain(rows: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    """Rows without the stack, figures as numbers, in an order of their own."""
    return sorted(
        sorted(
            (k, v) for k, v in row.items() if not k.startswith(("x_Stack", "x_Pulumi"))
        )
        for row in rows
    )
