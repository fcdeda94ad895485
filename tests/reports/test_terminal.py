"""What is written where a terminal's encoding lacks a character."""

import codecs

from farebox.reports.sparkline import BARS, NO_PRICE
from farebox.reports.terminal import stand_in

codecs.register_error("test-stand-in", stand_in)


def ascii_of(text: str) -> str:
    return text.encode("ascii", errors="test-stand-in").decode()


def test_bars_grow_in_ascii_too_and_each_keeps_its_column() -> None:
    shown = ascii_of(BARS + NO_PRICE)
    assert shown == "_.-~=+*#."


def test_a_tree_and_a_range_are_read_in_ascii() -> None:
    assert ascii_of("├─ a") == "+- a"
    assert ascii_of("│  └─ 1 – 2 …") == "|  `- 1 - 2 ~"
    assert ascii_of("数") == "?"
