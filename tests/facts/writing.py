"""Writes the wide book: a volume for each service, and the index of all (volumes.py)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from farebox.prices.curated import CURATED_FILE
from farebox.prices.prefixes import without_prefix
from farebox.prices.text import parse_book, source_names, write_tiers
from farebox.prices.values import Price, PriceKey, Source
from farebox.prices.volumes import (
    CURATED,
    INDEX_FILE,
    INDEX_FORMAT,
    PLANS,
    VOLUME_FORMAT,
    Index,
)
from tests.facts.merging import beneath


class Line(Struct, frozen=True):
    """A line of a volume: `dollars` is the price's text, or the figures of all terms."""

    key: PriceKey
    unit: str
    dollars: str
    source: Source


def line_of(price: Price) -> Line:
    """The line of a price."""
    return Line(price.key, price.unit, write_tiers(price.tiers), price.source)


def book_files(lines: Iterable[Line], *, curated: str, plans: str) -> dict[str, str]:
    """File name to text of the volumes and their index.

    `curated` and `plans` are the hashes of the curated rows and of the index of plans;
    the latter's own index has none.
    """
    names = source_names({line.source for line in lines})
    counts = Counter(names[line.source] for line in lines)
    by_service: dict[str, list[Line]] = {}
    for line in lines:
        by_service.setdefault(line.key.service, []).append(line)
    files, heads = {}, []
    for service, found in sorted(by_service.items()):
        head, body = _volume(service, found, names)
        files[f"{service}.prices"] = head + body
        heads.append(f"{service},{len(head.encode())},{_hash(head.encode())}")
    sources = sorted(
        f"{name},{counts[name]},{one.url},{one.as_of},{one.version},{one.note}"
        for one, name in names.items()
    )
    files[INDEX_FILE] = "\n".join(
        [
            INDEX_FORMAT,
            f"{CURATED} {curated}",
            f"{PLANS} {plans}",
            f"sources {len(sources)}",
            *sources,
            f"volumes {len(heads)}",
            *heads,
            "end",
            "",
        ]
    )
    return files


def hashes_beside(folder: Path) -> dict[str, str]:
    """The hashes that the index in the folder states of what lies beside it."""
    return {
        CURATED: _hash((folder.parent / CURATED_FILE).read_bytes()),
        PLANS: _hash((folder.parent / PLANS / INDEX_FILE).read_bytes()),
    }


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Put the files in the folder, and take away the volumes of before."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def take_up_curated(folder: Path) -> None:
    """Write the volumes again beneath the curated rows as they are now.

    What a curated row says leaves the volumes.
    """
    prices = list(Index(folder).prices())
    text = (folder.parent / CURATED_FILE).read_text(encoding="utf-8")
    merged = beneath(parse_book(text, kind="embedded"), prices)
    lines = list(map(line_of, merged.prices))
    write_files(folder, book_files(lines, **hashes_beside(folder)))


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _volume(
    service: str, lines_of: Iterable[Line], names: Mapping[Source, str]
) -> tuple[str, str]:
    """The head and the sections of a service's volume."""
    sections: dict[tuple[str, str, str], dict[tuple[str, str], list[str]]] = {}
    for one in sorted(lines_of, key=lambda line: line.key.operation):
        key = one.key
        bare = without_prefix(key.usage_type, key.region)
        prefix = key.usage_type.removesuffix(bare)
        part = f"{key.operation},{one.dollars},{names[one.source]}"
        if part.count(",") != 2 or "\n" in part or "," in f"{bare}{one.unit}":
            raise ValueError(f"a field of the price holds a comma: {key} {part!r}")
        section = sections.setdefault((key.region, key.purchase, prefix), {})
        section.setdefault((bare, one.unit), []).append(part)
    heads, bodies = [], []
    for (region, purchase, prefix), lines in sorted(sections.items()):
        title = " ".join(filter(None, (region, purchase, prefix)))
        rows = sorted(
            f"{bare},{unit}{_joined(parts)}" for (bare, unit), parts in lines.items()
        )
        body = "\n".join([f"[{title}]", *rows, ""])
        size, digest = len(body.encode()), _hash(body.encode())
        heads.append(
            f"{region},{purchase},{prefix},{sum(map(len, lines.values()))},{size},{digest}"
        )
        bodies.append(body)
    head = [f"{VOLUME_FORMAT} {service}", f"sections {len(heads)}", *heads, ""]
    return "\n".join(head), "".join(bodies)


def _joined(parts: Iterable[str]) -> str:
    """The prices of a line; a source that is the one before is left out."""
    text, last = "", ""
    for part in parts:
        start, _, name = part.rpartition(",")
        text += f",{start},{'' if name == last else name}"
        last = name
    return text
