"""Where the engine comes from, and what is said when it comes from nowhere."""

from pathlib import Path

import pytest

from tests.engine import build


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with neither Pulumi nor Go, and nothing built; its PATH is returned."""
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(build, "BUILT", tmp_path / "built")
    return path


def command(folder: Path, name: str, script: str = "exit 0") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def stamped(folder: Path) -> None:
    """An engine that looks as if it had been built from what lies here now."""
    for part in (build.CLI, build.HOST, build.HOST_SCRIPT):
        command(folder, part)
        build.write_stamp(part)


def test_without_pulumi_and_go_the_reason_is_said_and_nothing_fails(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main() == 0
    said = capsys.readouterr().out
    assert "the engine tests will be skipped" in said
    assert "install Pulumi, or Go 1.25 or newer" in said


def test_under_ci_a_missing_engine_is_a_failure(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert build.main() == 1
    assert "CI=true demands it" in capsys.readouterr().out


def test_pulumi_on_path_is_used_with_its_language_host_only(bare: Path) -> None:
    command(bare, build.CLI)
    with pytest.raises(build.NoEngine):
        build.find()
    command(bare, build.HOST)
    assert build.find().folder == bare


def test_what_was_built_is_used_again_until_the_modules_change(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped(build.BUILT)
    assert build.find().folder == build.BUILT
    assert build.unbuilt() == []
    monkeypatch.setattr(build, "wanted_stamp", lambda part: f"newer {part}")
    assert build.unbuilt() == [build.CLI, build.HOST, build.HOST_SCRIPT]


def test_a_failed_build_says_why_and_leaves_nothing_half_built(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command(bare, "go", 'echo "go: no route to the module proxy" >&2; exit 1')
    assert build.main() == 0
    said = capsys.readouterr().out
    assert "building pulumi failed: go: no route to the module proxy" in said
    assert list(build.BUILT.iterdir()) == []
