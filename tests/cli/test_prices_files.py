"""`fare prices export`, `import` and `verify`: books as files."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices.embedded import embedded_book
from farebox.prices.text import read_book, write_book
from tests.cli.documents import preview, volume
from tests.cli.price_store import IN_STORE, ON, folder, on_day, seen
from tests.cli.test_price_tier import project
from tests.prices.books import box, price, spot

__all__ = ["folder", "project"]


def test_a_tiers_file_is_small_and_prices_it_to_the_same_cent(
    project: Path, capfdbinary: Any
) -> None:
    asked = ["prices", "export", "1k.prices", "--for", "1k"]
    assert run([*asked, "--prices", "embedded", *ON]) == 0
    book_id = capfdbinary.readouterr().out.decode().strip()
    text = (project / "1k.prices").read_bytes()
    assert book_id == f"sha256:{sha256(text).hexdigest()}"
    # Sizes on demand: 12 of r7a, 11 of r6a, 9 each of r5, m7g and c7g are 50. Spot of
    # three types in three zones is 9, and there are 21 other kinds of charges.
    assert b"\nprices 80\n" in text
    totals = []
    for book in ("embedded", "1k.prices"):
        arguments = ["price", "1k", "--prices", book, "--format", "json", *ON]
        assert run(arguments) == 0
        totals.append(json.loads(capfdbinary.readouterr().out)["total"])
    assert totals[0] == totals[1]


def test_an_export_of_a_service_has_the_curated_prices_and_those_beneath(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "export", "all.prices", "--prices", "embedded"]
    assert run([*asked, "--service", "AmazonECR"]) == 0
    err = capsys.readouterr().err
    prices = [price for price in embedded_book() if price.key.service == "AmazonECR"]
    assert f"wrote {len(prices):,} prices" in err
    assert "left out" not in err
    assert read_book(folder / "all.prices").prices == tuple(
        sorted(prices, key=lambda price: (price.key.region, price.key.usage_type))
    )


def test_a_region_and_a_service_are_all_of_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "export", "own.prices", "--prices", "embedded"]
    assert run([*asked, "--region", "eu-west-1", "--service", "AmazonEC2"]) == 0
    rows = (folder / "own.prices").read_text().splitlines()
    own = [row for row in rows if row.startswith("AmazonEC2,")]
    assert len(own) > 100
    assert all(row.startswith("AmazonEC2,eu-west-1,") for row in own)
    assert int(rows[rows.index("end") - len(own) - 1].removeprefix("prices ")) == len(
        own
    )


def test_what_a_file_cannot_hold_is_counted_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = "2026-11-20"
    seen(
        day,
        on_day(price("Odd,Usage", "1", service="Odd"), day),
        on_day(price("FreeUsage", "0", service="Odd"), day),
        on_day(price("FineUsage", "1", service="Odd"), day),
    )
    asked = ["prices", "export", "odd.prices", "--service", "Odd", *IN_STORE]
    assert run(asked) == 0
    err = capsys.readouterr().err
    assert "wrote 1 price of the store book" in err
    assert "left out 1 for a comma or a line break in a field: Odd us-east-1" in err
    assert "left out 1 for a price of 0 whose source" in err
    assert run(["prices", "verify", "odd.prices"]) == 0


def test_an_export_that_cannot_be_written_leaves_nothing_behind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "export", "gone/own.prices", "--prices", "embedded"]
    assert run(asked) == 2
    assert "gone/own.prices" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == []


def test_an_imported_file_answers_by_its_id_and_what_is_newer_becomes_current(
    folder: Path, capfdbinary: Any
) -> None:
    # The store has gp3 at 0.09 of 11-20 and gp2 at 0.10 of 11-20. The file's gp3 is
    # older (11-10), its gp2 newer (11-22): the store takes gp2 alone.
    seen(
        "2026-11-20",
        on_day(price("EBS:VolumeUsage.gp3", "0.09", unit="GB-Mo"), "2026-11-20"),
        on_day(price("EBS:VolumeUsage.gp2", "0.1", unit="GB-Mo"), "2026-11-20"),
    )
    of_file = [
        on_day(price("EBS:VolumeUsage.gp3", "0.07", unit="GB-Mo"), "2026-11-10"),
        on_day(price("EBS:VolumeUsage.gp2", "0.11", unit="GB-Mo"), "2026-11-22"),
    ]
    (folder / "own.prices").write_text(write_book(of_file))
    assert run(["prices", "import", "own.prices", "--format", "json"]) == 0
    done = json.loads(capfdbinary.readouterr().out)
    assert (done["prices"], done["new"], done["changed"]) == (2, 0, 1)
    (folder / "volume.json").write_bytes(preview(volume(), volume("b", type="gp2")))
    totals = {}
    for book in (done["book"], done["book"][:15], "own.prices", "store"):
        arguments = ["price", "volume.json", "--prices", book, "--format", "json", *ON]
        assert run(arguments) == 0
        document = json.loads(capfdbinary.readouterr().out)
        totals[book] = document["total"]["usd_per_month"]
    # 100 GiB each: 7 + 11 = 18 at the file's own prices, 9 + 11 = 20 at the store's.
    assert list(totals.values()) == ["18", "18", "18", "20"]
    assert run(["prices", "import", "own.prices", "--format", "json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["store_book"] is None


def test_a_file_that_is_not_whole_is_not_imported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = write_book([price("EBS:VolumeUsage.gp3", "0.08", unit="GB-Mo")])
    (folder / "own.prices").write_text(text[:-5])
    assert run(["prices", "import", "own.prices"]) == 2
    assert "cut off" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_verify_names_each_price_that_breaks_a_law_on_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 1.1 x 0.9072 = 0.99792 is the Dedicated rate; 0.06 spot is over 0.0567 on demand.
    prices = [
        *(box("r6a.large", "0.1134"), box("r6a.xlarge", "0.2268")),
        *(box("r6a.2xlarge", "0.4536"), box("r6a.4xlarge", "0.99792")),
        *(box("m6g.medium", "0.0385"), spot("m6g.medium", "0.06")),
    ]
    (folder / "own.prices").write_text(write_book(prices))
    assert run(["prices", "verify", "own.prices"]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == 2
    assert "r6a.4xlarge at 0.99792 in us-east-1 is 1.1000 times" in lines[0]
    assert "spot 0.06 is 1.558 of the on-demand price" in lines[1]
    assert err.strip() == "fare: 2 faults in own.prices"


@pytest.mark.parametrize("book", ["embedded", "store"])
def test_what_farebox_ships_and_seeds_has_no_fault(
    folder: Path, capsys: pytest.CaptureFixture[str], book: str
) -> None:
    if book == "store":
        seen("2026-11-20", on_day(box("r6a.large", "0.1134"), "2026-11-20"))
    assert run(["prices", "verify", book]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_verify_of_a_store_that_is_not_there_says_how_to_make_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", "verify", "store"]) == 2
    assert "fare refresh makes one" in capsys.readouterr().err
