"""The wide book: found by halves, read in part, refused where a byte was changed."""

from pathlib import Path
from shutil import copytree

import pytest

from farebox.prices import AmbiguousPrice, Price, PriceKey, PriceNotFound
from farebox.prices.curated import CuratedRows, curated_path
from farebox.prices.embedded import EmbeddedBook, embedded_book, volumes_folder
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.volume_faults import volume_faults
from farebox.prices.volumes import INDEX_FILE, Index
from tests.facts.writing import book_files, hashes_beside, line_of
from tests.prices.books import price

TOKYO = PriceKey(
    "AmazonRDS", "ap-northeast-1", "InstanceUsage:db.r6g.large", "CreateDBInstance:0014"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(volumes_folder(), tmp_path / "volumes")


def book_in(folder: Path) -> EmbeddedBook:
    index = Index(folder)
    return EmbeddedBook(index, CuratedRows(curated_path(), index.curated_hash))


def small(folder: Path, prices: list[Price]) -> EmbeddedBook:
    folder.mkdir()
    lines = list(map(line_of, prices))
    files = book_files(lines, **hashes_beside(volumes_folder()))
    for name, text in files.items():
        (folder / name).write_text(text)
    return book_in(folder)


def test_the_book_that_ships_has_no_fault() -> None:
    assert volume_faults() == []


def test_the_index_has_the_hash_of_the_curated_rows_as_they_are() -> None:
    # `python -m tests.price_row` writes the index again after a merge or a hand's edit.
    index = Index(volumes_folder())
    assert len(CuratedRows(curated_path(), index.curated_hash)) > 3_000


def test_what_ships_is_what_its_own_prices_write() -> None:
    lines = list(map(line_of, embedded_book().volumes.prices()))
    files = book_files(lines, **hashes_beside(volumes_folder()))
    found = {path.name: path.read_text("utf-8") for path in volumes_folder().iterdir()}
    assert found == files


def test_a_price_is_found_with_and_without_prefix_and_says_where_it_stood() -> None:
    book = embedded_book()
    found = book.price(TOKYO)
    assert found.key.usage_type == "APN1-InstanceUsage:db.r6g.large"
    assert found.source.as_of == "2025-04-24"
    assert book.price(found.key) is found


def test_an_operation_decides_where_the_list_tells_it_apart() -> None:
    book = embedded_book()
    both = PriceKey(TOKYO.service, TOKYO.region, TOKYO.usage_type)
    with pytest.raises(AmbiguousPrice, match="one for each operation"):
        book.price(both)
    with pytest.raises(PriceNotFound):
        book.price(PriceKey(TOKYO.service, TOKYO.region, TOKYO.usage_type, "Other"))


def test_a_row_without_operation_is_joined_on_its_usage_type() -> None:
    # The list's operation was not seen: whatever a rule calls it, the price is this one.
    key = PriceKey(
        "AmazonEKS", "us-east-1", "EKS-Auto:m5.large-management-hours", "Any"
    )
    found = embedded_book().price(key)
    assert (found.key.operation, str(found.usd_per_unit)) == ("", "0.01152")


def test_only_the_sections_that_were_asked_for_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_in(folder)
    book.price(TOKYO)
    for path in folder.iterdir():
        path.unlink()  # What is known now needs no file any more.
    assert book.price(TOKYO).unit == "Hrs"
    with pytest.raises(InvalidPriceBook, match=r"AmazonRDS\.prices: No such file"):
        book.find(PriceKey("AmazonRDS", "eu-west-1", "InstanceUsage:db.r6g.large"))
    assert book.find(PriceKey("AmazonTales", "eu-west-1", "Tale")) is None


@pytest.mark.parametrize("where", ["head", "section"])
def test_a_changed_digit_is_refused_where_it_is_read(folder: Path, where: str) -> None:
    path = folder / "AmazonRDS.prices"
    text = path.read_text()
    old = "ap-northeast-1,on-demand" if where == "head" else "[ap-northeast-1 on-demand"
    place = text.index(old)
    digit = next(n for n in range(place + 30, len(text)) if text[n] in "12345678")
    path.write_text(f"{text[:digit]}9{text[digit + 1 :]}")
    book = book_in(folder)
    with pytest.raises(InvalidPriceBook, match=r"changed or damaged \(AmazonRDS"):
        book.find(TOKYO)


def test_another_index_is_another_book(folder: Path) -> None:
    path = folder / INDEX_FILE
    path.write_text(path.read_text().replace("lamngockhuong", "somebody", 1))
    assert book_in(folder).id != embedded_book().id
    path.write_text(path.read_text().replace("curated ", "curated 0"))
    with pytest.raises(InvalidPriceBook, match=r"aws\.prices does not have the hash"):
        book_in(folder)


def test_counts_are_those_of_the_prices_without_reading_them(tmp_path: Path) -> None:
    book = small(
        tmp_path / "one",
        [
            price("EU-Tale", "1", region="eu-west-1", service="Tales"),
            price("Tale", "2", service="Tales"),
        ],
    )
    curated = len(book.curated)
    assert len(book) == len(book.prices) == curated + 2
    assert sum(book.source_counts().values()) == curated + 2
    of_region = sum(p.key.region in ("eu-west-1", "global") for p in book)
    assert sum(book.source_counts(["eu-west-1"]).values()) == of_region


def test_a_stack_of_six_services_reads_less_than_a_megabyte() -> None:
    services = ("AmazonRDS", "AmazonElastiCache", "AWSLambda", "AmazonS3", "AmazonEFS")
    index = Index(volumes_folder())
    read = 0
    for service in (*services, "AmazonEC2"):
        volume = index.volume(service)
        assert volume is not None
        read += sum(h.end - h.begin for h in volume.heads if h.region == "us-east-1")
    assert read < 1_000_000
