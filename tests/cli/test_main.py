"""The command itself: names that are misspelt, and terminals of another encoding."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from farebox.cli.main import run
from tests.cli.documents import preview, volume

MAIN = "from farebox.cli.main import main; main()"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pric"], "there is no command 'pric'; did you mean price? (see fare --help)"),
        (["Diff", "a", "b"], "there is no command 'Diff'; did you mean diff?"),
        (["prices", "shwo"], "did you mean show? (see fare prices --help)"),
        (["qqq"], "there is no command 'qqq'; the commands are price, "),
    ],
)
def test_a_misspelt_command_is_answered_with_the_nearest(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert said in capsys.readouterr().err


def fare(*words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp437"])
def test_what_the_terminals_encoding_lacks_is_replaced(
    encoding: str, tmp_path: Path
) -> None:
    # Neither the name nor the ellipsis after it is in every encoding.
    step = volume()
    name = "数据" * 30
    step["urn"] = step["newState"]["urn"] = (
        step["urn"].rpartition("::")[0] + f"::{name}"
    )
    file = tmp_path / "preview.json"
    file.write_bytes(preview(step))
    words = ("--prices", "embedded", "--on", "2026-11-23")
    code, out, err = fare("price", str(file), *words, PYTHONIOENCODING=encoding)
    assert (code, err) == (0, "")
    # By hand: 100 GiB x 0.08 = 8
    assert "8.00" in out
    assert "??" in out
    # Tree and ellipsis keep their place in ASCII, where the encoding lacks them.
    assert "`- " in out or "└─ " in out
    assert "~" in out or "…" in out
    code, out, err = fare("explain", name, str(file), *words, PYTHONIOENCODING=encoding)
    assert code == 0
    code, out, err = fare("explain", "数", str(file), *words, PYTHONIOENCODING=encoding)
    assert code == 2
    assert "the stack has no resource '?'" in err


def test_json_is_utf_8_whatever_the_terminal_is(tmp_path: Path) -> None:
    file = tmp_path / "preview.json"
    file.write_bytes(preview(volume()))
    words = ("price", str(file), "--prices", "embedded", "--format", "json")
    done = [
        subprocess.run(
            [sys.executable, "-c", MAIN, *words],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            check=True,
        ).stdout
        for encoding in ("utf-8", "cp1252")
    ]
    assert done[0] == done[1]


def test_the_package_runs_as_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "farebox", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("fare ")
