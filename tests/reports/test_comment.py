"""The comment of a pull request: whole totals, the biggest first, names that do nothing."""

import re
from decimal import Decimal
from html import unescape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.bill.statement import Statement, Subject
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.reports.change.comment import LIMIT, TooManyStacks, comment
from farebox.reports.change.comment_parts import change_part, total_part
from farebox.reports.change.comment_text import name, sentence, size
from tests.reports.samples import statement

MARK = "<!-- farebox:test -->"

HOSTILE = {
    "markdown": "**bold** [link](http://x) `code` | cell",
    "html": "<script>alert(1)</script></code></details><!-- -->",
    "mention": "@everyone #1 !2 ~bug %3 &4",
    "emoji": "👩‍👧 💸 :smile:",
    "right to left": "חשבון \u202egnirts\u202c فاتورة",
    "quick action": "\n/close\n/merge\r\n/approve",
    "workflow command": "\n::error::pwned\n##[error]pwned",
    "math": "$\\text{x}$ $y$",
    "300 characters": "n" * 300,
}


def renamed(side: Statement, new: str) -> Statement:
    """The statement with all of its resources, project and stack called `new`."""

    def subject(old: Subject) -> Subject:
        urn = old.urn and f"urn:pulumi:t::p::{old.type}::{new}"
        return msgspec.structs.replace(old, name=new, urn=urn)

    return msgspec.structs.replace(
        side,
        project=new,
        lines=tuple(
            msgspec.structs.replace(line, subject=subject(line.subject))
            for line in side.lines
        ),
        unpriced=tuple(
            msgspec.structs.replace(gap, subject=subject(gap.subject), reason=new)
            for gap in side.unpriced
        ),
        notes=(new,),
    )


def sized(copies: int, gib: int = 100, *, step: int = 0) -> Statement:
    """Volumes at 0.08 a GiB, each `step` GiB larger than the one before it."""
    side = statement(copies=copies)
    lines = tuple(
        msgspec.structs.replace(line, quantity=Decimal(gib + place * step))
        for place, line in enumerate(side.lines)
    )
    return msgspec.structs.replace(side, lines=lines)


def rendered(*diffs: StatementDiff, limit: int = LIMIT) -> str:
    return comment([change_part(diff) for diff in diffs], mark=MARK, limit=limit)


def test_the_marker_is_the_first_line_and_the_change_the_title() -> None:
    # By hand: 1 volume of 8.00 becomes 2: +8.00, +100 %
    text = rendered(diff_statements(statement(), sized(2)))
    first, title = text.splitlines()[:2]
    assert first == MARK
    assert title == "## Farebox: USD +8.00 a month (+100.00 %)"


def test_the_totals_say_change_code_market_and_per_user() -> None:
    # By hand: 3 x 8 = 24.00 / 50 = 0.48; 4 x 8 = 32.00 at a rate 0.10 instead of
    # 0.08 is 40.00 / 80 = 0.50; code 32 - 24 = +8, market 40 - 32 = +8
    head = statement(copies=4, users=80)
    dearer = tuple(
        msgspec.structs.replace(line, usd_per_unit=Decimal("0.10"))
        for line in head.lines
    )
    head = msgspec.structs.replace(head, lines=dearer)
    text = rendered(diff_statements(statement(copies=3, users=50), head))
    row = next(line for line in text.splitlines() if line.startswith("| <code>"))
    assert row == (
        "| <code>shop/test</code> | 24.00 | 40.00 | **+16.00** | +66.67 % | +8.00 | "
        "+8.00 | 0.4800 → 0.5000 (+0.0200) for 50 → 80 users |"
    )
    assert "0.08 → 0.10 per GB-Mo" in text


def test_a_lower_bound_stands_above_the_details() -> None:
    text = rendered(diff_statements(statement(), sized(2)))
    assert text.index("lower bound") < text.index("<details>")


def test_the_biggest_change_comes_first_whatever_its_sign() -> None:
    # volume-0 loses 100 GiB (-8.00), volume-1 gains 50 (+4.00), volume-2 300 (+24.00)
    base, head = sized(3), sized(3)
    sizes = (0, 150, 400)
    lines = tuple(
        msgspec.structs.replace(line, quantity=Decimal(gib))
        for line, gib in zip(head.lines, sizes, strict=True)
    )
    text = rendered(diff_statements(base, msgspec.structs.replace(head, lines=lines)))
    assert re.findall(r"\| ([+-][\d.]+) \|$", text, re.M) == [
        "+24.00",
        "-8.00",
        "+4.00",
    ]


def test_nothing_changed_is_said_plainly() -> None:
    text = rendered(diff_statements(statement(), statement()))
    assert "USD 0.00 a month (0.00 %)" in text
    assert "nothing that is charged changes." in text
    assert "<details>" not in text


def test_several_stacks_have_one_table_of_totals_and_details_each() -> None:
    diffs = [diff_statements(statement(), sized(n)) for n in (2, 3)]
    text = rendered(*diffs)
    assert text.count("| Stack |") == 1
    assert text.count("<details>") == text.count("</details>") == 2


def test_a_statement_alone_is_a_comment_too() -> None:
    # By hand: 2 x 8.00 = 16.00, range 2 x 4 to 2 x 16
    text = comment([total_part(sized(2))], mark=MARK)
    assert "## Farebox: USD 16.00 a month" in text
    assert "| <code>shop/test</code> | **16.00** | 8.00 – 32.00 |" in text


def test_a_check_that_did_not_hold_stands_on_top() -> None:
    part = change_part(diff_statements(statement(), sized(2)))
    text = comment([part], mark=MARK, checks=["+8.00 is more than 5 USD"])
    assert text.splitlines()[3] == "**+8.00 is more than 5 USD**"


def test_two_thousand_changed_resources_fit_and_the_cut_is_honest() -> None:
    # By hand: volume n goes from 100 to 101 + n GiB: +0.08 x (1 + n); over n < 2000
    # that is 0.08 x 2000 x 2001 / 2 = 160,080.00
    diff = diff_statements(sized(2_000), sized(2_000, 101, step=1))
    text = rendered(diff)
    assert size(text) <= LIMIT
    assert size(text) > LIMIT - 2_000
    assert "| 16,000.00 | 176,080.00 | **+160,080.00** |" in text
    cut = re.search(
        r"the ([\d,]+) biggest of ([\d,]+) entries are shown; the ([\d,]+) left out "
        r"come to USD ([\d,.]+) a month",
        text,
    )
    assert cut is not None
    shown, of, left, usd = (Decimal(part.replace(",", "")) for part in cut.groups())
    changes = [Decimal(c) for c in re.findall(r"\| \+([\d.]+) \|$", text, re.M)]
    assert len(changes) == shown
    assert shown + left == of == 2_000
    assert sum(changes) + usd == Decimal("160080")
    assert min(changes) == Decimal("0.08") * (2_000 - shown + 1)
    assert "fare diff" in text


@given(st.integers(min_value=1_800, max_value=9_000))
def test_no_limit_is_ever_passed(limit: int) -> None:
    diff = diff_statements(sized(60), sized(60, 101, step=1))
    text = rendered(diff, limit=limit)
    assert size(text) <= limit
    assert "**+146.40**" in text  # 0.08 x 60 x 61 / 2, never cut
    assert text.count("<details>") == text.count("</details>")


def test_totals_that_do_not_fit_are_refused_instead_of_cut() -> None:
    part = change_part(diff_statements(statement(), sized(2)))
    with pytest.raises(TooManyStacks, match="--name"):
        comment([part] * 300, mark=MARK)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_name_does_nothing_in_a_comment(text: str) -> None:
    diff = diff_statements(renamed(statement(), text), renamed(sized(3), text))
    for made in (rendered(diff), comment([total_part(diff.head)], mark=MARK)):
        shown = made.removeprefix(MARK)
        assert "<script" not in shown
        assert "<!--" not in shown
        assert "\u202e" not in shown
        outside_code = re.sub("<code>.*?</code>", "", shown)
        assert not re.search(r"[@#!~%&](?=[a-z1-9])", unescape(outside_code))
        assert not re.search(r"https?://x", shown)
        for line in shown.splitlines():
            assert not line.startswith(("/", "::", "##["))
        assert len(re.findall("<details>", shown)) == shown.count("</details>")
        tables = [line for line in shown.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in tables} <= {5, 7, 8, 9}
        codes = re.findall("<code>(.*?)</code>", shown)
        assert max(len(unescape(code)) for code in codes) <= 100


@given(st.text(max_size=40))
def test_any_text_comes_back_from_a_browser_as_it_was(text: str) -> None:
    for made in (name(text), sentence(text)):
        inside = made.removeprefix("<code>").removesuffix("</code>")
        assert "\n" not in inside
        assert not set("<>`*_[]|\\@#") & set(re.sub(r"&#\d+;", "", inside))
        back = unescape(inside).replace("\u200b", "")
        kept = "".join(
            c if c.isprintable() or c in "\u200c\u200d" else "�" for c in text
        )
        assert back == kept.replace("\u200b", "")
