"""A hostile program against both recipes: it finds no token and changes no comment."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forge.fakes import MARK, TOKEN, FakeGitHub, FakeGitLab
from tests.forge.hostile import hostile
from tests.forge.jobs import ROOT, GitHubJob, bash, clone_of, git, make_origin
from tests.forge.test_github_action import POST, PROGRAM, comment_job
from tests.forge.test_gitlab_template import JOB_TOKEN, as_another, comment, estimate

FORGED = """
(out / "002.diff.json").write_text(
    '{"schema": "farebox.diff/1", "base": {"stack": "[pay](https://evil.test)"}}'
)
"""


@pytest.fixture
def loot() -> Iterator[Path]:
    """A folder where the program, whoever it runs as, writes what it found."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def attacked(tmp_path: Path, loot: Path, more: str = "", depth: int = 2) -> Path:
    """The clone of a pull request whose program is hostile."""
    origin = tmp_path / "origin"
    make_origin(origin, PROGRAM, hostile(loot, tmp_path, more))
    return clone_of(origin, tmp_path / "work", depth=depth)


def ours(body: str) -> None:
    """The comment is the one that Farebox wrote, whatever stood in the files."""
    assert body.startswith("<!-- farebox:farebox -->\n## Farebox: ")
    for planted in ("](", "@all", "<b>", "pay at"):
        assert planted not in body


def test_on_github_it_finds_nothing_and_changes_nothing(
    tmp_path: Path, loot: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    work = attacked(tmp_path, loot)
    machine = tmp_path / "estimate"
    job = GitHubJob(machine, work, ROOT / "action.yml", folder="infra", stacks="small")
    job.run()
    assert (job.temp / "farebox-diffs/comment.md").exists()  # it did run
    assert not (loot / "found").exists(), (loot / "found").read_text()
    (loot / "ran").unlink(missing_ok=True)
    done = comment_job(job.temp / "farebox-diffs").run(github_env, **POST)
    assert done.returncode == 0, done.stderr
    assert not (loot / "ran").exists()
    (note,) = github.comments
    ours(note["body"])
    assert "| <code>shop/small</code> | 8.00 | 16.00 | **+8.00** |" in note["body"]


def test_on_github_figures_that_do_not_hold_together_are_refused(
    tmp_path: Path, loot: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    work = attacked(tmp_path, loot, FORGED)
    machine = tmp_path / "estimate"
    job = GitHubJob(machine, work, ROOT / "action.yml", folder="infra", stacks="small")
    job.run()
    done = comment_job(job.temp / "farebox-diffs").run(github_env, **POST)
    assert done.returncode == 2
    assert TOKEN not in done.stdout + done.stderr
    (note,) = github.comments
    ours(note["body"])
    assert "every stack: could not be priced" in note["body"]


def test_on_gitlab_it_finds_nothing_and_changes_nothing(
    tmp_path: Path, loot: Path, gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    work = attacked(tmp_path, loot, depth=3)
    url = f"https://gitlab-ci-token:{JOB_TOKEN}@127.0.0.1:1/shop/infra.git"
    git(work, "remote", "set-url", "origin", url)
    user = as_another()
    env = {
        **{name: v for name, v in gitlab_env.items() if name != "GITLAB_TOKEN"},
        "CI_PROJECT_DIR": str(work),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(work, "rev-parse", "HEAD^1"),
        "FAREBOX_FOLDER": "infra",
        "FAREBOX_SOURCE": url,
        "FAREBOX_AS": user,
    }
    # Only another user is kept from the environment of the job's own shell.
    job_token = {"CI_JOB_TOKEN": JOB_TOKEN} if user else {"FAREBOX_SOURCE": "there"}
    if not user:
        git(work, "remote", "set-url", "origin", "there")
    done = estimate({**env, **job_token}, "small")
    assert done.returncode == 0, done.stderr
    assert not (loot / "found").exists(), (loot / "found").read_text()
    assert (work / "farebox-diffs/comment.md").exists()  # it did run
    assert not any(path.is_symlink() for path in (work / "farebox-diffs").iterdir())
    (loot / "ran").unlink(missing_ok=True)
    done, _ = comment(env)
    assert done.returncode == 0, done.stderr
    assert not (loot / "ran").exists()
    (note,) = gitlab.comments
    ours(note["body"])
    assert "**+8.00**" in note["body"]


PROBE = """\
# Looks for the job's token as a program does that runs as nobody.
printf '%s%s' {mark_1} {mark_2} > "$HOME/pattern"
id -un > "$FAREBOX_OUT/who"
{{
  grep -l -a -f "$HOME/pattern" /proc/[0-9]*/environ /proc/[0-9]*/cmdline
  grep -r -l -a -f "$HOME/pattern" {project} {project}.tmp "$PWD" "$PWD/.."
  env | grep -f "$HOME/pattern"
}} > "$FAREBOX_OUT/found" 2> /dev/null
"""


def test_the_jobs_token_is_out_of_reach_of_another_user(
    tmp_path: Path, gitlab_env: dict[str, str]
) -> None:
    work = attacked(tmp_path, tmp_path, depth=3)
    url = f"https://gitlab-ci-token:{JOB_TOKEN}@127.0.0.1:1/shop/infra.git"
    git(work, "remote", "set-url", "origin", url)
    (tmp_path / "work.tmp").mkdir()
    (tmp_path / "work.tmp/CI_FILE").write_text(JOB_TOKEN)
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.sh"
        probe.write_text(PROBE.format(mark_1=MARK[:16], mark_2=MARK[16:], project=work))
        Path(folder).chmod(0o755)
        (Path(folder) / "docs").symlink_to(ROOT / "docs")
        env = {
            "PATH": os.environ["PATH"],
            "CI_JOB_TOKEN": JOB_TOKEN,
            "CI_REPOSITORY_URL": url,
            "CI_PROJECT_DIR": str(work),
            "FAREBOX": folder,
            "FAREBOX_FOLDER": "infra",
            "FAREBOX_AS": "nobody",
        }
        script = f"bash {ROOT}/docs/ci/gitlab-apart.sh {probe} told"
        done = bash(script, work, env)
        bash(f"{script}-without", work, {**env, "FAREBOX_AS": ""})
    # Where the program is the job's own user, it reads the environment of the job.
    assert "/environ" in (work / "told-without/found").read_text()
    if os.geteuid():
        assert done.returncode == 2
        assert "only root can run the program as nobody" in done.stderr
    else:
        assert (work / "told/who").read_text() == "nobody\n", done.stderr
        assert (work / "told/found").read_text() == ""


def test_it_would_find_a_token_that_is_within_its_reach(
    tmp_path: Path, loot: Path
) -> None:
    work = attacked(tmp_path, loot)
    (tmp_path / "credentials").write_text(TOKEN)
    out = tmp_path / "out"
    out.mkdir()
    env = {"HOME": str(tmp_path), "FAREBOX_OUT": str(out), "LEFT": TOKEN}
    script = f"fare price small > {out}/x"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    bash(script, work / "infra", {**env, "PATH": path, "GITHUB_ENV": "x"})
    found = (loot / "found").read_text()
    assert "the variable LEFT" in found
    assert "/environ" in found
    assert str(tmp_path / "credentials") in found
    assert "the file of GITHUB_ENV" in found
