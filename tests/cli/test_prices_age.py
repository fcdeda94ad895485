"""`fare prices age`: each source against its limit."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices.curated import curated_book
from farebox.prices.embedded import embedded_book
from farebox.prices.text import write_book
from tests.cli.price_store import ON, folder, on_day, printed, seen
from tests.prices.books import box, price, spot

__all__ = ["folder"]


def test_ages_count_what_is_over_its_limit_and_fail_only_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # gp3 of 11-20 is 3 days old of 180; spot of 11-10 is 13 of 7, of 11-20 3 of 7.
    prices = [
        on_day(price("EBS:VolumeUsage.gp3", "0.08", unit="GB-Mo"), "2026-11-20"),
        on_day(box("r6a.large", "0.1134"), "2026-11-20"),
        on_day(spot("r6a.large", "0.05"), "2026-11-10"),
        on_day(spot("r6a.large", "0.06", "use1-az2"), "2026-11-20"),
    ]
    (folder / "own.prices").write_text(write_book(prices))
    asked = ("age", "--prices", "own.prices", *ON)
    text = printed(capsys, *asked)
    assert text[-1] == "Over their limit on 2026-11-23: 1 of 4 in the file book."
    spot_row = next(line for line in text if " spot " in line)
    assert spot_row.split()[1:] == ["spot", "2026-11-20", "3", "of", "7", "2", "1"]
    assert run(["prices", *asked, "--fail-over-limit"]) == 1
    assert "1 in the file book (--fail-over-limit)" in capsys.readouterr().err
    fresh = [p for p in prices if p.source.as_of == "2026-11-20"]
    (folder / "own.prices").write_text(write_book(fresh))
    assert run(["prices", *asked, "--fail-over-limit"]) == 0


def test_ages_of_a_region_leave_out_what_others_have(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A new store has the embedded prices of six regions; nobody refreshes eu-west-1.
    day = "2026-11-20"
    seen(day, on_day(price("EBS:VolumeUsage.gp3", "0.08", unit="GB-Mo"), day))
    for book in ("store", "embedded"):
        asked = ("age", "--prices", book, *ON, "--region")
        london, dublin = (
            printed(capsys, *asked, r) for r in ("eu-west-2", "eu-west-1")
        )
        prices = curated_book() if book == "store" else embedded_book()
        there = sum(p.key.region in ("eu-west-1", "global") for p in prices)
        assert dublin[-1].split(" in the ")[0].endswith(f" of {there:,}")
        london_has = sum(p.key.region in ("eu-west-2", "global") for p in prices)
        assert london[-1].split(" in the ")[0].endswith(f" of {london_has:,}")


def test_the_store_stands_beside_the_embedded_book(
    folder: Path, capfdbinary: Any
) -> None:
    day = "2026-11-20"
    seen(day, on_day(price("EBS:VolumeUsage.gp3", "0.08", unit="GB-Mo"), day))
    assert run(["prices", "age", "--format", "json", *ON]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["schema"] == "farebox.prices-age/1"
    kinds = [book["kind"] for book in document["books"]]
    assert kinds == ["store", "embedded", "rented"]
    assert document["books"][1]["count"] == len(embedded_book())
    assert document["books"][2]["id"] is None
    (rented,) = {row["kind"] for row in document["books"][2]["sources"]}
    assert rented == "rented"
