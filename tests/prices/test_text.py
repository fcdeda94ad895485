"""The text form of a book: one spelling per book, and every mistake with its line."""

from contextlib import suppress
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.prices import InvalidPriceBook, Price, PriceKey, Purchase, Source, Tier
from farebox.prices.text import parse_book, read_book, write_book
from tests.prices.books import FREE, LISTED, box, price, text_of

NAT = "AmazonEC2,us-east-1,NatGateway-Hours,NatGateway,on-demand,,Hrs,0.045,list"
EGRESS = (
    "AWSDataTransfer,us-east-1,DataTransfer-Out-Bytes,,on-demand,,GB,"
    "0:0.09 10240:0.085,list"
)

WORDS = st.text("abcXYZ0189.:-_ ", min_size=1, max_size=8)
DOLLARS = st.decimals("0.0000001", "99999", places=7).filter(bool)
DATES = st.sampled_from(["2026", "2024-08-09", "2026-07-20T13:44:30Z"])
SOURCES = st.builds(
    Source,
    st.from_regex(
        r"https://[a-z]{1,5}\.test/[a-z]{0,4}(/index\.json)?", fullmatch=True
    ),
    DATES,
    WORDS,
    st.text("ab, :", max_size=8),
)


@st.composite
def prices(draw: st.DrawFn) -> list[Price]:
    """Prices of services that have no law, with distinct keys."""
    pool = draw(st.lists(SOURCES, min_size=1, max_size=4))
    rows = []
    for number in range(draw(st.integers(0, 12))):
        purchase: Purchase = draw(st.sampled_from(["on-demand", "reserved", "spot"]))
        starts = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
        tiers = tuple(
            Tier(Decimal(start), draw(DOLLARS).normalize()) for start in [0, *starts]
        )
        key = PriceKey(
            "AmazonX",
            draw(st.sampled_from(["us-east-1", "eu-west-1", "global"])),
            f"{draw(WORDS)}{number}",
            draw(st.sampled_from(["", "Do:This"])),
            purchase,
            "use1-az1" if purchase == "spot" else "",
        )
        rows.append(Price(key, tiers, draw(WORDS), draw(st.sampled_from(pool))))
    return rows


@given(prices(), st.randoms())
def test_writing_what_was_read_gives_the_same_text_in_any_order(
    rows: list[Price], random: object
) -> None:
    text = write_book(rows)
    book = parse_book(text, kind="file")
    assert write_book(book) == text
    assert set(book.prices) == set(rows)
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert write_book(rows) == text


def test_a_book_s_id_is_the_hash_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "book.prices"
    text = write_book([box("r6a.large", "0.1134")])
    path.write_bytes(text.encode())
    book = read_book(path)
    assert book.id == f"sha256:{sha256(path.read_bytes()).hexdigest()}"
    assert book.kind == "file"
    assert len(book) == 1


def test_a_book_reads_as_its_description_says() -> None:
    text = text_of([EGRESS, NAT])
    book = parse_book(text, kind="file")
    egress = book.price(
        PriceKey("AWSDataTransfer", "us-east-1", "DataTransfer-Out-Bytes")
    )
    assert egress.tiers == (
        Tier(Decimal(0), Decimal("0.09")),
        Tier(Decimal(10240), Decimal("0.085")),
    )
    assert egress.unit == "GB"
    assert egress.source == Source(
        "https://example.test/list.csv", "2026-09-03", "v7", "by hand"
    )


def test_a_source_keeps_its_id_when_only_its_date_moves() -> None:
    older = Source("https://example.test/ebs.json", "2026-01-01", "v1", "the feed")
    newer = Source("https://example.test/ebs.json", "2026-02-01", "v2", "the feed")
    before = write_book([price("a", "1", source=older)]).split("\n")
    after = write_book([price("a", "1", source=newer)]).split("\n")
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["ebs,https://example.test/ebs.json,2026-02-01,v2,the feed"]


def test_sources_of_one_name_are_numbered() -> None:
    other = Source("https://example.test/eks/pricing/", "2026", "", "b")
    another = Source("https://example.test/eks/pricing/", "2026", "", "a")
    text = write_book([price("a", "1", source=other), price("b", "1", source=another)])
    assert "\neks,https://example.test/eks/pricing/,2026,,a\n" in text
    assert "\neks.2,https://example.test/eks/pricing/,2026,,b\n" in text


def test_a_price_of_0_is_read_where_its_source_says_that_it_is_free() -> None:
    ingress = price("DataTransfer-In-Bytes", "0", unit="GB", source=FREE)
    assert parse_book(write_book([ingress]), kind="file").prices == (ingress,)


@pytest.mark.parametrize(
    "bad",
    [
        price("a,b", "1"),
        price("a\nb", "1"),
        price("a", "1", source=Source("https://example.test/a", "2026", "v,1")),
        price("a", "1", source=Source("https://example.test/a", "2026", "", "x\ny")),
    ],
)
def test_a_field_that_the_form_cannot_hold_is_not_written(bad: Price) -> None:
    with pytest.raises(InvalidPriceBook, match="comma or a line break"):
        write_book([bad])


def edited(row: str, field: int, value: str) -> str:
    fields = row.split(",")
    fields[field] = value
    return ",".join(fields)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (edited(NAT, 8, "nowhere"), "no source 'nowhere' among the sources"),
        (edited(NAT, 4, "cheap"), "unknown purchase 'cheap'; one of on-demand, "),
        (edited(NAT, 0, ""), "may not be empty"),
        (edited(NAT, 6, ""), "may not be empty"),
        (edited(NAT, 4, "spot"), "no on-demand price to hold it against"),
        (edited(NAT, 5, "use1-az1"), "only a spot price has a zone id"),
        (edited(NAT, 7, "NaN"), "'NaN' is not a plain decimal"),
        (edited(NAT, 7, "Infinity"), "'Infinity' is not a plain decimal"),
        (edited(NAT, 7, "-0.045"), "'-0.045' is not a plain decimal"),
        (edited(NAT, 7, "1e-3"), "'1e-3' is not a plain decimal"),
        (edited(NAT, 7, "0.0450"), "'0.0450' is not a plain decimal"),
        (edited(NAT, 7, ""), "'' is not a plain decimal"),
        (edited(NAT, 7, "0"), "a price of 0 needs a source whose note begins with"),
        (edited(EGRESS, 7, "0:0.09 10240:0"), "a price of 0 needs a source"),
        (edited(EGRESS, 7, "1:0.09 10240:0.085"), "first tier starts at 1, not at 0"),
        (edited(EGRESS, 7, "0:0.09 10:0.08 10:0.07"), "tiers do not rise"),
        (edited(EGRESS, 7, "0:0.09 20:0.08 10:0.07"), "tiers do not rise"),
        (edited(EGRESS, 7, "0:0.09  10:0.08"), "not a plain decimal"),
        (NAT + ",more", "a price has 9 fields between commas, this line has 10"),
        ("", "a price has 9 fields between commas, this line has 1"),
        (edited(EGRESS, 7, "0:0.09"), "where the book's one sorted form has"),
    ],
)
def test_a_wrong_price_is_named_by_file_and_line(
    row: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "prices.txt"
    path.write_text(text_of([row]))
    with pytest.raises(InvalidPriceBook) as caught:
        read_book(path)
    # line 1 format, 2 count, 3 source, 4 count, 5 the row
    assert str(caught.value).startswith(f"{path}, line 5: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("list,https://example.test/list.csv,yesterday,,", "'yesterday' is not a date"),
        ("list,https://example.test/list.csv,2026-02-30,,", "is not a date"),
        ("list,https://example.test/list.csv,2026-09-03T25:00:00Z,,", "is not a date"),
        ("list,https://example.test/list.csv,1826,,", "is not a date"),
        ("list,https://example.test/list.csv,,,", "'' is not a date"),
        ("list,from memory,2026,,", "'from memory' is not an http address"),
        ("list,https://example.test/list.csv,2026", "a source has five fields"),
        ("mine,https://example.test/list.csv,2026,,", "no source 'list'"),
    ],
)
def test_a_wrong_source_is_named(source: str, reason: str) -> None:
    with pytest.raises(InvalidPriceBook, match=r"line \d: ") as caught:
        parse_book(text_of([NAT], [source]), kind="file")
    assert reason in str(caught.value)


def test_a_source_may_stand_only_once() -> None:
    source = "list,https://example.test/list.csv,2026,,"
    with pytest.raises(InvalidPriceBook, match="line 4: a second source 'list'"):
        parse_book(text_of([NAT], [source, source]), kind="file")


def test_a_source_that_no_price_names_is_not_canonical() -> None:
    sources = ["list,https://example.test/list.csv,2026,,", "x,https://x.test/x,2026,,"]
    with pytest.raises(InvalidPriceBook, match=r"line 2: .*drop sources that no price"):
        parse_book(text_of([NAT], sources), kind="file")


def test_lines_out_of_order_are_named_with_the_line_that_belongs_there() -> None:
    with pytest.raises(InvalidPriceBook) as caught:
        parse_book(text_of([NAT, EGRESS]), kind="file")
    assert "line 5: " in str(caught.value)
    assert EGRESS in str(caught.value)


def test_a_second_price_of_a_key_is_named_with_the_first_one_s_line() -> None:
    again = edited(NAT, 7, "0.05")
    with pytest.raises(InvalidPriceBook, match=r"line 6: a second price .*line 5"):
        parse_book(text_of([NAT, again]), kind="file")
    prefixed = edited(NAT, 2, "USE1-NatGateway-Hours")
    with pytest.raises(InvalidPriceBook, match=r"line 6: a second price .*line 5"):
        parse_book(text_of([NAT, prefixed]), kind="file")


def test_every_cut_off_copy_of_a_book_is_refused() -> None:
    text = write_book([box("r6a.large", "0.1134"), box("r6a.xlarge", "0.2268")])
    for length in range(len(text)):
        with pytest.raises(InvalidPriceBook, match=r"the price book, line \d"):
            parse_book(text[:length], kind="file")


def test_a_lost_line_shows_in_the_count() -> None:
    text = text_of([EGRESS, NAT]).replace(NAT + "\n", "")
    with pytest.raises(
        InvalidPriceBook, match=r"line 4: the book has 1 prices.* says 2"
    ):
        parse_book(text, kind="file")


def test_any_changed_character_is_refused_or_changes_the_id() -> None:
    text = write_book([box("r6a.large", "0.1134"), price("a", "1", source=FREE)])
    book_id = parse_book(text, kind="file").id
    for place in range(0, len(text), 3):
        digit = "7" if text[place] != "7" else "8"
        changed = text[:place] + digit + text[place + 1 :]
        with suppress(InvalidPriceBook):
            assert parse_book(changed, kind="file").id != book_id


def test_a_newer_format_is_refused() -> None:
    text = text_of([NAT]).replace("farebox.prices/1", "farebox.prices/2", 1)
    with pytest.raises(InvalidPriceBook, match=r"not farebox\.prices/1"):
        parse_book(text, kind="file")


def test_a_missing_or_binary_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidPriceBook, match=r"cannot read .*check the path"):
        read_book(tmp_path / "nothing")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidPriceBook, match="not text in UTF-8"):
        read_book(binary)


def test_an_empty_book_can_be_written_and_read() -> None:
    assert len(parse_book(write_book([]), kind="file")) == 0
    assert write_book([price("a", "1")]).count(LISTED.url) == 1


PLAN = "AmazonEC2,us-east-1,BoxUsage:r6a.large,RunInstances,{},,Hrs,0.0825,list"


def test_the_plan_s_term_is_part_of_its_key() -> None:
    one_year = PLAN.format("savings-plan:compute-1yr-no-upfront")
    three = PLAN.format("savings-plan:compute-3yr-no-upfront")
    text = text_of([one_year, three])
    book = parse_book(text, kind="file")
    assert [price.key.term for price in book] == [
        "compute-1yr-no-upfront",
        "compute-3yr-no-upfront",
    ]
    assert write_book(book) == text


@pytest.mark.parametrize(
    "purchase", ["savings-plan", "savings-plan:", "on-demand:compute-1yr-no-upfront"]
)
def test_a_term_stands_with_a_savings_plan_and_with_nothing_else(purchase: str) -> None:
    with pytest.raises(InvalidPriceBook, match="a savings plan has a term, as in"):
        parse_book(text_of([PLAN.format(purchase)]), kind="file")
