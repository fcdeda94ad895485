"""What journalctl prints, read; shapes are those that a real journald 252 gave."""

import sys
from pathlib import Path

import pytest

from passepartout.logs.journal import (
    LINE_BYTES,
    Journal,
    JournalFailed,
    Unreadable,
    line_of,
)
from tests.passepartout.logs import journalctl
from tests.passepartout.logs.scene import NOON_MS, entry, of_user


def test_a_line_says_who_when_and_how_grave() -> None:
    line = line_of(entry(1, "no room", PRIORITY="3", SYSLOG_IDENTIFIER="dockerd"))
    assert line == ("s=1;i=1", NOON_MS + 1, 0, "dockerd", "err", "no room")
    assert line_of(of_user(2)).user == 7


@pytest.mark.parametrize(
    ("message", "text"),
    [
        # A list of bytes, where a field is not printable UTF-8.
        ([98, 97, 100, 32, 255, 254, 27, 91, 48, 109], "bad \ufffd\ufffd\x1b[0m"),
        # A list of values, where it is there more than once.
        (["one", "two"], "one"),
        ([[111, 255], "two"], "o\ufffd"),
        # null, from 4,096 bytes on.
        (None, None),
        ("two\nlines \u00e9", "two\nlines \u00e9"),
        ("", ""),
        # Half a character: JSON may have it, no file can.
        ("\ud800", "?"),
        ("x" * 9_000, "x" * 4_096),
    ],
)
def test_a_message_is_text_whatever_its_bytes(message: object, text: str) -> None:
    assert line_of(of_user(1, message=message)).text == text


def test_an_entry_without_a_message_is_an_empty_line() -> None:
    raw = entry(1).replace(b'"MESSAGE":"well"', b'"OTHER":"x"')
    assert line_of(raw).text == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\n",
        b"[1, 2]\n",
        b"7\n",
        b'{"MESSAGE":"no cursor"}\n',
        b"[" * 100_000,
        entry(1, [300]),
        entry(1, [104, "i"]),
        entry(1, __REALTIME_TIMESTAMP="soon"),
        entry(1, __REALTIME_TIMESTAMP=float("inf")),
        entry(1, __REALTIME_TIMESTAMP="9" * 30),
        entry(1, __REALTIME_TIMESTAMP="-5000"),
        entry(1, __CURSOR=7),
        entry(1, __CURSOR="a\0b"),
        entry(1, __CURSOR="c" * 5_000),
    ],
)
def test_what_is_no_line_of_a_journal_is_unreadable_and_nothing_else(
    raw: bytes,
) -> None:
    with pytest.raises(Unreadable):
        line_of(raw)


def test_an_unreadable_line_is_passed_by_with_the_cursor_that_it_has() -> None:
    with pytest.raises(Unreadable) as told:
        line_of(entry(5, [300]))
    assert told.value.cursor == "s=1;i=5"


def read(path: Path, cursor: str = "") -> list[bytes]:
    journal = Journal((sys.executable, "-S", journalctl.__file__, str(path)))
    return list(journal.after(cursor))


def test_a_line_of_five_megabytes_is_cut_and_the_next_one_is_whole(
    tmp_path: Path,
) -> None:
    place = tmp_path / "journal"
    place.write_bytes(entry(1, "y" * 5_000_000) + entry(2))
    cut, whole = read(place)
    assert (len(cut), whole) == (LINE_BYTES, entry(2))
    with pytest.raises(Unreadable) as told:
        line_of(cut)
    assert told.value.cursor == "s=1;i=1"


def test_a_journal_is_left_at_any_line(tmp_path: Path) -> None:
    place = tmp_path / "journal"
    place.write_bytes(b"".join(entry(number) for number in range(50_000)))
    journal = Journal((sys.executable, "-S", journalctl.__file__, str(place)))
    lines = journal.after("")
    assert next(lines) == entry(0)
    lines.close()  # type: ignore[attr-defined]  # a generator's


def test_a_journal_that_fails_says_why(tmp_path: Path) -> None:
    place = tmp_path / "journal"
    place.write_bytes(entry(1) + entry(2))
    assert read(place, "s=1;i=1") == [entry(2)]
    with pytest.raises(JournalFailed, match="Failed to seek to cursor"):
        read(place, "garbage")
