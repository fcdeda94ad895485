"""The main path: every step once, in one place, and nothing told but by its caller."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox import FareboxError
from farebox.bill import usage_file
from farebox.bill.usage import UsageFile
from farebox.quote import live
from farebox.quote.book import BookChoice
from farebox.quote.live import CurrentBook
from farebox.quote.quote import Request, quote
from farebox.quote.waiting import Waiting
from tests.casebook import frozen_book
from tests.cli.documents import preview, volume

FOLDER = Path(live.__file__).parent


def request(folder: Path, **options: object) -> Request:
    (folder / "preview.json").write_bytes(preview(volume()))
    given: dict[str, object] = {
        "target": str(folder / "preview.json"),
        "usage": None,
        "region": None,
        "hours": Decimal(730),
        "users": None,
        "prices": "embedded",
        "on": date(2026, 11, 23),
        "free_tier": "include",
        "on_demand_fallback": False,
    }
    return Request(**{**given, **options})  # type: ignore[arg-type]


def usage(folder: Path, text: str) -> str:
    path = folder / "usage.yaml"
    path.write_text(f"version: 1\n{text}")
    return str(path)


def test_a_quote_has_the_figures_and_what_is_to_be_said_of_them(tmp_path: Path) -> None:
    path = usage(tmp_path, "resource_usage:\n  gone: {monthly_hrs: 10}\n")
    quoted = quote(request(tmp_path, usage=path, users=Decimal(4)))
    # By hand: 100 GiB x 0.08 = 8
    assert quoted.statement.usd_per_month == 8
    assert quoted.statement.users == 4
    assert quoted.shortfall == ""
    (remark,) = quoted.remarks
    assert "'gone' matches no resource that is charged" in remark


def test_the_usage_file_is_read_once_where_prices_are_live_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    reads = usage_file.read_usage

    def counted(path: Path) -> UsageFile:
        read.append(path)
        return reads(path)

    # A book that is to be refreshed: what AWS answers changes nothing here.
    choice = BookChoice(book=frozen_book(), on=date(2026, 11, 23), store=object())  # type: ignore[arg-type]
    asked: list[int] = []

    def answered(
        choice: BookChoice, _: object, keys: list[object], __: Waiting
    ) -> object:
        asked.append(len(keys))
        return CurrentBook(choice.book, ("2 prices are live",))

    monkeypatch.setattr("farebox.rules.usage_keys.read_usage", counted)
    monkeypatch.setattr("farebox.quote.quote.choose_book", lambda *_, **__: choice)
    monkeypatch.setattr(live, "refreshed", answered)
    path = usage(tmp_path, "account_usage:\n  us-east-1: {}\n")
    quoted = quote(request(tmp_path, usage=path))
    assert read == [Path(path)]
    assert asked == [1]
    assert quoted.statement.usd_per_month == 8
    assert "2 prices are live" in quoted.statement.notes


def test_a_wrong_usage_file_is_told_before_aws_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = BookChoice(book=frozen_book(), on=date(2026, 11, 23), store=object())  # type: ignore[arg-type]
    asked: list[object] = []
    monkeypatch.setattr("farebox.quote.quote.choose_book", lambda *_, **__: choice)
    monkeypatch.setattr(live, "refreshed", lambda *given: asked.append(given))
    path = usage(tmp_path, "resource_usage:\n  data: {monthly_hsr: 10}\n")
    with pytest.raises(FareboxError, match="monthly_hsr"):
        quote(request(tmp_path, usage=path))
    assert asked == []


def test_nothing_in_quote_prints_or_knows_the_command_line() -> None:
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text())
        calls = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "print" not in calls, path.name
        assert "farebox.cli" not in path.read_text(), path.name


def test_the_sequence_of_a_statement_stands_in_one_place() -> None:
    source = (FOLDER / "quote.py").read_text()
    body = source[source.index("def quote(") :]
    steps = [
        "read_target(",
        "usage_at(",
        "Basket(",
        "choose_book(",
        "brought_up_to_date(",
        "basket.at(",
    ]
    places = [body.index(step) for step in steps]
    assert places == sorted(places)
