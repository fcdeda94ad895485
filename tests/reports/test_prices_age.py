"""Ages as a table: every source can be told from the others, in 80 columns."""

from farebox.prices.age_rows import AgeRow
from farebox.reports.page.as_text import as_text
from farebox.reports.prices.age import AgedBook, AgesReport

LISTS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
PLANS = "https://pricing.us-east-1.amazonaws.com/savingsPlan/v1.0/aws"


def table(*urls: str) -> list[str]:
    rows = tuple(
        AgeRow(url, "list", "2024-08-09", 836, 180, 1073, 1073) for url in urls
    )
    book = AgedBook("store", "sha256:0123456789ab", rows)
    return as_text(AgesReport((book,), "2026-11-23").page()).splitlines()


def test_price_lists_are_told_apart_by_the_names_that_a_refresh_has_for_them() -> None:
    _, _, *rows, _, _ = table(
        f"{LISTS}/AmazonEC2/20261121000000/us-east-1/index.csv",
        f"{LISTS}/AmazonEC2/20261121000000/eu-west-1/index.csv",
        f"{LISTS}/AmazonRoute53/current/index.csv",
        f"{PLANS}/AWSComputeSavingsPlan/20261121000000/us-east-1/index.csv",
        "https://example.com/a/b/prices.json",
    )
    assert [row.split("  list ")[0].strip() for row in rows] == [
        "AmazonEC2 us-east-1",
        "AmazonEC2 eu-west-1",
        "AmazonRoute53 global",
        "AWSComputeSavingsPlan us-east…",
        "example.com/…/b/prices.json",
    ]


def test_counts_have_thousands_and_no_row_is_wider_than_80_columns() -> None:
    lines = table(f"{LISTS}/AmazonEC2/20261121000000/us-east-1/index.csv")
    assert lines[2].endswith("836 of 180!   1,073  1,073")
    assert all(len(line) <= 80 for line in lines)
