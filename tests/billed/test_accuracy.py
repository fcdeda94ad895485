"""How near an estimate came to its bill is kept, and the next estimate says it."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from farebox.billed.accuracy import Held, MonthHeld, all_held, held, remember, sentence
from farebox.cli.main import fare
from tests.billed.shop import ROWS, cur2_csv, state

FIXED = ["--prices", "embedded", "--on", "2026-11-23"]


def month(name: str, estimated: str, billed: str) -> MonthHeld:
    whole = Held(Decimal(estimated), Decimal(billed))
    return MonthHeld(name, "amortised", whole, {"AmazonEC2": whole})


def test_the_last_month_speaks_and_a_month_again_replaces_itself(
    tmp_path: Path,
) -> None:
    remember(tmp_path, "shop", "prod", month("2026-10", "96.9", "100"))
    remember(tmp_path, "shop", "prod", month("2026-09", "50", "100"))
    found = held(tmp_path, "shop", "prod")
    assert [m.month for m in found.months] == ["2026-09", "2026-10"]
    # By hand: 3.1 of 100.
    assert sentence(found).endswith("of 2026-10, the estimate was 3.1 % low")
    remember(tmp_path, "shop", "prod", month("2026-10", "110", "100"))
    assert "10.0 % high" in sentence(held(tmp_path, "shop", "prod"))
    assert len(all_held(tmp_path)) == 1


def test_an_empty_bill_and_a_damaged_record_say_nothing(tmp_path: Path) -> None:
    remember(tmp_path, "shop", "prod", month("2026-10", "5", "0"))
    assert sentence(held(tmp_path, "shop", "prod")) == ""
    [file] = (tmp_path / "accuracy").glob("*.json")
    file.write_text("{")
    assert held(tmp_path, "shop", "prod").months == ()
    assert all_held(tmp_path) == []


def test_an_estimate_notes_how_the_last_one_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "state.json").write_bytes(state())
    bill = cur2_csv(ROWS, tmp_path / "bill.csv")

    def run(*words: object) -> str:
        found = CliRunner().invoke(fare, [*map(str, words)], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    target = tmp_path / "state.json"
    assert "held against" not in run("price", target, *FIXED)
    run("bill", "import", bill)
    run("bill", "compare", target, "--month", "2026-09", *FIXED)
    assert "held against the bill of 2026-09" in run("price", target, *FIXED)
    told = json.loads(run("bill", "accuracy", "--format", "json"))
    whole = next(row for row in told["rows"] if not row["service"])
    parts = [row for row in told["rows"] if row["service"]]
    for column in ("estimated_usd", "billed_usd"):
        assert sum(Decimal(p[column]) for p in parts) == Decimal(whole[column])
