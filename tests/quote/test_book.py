"""Which book is meant by `auto`, a file, an id, a day, and the config that says so."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices.curated import curated_book
from farebox.prices.deliveries import DatedPrice, Delivery
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import PriceBookError
from farebox.prices.store import open_store
from farebox.prices.text import write_book
from farebox.prices.values import Price, PriceKey, Source, Tier
from farebox.quote.book import BookRequest, book_as_it_is, book_request, choose_book
from tests.aws.server import AwsServer

ON = date(2026, 11, 23)
MONTHS = {"december": "2026-12-01"}
GP3 = PriceKey("AmazonEC2", "us-east-1", "EBS:VolumeUsage.gp3")


def seen(usd: str, day: int, **announced: str) -> str:
    """The store learns on that day of November that gp3 costs so much; the book's id.

    `announced` are prices from the first day of a month on: `december="0.12"`.
    """
    moment = datetime(2026, 11, day, 12, tzinfo=UTC)
    source = Source("https://example.test/list", f"2026-11-{day:02d}T12:00:00Z")
    starts = {"": usd} | {MONTHS[name]: later for name, later in announced.items()}
    prices = [
        DatedPrice(
            Price(GP3, (Tier(Decimal(0), Decimal(one)),), "GB-Mo", source), start
        )
        for start, one in starts.items()
    ]
    delivery = Delivery("live us-east-1", source, None, prices)
    with open_store() as store:
        with store.refresh(moment, by="a test") as refresh:
            refresh.keep(refresh.compare(delivery))
        return store.book().id


def gp3(prices: str | BookRequest | None, on: date = ON) -> Decimal:
    return book_as_it_is(prices, on=on).price(GP3).usd_per_unit


def test_auto_is_the_embedded_book_on_a_fresh_machine() -> None:
    chosen = choose_book(book_request(), on=ON)
    assert chosen.book is embedded_book()
    assert chosen.store is None


def test_auto_is_the_store_where_there_is_one_and_no_account() -> None:
    seen("0.09", 20)
    chosen = choose_book(book_request("auto"), on=ON)
    assert (chosen.book.kind, chosen.store) == ("store", None)
    assert gp3("auto") == Decimal("0.09")


def test_auto_is_live_where_credentials_resolve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    chosen = choose_book(book_request("auto"), on=ON)
    assert chosen.store is not None
    assert not chosen.outright
    chosen.store.close()
    # A command that prices plans has nothing to be live for: the store that was made.
    assert book_as_it_is("auto", on=ON).kind == "store"


@pytest.mark.parametrize("prices", ["embedded", "sha256:"])
def test_a_pinned_book_asks_nothing_of_the_network(
    monkeypatch: pytest.MonkeyPatch, prices: str
) -> None:
    book_id = seen("0.09", 20)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    pinned = book_id if prices == "sha256:" else prices
    with AwsServer() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        chosen = choose_book(book_request(pinned), on=ON)
        assert chosen.store is None
        assert not aws.asked
    seen("0.10", 21)
    assert gp3(pinned) == Decimal("0.08" if prices == "embedded" else "0.09")


def test_an_id_is_looked_for_in_the_embedded_book_and_then_in_the_store() -> None:
    embedded = embedded_book()
    assert book_as_it_is(embedded.id, on=ON) is embedded
    assert book_as_it_is(embedded.id[:16], on=ON) is embedded
    old, new = seen("0.09", 20), seen("0.11", 21)
    assert gp3(old) == gp3(old[:20]) == Decimal("0.09")
    assert gp3(new) == Decimal("0.11")


def test_a_day_gives_the_prices_as_the_store_had_them_at_its_end() -> None:
    seen("0.09", 20)
    seen("0.11", 22)
    found = [gp3(book_request(as_of=date(2026, 11, day))) for day in (20, 21, 22, 23)]
    assert found == [Decimal("0.09")] * 2 + [Decimal("0.11")] * 2


def test_a_price_that_is_announced_is_charged_from_its_day_on() -> None:
    seen("0.09", 20, december="0.12")
    assert gp3("store", date(2026, 11, 30)) == Decimal("0.09")
    assert gp3("store", date(2026, 12, 1)) == Decimal("0.12")


def test_a_pinned_book_charges_what_was_in_force_when_it_was_seen() -> None:
    book_id = seen("0.09", 20, december="0.12")
    in_december = date(2026, 12, 2)
    assert gp3(book_id, in_december) == Decimal("0.09")
    assert gp3(book_request(book_id, as_of=in_december), in_december) == Decimal("0.12")


def test_the_option_wins_over_the_config_and_the_config_over_auto(
    tmp_path: Path,
) -> None:
    config = {"farebox:prices": "team.prices", "farebox:live-seconds": "2.5"}
    assert book_request(config=config).prices == "team.prices"
    assert book_request(config=config).named == "farebox:prices"
    assert book_request(config=config).seconds == Decimal("2.5")
    assert book_request("store", config=config).prices == "store"
    assert book_request(config={}).prices == "auto"
    (tmp_path / "team.prices").write_text(write_book(list(curated_book())))
    found = choose_book(book_request(config=config), on=ON, folder=tmp_path).book
    assert (found.kind, found.id) == ("file", curated_book().id)


@pytest.mark.parametrize(
    ("want", "part"),
    [
        (book_request("nowhere.book"), "--prices nowhere.book: there is no such file"),
        (book_request("x" * 5000), "there is no such file"),
        (book_request("sha256:12"), "at least 8 of its 64 hex digits"),
        (book_request("sha256:" + "0" * 64), "there is no store on this machine"),
        (book_request("store"), "--prices store: there is no price store yet"),
        (book_request(as_of=ON), "--as-of 2026-11-23: there is no price store yet"),
        (book_request("embedded", as_of=ON), "--prices embedded has no past"),
        (book_request("live", as_of=ON), "--prices live has no past"),
        (book_request("july.prices", as_of=ON), "--prices july.prices has no past"),
        (book_request(embedded_book().id, as_of=ON), "which has no past"),
        (
            book_request(config={"farebox:prices": "gone.prices"}),
            "farebox:prices gone.prices: there is no such file",
        ),
    ],
)
def test_what_is_not_there_is_one_sentence(want: BookRequest, part: str) -> None:
    with pytest.raises(PriceBookError) as error:
        choose_book(want, on=ON)
    assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_a_day_that_is_still_to_come_has_no_prices_of_its_own() -> None:
    seen("0.09", 20)
    with pytest.raises(PriceBookError, match=r"--as-of 2999-01-01: .* still to come"):
        choose_book(book_request(as_of=date(2999, 1, 1)), on=ON)


def test_a_day_before_a_pinned_book_was_seen_is_refused() -> None:
    book_id = seen("0.09", 20)
    with pytest.raises(PriceBookError, match="was first seen on 2026-11-20"):
        choose_book(book_request(book_id, as_of=date(2026, 11, 19)), on=ON)


def test_an_id_that_the_store_lacks_is_named() -> None:
    seen("0.09", 20)
    with pytest.raises(PriceBookError, match="--prices sha256:00000000"):
        choose_book(book_request("sha256:00000000"), on=ON)


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "3600"])
def test_a_budget_that_is_no_time_is_one_sentence(seconds: str) -> None:
    with pytest.raises(PriceBookError, match="farebox:live-seconds"):
        book_request(config={"farebox:live-seconds": seconds})


def test_live_without_a_place_for_a_store_stands_on_the_embedded_book(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "file"))
    chosen = choose_book(book_request("live"), on=ON)
    assert chosen.book is embedded_book()
    assert "the embedded book's" in chosen.why_not_live
