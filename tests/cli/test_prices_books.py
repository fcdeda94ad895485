"""`fare prices refreshes`, `pin`, `unpin` and `prune`: the books of the store."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.cli.prices.group import PRICES_COMMANDS
from farebox.prices import Price
from tests.cli.documents import preview, volume
from tests.cli.price_store import ON, folder, on_day, printed, seen
from tests.prices.books import price

__all__ = ["folder"]


def gp3(usd: str, day: str) -> Price:
    return on_day(price("EBS:VolumeUsage.gp3", usd, unit="GB-Mo"), day)


def test_refreshes_list_the_ids_that_pin_a_book(folder: Path, capfdbinary: Any) -> None:
    seen("2026-11-01", gp3("0.081", "2026-11-01"))
    book_id = seen("2026-11-02", gp3("0.082", "2026-11-02"))
    assert run(["prices", "pin", book_id[:15], "--why", "the budget"]) == 0
    capfdbinary.readouterr()
    assert run(["prices", "refreshes", "--format", "json"]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    newest = document["refreshes"][0]
    assert (newest["book"], newest["pinned"], newest["why"]) == (
        book_id,
        True,
        "the budget",
    )
    assert newest["sources"][-1]["changed_count"] == 1
    text = "\n".join(printed(capfdbinary, "refreshes"))
    assert book_id[:19] in text
    assert "pinned: the budget" in text


def test_pruning_keeps_the_newest_and_the_pinned_book_to_the_cent(
    folder: Path, capfdbinary: Any
) -> None:
    first, second, newest = (
        seen(day, gp3(usd, day))
        for day, usd in (
            ("2025-01-01", "0.081"),
            ("2025-01-02", "0.082"),
            ("2026-11-20", "0.083"),
        )
    )
    (folder / "volume.json").write_bytes(preview(volume()))
    assert run(["prices", "pin", first]) == 0
    assert run(["prices", "prune", "--keep-days", "1"]) == 0
    capfdbinary.readouterr()
    totals = []
    for book in (first, newest):
        arguments = ["price", "volume.json", "--prices", book, "--format", "json", *ON]
        assert run(arguments) == 0
        document = json.loads(capfdbinary.readouterr().out)
        totals.append(Decimal(document["total"]["usd_per_month"]))
    # 100 GiB at 0.081 and at 0.083.
    assert totals == [Decimal("8.1"), Decimal("8.3")]
    assert run(["price", "volume.json", "--prices", second, *ON]) == 2
    assert run(["prices", "unpin", first]) == 0
    assert run(["prices", "unpin", first]) == 2
    assert run(["prices", "prune", "--keep-days", "99999999999"]) == 2
    assert run(["prices", "verify", "store"]) == 0


@pytest.mark.parametrize("command", ["refreshes", "pin", "unpin", "prune"])
def test_without_a_store_its_commands_say_how_to_make_one(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    more = {"prune": ["--keep-days", "3"], "refreshes": []}
    assert run(["prices", command, *more.get(command, ["sha256:12345678"])]) == 2
    assert "fare refresh makes one" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_each_command_of_the_group_is_there() -> None:
    for name in PRICES_COMMANDS:
        assert run(["prices", name, "--help"]) == 0
