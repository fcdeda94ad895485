"""The operator's commands, as a shell runs them."""

import json
from pathlib import Path

import pytest

from passepartout.cli import RECORD, main
from passepartout.users.sqlite import SqliteStore
from tests.passepartout.stores import fill


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteStore:
    path = tmp_path / "record.db"
    monkeypatch.setenv(RECORD, f"sqlite:{path}")
    store = SqliteStore(str(path))
    fill(store, zones=2, volumes=1, places=2)
    return store


def test_a_user_is_added_found_moved_and_removed(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "add", "7"]) == 0
    assert main(["users", "where", "7"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("7  waiting  use1-az")
    assert main(["users", "move", "7"]) == 0
    assert "7  leaving  " in capsys.readouterr().out
    assert main(["users", "remove", "7", "--yes"]) == 1
    assert "is moving" in capsys.readouterr().err


def test_one_user_that_cannot_be_served_does_not_stop_the_others(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "add", "1", "2", "3", "4", "5", "4"]) == 1
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.out.splitlines()] == list("12344")
    assert "5: none of 2 volumes has a place" in told.err


def test_users_are_listed_as_text_and_as_json(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["users", "add", "1", "2"])
    main(["users", "remove", "2", "--yes"])
    capsys.readouterr()
    assert main(["users", "list", "--state", "removing"]) == 0
    assert capsys.readouterr().out.startswith("2  removing")
    assert main(["users", "list", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["user"] for line in lines] == [1, 2]


def test_data_are_not_deleted_without_a_yes(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["users", "add", "1"])
    assert main(["users", "remove", "1"]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert main(["users", "where", "1"]) == 0


def test_a_user_that_is_not_here_is_said_to_have_no_home(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["users", "where", "9"]) == 1
    assert capsys.readouterr().out == "9  has no home\n"


@pytest.mark.parametrize("user", ["0", "alice", "4294967296", "-1"])
def test_what_is_no_user_is_refused(user: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["users", "add", user])
    assert raised.value.code == 2


def test_without_a_record_the_command_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(RECORD, raising=False)
    assert main(["users", "list"]) == 2
    assert RECORD in capsys.readouterr().err


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["users", "--help"])
    assert "passepartout users move 7 --zone use1-az4" in capsys.readouterr().out


def test_volumes_are_listed_and_retired(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["users", "add", "1"])
    capsys.readouterr()
    assert main(["volumes", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert sorted(line.split("  ")[3] for line in lines) == ["0/2", "1/2"]
    assert main(["volumes", "retire", "vol-1-1"]) == 0
    assert capsys.readouterr().out.startswith("vol-1-1  retiring  use1-az1")
    assert main(["volumes", "retire", "vol-9"]) == 1
    assert "not known" in capsys.readouterr().err


def test_a_restore_needs_aws(
    record: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", "vol-1-1", "--at", "now"]) == 1
    assert "restore needs AWS" in capsys.readouterr().err
