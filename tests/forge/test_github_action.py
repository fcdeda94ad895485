"""The recipe for GitHub, run: two jobs on two machines, a base without a fetch, one comment."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.forge.fakes import TOKEN, FakeGitHub
from tests.forge.jobs import CI, ROOT, GitHubJob, bash, clone_of, git, make_origin

PROGRAM = """\
import pulumi
import pulumi_aws as aws

size = pulumi.Config().require_int("size")
aws.ebs.Volume("data", availability_zone="us-east-1a", size=size, type="gp3")
"""
POST = {"POST": "true", "ANNOTATE": "true"}


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """The repository of the pull request."""
    made = tmp_path / "origin"
    make_origin(made, PROGRAM, PROGRAM)
    return made


@pytest.fixture
def work(origin: Path, tmp_path: Path) -> Path:
    """The estimate's checkout, from which nothing can be fetched."""
    return clone_of(origin, tmp_path / "work", depth=2)


def estimate(work: Path, **inputs: str) -> tuple[Any, Path]:
    """The first job, and the folder that it hands on."""
    machine = work.parent / f"estimate-{len(list(work.parent.iterdir()))}"
    job = GitHubJob(machine, work, ROOT / "action.yml", folder="infra", **inputs)
    return job.run(), job.temp / "farebox-diffs"


def comment_job(diffs: Path, **inputs: str) -> GitHubJob:
    """The second job, on another machine, with what the first one handed on."""
    beside = diffs.parent
    machine = beside / f"comment-{len(list(beside.iterdir()))}"
    workspace = machine / "workspace"
    workspace.mkdir(parents=True)
    if diffs.is_dir():
        shutil.copytree(diffs, workspace / "farebox-diffs", symlinks=True)
    action = CI / "comment" / "action.yml"
    return GitHubJob(machine, workspace, action, folder="infra", token=TOKEN, **inputs)


@pytest.fixture(scope="module")
def estimated(tmp_path_factory: pytest.TempPathFactory) -> GitHubJob:
    """The first job, done once: stack small is changed, large is added."""
    folder = tmp_path_factory.mktemp("estimated")
    make_origin(folder / "origin", PROGRAM, PROGRAM)
    work = clone_of(folder / "origin", folder / "work", depth=2)
    job = GitHubJob(
        folder / "estimate",
        work,
        ROOT / "action.yml",
        folder="infra",
        stacks="small large",
        requirements="requirements.txt",
        **{"index-url": "https://reader:pass@index.test/simple"},
    )
    done = job.run()
    assert done.returncode == 0, done.stderr
    return job


@pytest.fixture
def diffs(estimated: GitHubJob, tmp_path: Path) -> Path:
    """What the first job handed on."""
    return Path(shutil.copytree(estimated.temp / "farebox-diffs", tmp_path / "diffs"))


def test_the_recipe_comments_and_updates(
    diffs: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    # By hand: small 100 -> 200 GiB x 0.08: 8.00 -> 16.00; large 1000 x 0.08 = 80.00
    assert {path.name for path in diffs.iterdir()} == {
        "001.advice.json",
        "001.diff.json",
        "002.advice.json",
        "002.statement.json",
    }
    for action in ("created", "unchanged"):
        job = comment_job(diffs)
        done = job.run(github_env, **POST)
        assert done.returncode == 0, done.stderr
        assert f"comment {action}" in done.stderr
        assert TOKEN not in done.stdout + done.stderr
        assert "::notice file=infra/__main__.py,line=5,title=USD +8.00" in done.stdout
    (comment,) = github.comments
    assert "| <code>shop/small</code> | 8.00 | 16.00 | **+8.00** |" in comment["body"]
    assert "| <code>shop/large</code> | **80.00** |" in comment["body"]
    assert comment["body"] in job.summary.read_text()


def test_each_job_installs_the_locked_packages_for_itself(
    estimated: GitHubJob, diffs: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    second = comment_job(diffs)
    second.run(github_env, **POST)
    for temp in (estimated.temp, second.temp):
        calls = (temp / "farebox/bin/pip-calls").read_text().splitlines()
        assert "--require-hashes -r" in calls[0]
        assert calls[0].endswith("requirements.lock")
        assert "--no-deps --no-build-isolation" in calls[1]


def test_the_programs_packages_come_from_its_own_index(estimated: GitHubJob) -> None:
    calls = (estimated.temp / "farebox/bin/pip-calls").read_text().splitlines()
    assert calls[2].endswith("-r requirements.txt")
    named = [step["name"] for step in estimated.steps if "INDEX_URL" in str(step)]
    assert named == ["Install the program's packages"]


def test_the_limit_fails_the_second_job_whatever_becomes_of_the_comment(
    diffs: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    limit = {"fail-over": "5%"}
    done = comment_job(diffs, **limit).run(github_env, **POST)
    assert done.returncode == 1
    assert "more than 5%" in github.comments[0]["body"]
    job = comment_job(diffs, **limit)
    job.inputs["token"] = "wrong"
    done = job.run(github_env, **POST)
    assert done.returncode == 1
    assert "wrong or has expired" in done.stderr


def test_a_forks_pull_request_gets_the_summary_without_a_post(
    diffs: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    job = comment_job(diffs)
    done = job.run(github_env, POST="false", ANNOTATE="true")
    assert done.returncode == 0, done.stderr
    assert github.calls == []
    assert "USD +8.00 a month" in job.summary.read_text()


def test_a_base_that_cannot_be_priced_gets_a_comment_that_says_so(
    tmp_path: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    # By hand: 200 GiB x 0.08 = 16.00 after the change; before it, no figure
    origin = tmp_path / "origin"
    make_origin(origin, "raise SystemExit('broken')\n", PROGRAM)
    work = clone_of(origin, tmp_path / "work", depth=2)
    done, diffs = estimate(work, stacks="small")
    assert done.returncode == 0, done.stderr
    done = comment_job(diffs, **{"fail-over": "5%"}).run(github_env, **POST)
    assert done.returncode == 0, done.stderr
    body = github.comments[0]["body"]
    assert "**small: its base could not be priced; what it costs now is told" in body
    assert "no limit was held against it" in body
    assert "| <code>shop/small</code> | **16.00** |" in body


def test_a_program_that_fails_leaves_no_older_figure_standing(
    tmp_path: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    origin = tmp_path / "origin"
    make_origin(origin, PROGRAM, "raise SystemExit('broken')\n")
    work = clone_of(origin, tmp_path / "work", depth=2)
    github.write("<!-- farebox:farebox -->\nUSD +3.00", github.login, "Bot")
    done, diffs = estimate(work, stacks="small")
    assert done.returncode == 2
    comment_job(diffs).run(github_env, **POST)
    (comment,) = github.comments
    assert "small: could not be priced at this commit" in comment["body"]
    assert "3.00" not in comment["body"]


def test_a_job_that_handed_nothing_on_gets_a_comment_too(
    tmp_path: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    done = comment_job(tmp_path / "nothing").run(github_env, **POST)
    assert done.returncode == 0, done.stderr
    assert "every stack: could not be priced" in github.comments[0]["body"]


def test_a_stack_that_nobody_knows_ends_the_job_with_2_and_runs_nothing(
    work: Path, github: FakeGitHub
) -> None:
    done, diffs = estimate(work, stacks="$(touch pwned) huge small")
    assert done.returncode == 2
    assert "neither a file nor a stack" in done.stderr
    assert not list(work.rglob("pwned"))
    # The stack that is known is priced all the same.
    assert (diffs / "004.diff.json").exists()
    assert (diffs / "003.unpriced").read_text() == "huge\n"


@pytest.mark.parametrize("base", ["", "main"])
def test_a_clone_without_the_base_is_one_sentence(
    origin: Path, tmp_path: Path, base: str
) -> None:
    work = clone_of(origin, tmp_path / "work", depth=1)
    done, _ = estimate(work, stacks="small", base=base)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("estimate.sh: ")
    assert "fetch-depth: " in last


def test_a_base_that_is_named_is_fetched_where_it_can_be(
    origin: Path, tmp_path: Path
) -> None:
    work = clone_of(origin, tmp_path / "work", depth=1)
    git(work, "remote", "set-url", "origin", f"file://{origin}")
    done, diffs = estimate(work, stacks="small", base=git(origin, "rev-parse", "main"))
    assert done.returncode == 0, done.stderr
    assert (diffs / "001.diff.json").exists()


def test_a_checkout_that_left_its_token_is_refused_before_the_program_runs(
    work: Path,
) -> None:
    git(work, "config", "http.https://github.test/.extraheader", f"AUTH: {TOKEN}")
    done, diffs = estimate(work, stacks="small")
    assert done.returncode == 2
    assert "persist-credentials: false" in done.stderr
    assert TOKEN not in done.stderr
    assert not diffs.exists()


def test_comment_sh_takes_plain_files_of_its_names_only(
    tmp_path: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    diffs = tmp_path / "diffs"
    diffs.mkdir()
    (diffs / "001.diff.json").symlink_to("/proc/self/environ")
    (diffs / "002.diff.json").mkdir()
    (diffs / "evil.diff.json").write_text("{}")
    (diffs / "003.unpriced").write_text("--post=x\n[pay](https://evil.test) @all")
    job = comment_job(diffs)
    done = job.run(github_env, **POST)
    assert done.returncode == 0, done.stderr
    body = github.comments[0]["body"]
    assert "](" not in body
    assert "@all" not in body
    assert "could not be priced" in body


def test_the_scripts_are_ones() -> None:
    for path in CI.glob("*.sh"):
        done = bash(f"bash -n {path}", ROOT, {"PATH": "/usr/bin:/bin"})
        assert done.returncode == 0, done.stderr
