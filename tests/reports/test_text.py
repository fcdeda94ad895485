"""The text that people read: aligned, honest, and safe on any terminal."""

from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.reports.figures import count, dollars, per_user, plain, rate
from farebox.reports.page.as_markdown import as_markdown
from farebox.reports.page.as_text import as_text
from farebox.reports.page.fitting import cells
from farebox.reports.statement.page import statement_page
from farebox.reports.statement.view import label_of
from tests.reports.samples import statement

ESCAPE = "\033"


def text(statement: Statement, *, width: int = 80, color: bool = False) -> str:
    return as_text(statement_page(statement), width=width, color=color)


def markdown(statement: Statement) -> str:
    return as_markdown(statement_page(statement))


def test_no_line_is_wider_than_the_terminal() -> None:
    name = "a-very-long-name-" * 18
    for width in (60, 80, 120):
        for sample in (statement(), statement(name=name, users=1000)):
            lines = text(sample, width=width).splitlines()
            assert max(map(cells, lines)) <= width


def test_figures_end_in_the_same_columns() -> None:
    lines = text(statement(users=100)).splitlines()
    charges = [line for line in lines if "GB-Mo" in line or "Total" in line]
    assert len(charges) >= 2
    assert len({len(line) for line in charges}) == 1


def test_the_total_the_range_and_the_users_are_shown() -> None:
    # By hand: 100 GB-Mo x 0.08 = 8.00; per user 8 / 100 = 0.0800
    shown = text(statement(users=100))
    assert "8.00   0.0800" in shown
    assert "low" in shown
    assert "high" in shown


def test_resources_that_are_charged_alike_are_one_row() -> None:
    shown = text(statement(copies=250))
    assert "volume-* (250)" in shown
    # By hand: 250 x 100 GB-Mo = 25,000
    assert "25,000 GB-Mo" in shown


def test_a_charge_that_only_carries_the_range_is_left_out_of_the_text() -> None:
    sample = statement()
    line = sample.lines[0]
    spare = replace(line, description="dearer pool", quantity=Decimal(0))
    assert "dearer pool" not in text(replace(sample, lines=(line, spare)))
    assert "dearer pool" in text(replace(sample, lines=(spare,)))


def test_what_is_free_and_what_is_unpriced_says_why() -> None:
    shown = text(statement())
    assert "no-usage: nat (ec2.NatGateway): bytes depend on use" in shown
    assert "($0.045 per GB)" in shown
    assert "no-charge: iam.Role: IAM is free" in shown
    assert "lower bound: 1 charge" in shown


def test_the_prices_date_and_stale_count_are_shown() -> None:
    shown = " ".join(text(statement()).split())
    assert "embedded book sha256:0123456789ab, newest of 2026-09-03" in shown
    assert "1 of the 2 prices used here" in shown


def test_colour_only_where_it_is_asked_for() -> None:
    assert ESCAPE not in text(statement())
    assert ESCAPE in text(statement(), color=True)


def test_a_name_cannot_move_the_cursor_or_hide_text() -> None:
    shown = text(statement(name="evil\033[2J\r\u202ename"))
    assert ESCAPE not in shown
    assert "\r" not in shown
    assert "\u202e" not in shown


def test_no_remark_note_or_title_can_move_the_cursor_or_leave_the_width() -> None:
    evil = "\033[31mred\r\u202e " + "漢字💾" * 40
    sample = statement()
    gap = sample.unpriced[0]
    subject = replace(gap.subject, name=evil, type=evil)
    sample = replace(
        sample,
        project=evil,
        unpriced=(replace(gap, subject=subject, reason=evil),),
        notes=(evil,),
    )
    for width in (60, 80):
        shown = text(sample, width=width)
        assert ESCAPE not in shown
        assert "\u202e" not in shown
        assert max(map(cells, shown.splitlines())) <= width
        # Four times in full: the gap's name, its reason and the note; the title is cut.
        assert "".join(shown.split()).count("漢字💾") >= 3 * 40


def test_a_name_cannot_format_or_link_a_markdown_page() -> None:
    page = markdown(statement(name="a|b<script>[x](y) @team\nnext"))
    assert "<script>" not in page
    assert "a\\|b&lt;script&gt;\\[x\\](y) @\u200bteam next" in page


def test_markdown_tables_have_as_many_cells_in_every_row() -> None:
    for users in (None, 100):
        rows = [
            row.replace("\\|", "")
            for row in markdown(statement(users=users)).splitlines()
            if row.startswith("|")
        ]
        assert len({row.count("|") for row in rows}) == 1


def test_figures_are_rounded_only_for_reading() -> None:
    assert dollars(Decimal("1234567.125")) == "1,234,567.12"
    assert per_user(Decimal(10), Decimal(3)) == "3.3333"
    assert rate(Decimal("0.1")) == "0.10"
    assert rate(Decimal("40.96")) == "40.96"
    assert rate(Decimal("0.0000004")) == "0.0000004"
    assert count(Decimal("94900")) == "94,900"
    assert count(Decimal("12.345678")) == "12.346"
    assert count(Decimal("1E+3")) == "1,000"
    assert plain(Decimal("8.000")) == "8"
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("-0.0")) == "0"


def test_names_without_a_common_start_are_not_starred() -> None:
    assert label_of(["relay-nlb", "proxy-nlb"]) == "relay-nlb and 1 alike"
    assert label_of(["only"]) == "only"


def test_a_statement_of_nothing_is_zero_and_says_so() -> None:
    empty = replace(statement(), lines=(), free=(), unpriced=())
    assert "0.00" in text(empty)
