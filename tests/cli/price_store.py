"""A folder with a store of its own, and prices seen on a day, for `fare prices`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from farebox.cli.main import run
from farebox.prices import Price
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.store import open_store
from farebox.prices.values import Source

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


def printed(captured: Any, *arguments: str) -> list[str]:
    assert run(["prices", *arguments]) == 0
    out = captured.readouterr().out
    lines = (out.decode() if isinstance(out, bytes) else out).splitlines()
    assert max(map(len, lines)) <= 80
    return lines
