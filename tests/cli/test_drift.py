"""`fare drift`: what the market did to a bill, by hand."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices.curated import curated_book
from farebox.prices.text import write_book
from tests.cli.documents import preview, step, volume
from tests.cli.price_store import on_day, seen
from tests.cli.test_price_tier import project
from tests.prices.books import price, text_of

__all__ = ["project"]

ON = ("--on", "2026-11-23")
GP3 = "AmazonEC2,us-east-1,EBS:VolumeUsage.gp3,,on-demand,,GB-Mo,{},list"
BOX = "AmazonEC2,us-east-1,BoxUsage:m6a.large,RunInstances,on-demand,,Hrs,{},list"
SPOT = "AmazonEC2,us-east-1,SpotUsage:m6a.large,,spot,use1-az1,Hrs,{},list"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a 100 GiB volume's preview, and gp3 at 0.08, then at 0.10."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "volume.json").write_bytes(preview(volume()))
    (tmp_path / "old.prices").write_text(text_of([GP3.format("0.08")]))
    (tmp_path / "new.prices").write_text(text_of([GP3.format("0.1")]))
    return tmp_path


def drifted(
    capfdbinary: Any, *arguments: str, code: int = 0
) -> tuple[dict[str, Any], str]:
    """The document and what stood on standard error."""
    assert run(["drift", *arguments, "--format", "json", *ON]) == code
    out, err = capfdbinary.readouterr()
    document: dict[str, Any] = json.loads(out)
    return document, err.decode()


def embedded_with(usage_type: str, zone_id: str, old: str, new: str) -> str:
    """The embedded book's text with one price of us-east-1 changed."""
    text = write_book(curated_book())
    row = f"AmazonEC2,us-east-1,{usage_type},,spot,{zone_id},Hrs,{{}},"
    assert text.count(row.format(old)) == 1
    return text.replace(row.format(old), row.format(new))


def test_a_spot_price_in_one_zone_moves_the_tier_by_machines_times_730_times_the_step(
    project: Path, capfdbinary: Any
) -> None:
    # The 100k tier has 130 r6a.8xlarge in use1-az1. From 0.6699 to 0.70 an hour:
    # 130 x 730 x 0.0301 = 2,856.49 USD a month, for 100,000 users 0.0285649 each.
    asked = ["prices", "export", "new.prices", "--for", "100k", "--prices", "embedded"]
    assert run([*asked, *ON]) == 0
    capfdbinary.readouterr()
    row = "SpotUsage:r6a.8xlarge,,spot,use1-az1,Hrs,"
    text = (project / "new.prices").read_text()
    assert text.count(f"{row}0.6699,") == 1
    (project / "new.prices").write_text(text.replace(f"{row}0.6699,", f"{row}0.7,"))
    document, _ = drifted(
        capfdbinary, "100k", "--since", "embedded", "--until", "new.prices"
    )
    found = document["drift"]
    assert found["usd_per_month"] == "2856.49"
    assert found["usd_per_user_month"] == "0.0285649"
    (line,) = document["moved"]
    assert line["zone_id"] == "use1-az1"
    assert line["old"]["quantity"] == line["new"]["quantity"] == "94900"
    assert (line["old"]["usd_per_unit"], line["new"]["usd_per_unit"]) == (
        "0.6699",
        "0.7",
    )
    old, new = Decimal(found["old"]), Decimal(found["new"])
    assert new - old == Decimal("2856.49")
    assert old == Decimal(document["old"]["usd_per_month"])


def test_over_the_threshold_ends_with_1_and_says_by_how_much(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 100 GiB x (0.10 - 0.08) = 2.00 of 8.00 USD: 25 %.
    asked = ["drift", "volume.json", "--since", "old.prices", "--prices", "new.prices"]
    assert run([*asked, "--threshold", "25%", *ON]) == 0
    capsys.readouterr()
    assert run([*asked, "--threshold", "24.9", *ON]) == 1
    out, err = capsys.readouterr()
    assert "100 GB-Mo at 0.08 → 0.10 USD (+25.00 %)" in out
    assert "adds 2.00 USD a month: 25.00 % of the old total" in err
    assert "threshold of 24.9 %, up or down" in err
    assert max(map(len, out.splitlines())) <= 80


def test_a_fall_counts_against_the_threshold_as_a_rise_does(
    folder: Path, capfdbinary: Any
) -> None:
    # From 10.00 to 8.00 USD: 20 % less.
    document, err = drifted(
        capfdbinary,
        *("volume.json", "--since", "new.prices", "--prices", "old.prices"),
        *("--threshold", "19%"),
        code=1,
    )
    assert document["drift"]["percent"] == "-20"
    assert document["drift"]["over"] is True
    assert "takes 2.00 USD a month" in err


def test_since_a_day_means_what_the_store_had_seen_by_then(
    folder: Path, capfdbinary: Any
) -> None:
    # gp3 was seen at 0.081 on 11-01 and at 0.09 on 11-11: 100 GiB move by 0.90 USD.
    gp3 = "EBS:VolumeUsage.gp3"
    ids = [
        seen(day, on_day(price(gp3, usd, unit="GB-Mo"), day))
        for day, usd in (("2026-11-01", "0.081"), ("2026-11-11", "0.09"))
    ]
    for since in ("2026-11-01", "2026-11-10", ids[0]):
        document, _ = drifted(
            capfdbinary, "volume.json", "--since", since, "--prices", "store"
        )
        found = document["drift"]
        assert (found["old"], found["new"]) == ("8.1", "9")
        assert document["old"]["prices"]["book"] == ids[0]
    document, _ = drifted(
        capfdbinary, "volume.json", "--since", "2026-11-01", "--until", "2026-11-11"
    )
    assert document["drift"]["usd_per_month"] == "0.9"
    assert (
        run(["drift", "volume.json", "--since", "2026-11-01", "--prices", "store"]) == 0
    )
    text = capfdbinary.readouterr().out.decode()
    # It began at the lowest, and has been at the highest since the second one.
    [bars] = re.findall(r"    \d{4}-\d\d-\d\d ([▁█]+) \d{4}-\d\d-\d\d", text)
    assert len(bars) == 32
    assert bars.rstrip("█").strip("▁") == ""
    assert bars[-1] == "█"
    assert run(["drift", "volume.json", "--since", "2020-01-01", *ON]) == 2
    assert run(["drift", "volume.json", "--since", "2026-02-30", *ON]) == 2


def test_the_same_book_on_both_sides_moves_nothing_and_says_so(
    folder: Path, capfdbinary: Any
) -> None:
    document, _ = drifted(
        capfdbinary,
        *("volume.json", "--since", "old.prices", "--prices", "old.prices"),
        *("--threshold", "0%"),
    )
    assert document["drift"]["usd_per_month"] == "0"
    assert document["moved"] == []
    assert document["notes"] == [
        "Both sides are the same book (2026-09-03): whether the market moved since cannot "
        "be known from them. Give --since and --until books or days that differ."
    ]


def spot_instance() -> dict[str, Any]:
    market = {"marketType": "spot"}
    inputs = {
        "instanceType": "m6a.large",
        "ami": "ami-1",
        "availabilityZone": "us-east-1a",
        "associatePublicIpAddress": False,
        "rootBlockDevice": {"volumeSize": 100, "volumeType": "gp3"},
        "instanceMarketOptions": market,
    }
    return step("aws:ec2/instance:Instance", "vm", inputs)


@pytest.mark.parametrize("gone", ["old", "new"])
def test_a_price_that_one_book_lacks_is_named_and_is_in_neither_total(
    folder: Path, capfdbinary: Any, gone: str
) -> None:
    # The spot machine costs 730 x 0.04 = 29.20 at one book and has no price at the
    # other; the volume moves from 8.00 to 10.00, and that alone is the drift.
    (folder / "vm.json").write_bytes(preview(spot_instance()))
    whole = [BOX.format("0.0864"), SPOT.format("0.04")]
    for name, usd in (("old", "0.08"), ("new", "0.1")):
        rows = [] if name == gone else whole
        text = text_of(sorted([*rows, GP3.format(usd)]))
        (folder / f"{name}.prices").write_text(text)
    document, _ = drifted(
        capfdbinary, "vm.json", "--since", "old.prices", "--prices", "new.prices"
    )
    found = document["drift"]
    assert (found["old"], found["new"], found["usd_per_month"]) == ("8", "10", "2")
    other = {"old": "new", "new": "old"}[gone]
    (line,) = document[f"only_{other}"]
    assert line[other]["usd_per_month"] == "29.2"
    assert line[gone] is None
    assert document[f"only_{gone}"] == []
    assert any("1 charge has a price at the" in note for note in document["notes"])
    asked = ["drift", "vm.json", "--since", "old.prices", "--prices", "new.prices"]
    assert run([*asked, *ON]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert f"Priced at the {other} book only" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_charge_that_lost_its_price_is_an_alert_within_any_threshold(
    folder: Path, capfdbinary: Any
) -> None:
    # 730 x 0.04 = 29.20 at the old book and no price at the new one; nothing else moves.
    (folder / "vm.json").write_bytes(preview(spot_instance()))
    machine = [BOX.format("0.0864"), SPOT.format("0.04")]
    rows = [GP3.format("0.08")]
    (folder / "new.prices").write_text(text_of(rows))
    (folder / "old.prices").write_text(text_of(sorted([*machine, *rows])))
    books = ("--since", "old.prices", "--prices", "new.prices")
    document, err = drifted(
        capfdbinary, "vm.json", *books, "--threshold", "99%", code=1
    )
    assert document["drift"]["over"] is True
    assert document["drift"]["usd_per_month"] == "0"
    assert "1 charge has no price at the new book" in err
    assert "(29.20 USD a month before)" in err
    # Without a threshold nobody asked for an alert.
    drifted(capfdbinary, "vm.json", *books)
    # A charge that has a price only now moved nothing that was known before.
    books = ("--since", "new.prices", "--prices", "old.prices")
    document, _ = drifted(capfdbinary, "vm.json", *books, "--threshold", "99%")
    assert document["drift"]["over"] is False


def test_markdown_has_the_totals_and_what_moved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["drift", "volume.json", "--since", "old.prices", "--prices", "new.prices"]
    assert run([*asked, "--format", "markdown", *ON]) == 0
    out = capsys.readouterr().out
    assert "the market moved it by +2.00 USD a month (+25.00 %)" in out
    assert "| **USD a month** | 8.00 | 10.00 | **+2.00** |" in out
    assert "| 100 GB-Mo | 0.08 → 0.10 | 8.00 | 10.00 | +2.00 | +25.00 % |" in out


@pytest.mark.parametrize("threshold", ["5USD", "much", "-1%"])
def test_a_threshold_is_a_percentage(
    folder: Path, capsys: pytest.CaptureFixture[str], threshold: str
) -> None:
    asked = ["drift", "volume.json", "--since", "old.prices"]
    assert run([*asked, f"--threshold={threshold}"]) == 2
    assert "is not a percentage like 5%" in capsys.readouterr().err


def test_an_old_book_that_is_not_there_is_named_by_its_option(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["drift", "volume.json", "--since", "gone.prices", *ON]) == 2
    assert "--since gone.prices" in capsys.readouterr().err
