"""A doubtful price says so wherever it goes: in its source, in a statement."""

from farebox.prices import PriceKey, Source
from farebox.prices.doubts import BY_NAME, FIRST_TIER, doubt_of, notes_on
from farebox.prices.embedded import embedded_book
from tests.prices.books import price

NAMED = Source("https://example.test/a", "2026-09-03", "", f"{BY_NAME}read in a feed")
FIRST = Source("https://example.test/b", "2026-09-03", "", f"{FIRST_TIER}read in a row")
FREE = Source("https://example.test/c", "2026", "", f"free: at 0; {BY_NAME}in a feed")


def test_a_note_begins_with_the_doubt_or_has_it_after_what_is_free() -> None:
    assert [doubt_of(one) for one in (NAMED, FIRST, FREE)] == [
        BY_NAME,
        FIRST_TIER,
        BY_NAME,
    ]
    assert doubt_of(Source("https://example.test/d", "2026", "", "first read")) == ""


def test_a_note_counts_the_prices_and_names_the_first() -> None:
    named = [price(f"Tale{n}", "1", source=NAMED, service="Tales") for n in range(4)]
    assert notes_on([price("Sure", "1")]) == []
    assert notes_on([*named, price("Tier", "1", source=FIRST, service="Tales")]) == [
        "4 prices are under a usage type made from the name of the rate, seen in no list"
        " or bill: Tales us-east-1 Tale0, Tales us-east-1 Tale1, Tales us-east-1 Tale2,"
        " ...",
        "1 price is with the first tier of the list only; it may go on with others:"
        " Tales us-east-1 Tier",
    ]


def test_the_book_marks_what_the_facts_call_doubtful() -> None:
    # ElastiCache for Valkey: the list's operation was not seen, nor some node types.
    book = embedded_book()
    node = PriceKey(
        *("AmazonElastiCache", "us-east-1", "NodeUsage:cache.m7g.large"),
        "CreateCacheCluster:Valkey",
    )
    assert doubt_of(book.price(node).source) == BY_NAME
    doubts = {doubt_of(source) for source, _ in book.source_counts()}
    assert doubts == {"", BY_NAME, FIRST_TIER}
