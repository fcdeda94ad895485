"""A fleet is held against the bill as a whole: each charge once, for one stack."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from farebox.cli.main import fare
from tests.billed.maker import Made, cur2
from tests.fleet.test_fleet import FIXED, run, state

HOURS = {
    "usage_type": "NatGateway-Hours",
    "operation": "NatGateway",
    "amount": Decimal(744),
    "usd": Decimal("33.48"),
    "listed": Decimal("33.48"),
}


def gateway(id_: str, **more: Any) -> Made:
    arn = f"arn:aws:ec2:us-east-1:012345678901:natgateway/{id_}"
    return Made(resource=arn, **{**HOURS, **more})


@pytest.fixture
def states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two stacks with a gateway each, a third that shares the second's, one broken."""
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "states"
    folder.mkdir()
    for project, id_ in (
        ("shop", "nat-0a1b2c3d4e5f60001"),
        ("data", "nat-0a1b2c3d4e5f60002"),
    ):
        text = json.dumps(state(project, 1)).replace('nat-0"', f'{id_}"')
        (folder / f"{project}.json").write_text(text)
    bill = cur2(
        [
            gateway("nat-0a1b2c3d4e5f60001"),
            gateway("nat-0a1b2c3d4e5f60002", usd=Decimal("40.00")),
            gateway("nat-0a1b2c3d4e5f60009"),
            gateway(
                "nat-0a1b2c3d4e5f60008",
                tags={"pulumi:stack": "prod", "pulumi:project": "data"},
            ),
            Made(kind="Tax", usage_type="", usd=Decimal(7), listed=Decimal(0)),
        ],
        tmp_path / "bill.csv",
    )
    CliRunner().invoke(fare, ["bill", "import", str(bill)], catch_exceptions=False)
    return folder


def held(states: Path, *words: str) -> tuple[int, Any]:
    out = states.parent / "fleet"
    month = ("--month", "2026-10", "--cost", "unblended", "--out", out)
    return run("fleet", "compare", states, *month, *words, *FIXED)


def test_each_charge_counts_once_for_the_stack_that_has_its_id(states: Path) -> None:
    code, told = held(states)
    rows = {one["project"]: one for one in told["stacks"]}
    assert code == 0
    # By hand: 730 h x 0.045 = 32.85 estimated for each.
    assert {Decimal(one["estimated_usd"]) for one in rows.values()} == {
        Decimal("32.85")
    }
    assert Decimal(rows["shop"]["billed_usd"]) == Decimal("33.48")
    assert Decimal(rows["data"]["billed_usd"]) == 40
    causes = {one["cause"]: Decimal(one["usd"]) for one in told["causes"]}
    assert sum(causes.values()) == Decimal(told["difference_usd"])
    assert causes["not in the stack"] == Decimal("33.48")
    assert causes["tax"] == 7
    assert causes["no longer in the state"] == Decimal("33.48")
    assert Decimal(told["billed_usd"]) == Decimal("147.44")


def test_an_id_of_two_stacks_is_named_and_counts_for_neither(states: Path) -> None:
    (states / "copy.json").write_text((states / "data.json").read_text())
    (states / "broken.json").write_text("{")
    code, told = held(states)
    causes = {one["cause"]: Decimal(one["usd"]) for one in told["causes"]}
    assert code == 1
    assert causes["of several"] == 40
    assert Decimal(told["billed_usd"]) == Decimal("147.44")


def test_tables_of_a_comparison_add_up_and_run_no_formula(states: Path) -> None:
    import csv

    target = states / "shop.json"
    text = (
        target.read_text()
        .replace("::nat-0", "::=cmd|calc")
        .replace("calca1b2c3d4e5f60001", "calc")
    )
    target.write_text(text)

    def table(*words: object) -> list[dict[str, str]]:
        said = [*map(str, words), "--month", "2026-10", "--cost", "unblended", *FIXED]
        found = CliRunner().invoke(fare, said, catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return list(csv.DictReader(found.stdout.splitlines()))

    rows = table("bill", "compare", target, "--format", "csv")
    assert sum(Decimal(r["billed_usd"]) for r in rows) == Decimal("147.44")
    assert sum(Decimal(r["estimated_usd"]) for r in rows) == Decimal("32.85")
    assert rows[0]["name"] == "'=cmd|calc"
    focus = table("bill", "compare", target, "--format", "focus")
    assert sum(Decimal(r["BilledCost"]) for r in focus) == Decimal("147.44")
    fleet = table("fleet", "compare", states, "--out", states / "f", "--format", "csv")
    assert {r["project"] for r in fleet} == {"shop", "data"}


def test_what_other_prices_do_to_all_is_told_by_stack(
    states: Path, tmp_path: Path
) -> None:
    out = tmp_path / "fleet"
    code, told = run(
        "fleet", "drift", states, "--since", "embedded", "--out", out, *FIXED
    )
    assert (code, told["moves"]) == (0, [])


def test_yesterdays_pricing_is_kept_and_one_that_is_too_old_named(
    states: Path, tmp_path: Path
) -> None:
    import os

    from farebox.fleet.errors import FleetError

    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    os.utime(out / "stacks.parquet", (1_700_000_000, 1_700_000_000))
    (states / "shop.json").write_text(json.dumps(state("shop", 3)))
    run("fleet", "price", states, "--out", out, *FIXED)
    _, told = run("fleet", "show", out, "--since", "yesterday")
    # By hand: two gateways of 32.85 more.
    assert [Decimal(m["usd"]) for m in told["moves"]] == [Decimal("65.70")]
    with pytest.raises(FleetError, match="the oldest is of 2023-11-1"):
        CliRunner().invoke(
            fare,
            ["fleet", "show", str(out), "--since", "2020-01-01"],
            standalone_mode=False,
            catch_exceptions=False,
        )


def test_the_share_without_a_figure_is_told(states: Path, tmp_path: Path) -> None:
    out = tmp_path / "fleet"
    run("fleet", "price", states, "--out", out, *FIXED)
    _, told = run("fleet", "show", out, "--unpriced")
    gaps, all_ = sum(g["times"] for g in told["gaps"]), Decimal(2)
    assert Decimal(told["percent"]) == (gaps * 100 / (gaps + all_)).quantize(
        Decimal("0.1")
    )
