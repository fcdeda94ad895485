"""A page on a terminal: aligned, within its width, and nothing moves the cursor."""

import pytest

from farebox.reports.page.as_text import as_text
from farebox.reports.page.fitting import cells
from farebox.reports.page.page import Column, Page, Row, Sentence, Table, Title
from tests.reports.page.pages import page, table


def test_figures_end_at_the_right_and_units_stand_behind_their_quantity() -> None:
    # By hand: of 30 columns 10 are for USD, 8 before them for "12 GB-Mo".
    assert as_text(table(), width=30).splitlines() == [
        "Prices",
        "",
        "resource    quantity       USD",
        "volume      12 GB-Mo      1.00",
        "in all                   20.00",
    ]


@pytest.mark.parametrize("said", ["\033[2J", "a\rb", "a\u202eb", "a\x9bb", "a\x00b"])
def test_no_text_of_any_block_moves_the_cursor_or_turns_the_line(said: str) -> None:
    shown = as_text(page(said), width=100)
    for character in "\033\r\u202e\x9b\x00":
        assert character not in shown


@pytest.mark.parametrize("width", [60, 80, 120])
def test_long_and_wide_labels_are_cut_and_sentences_are_wrapped(width: int) -> None:
    long = Page(
        (
            Title("漢字" * 100),
            Table((Column(""), Column("", 9)), (Row(("漢字" * 100, "1.00")),)),
            Sentence("a sentence of many words " * 20),
        )
    )
    lines = as_text(long, width=width).splitlines()
    assert max(map(cells, lines)) <= width
    assert lines[2].endswith(" 1.00")


def test_a_label_that_must_stay_whole_has_a_line_of_its_own() -> None:
    columns = (Column(""), Column("", 9))
    whole = Table(columns, (Row(("a" * 18, "1.00")),), whole=True)
    assert as_text(Page((whole,)), width=20).splitlines() == [
        "a" * 18,
        " " * 16 + "1.00",
    ]


def test_a_page_of_fixed_width_has_it_on_every_terminal() -> None:
    fixed = Page((Sentence("word " * 40),), width=40)
    assert as_text(fixed, width=120) == as_text(fixed, width=60)


def test_marks_are_shown_only_where_there_is_colour() -> None:
    assert "\033" not in as_text(table())
    assert "\033[1min all" in as_text(table(), color=True)


def test_what_is_for_documents_only_is_not_on_a_terminal() -> None:
    assert "0.50" not in as_text(table())
