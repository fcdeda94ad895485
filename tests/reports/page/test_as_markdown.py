"""A page as markdown: tables that hold, and names that do nothing."""

from farebox.reports.page.as_markdown import as_markdown
from farebox.reports.page.page import Cell, Page, Sentence, Title
from tests.reports.page.pages import page, table


def test_a_table_has_its_own_columns_and_aligns_figures() -> None:
    assert as_markdown(table()).splitlines() == [
        "## Prices",
        "",
        "| Resource | Quantity | Unit | USD | Range |",
        "| --- | ---: | --- | ---: | ---: |",
        "| volume | 12 | GB-Mo | 1.00 | 0.50 – 2.00 |",
        "| in all |  |  | 20.00 |  |",
    ]


def test_no_text_of_any_block_can_format_link_mention_or_end_a_row() -> None:
    shown = as_markdown(page("a|b<img src=x>[l](u) @team\n# h `c` **b**"))
    # Lines that stand four in are code: they show what they hold as it stands.
    live = [line for line in shown.splitlines() if not line.startswith("    ")]
    for line in live:
        assert "<img" not in line.replace(
            "`a|b<img src=x>[l](u) @team # h 'c' **b**`", ""
        )
    outside = "\n".join(live).replace("`a|b<img src=x>[l](u) @team # h 'c' **b**`", "")
    assert "@team" not in outside
    assert "[l](u)" not in outside
    assert "\n# h" not in shown


def test_a_code_cannot_leave_its_quotes() -> None:
    said = Page((Sentence((Cell("a`b@team", "code"),)),))
    assert as_markdown(said) == "`a'b@team`\n"


def test_a_plain_title_is_bold_and_no_heading() -> None:
    assert as_markdown(Page((Title("Claims", plain=True),))) == "**Claims**\n"


def test_rows_have_as_many_cells_as_their_head() -> None:
    # Three columns of the table; the lead and three of the tree.
    rows = [x for x in as_markdown(page("name")).splitlines() if x.startswith("|")]
    assert [row.count("|") for row in rows] == [4, 4, 4, 5, 5, 5]


def test_a_sentence_below_a_table_is_no_row_of_it() -> None:
    (title, figures) = table().blocks
    page_ = Page((title, figures, Sentence("below", follows=True)))
    assert as_markdown(page_).endswith("|\n\nbelow\n")
