"""`make facts FACTS=folder`: writes the wide book from collected facts."""

import sys
from pathlib import Path

from farebox.prices.aliases import bare_key
from farebox.prices.curated import curated_book
from farebox.prices.embedded import embedded_book, volumes_folder
from farebox.prices.volumes import PLANS
from tests.facts.merging import beneath
from tests.facts.named_rows import named, with_named
from tests.facts.page import FILE, page
from tests.facts.plans import write_plans
from tests.facts.rows import confirmed, on_demand
from tests.facts.second import (
    CONFLICTS,
    FIGURES,
    conflicts,
    differing,
    drawn,
    second_figures,
    write_rows,
)
from tests.facts.tables import write_tables
from tests.facts.writing import book_files, hashes_beside, line_of, write_files


def main(facts: Path) -> None:
    """Write the volumes and their index from the facts in the folder."""
    folder = volumes_folder()
    prices = with_named(on_demand(facts), named(facts))
    merged = beneath(curated_book(), prices)
    write_plans(folder.parent / PLANS, facts)
    lines = list(map(line_of, merged.prices))
    write_files(folder, book_files(lines, **hashes_beside(folder)))
    write_tables(facts)
    book = embedded_book()
    figures = second_figures(book, prices, facts)
    differ = {conflict.what for conflict in differing(book, figures)}
    write_rows(FIGURES, drawn(figures))
    write_rows(CONFLICTS, conflicts(book, merged, figures, facts))
    same = {bare_key(one.key) for one in figures if str(one.key) not in differ}
    FILE.write_text(page(book, same | confirmed(facts)), encoding="utf-8")
    print(
        f"{len(merged.prices):,} prices beneath {len(curated_book()):,} curated ones,"
        f" which {merged.agreed:,} further facts agree with"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("name the folder of the facts: make facts FACTS=folder")
    main(Path(sys.argv[1]))
