"""JSON that is shown on a terminal steers none, and means the same."""

import json

from hypothesis import given
from hypothesis import strategies as st

from farebox.reports.page.as_json import STEERING, plain


def test_what_steers_a_terminal_is_an_escape() -> None:
    text = "\x7f\x9b31m\u202egnp\u2066\u200f\u061c"
    written = plain(json.dumps(text, ensure_ascii=False).encode())
    assert written.isascii()
    assert json.loads(written) == text


@given(st.text())
def test_a_text_means_the_same_and_holds_nothing_that_steers(text: str) -> None:
    written = plain(json.dumps(text, ensure_ascii=False).encode("utf-8", "ignore"))
    assert not STEERING.search(written)
    assert json.loads(written) == text.encode("utf-8", "ignore").decode()
