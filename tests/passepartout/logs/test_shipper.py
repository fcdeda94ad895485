"""What reaches the log, what is left out and said to be, and what a crash costs."""

from pathlib import Path

import pytest

from passepartout.logs import shipper
from passepartout.logs.cloudwatch import BATCH_BYTES, BATCH_EVENTS, Event
from passepartout.logs.shipper import MOST_WAIT, TICK, _Waiting, batch
from tests.passepartout.logs.scene import NOON_MS, Scene, entry, of_user


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_lines_of_machine_and_users_reach_the_log_once(scene: Scene) -> None:
    scene.say(entry(1, "up", SYSLOG_IDENTIFIER="kernel", PRIORITY="4"), of_user(2))
    assert scene.round() == TICK
    scene.say(of_user(3, 8, 'a "quoted" line'))
    scene.round()
    assert scene.log.said == [
        {"source": "kernel", "level": "warning", "message": "up"},
        {"user": 7, "level": "info", "message": "hello"},
        {"user": 8, "level": "info", "message": 'a "quoted" line'},
    ]
    assert [one.at_ms - NOON_MS for one in scene.log.events] == [1, 2, 3]


def test_no_text_of_a_user_can_pretend_to_be_another_line(scene: Scene) -> None:
    scene.say(of_user(1, message='"}\n{"user": 8, "message": "mine'))
    scene.round()
    (line,) = scene.log.said
    assert line["user"] == 7


def test_a_hostile_line_stops_nothing(scene: Scene) -> None:
    scene.say(
        of_user(1, message="y" * 5_000_000),
        of_user(2, message=[255, 0, 254]),
        of_user(3, message=[300]),
        b"\xff\xfe\x00 no JSON\n",
        b"[" * 100_000 + b"\n",
        of_user(4, message=None),
        of_user(5, message="after all of it"),
    )
    scene.round()
    assert scene.messages() == [
        "\ufffd\0\ufffd",
        "(over 4,096 bytes)",
        "after all of it",
    ]
    scene.time += 60
    scene.round()
    told = scene.log.said[-1]
    assert told["unreadable lines"] == 4
    assert told["texts over 4,096 bytes"] == 1


def test_a_restart_goes_on_where_the_log_was(scene: Scene) -> None:
    scene.say(*(of_user(number) for number in range(5)))
    scene.round()
    scene.restart()
    scene.say(of_user(9, message="new"))
    scene.round()
    assert scene.messages() == ["hello"] * 5 + ["new"]


def test_a_crash_before_the_log_answered_loses_nothing(scene: Scene) -> None:
    scene.say(*(of_user(number) for number in range(5)))
    scene.log.wrong = ConnectionError("away")
    scene.round()
    scene.restart()
    scene.log.wrong = None
    scene.round()
    assert scene.messages() == ["hello"] * 5


def test_a_log_that_is_away_is_asked_less_and_less_often(scene: Scene) -> None:
    scene.log.wrong = ConnectionError("away")
    scene.say(of_user(1))
    pauses = [scene.round() for _ in range(11)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == MOST_WAIT
    scene.log.wrong = None
    assert scene.round() == TICK
    assert scene.messages() == ["hello"]


def test_what_waits_is_bounded_and_the_journal_keeps_the_rest(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A line is 4 KB, so 25 of them are over 100 KB.
    monkeypatch.setattr(shipper, "SPOOL_BYTES", 100_000)
    scene.log.wrong = ConnectionError("away")
    scene.say(*(entry(number, "z" * 4_000) for number in range(60)))
    for _ in range(3):
        scene.round()
    assert len(scene.shipper._waiting) == 25
    scene.log.wrong = None
    assert scene.round() == 0  # there is more
    while scene.round() == 0:
        pass
    assert [one.at_ms - NOON_MS for one in scene.log.events] == list(range(60))


def test_a_user_has_its_lines_of_a_minute_and_the_log_says_what_was_left_out(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path, user_lines=3)
    scene.say(*(of_user(number, 7) for number in range(500)), of_user(501, 8))
    scene.say(of_user(60_001, 7, "next minute"))
    scene.round()
    assert [one["user"] for one in scene.log.said] == [7, 7, 7, 8, 7]
    scene.time += 60
    scene.round()
    told = scene.log.said[-1]
    assert (told["lines over bounds"], told["of"]) == (497, {"user 7": 497})
    # Once: nothing more was left out since.
    scene.time += 60
    scene.round()
    assert scene.log.said[-1] == told


def test_a_user_without_lines_leaves_the_machines_own_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path, user_lines=0)
    scene.say(of_user(1), entry(2, "agent"))
    scene.round()
    assert scene.messages() == ["agent"]


def test_a_program_that_says_the_same_for_ever_is_bounded_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "SOURCE_LINES", 10)
    scene.say(*(entry(number, SYSLOG_IDENTIFIER="kernel") for number in range(40)))
    scene.round()
    assert len(scene.log.events) == 10


def test_a_cursor_that_the_journal_does_not_know_is_told_and_left(scene: Scene) -> None:
    scene.cursor.write_text("garbage")
    scene.restart()
    assert scene.round() == 0
    assert scene.round() == TICK
    scene.say(of_user(1))
    scene.round()
    scene.time += 60
    scene.round()
    assert scene.log.said[0]["message"] == "hello"
    assert scene.log.said[-1]["cursors lost"] == 1
    assert scene.cursor.read_text() == "s=1;i=1"


@pytest.mark.parametrize("left", [b"", b"\0" * 60, b"\xff\xfe", b"a b", b"c" * 2_000])
def test_a_cursor_that_a_lost_disk_left_is_told_and_stops_nothing(
    scene: Scene, left: bytes
) -> None:
    scene.cursor.write_bytes(left)
    scene.restart()
    scene.say(of_user(1))
    assert scene.round() == TICK
    assert scene.cursor.read_text() == "s=1;i=1"
    scene.time += 60
    scene.round()
    assert scene.log.said[-1]["cursors lost"] == 1


def test_a_line_that_the_log_never_takes_is_left_out_alone(scene: Scene) -> None:
    scene.log.poison = "poison"
    words = ["a", "b", "poison", "c"]
    scene.say(*(of_user(n, message=word) for n, word in enumerate(words)))
    assert scene.round() == TICK
    assert scene.messages() == ["a", "b", "c"]
    scene.time += 60
    scene.round()
    assert scene.log.said[-1]["lines that CloudWatch refused"] == 1


def test_a_full_disk_costs_lines_told_twice_and_no_round(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    scene.say(of_user(1))
    assert scene.round() == TICK
    monkeypatch.undo()
    scene.restart()
    scene.round()
    assert scene.messages() == ["hello", "hello"]


def waiting(*events: Event) -> list[_Waiting]:
    return [_Waiting(one, "") for one in events]


def test_a_batch_keeps_to_what_one_call_takes() -> None:
    small = Event(NOON_MS, "x")
    assert batch([]) == 0
    assert batch(waiting(*[small] * (BATCH_EVENTS + 1))) == BATCH_EVENTS
    # 1,048,576 bytes with 26 for each event: two of half of it fit, two of one more not.
    half = "y" * (BATCH_BYTES // 2 - 26)
    assert batch(waiting(*[Event(NOON_MS, half)] * 3)) == 2
    assert batch(waiting(*[Event(NOON_MS, f"{half}z")] * 2)) == 1
    # A character of two bytes counts as two.
    assert batch(waiting(*[Event(NOON_MS, half.replace("y", "\u00e9"))] * 2)) == 1
    day = 24 * 3_600_000
    assert batch(waiting(small, Event(NOON_MS + day, "x"))) == 2
    assert batch(waiting(small, Event(NOON_MS + day + 1, "x"))) == 1
    assert batch(waiting(small, Event(NOON_MS - day - 1, "x"))) == 1


def test_a_round_ends_however_much_there_is_to_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Lines that are left out fill no memory: their number ends a round.
    monkeypatch.setattr(shipper, "ROUND_LINES", 100)
    scene.say(*(of_user(number) for number in range(150)))
    assert scene.round() == 0
    assert scene.round() == TICK
    assert len(scene.log.events) == 60
    assert scene.cursor.read_text() == "s=1;i=95"
