"""`fare prices show`: price, tiers, source, age and history, by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices.deliveries import DatedPrice
from farebox.prices.store import open_store
from tests.cli.price_store import IN_STORE, ON, folder, on_day, printed, seen
from tests.prices.books import price, spot

__all__ = ["folder"]


def shown(capfdbinary: Any, *arguments: str) -> list[dict[str, Any]]:
    assert run(["prices", "show", *arguments, "--format", "json", *ON]) == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert document["schema"] == "farebox.prices-show/1"
    found: list[dict[str, Any]] = document["prices"]
    return found


def test_spot_stands_beside_on_demand_with_its_ratio(
    folder: Path, capfdbinary: Any
) -> None:
    # 0.4411 / 0.9072 = 0.486221; 2026-07-20 to 11-23 is 126 days; 2026 counts from
    # January 1, which is 326 days.
    found = shown(
        capfdbinary,
        *("r6a.4xlarge", "--region", "us-east-1", "--prices", "embedded"),
    )
    # Linux, and nine prices of other systems and of SQL Server; spot is Linux.
    assert [p["purchase"] for p in found] == [*["on-demand"] * 10, *["spot"] * 5]
    listed, first = found[0], found[10]
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
    assert "it has some in ap-northeast-1, ap-south-1, " in capsys.readouterr().err
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
