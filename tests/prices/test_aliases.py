"""One table joins the usage types that AWS spells otherwise in one region."""

from decimal import Decimal

import pytest

from farebox.prices import InvalidPriceBook, Price, PriceBook, PriceKey, Source, Tier
from farebox.prices.aliases import ALIASES, Alias, bare_key, billed_key
from farebox.prices.prefixes import with_prefix
from farebox.prices.store.rows import identity
from farebox.prices.text import parse_book, write_book

USUAL = pytest.mark.parametrize("alias", ALIASES, ids=lambda one: one.listed)


def listed(alias: Alias) -> PriceKey:
    spelled = with_prefix(alias.listed, alias.region)
    return PriceKey(alias.service, alias.region, spelled)


def price(key: PriceKey, usd: str) -> Price:
    source = Source("https://example.test/list", "2026-11-01")
    return Price(key, (Tier(Decimal(0), Decimal(usd)),), "Requests", source)


@USUAL
def test_a_look_up_by_the_usual_name_finds_the_listed_row(alias: Alias) -> None:
    book = PriceBook([price(listed(alias), "0.4")], book_id="", kind="file")
    usual = PriceKey(alias.service, alias.region, alias.usual)
    assert book.price(usual).key == listed(alias)
    assert book.price(listed(alias)).key == listed(alias)


@USUAL
def test_elsewhere_the_listed_name_is_no_other_charge_s(alias: Alias) -> None:
    elsewhere = PriceKey(alias.service, "eu-north-1", alias.listed)
    assert bare_key(elsewhere) == elsewhere


@USUAL
def test_a_missing_price_is_told_as_the_region_s_bill_spells_it(alias: Alias) -> None:
    usual = PriceKey(alias.service, alias.region, alias.usual)
    assert billed_key(usual) == listed(alias)
    assert billed_key(listed(alias)) == listed(alias)


@USUAL
def test_a_store_knows_both_spellings_as_one_key(alias: Alias) -> None:
    usual = PriceKey(alias.service, alias.region, alias.usual)
    assert identity(usual) == identity(listed(alias))


@USUAL
def test_a_book_with_both_spellings_at_two_prices_is_refused(alias: Alias) -> None:
    usual = PriceKey(alias.service, alias.region, alias.usual)
    text = write_book([price(usual, "0.4"), price(listed(alias), "0.5")])
    with pytest.raises(InvalidPriceBook, match="a second price for"):
        parse_book(text, kind="file")


def test_every_alias_names_its_source() -> None:
    assert all(alias.source for alias in ALIASES)
