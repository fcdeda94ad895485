"""zizmor, which knows how workflows are attacked, has nothing to say about ours, and
neither has actionlint, which knows what GitHub takes."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.build import NoEngine
from tests.forge.build import found
from tests.forge.jobs import CI, ROOT
from tests.needed import need

COMMIT = "c" * 40
"""In the place of the commit that a user names."""


def lint(folder: Path) -> Any:
    """zizmor on a repository, without a network, at its strictest."""
    zizmor = Path(sys.executable).with_name("zizmor")
    return subprocess.run(
        [zizmor, "--offline", "--persona=pedantic", "--no-progress", folder],
        capture_output=True,
        text=True,
    )


WORKFLOWS = (
    *CI.glob("github*.yml"),
    ROOT / "docs/schedule/github.yml",
    *(ROOT / ".github/workflows").glob("*.yml"),
)


def actionlint(path: Path) -> Any:
    """actionlint on one workflow, without what else the machine may have beside it."""
    try:
        program = found().folder / "actionlint"
    except NoEngine as reason:
        need(False, f"no actionlint: {reason}")
    alone = ("-shellcheck=", "-pyflakes=", "-no-color")
    return subprocess.run([program, *alone, path], capture_output=True, text=True)


def copied(path: Path, to: Path) -> None:
    """The file with names in the place of its placeholders."""
    to.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text().replace("OWNER/farebox", "example/farebox")
    to.write_text(text.replace("COMMIT", COMMIT))


def test_no_workflow_and_no_action_of_ours_has_a_weakness(tmp_path: Path) -> None:
    for path in WORKFLOWS:
        name = "-".join(path.relative_to(ROOT).parts)
        copied(path, tmp_path / ".github/workflows" / name)
    copied(ROOT / "action.yml", tmp_path / "estimate/action.yml")
    copied(CI / "comment/action.yml", tmp_path / "comment/action.yml")
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout


def test_a_weak_workflow_is_found(tmp_path: Path) -> None:
    workflows = tmp_path / ".github/workflows"
    workflows.mkdir(parents=True)
    shutil.copy(CI / "github.yml", workflows)
    # The placeholder is no commit: this use is not pinned.
    assert "unpinned-uses" in lint(tmp_path).stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_github_takes_every_workflow(path: Path, tmp_path: Path) -> None:
    copied(path, tmp_path / path.name)
    done = actionlint(tmp_path / path.name)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_job_that_needs_another_that_there_is_not_is_found(tmp_path: Path) -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text()
    wrong = tmp_path / "release.yml"
    wrong.write_text(release.replace("needs: build", "needs: biuld"))
    assert '"biuld"' in actionlint(wrong).stdout
