"""`fare prices`: one price, ages, files and the store's books, by hand."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.cli.prices import PRICES_COMMANDS
from farebox.prices import Price
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.embedded import embedded_book
from farebox.prices.store import open_store
from farebox.prices.text import write_book
from farebox.prices.values import Source
from tests.cli.documents import preview, volume
from tests.cli.test_price_tier import project
from tests.prices.books import box, price, spot

__all__ = ["project"]

ON = ("--on", "2026-11-23")
IN_STORE = ("--prices", "store")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and a store of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAREBOX_PRICES_URL", raising=False)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def seen(day: str, *prices: Price | DatedPrice) -> str:
    """Put prices into the store as if seen on that day; the book's id."""
    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    dated = [p if isinstance(p, DatedPrice) else DatedPrice(p) for p in prices]
    source = Source("https://example.test/list.csv", f"{day}T12:00:00Z")
    delivery = Delivery("by hand", source, prices=dated)
    with open_store() as store:
        with store.refresh(moment, by="test") as refresh:
            refresh.keep(refresh.compare(delivery))
        return refresh.book_id


def on_day(one: Price, day: str) -> Price:
    from msgspec.structs import replace

    return replace(one, source=Source("https://example.test/list.csv", day))


def shown(capfdbinary: Any, *arguments: str) -> list[dict[str, Any]]:
    assert run(["prices", "show", *arguments, "--format", "json", *ON]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["schema"] == "farebox.prices-show/1"
    found: list[dict[str, Any]] = document["prices"]
    return found


def printed(captured: Any, *arguments: str) -> list[str]:
    assert run(["prices", *arguments]) == 0
    out = captured.readouterr().out
    lines = (out.decode() if isinstance(out, bytes) else out).splitlines()
    assert max(map(len, lines)) <= 80
    return lines


# --- show -----------------------------------------------------------------------


def test_spot_stands_beside_on_demand_with_its_ratio(
    folder: Path, capfdbinary: Any
) -> None:
    # 0.4411 / 0.9072 = 0.486221; 2026-07-20 to 11-23 is 126 days; 2026 counts from
    # January 1, which is 326 days.
    found = shown(
        capfdbinary,
        *("r6a.4xlarge", "--region", "us-east-1", "--prices", "embedded"),
    )
    assert [p["purchase"] for p in found] == ["on-demand", *["spot"] * 5]
    listed, first = found[:2]
    assert (listed["usd_per_unit"], listed["unit"]) == ("0.9072", "Hrs")
    assert (listed["age_days"], listed["limit_days"], listed["stale"]) == (
        126,
        180,
        False,
    )
    assert (first["zone_id"], first["usd_per_unit"]) == ("use1-az1", "0.4411")
    assert first["of_on_demand"] == "0.486221"
    assert (first["age_days"], first["limit_days"], first["stale"]) == (326, 7, True)
    assert first["history"] is None


@pytest.mark.parametrize("book", ["embedded", "store"])
@pytest.mark.parametrize(
    "wanted",
    [
        "EBS:VolumeUsage.gp3",
        "EU-EBS:VolumeUsage.gp3",
        "eu-west-1 volumeusage.gp3",
        "AmazonEC2 eu-west-1 gp3 VolumeUsage",
    ],
)
def test_a_usage_type_is_found_with_its_prefix_without_it_and_by_parts(
    folder: Path, capfdbinary: Any, wanted: str, book: str
) -> None:
    with open_store():
        pass  # A new store begins with the embedded book.
    found = shown(capfdbinary, wanted, "--region", "eu-west-1", "--prices", book)
    assert [p["usd_per_unit"] for p in found] == ["0.088"]


def test_tiers_and_the_source_are_shown_in_80_columns(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(
        capsys,
        *("show", "DataTransfer-Out-Bytes", "--region", "us-east-1"),
        *("--prices", "embedded", *ON),
    )
    text = "\n".join(lines)
    assert "DataTransfer-Out-Bytes: 1 price" in text
    assert "beyond 10,240 GB" in text
    assert "0.085" in text
    assert "84 of 180" in text
    assert any(line.startswith("[1] https://") for line in lines)


def test_nothing_found_names_what_is_spelled_like_it_and_the_other_regions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "show", "r6a.5xlarge", "--prices", "embedded"]
    assert run(asked) == 2
    assert "r6a.4xlarge" in capsys.readouterr().err
    asked = ["prices", "show", "r6a.4xlarge", "--region", "eu-west-9"]
    assert run([*asked, "--prices", "embedded"]) == 2
    assert "it has some in ap-southeast-1" in capsys.readouterr().err
    assert run(["prices", "show", "??", "--prices", "embedded"]) == 2
    assert "give an instance type like" in capsys.readouterr().err


def test_the_store_tells_a_prices_history(folder: Path, capfdbinary: Any) -> None:
    for day, usd in (("2026-11-01", "0.45"), ("2026-11-11", "0.5")):
        seen(day, on_day(spot("r6a.4xlarge", usd), day))
    found = shown(capfdbinary, "SpotUsage:r6a.4xlarge", "--region", "us-east-1")
    first = next(p for p in found if p["zone_id"] == "use1-az1")
    # The store begins with the embedded price, seen in its first refresh.
    assert [step["usd_per_unit"] for step in first["history"]["seen"]][-2:] == [
        "0.45",
        "0.5",
    ]
    assert first["usd_per_unit"] == "0.5"
    text = "\n".join(
        printed(
            capfdbinary, "show", "r6a.4xlarge", "--region", "us-east-1", *IN_STORE, *ON
        )
    )
    assert "In the store" in text
    assert "max 0.50 on 2026-11-11" in text


def test_a_price_of_a_later_day_is_shown_and_not_charged_before_it(
    folder: Path, capfdbinary: Any
) -> None:
    now = on_day(price("EBS:VolumeUsage.gp3", "0.08", unit="GB-Mo"), "2026-11-20")
    later = on_day(price("EBS:VolumeUsage.gp3", "0.09", unit="GB-Mo"), "2026-11-20")
    seen("2026-11-20", DatedPrice(now), DatedPrice(later, "2999-01-01"))
    asked = ("EBS:VolumeUsage.gp3", "--region", "us-east-1", *IN_STORE)
    (found,) = shown(capfdbinary, *asked)
    assert found["usd_per_unit"] == "0.08"
    assert [step["usd_per_unit"] for step in found["history"]["coming"]] == ["0.09"]
    text = "\n".join(printed(capfdbinary, "show", *asked, *ON))
    assert "then 0.09 from 2999-01-01: published, not charged yet" in text


# --- age ------------------------------------------------------------------------


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
        there = sum(p.key.region in ("eu-west-1", "global") for p in embedded_book())
        assert dublin[-1].split(" in the ")[0].endswith(f" of {there}")
        assert london[-1].split(" in the ")[0].endswith(" of 2")  # Route 53's


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


# --- export, import, verify -----------------------------------------------------


def test_a_tiers_file_is_small_and_prices_it_to_the_same_cent(
    project: Path, capfdbinary: Any
) -> None:
    asked = ["prices", "export", "1k.prices", "--for", "1k"]
    assert run([*asked, "--prices", "embedded", *ON]) == 0
    book_id = capfdbinary.readouterr().out.decode().strip()
    text = (project / "1k.prices").read_bytes()
    assert book_id == f"sha256:{sha256(text).hexdigest()}"
    # Sizes on demand: 12 of r7a, 11 of r6a, 9 each of r5, m7g and c7g are 50. Spot of
    # three types in three zones is 9, and there are 10 other kinds of charges.
    assert b"\nprices 69\n" in text
    totals = []
    for book in ("embedded", "1k.prices"):
        arguments = ["price", "1k", "--prices", book, "--format", "json", *ON]
        assert run(arguments) == 0
        totals.append(json.loads(capfdbinary.readouterr().out)["total"])
    assert totals[0] == totals[1]


def test_a_whole_export_of_the_embedded_book_is_that_book(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", "export", "all.prices", "--prices", "embedded"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == embedded_book().id
    assert f"wrote {len(embedded_book()):,} prices" in err
    assert "left out" not in err


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


# --- the store's books ----------------------------------------------------------


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
