"""Second sources: figures of another origin for a price that the book has.

What a draw of them says is kept for a test, since the facts are not in the repository;
where two sources differ, both stand in a list that a person can read.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from random import Random

from msgspec import Struct

from farebox.prices import Price, PriceBook, PriceKey, Source
from farebox.prices.text import write_tiers
from tests.facts.merging import Merged
from tests.facts.rows import made_up, rows_of

FIGURES = Path(__file__).parent / "second_figures.csv"
CONFLICTS = Path(__file__).parent / "conflicts.csv"

LIST = "https://pricing.us-east-1.amazonaws.com/"

DRAWN, SEED = 100, 12


class Figure(Struct, frozen=True, order=True):
    """What a second source says of a key: US dollars as a book's text has them."""

    service: str
    region: str
    usage_type: str
    operation: str
    usd: str
    source: str
    as_of: str

    @property
    def key(self) -> PriceKey:
        """The key that the figure is of."""
        return PriceKey(self.service, self.region, self.usage_type, self.operation)


class Conflict(Struct, frozen=True, order=True):
    """Two sources that differ: what is kept, if anything, what is not, and why."""

    what: str
    kept: str
    kept_source: str
    other: str
    other_source: str
    why: str


NAMED = (
    Conflict(
        "extended support of OpenSearch 1.0 to 2.9 ends",
        "2027-11-07",
        "endoflife.date@a70eca33 2026-08-22",
        "2026-11-07",
        "aws-extended-support-calculator 1.4.2 2026-10",
        "kept is the later source of the two that names its day; no rule charges by it",
    ),
    Conflict(
        "extended support of Aurora MySQL 3 (8.0) is charged from",
        "2028-05-01",
        "endoflife.date@a70eca33 and rulestamp 1.0.2 2026-10",
        "2027-05-01",
        "the code of Infracost",
        "two sources against one",
    ),
    Conflict(
        "EKS Auto Mode on accelerated types, such as g6.xlarge in Tokyo",
        "",
        "",
        "0.14006",
        "the pricing page's feed of 2025-10-28",
        "AWS lowered the fee since (0.09104 in 2026-09): no figure of the feed is taken",
    ),
)
"""Contradictions that the collectors of the facts name, of what is no price here."""


def second_figures(
    book: PriceBook, facts: Iterable[Price], folder: Path
) -> list[Figure]:
    """Every figure of the facts whose source is not the one of the book's price."""
    found = [
        _figure(fact.key, write_tiers(fact.tiers), fact.source.url, fact.source.as_of)
        for fact in facts
        if (price := book.find(fact.key)) and _is_another(price.source, fact.source)
    ]
    for row in rows_of(folder / "ondemand.csv"):
        usage_type = f"BoxUsage:{row['instance_type']}"
        key = PriceKey("AmazonEC2", row["region"], usage_type, "RunInstances")
        project = row["source"].split(" ")[0].partition("@")[0]
        price = book.find(key)
        if price is not None and project not in price.source.url:
            usd = row["usd_per_hour"].rstrip("0").rstrip(".")
            found.append(_figure(key, usd, project, row["as_of"][:10]))
    return sorted(set(found))


def drawn(figures: Sequence[Figure]) -> list[Figure]:
    """A hundred at random, one a key, half of them of other services than EC2."""
    random = Random(SEED)
    figures = list({one.key: one for one in figures}.values())
    machines = [one for one in figures if one.service == "AmazonEC2"]
    others = [one for one in figures if one.service != "AmazonEC2"]
    some = random.sample(others, min(len(others), DRAWN // 2))
    return sorted(some + random.sample(machines, DRAWN - len(some)))


def differing(book: PriceBook, figures: Iterable[Figure]) -> Iterator[Conflict]:
    """The figures that differ from the book's price, as conflicts."""
    for one in figures:
        price = book.find(one.key)
        if price is not None and write_tiers(price.tiers) != one.usd:
            yield Conflict(
                str(one.key),
                write_tiers(price.tiers),
                f"{price.source.url} {price.source.as_of}",
                one.usd,
                f"{one.source} {one.as_of}",
                _why(price, one),
            )


def conflicts(
    book: PriceBook, merged: Merged, figures: Iterable[Figure], folder: Path
) -> list[Conflict]:
    """All that sources say differently, of prices and of what rules read beside them."""
    found = list(differing(book, figures))
    for price, reason in merged.unlawful:
        source = f"{price.source.url} {price.source.as_of}"
        usd = write_tiers(price.tiers)
        found.append(Conflict(str(price.key), "", "", usd, source, reason))
    for row, fact in merged.conflicts:
        found.append(
            Conflict(
                str(row.key),
                write_tiers(row.tiers),
                f"{row.source.url} {row.source.as_of}",
                write_tiers(fact.tiers),
                f"{fact.source.url} {fact.source.as_of}",
                "the curated row has the better source",
            )
        )
    found += _dedicated(book, folder)
    found += NAMED
    return sorted(found)


def write_rows(path: Path, rows: Sequence[Struct]) -> None:
    """Write a table of one kind of rows, with their fields as its head."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0].__struct_fields__)
    writer.writerows(
        [getattr(row, name) for name in row.__struct_fields__] for row in rows
    )
    path.write_text(text.getvalue(), encoding="utf-8")


def _is_another(one: Source, other: Source) -> bool:
    """Whether two sources are two: readings of AWS's list may be of one project."""
    return one.url != other.url and not (
        one.url.startswith(LIST) and other.url.startswith(LIST)
    )


def _figure(key: PriceKey, usd: str, source: str, as_of: str) -> Figure:
    return Figure(
        key.service, key.region, key.usage_type, key.operation, usd, source, as_of
    )


def _why(price: Price, one: Figure) -> str:
    if "coroot" in one.source:
        return "kept is what AWS lists; the other was made by size, and AWS rounds each"
    if one.as_of > price.source.as_of:
        return "the kept source has the figure from AWS's own feed"
    return "the kept figure is of a later day"


def _dedicated(book: PriceBook, folder: Path) -> Iterator[Conflict]:
    """Bare-metal types whose listed rate was replaced by that of a virtual type."""
    wrong = made_up(folder)
    for row in rows_of(folder / "ondemand.csv"):
        usage_type = f"BoxUsage:{row['instance_type']}"
        if ("karpenter", row["region"], usage_type) in wrong:
            key = PriceKey("AmazonEC2", row["region"], usage_type, "RunInstances")
            if book.find(key) is not None:
                continue  # A list with the Shared rate was found.
            yield Conflict(
                str(key),
                "",
                "",
                row["usd_per_hour"],
                f"ondemand.csv {row['as_of']}",
                "another type's rate: the source itself has the Dedicated one",
            )
