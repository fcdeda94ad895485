"""The recipe for GitLab, run: the program apart from every token, one note, a report."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.forge.fakes import MARK, TOKEN, FakeGitLab
from tests.forge.jobs import ROOT, bash, clone_of, git, gitlab_job, make_origin
from tests.forge.test_github_action import PROGRAM

JOB_TOKEN = f"glcbt-{MARK}"


def readable_by_others(path: Path) -> bool:
    """Whether another user may go there."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in path.parents)


def as_another() -> str:
    """The user that the program runs as: nobody, where these tests may do that."""
    python = Path(os.path.realpath("/proc/self/exe"))
    here = all(map(readable_by_others, (ROOT / "x", python)))
    return "nobody" if os.geteuid() == 0 and here else ""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The clone of a merge request's job: it has the job's token in its address."""
    make_origin(tmp_path / "origin", PROGRAM, PROGRAM)
    work = clone_of(tmp_path / "origin", tmp_path / "work", depth=3)
    url = f"https://gitlab-ci-token:{JOB_TOKEN}@127.0.0.1:1/shop/infra.git"
    git(work, "remote", "set-url", "origin", url)
    return work


@pytest.fixture
def env(project: Path, gitlab_env: dict[str, str]) -> dict[str, str]:
    """What both jobs have; GITLAB_TOKEN is for the second one alone."""
    env = {name: v for name, v in gitlab_env.items() if name != "GITLAB_TOKEN"}
    return env | {
        "CI_JOB_TOKEN": JOB_TOKEN,
        "CI_REPOSITORY_URL": f"https://gitlab-ci-token:{JOB_TOKEN}@127.0.0.1:1/x.git",
        "CI_PROJECT_DIR": str(project),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(project, "rev-parse", "HEAD^1"),
        "FAREBOX_FOLDER": "infra",
        "FAREBOX_SOURCE": f"https://gitlab-ci-token:{JOB_TOKEN}@127.0.0.1:1/f.git",
        "FAREBOX_REF": "COMMIT",
        "FAREBOX_AS": as_another(),
    }


def estimate(env: dict[str, str], stacks: str, **more: str) -> Any:
    """The first job."""
    machine = Path(env["CI_PROJECT_DIR"]).parent / "estimate"
    return gitlab_job(
        "farebox-estimate", machine, {**env, "FAREBOX_STACKS": stacks, **more}
    )


def comment(env: dict[str, str], token: str = TOKEN, **more: str) -> tuple[Any, Path]:
    """The second job, in a folder that holds the first one's artifacts only."""
    project = Path(env["CI_PROJECT_DIR"])
    machine = project.parent / f"comment-{len(list(project.parent.iterdir()))}"
    there = machine / "project"
    there.mkdir(parents=True)
    if (project / "farebox-diffs").exists():
        shutil.copytree(
            project / "farebox-diffs", there / "farebox-diffs", symlinks=True
        )
    given = {**env, "CI_PROJECT_DIR": str(there), "GITLAB_TOKEN": token, **more}
    return gitlab_job("farebox-comment", machine, given), there / "farebox-comment"


def test_the_template_comments_and_updates(
    env: dict[str, str], gitlab: FakeGitLab
) -> None:
    # By hand: small 100 -> 200 GiB x 0.08: 8.00 -> 16.00; large 1000 x 0.08 = 80.00
    done = estimate(env, "small large")
    assert done.returncode == 0, done.stderr
    for action in ("created", "unchanged"):
        done, kept = comment(env)
        assert done.returncode == 0, done.stderr
        assert f"comment {action}" in done.stderr
        assert MARK not in done.stdout + done.stderr
    (note,) = gitlab.comments
    assert "**+8.00**" in note["body"]
    assert "**80.00**" in note["body"]
    report = json.loads((kept / "code-quality.json").read_text())
    assert report[0]["location"] == {
        "path": "infra/__main__.py",
        "lines": {"begin": 5},
    }


def test_without_a_token_the_figures_are_kept_and_the_limit_holds(
    env: dict[str, str], gitlab: FakeGitLab
) -> None:
    assert estimate(env, "small").returncode == 0
    done, kept = comment(env, token="", FAREBOX_FAIL_OVER="1USD")
    assert done.returncode == 1, done.stderr
    assert gitlab.calls == []
    assert "more than 1" in (kept / "comment.md").read_text()


def test_a_token_that_reaches_the_program_ends_the_first_job(
    env: dict[str, str], project: Path
) -> None:
    done = estimate(env, "small", GITLAB_TOKEN=TOKEN)
    assert done.returncode == 2
    assert "limit it to the environment that gitlab.yml names" in done.stderr
    assert not (project / "farebox-diffs").exists()


def test_the_copy_for_the_program_has_no_address_of_the_forge(
    env: dict[str, str], project: Path
) -> None:
    listing = project / "infra/__main__.py"
    listing.write_text("import os\nos.system('cat ../.git/config >&2')\n" + PROGRAM)
    done = estimate(env, "small")
    assert done.returncode == 0, done.stderr
    assert "[core]" in done.stderr
    assert "[remote" not in done.stderr
    # The clone itself is as it was, and open again.
    assert JOB_TOKEN in (project / ".git/config").read_text()
    assert project.stat().st_mode & 0o077


def test_what_the_first_job_keeps_is_plain_files_in_a_new_folder(
    env: dict[str, str], project: Path, tmp_path: Path
) -> None:
    # A merge request may hold a link in the place of the folder.
    (project / "farebox-diffs").symlink_to(tmp_path)
    done = estimate(env, "small")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "001.diff.json").exists()
    assert (project / "farebox-diffs/001.diff.json").is_file()


SECRETS = {
    "CI_JOB_TOKEN": JOB_TOKEN,
    "CI_REGISTRY_PASSWORD": "a-password",
    "AWS_SECRET_ACCESS_KEY": "a-key-of-aws",
    "CI_REPOSITORY_URL": "https://me:pw@forge.test/x.git",
    "FAREBOX_SOURCE": f"https://forge.test/?with={JOB_TOKEN}",
    "PIP_INDEX_URL": "https://index.test/simple",
    "GITHUB_ENV": "/tmp/x",
}


def test_what_runs_apart_has_none_of_the_jobs_secrets() -> None:
    path = {"PATH": os.environ["PATH"]}
    plain = {"CI_PROJECT_NAME": "infra", "AWS_REGION": "eu-west-1", **path}
    script = f"bash {ROOT}/docs/ci/apart.sh env"
    shown = bash(script, ROOT, {**plain, **SECRETS}).stdout
    for name, value in SECRETS.items():
        assert name not in shown
        assert value not in shown
    assert "CI_PROJECT_NAME=infra" in shown
    assert "AWS_REGION=eu-west-1" in shown


def test_what_runs_apart_becomes_another_user_with_no_way_back(tmp_path: Path) -> None:
    for name, text in (("setpriv", 'echo "$@"'), ("id", "echo 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    env = {"PATH": path, "FAREBOX_AS": "nobody"}
    done = bash(f"bash {ROOT}/docs/ci/apart.sh fare price", ROOT, env)
    assert done.stdout == (
        "--reuid=nobody --regid=0 --clear-groups --no-new-privs -- fare price\n"
    )
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    done = bash(f"bash {ROOT}/docs/ci/apart.sh fare price", ROOT, env)
    assert done.returncode == 2
    assert "only root can run the program as nobody" in done.stderr
