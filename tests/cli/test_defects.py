"""What nobody expected ends in one sentence and a file, never in a traceback."""

import json
import re
from pathlib import Path

import pytest

from farebox.cli.defects import without_secrets
from farebox.cli.main import run


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A command that fails as no command should; the folder of its details."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError(
            "of postgresql://me:hunter22@db/x, key AKIAABCDEFGHIJKLMNOP"
        )

    monkeypatch.setattr("farebox.prices.embedded.embedded_book", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter22")
    return tmp_path


def test_a_defect_is_a_sentence_and_a_file_without_secrets(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", "show", "r6a.large", "--prices", "embedded"]) == 70
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    path = re.search(r"\S+fare-defect-\S+\.txt", said)
    assert path is not None
    details = Path(path[0]).read_text()
    assert "ZeroDivisionError" in details
    assert "fare prices show r6a.large" in details
    assert "hunter22" not in details
    assert "AKIAABCDEFGHIJKLMNOP" not in details
    assert Path(path[0]).stat().st_mode & 0o077 == 0


def test_a_defect_is_json_where_json_was_asked_for(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prices", "age", "--prices", "embedded", "--format", "json"]) == 70
    error = json.loads(capsys.readouterr().err)
    assert (error["schema"], error["exit"]) == ("farebox.error/1", 70)


def test_a_defect_whose_details_cannot_be_written_is_still_a_sentence(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(broken / "nowhere"))
    assert run(["prices", "age", "--prices", "embedded"]) == 70
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("https://user:pass@host/x", "https://[secret]@host/x"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [secret]"),
        ("token=ghp_0123456789abcdef", "token=[secret]"),
        ("{'password': 'x y'}", "{'password': [secret] y'}"),
        (
            "the value s3cr3t-value of the environment",
            "the value [secret] of the environment",
        ),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_secrets_are_known_by_their_form_and_by_the_environment(
    text: str, instead: str
) -> None:
    assert (
        without_secrets(text, {"MY_TOKEN": "s3cr3t-value", "A_KEY": "nothing"})
        == instead
    )
