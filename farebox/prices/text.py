"""The single-file text form of a price book: `farebox.prices/1`.

    farebox.prices/1
    sources 1
    ebs,https://example.test/ebs.json,2026-09-03,v7,read from the page's own feed
    prices 1
    AmazonEC2,us-east-1,EBS:VolumeUsage.gp3,,on-demand,,GB-Mo,0.08,ebs
    end

A source is: id, url, date, version, note (which may hold commas). A price is: service,
region, usage type, operation, purchase, zone id, unit, US dollars per unit, source id.
A tiered price has `0:0.09 10240:0.085` for its dollars, a savings plan's purchase its
term (`savings-plan:compute-1yr-no-upfront`). The counts and `end` show a
cut-off file. Lines are sorted by their bytes and every number has one spelling, so a
book has exactly one text, and the hash of that text is the book's id.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from farebox.prices.book import PriceBook
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.laws import broken_laws, check_laws
from farebox.prices.reading import FORMAT, PRICE_FIELDS, Reading
from farebox.prices.values import Price, Source, Tier

_WORD = re.compile(r"[a-z0-9]+", re.ASCII)
_GENERIC = frozenset({"", "aws", "current", "index", "latest", "pricing"})


def read_book(path: Path) -> PriceBook:
    """The book of a file, of kind `file`.

    Raises InvalidPriceBook when the file cannot be read, is not in the format, is not
    canonical, or breaks a law of AWS's prices; the message names the file and the line.
    """
    return parse_book(_text_of(path), kind="file", name=str(path))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InvalidPriceBook(
            f"{path}: cannot read the price book ({error.strerror}); check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidPriceBook(
            f"{path}: not text in UTF-8; a price book begins with the line {FORMAT}"
        ) from error


def parse_book(text: str, *, kind: str, name: str = "the price book") -> PriceBook:
    """The book of a canonical text; its id is the SHA-256 of the text's bytes.

    Raises InvalidPriceBook, naming `name` and the line.
    """
    reading = Reading(text, name)
    prices = reading.prices()
    reading.check_canonical(write_book(prices))
    book_id = f"sha256:{sha256(text.encode()).hexdigest()}"
    book = PriceBook(prices, book_id=book_id, kind=kind)
    reading.check_unique(book)
    broken = check_laws(prices)
    if broken is not None:
        number, reason = broken
        raise reading.error(reading.first_price + number, reason)
    return book


def faults_of(path: Path) -> list[str]:
    """All that is wrong with a book's file, a sentence each; empty where nothing is.

    A text out of its form has one fault, for what follows cannot be told; laws are
    checked for every price.
    """
    try:
        text = _text_of(path)
        reading = Reading(text, str(path))
        prices = reading.prices()
        reading.check_canonical(write_book(prices))
        reading.check_unique(PriceBook(prices, book_id="", kind="file"))
    except InvalidPriceBook as error:
        return [str(error)]
    return [
        str(reading.error(reading.first_price + place, reason))
        for place, reason in broken_laws(prices)
    ]


def write_book(prices: Iterable[Price]) -> str:
    """The canonical text of the prices, which need not be sorted.

    Raises InvalidPriceBook for a price that the text form cannot hold, such as one
    with a comma in its usage type. Reading the text back checks everything else.
    """
    prices = list(prices)
    names = source_names({price.source for price in prices})
    sources = sorted(
        f"{name},{source.url},{source.as_of},{source.version},{source.note}"
        for source, name in names.items()
    )
    rows = sorted(_row(price, names[price.source]) for price in prices)
    for source in names:
        _check_line(f"{source.url}{source.as_of}{source.version}", 0)
        _check_line(source.note, source.note.count(","))
    for row in rows:
        _check_line(row, PRICE_FIELDS - 1)
    text = [
        FORMAT,
        f"sources {len(sources)}",
        *sources,
        f"prices {len(rows)}",
        *rows,
        "end",
        "",
    ]
    return "\n".join(text)


def _check_line(text: str, commas: int) -> None:
    if text.count(",") != commas or "\n" in text or "\r" in text:
        raise InvalidPriceBook(
            "a field holds a comma or a line break, which a price book cannot hold: "
            f"{text!r}"
        )


def source_names(sources: Iterable[Source]) -> dict[Source, str]:
    """A readable id for each source: the telling end of its url, numbered if shared.

    A source whose date moves keeps its id, so a refresh shows only what changed.
    """
    names: dict[Source, str] = {}
    seen: dict[str, int] = {}
    for source in sorted(sources, key=lambda s: (s.url, s.note, s.as_of, s.version)):
        base = _stem(source.url)
        seen[base] = number = seen.get(base, 0) + 1
        names[source] = base if number == 1 else f"{base}.{number}"
    return names


def _stem(url: str) -> str:
    """The last part of the url's path that says something, without its ending."""
    for part in reversed(url.partition("://")[2].partition("?")[0].split("/")):
        stem = "-".join(_WORD.findall(part.partition(".")[0].lower()))
        if stem not in _GENERIC:
            return stem
    return "source"


def _row(price: Price, source_id: str) -> str:
    key = price.key
    purchase = f"{key.purchase}:{key.term}" if key.term else key.purchase
    dollars = write_tiers(price.tiers)
    return (
        f"{key.service},{key.region},{key.usage_type},{key.operation},"
        f"{purchase},{key.zone_id},{price.unit},{dollars},{source_id}"
    )


def write_tiers(tiers: tuple[Tier, ...]) -> str:
    """US dollars per unit in one field: `0.08`, or `0:0.09 10240:0.085`."""
    if len(tiers) == 1 and not tiers[0].from_quantity:
        return _number(tiers[0].usd_per_unit)
    return " ".join(
        f"{_number(tier.from_quantity)}:{_number(tier.usd_per_unit)}" for tier in tiers
    )


def _number(value: Decimal) -> str:
    """The one spelling of a number: no exponent, no trailing zero."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
