"""The volumes beneath a store: they answer until a list covers their slice."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from farebox.cli.main import run as fare
from farebox.prices import PriceKey
from farebox.prices.deliveries import DatedPrice, Delivery, Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import StoreError
from farebox.prices.store import open_store
from farebox.prices.text import read_book
from tests.prices.store.databases import run
from tests.prices.store.deliveries import at, keep, simple, source

VERSION_1 = Path(__file__).with_name("version_1.sql")
DUBLIN = Slice("AmazonRDS", "eu-west-1", "on-demand")
NODE = PriceKey(
    DUBLIN.service, DUBLIN.region, "InstanceUsage:db.r6g.large", "CreateDBInstance:0014"
)
OTHER = PriceKey(
    DUBLIN.service, DUBLIN.region, "InstanceUsage:db.m5.large", "CreateDBInstance:0014"
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return str(tmp_path / "prices.sqlite")


def refreshed(usd: str, *, whole: bool, as_of: str) -> Delivery:
    """A delivery of NODE alone at another price: of the whole list, or of one look-up."""
    price = embedded_book().price(NODE)
    (tier,) = price.tiers
    moved = replace(
        price,
        tiers=(replace(tier, usd_per_unit=type(tier.usd_per_unit)(usd)),),
        source=replace(price.source, as_of=as_of),
    )
    listed = replace(source(at(20)), as_of=as_of)
    part = DUBLIN if whole else None
    return Delivery("AmazonRDS eu-west-1", listed, part, [DatedPrice(moved)])


def test_a_new_store_answers_with_the_volumes_and_copies_none_of_them(url: str) -> None:
    with open_store(url) as store:
        book = store.book()
        assert book.price(NODE) == embedded_book().price(NODE)
        assert book.operations(NODE) == embedded_book().operations(NODE)
        assert len(book) < 5_000
        assert book.find(replace(NODE, usage_type="InstanceUsage:db.none")) is None
        assert not store.verify()


def test_a_list_that_covers_the_slice_answers_alone(url: str) -> None:
    with open_store(url) as store:
        before = store.book()
        keep(store, at(20), refreshed("9", whole=True, as_of="2026-11-20"))
        book = store.book()
        assert book.price(NODE).usd_per_unit == 9
        assert book.find(OTHER) is None, "the list does not have it any more"
        # The book of before has what lay beneath it then.
        assert store.book(book_id=before.id).price(OTHER) == before.price(OTHER)


def test_a_single_look_up_stands_beside_the_volumes_where_it_is_newer(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(20), refreshed("9", whole=False, as_of="2026-11-20"))
        book = store.book()
        assert book.price(NODE).usd_per_unit == 9
        assert book.price(OTHER) == embedded_book().price(OTHER)
        keep(store, at(21), refreshed("7", whole=False, as_of="2020-01-01"))
        older = store.book()
        assert older.price(NODE) == embedded_book().price(NODE), "an old file's figure"


def test_what_was_seen_since_counts_where_the_volumes_know_no_operation(
    url: str,
) -> None:
    # EKS Auto Mode: the volumes have no operation, AWS's answer of the 20th has one.
    asked = PriceKey("AmazonEKS", "us-east-1", "EKS-Auto:m5.large-management-hours")
    price = embedded_book().price(asked)
    (tier,) = price.tiers
    live = replace(
        price,
        key=replace(price.key, operation="EKSAutoMode"),
        tiers=(replace(tier, usd_per_unit=2 * tier.usd_per_unit),),
        source=replace(price.source, as_of="2026-11-20"),
    )
    with open_store(url) as store:
        assert store.book().price(asked) == price
        keep(store, at(20), Delivery("live", source(at(20)), None, [DatedPrice(live)]))
        book = store.book()
        assert book.price(asked) == live
        assert book.price(live.key) == live


def test_other_volumes_are_never_taken_for_those_of_before(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(url) as store:
        assert store.book().lacks == ""
        monkeypatch.setattr(embedded_book().volumes, "volumes_id", "sha256:newer")
        monkeypatch.setattr(embedded_book(), "id", "sha256:newer")
        book = store.book()
        assert book.find(NODE) is None
        assert "is not installed: fare refresh takes up today's" in book.lacks
        keep(store, at(20), simple(at(20), a="1"))
        assert store.book().find(NODE) == embedded_book().price(NODE)
        assert store.verify() == []


def test_the_id_of_a_book_covers_what_lies_beneath_it(url: str) -> None:
    with open_store(url):
        run(url, "UPDATE farebox_fact SET json = 'sha256:00' WHERE kind = 'volumes'")
    with open_store(url) as store:
        with pytest.raises(StoreError, match="the price store is damaged"):
            store.book().find(NODE)
        assert any("its book's id" in fault for fault in store.verify())


def test_a_store_from_before_there_were_volumes_is_as_it_was_until_a_refresh(
    url: str,
) -> None:
    run(url, *VERSION_1.read_text().split(";\n"))
    with open_store(url) as store:
        book = store.book()
        assert (book.find(NODE), book.lacks) == (None, "")
        keep(store, at(28), simple(at(28), a="1"))
        assert store.book().find(NODE) == embedded_book().price(NODE)


def test_an_export_of_the_store_has_what_lies_beneath(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path))
    with open_store() as store:
        keep(store, at(20), refreshed("9", whole=False, as_of="2026-11-20"))
    out = tmp_path / "own.prices"
    asked = ["prices", "export", str(out), "--prices", "store", "--region", "eu-west-1"]
    assert fare([*asked, "--service", "AmazonRDS"]) == 0
    book = read_book(out)
    volume = embedded_book().volumes.volume("AmazonRDS")
    assert volume is not None
    assert len(book) == sum(h.count for h in volume.heads if h.region == "eu-west-1")
    assert book.price(NODE).usd_per_unit == 9
