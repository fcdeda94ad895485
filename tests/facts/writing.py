"""Writes the wide book: a volume for each service, and the index of all (volumes.py)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from farebox.prices.curated import CURATED_FILE
from farebox.prices.prefixes import without_prefix
from farebox.prices.text import parse_book, source_names, write_tiers
from farebox.prices.values import Price, Source
from farebox.prices.volumes import (
    CURATED,
    INDEX_FILE,
    INDEX_FORMAT,
    VOLUME_FORMAT,
    Index,
)
from tests.facts.merging import beneath


def book_files(prices: Iterable[Price], curated: bytes) -> dict[str, str]:
    """File name to text of the volumes and the index over the curated rows' bytes."""
    names = source_names({price.source for price in prices})
    counts = Counter(names[price.source] for price in prices)
    by_service: dict[str, list[Price]] = {}
    for price in prices:
        by_service.setdefault(price.key.service, []).append(price)
    files, heads = {}, []
    for service, found in sorted(by_service.items()):
        head, body = _volume(service, found, names)
        files[f"{service}.prices"] = head + body
        size, digest = len(head.encode()), sha256(head.encode()).hexdigest()
        heads.append(f"{service},{size},{digest}")
    sources = sorted(
        f"{name},{counts[name]},{one.url},{one.as_of},{one.version},{one.note}"
        for one, name in names.items()
    )
    files[INDEX_FILE] = "\n".join(
        [
            INDEX_FORMAT,
            f"{CURATED} {sha256(curated).hexdigest()}",
            f"sources {len(sources)}",
            *sources,
            f"volumes {len(heads)}",
            *heads,
            "end",
            "",
        ]
    )
    return files


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
    curated = parse_book(curated_bytes(folder).decode(), kind="embedded")
    merged = beneath(curated, prices)
    write_files(folder, book_files(merged.prices, curated_bytes(folder)))


def curated_bytes(folder: Path) -> bytes:
    """The curated rows' bytes, whose hash the index states."""
    return (folder.parent / CURATED_FILE).read_bytes()


def _volume(
    service: str, prices: Iterable[Price], names: Mapping[Source, str]
) -> tuple[str, str]:
    """The head and the sections of a service's volume."""
    sections: dict[tuple[str, str, str], list[str]] = {}
    for price in prices:
        key = price.key
        bare = without_prefix(key.usage_type, key.region)
        prefix = key.usage_type.removesuffix(bare)
        line = (
            f"{bare},{key.operation},{price.unit},{write_tiers(price.tiers)},"
            f"{names[price.source]}"
        )
        if line.count(",") != 4 or "\n" in line:
            raise ValueError(f"a field of the price holds a comma: {line!r}")
        sections.setdefault((key.region, key.purchase, prefix), []).append(line)
    heads, bodies = [], []
    for (region, purchase, prefix), lines in sorted(sections.items()):
        title = " ".join(filter(None, (region, purchase, prefix)))
        body = "\n".join([f"[{title}]", *sorted(lines), ""])
        size, digest = len(body.encode()), sha256(body.encode()).hexdigest()
        heads.append(f"{region},{purchase},{prefix},{len(lines)},{size},{digest}")
        bodies.append(body)
    head = [f"{VOLUME_FORMAT} {service}", f"sections {len(heads)}", *heads, ""]
    return "\n".join(head), "".join(bodies)
