"""The text that people read: aligned, honest, and safe on any terminal."""

from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.statement import LineItem, Statement
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


def test_a_guess_is_no_row_with_what_the_program_gives() -> None:
    sample = statement(copies=2)
    first, second = sample.lines
    shown = text(replace(sample, lines=(first, replace(second, usage="assumed"))))
    assert "(2)" not in shown
    assert shown.count("storage ~") == 1


def test_gaps_at_different_rates_are_told_apart() -> None:
    # A standard and a FIFO queue give the same reason, at different dollars a request.
    sample = statement()
    gap = sample.unpriced[0]
    dearer = replace(gap, usd_per_unit=Decimal("0.052"))
    shown = text(replace(sample, unpriced=(gap, dearer)))
    assert "($0.045 per GB)" in shown
    assert "($0.052 per GB)" in shown
    assert "alike" not in shown


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
    assert "On 2026-11-23: 2 prices used, 1 older than their limit" in shown
    assert "; 10 of the book are." in shown


def test_how_many_prices_the_book_has_is_told_where_it_is_known() -> None:
    sample = statement()
    counted = replace(sample, book=replace(sample.book, count=3124, stale=1510))
    shown = " ".join(text(counted).split())
    assert "; 1,510 of the book's 3,124 are." in shown


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


def _line(name: str, type_: str = "", *, component: str | None = None) -> LineItem:
    line = statement().lines[0]
    subject = replace(line.subject, urn=f"urn::{type_}{name}", name=name)
    if type_:
        subject = replace(subject, type=type_)
    return replace(line, subject=replace(subject, component=component))


def test_a_quantity_and_a_rate_never_touch_at_any_width() -> None:
    # By hand: 20,000,000 x 0.0000004 = 8.00; the rate alone is wider than its column.
    line = replace(
        _line("queue"),
        quantity=Decimal(20_000_000),
        unit="Requests",
        usd_per_unit=Decimal("0.0000004"),
    )
    for width in (20, 40, 47, 60, 80, 120):
        for users in (None, 100):
            sample = replace(statement(users=users), lines=(line,))
            shown = text(sample, width=width)
            assert "20,000,000 Requests 0.0000004 " in shown
            assert "gp3 storage" in shown or "…" in shown


def test_a_name_of_two_types_carries_its_type() -> None:
    other = replace(_line("other"), quantity=Decimal(50))
    lines = (_line("web"), _line("web", "aws:ec2/eip:Eip"), other)
    shown = text(replace(statement(), lines=lines))
    assert "web (ebs.Volume)" in shown
    assert "web (ec2.Eip)" in shown
    assert "other (" not in shown


def test_a_flat_program_has_resources_and_nothing_outside_of_components() -> None:
    flat = replace(statement(), lines=(_line("web"), _line("db")))
    assert "all resources" in text(flat)
    assert "outside components" not in text(flat) + markdown(flat)
    mixed = replace(flat, lines=(_line("web"), *statement().lines))
    assert "outside components" in text(mixed)


def test_a_range_has_its_lower_end_first() -> None:
    # By hand: 16.00 at the low level and 4.00 at the high one.
    line = replace(_line("web"), usd_low=Decimal(16), usd_high=Decimal(4))
    sample = replace(statement(), lines=(line,))
    assert "range 4.00 – 16.00" in text(sample)
    assert "4.00 – 16.00" in markdown(sample)
    totals = [
        row.split()[-1]
        for row in text(sample).splitlines()
        if row[:4] in ("  lo", "  hi")
    ]
    assert totals == ["4.00", "16.00"]
