"""The ready-made action and template: well formed, safe, and run here with bash."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.forge.fakes import TOKEN, FakeGitHub, FakeGitLab

ROOT = Path(__file__).parent.parent.parent
CI = ROOT / "docs" / "ci"
ACTION = ROOT / "action.yml"

PROGRAM = """\
import os
import pulumi
import pulumi_aws as aws

assert not any("SECRET" in value.upper() for value in os.environ.values())
size = pulumi.Config().require_int("size")
aws.ebs.Volume("data", availability_zone="us-east-1a", size=size, type="gp3")
"""
"""Refuses to run where a token is in its environment."""


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.test"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def stack(project: Path, name: str, size: int) -> None:
    config = {"config": {"aws:region": "us-east-1", "shop:size": size}}
    (project / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump(config))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A shallow clone, as a job has it: the base is only at the origin.

    The branch doubles the volume of stack small and adds stack large.
    """
    origin = tmp_path / "origin"
    project = origin / "infra"
    project.mkdir(parents=True)
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text(PROGRAM)
    stack(project, "small", 100)
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "base")
    git(origin, "checkout", "--quiet", "-b", "change")
    stack(project, "small", 200)
    stack(project, "large", 1000)
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "head")
    work = tmp_path / "work"
    url = f"file://{origin}"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=change", url, "work")
    return work


def base_commit(clone: Path) -> str:
    return git(clone.parent / "origin", "rev-parse", "main")


def bash(script: str, folder: Path, env: dict[str, str]) -> Any:
    """Run a step as a runner does, without this process's environment."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **env},
        capture_output=True,
        text=True,
        check=False,
    )


class Job:
    """The action's steps after its installation, with values for its expressions."""

    def __init__(self, clone: Path, env: dict[str, str], **inputs: str) -> None:
        self.clone = clone
        self.temp = clone.parent / "runner"
        self.temp.mkdir(exist_ok=True)
        self.output = self.temp / "output"
        self.summary = self.temp / "summary"
        self.output.touch()
        self.env = {
            **{k: v for k, v in env.items() if k != "GITHUB_TOKEN"},
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(clone),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        action = load(ACTION)
        self.steps = {step["name"]: step for step in action["runs"]["steps"]}
        self.inputs = {
            name: str(item.get("default", ""))
            for name, item in action["inputs"].items()
        }
        self.inputs |= {"base": base_commit(clone), "token": TOKEN, **inputs}

    def run(self, name: str, **values: str) -> Any:
        step = self.steps[name]
        env = {key: self._value(text) for key, text in step["env"].items()} | values
        return bash(step["run"], self.clone / "infra", self.env | env)

    def outputs(self) -> dict[str, str]:
        lines = self.output.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _value(self, text: str) -> str:
        """The value of the plain expressions; others are given by the test."""
        if match := re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text):
            return self.inputs[match[1]]
        if match := re.fullmatch(r"\$\{\{ steps\.estimate\.outputs\.(\w+) \}\}", text):
            return self.outputs()[match[1]]
        return ""


def test_the_action_has_what_github_requires() -> None:
    action = load(ACTION)
    assert {"name", "description", "runs"} <= set(action)
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert step["run"]
    for item in action["inputs"].values():
        assert item["description"]
        assert "default" in item
    page = (ROOT / "docs" / "pull-requests.md").read_text()
    for name in action["inputs"]:
        assert f"| `{name}` |" in page


def test_no_step_pastes_an_expression_into_its_shell() -> None:
    # A branch name like $(curl …) would run; through the environment it is only text.
    for step in load(ACTION)["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_only_the_step_that_comments_has_the_token() -> None:
    with_token = [
        step["name"]
        for step in load(ACTION)["runs"]["steps"]
        if "token" in json.dumps(step).lower()
    ]
    assert with_token == ["Comment"]


@pytest.mark.parametrize("name", ["github.yml", "github-forks.yml"])
def test_a_workflow_gives_its_token_no_more_than_it_needs(name: str) -> None:
    workflow = load(CI / name)
    allowed = {"contents": "read", "actions": "read", "pull-requests": "write"}
    assert workflow["permissions"].items() <= allowed.items()
    # YAML 1.1 reads the key `on` as true.
    trigger = workflow[True]
    assert "pull_request_target" not in json.dumps(trigger)
    inputs = load(ACTION)["inputs"]
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "secrets." not in json.dumps(step)
            if step["uses"].startswith("OWNER/farebox@"):
                assert set(step["with"]) <= set(inputs)


def test_the_workflow_for_forks_runs_nothing_of_theirs() -> None:
    (job,) = load(CI / "github-forks.yml")["jobs"].values()
    uses = [step["uses"].split("@")[0] for step in job["steps"]]
    assert uses == ["actions/download-artifact", "OWNER/farebox"]
    assert job["steps"][1]["with"] == {"diffs": "diffs"}
    assert load(CI / "github-forks.yml")[True]["workflow_run"]["workflows"] == ["Cost"]
    assert load(CI / "github.yml")["name"] == "Cost"


def test_the_action_comments_and_updates(
    clone: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    # By hand: small 100 -> 200 GiB x 0.08: 8.00 -> 16.00; large 1000 x 0.08 = 80.00
    job = Job(clone, github_env, stacks="small large")
    done = job.run("Estimate")
    assert done.returncode == 0, done.stderr
    assert job.outputs()["code"] == "0"
    for action in ("created", "unchanged"):
        done = job.run("Comment", POST="true", ANNOTATE="true")
        assert done.returncode == 0, done.stderr
        assert f"comment {action}" in done.stderr
        assert TOKEN not in done.stdout + done.stderr
        assert "::notice file=infra/__main__.py,line=7,title=USD +8.00" in done.stdout
    (comment,) = github.comments
    assert "| <code>shop/small</code> | 8.00 | 16.00 | **+8.00** |" in comment["body"]
    assert "| <code>shop/large</code> | **80.00** |" in comment["body"]
    assert comment["body"] in job.summary.read_text()


def test_the_actions_limit_fails_the_job_whatever_becomes_of_the_comment(
    clone: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    job = Job(clone, github_env, stacks="small", **{"fail-over": "5%"})
    assert job.run("Estimate").returncode == 0
    assert job.outputs()["code"] == "1"
    done = job.run("Comment", POST="true", ANNOTATE="true")
    assert done.returncode == 1
    assert "more than 5%" in github.comments[0]["body"]
    job.inputs["token"] = "wrong"
    done = job.run("Comment", POST="true", ANNOTATE="true")
    assert done.returncode == 1
    assert "wrong or has expired" in done.stderr


def test_a_forks_pull_request_gets_the_summary_without_a_token(
    clone: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    job = Job(clone, github_env, stacks="small", token="")
    assert job.run("Estimate").returncode == 0
    done = job.run("Comment", POST="false", ANNOTATE="true")
    assert done.returncode == 0, done.stderr
    assert github.calls == []
    assert "USD +8.00 a month" in job.summary.read_text()


def test_finished_diffs_are_only_commented(
    clone: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    first = Job(clone, github_env, stacks="small")
    assert first.run("Estimate").returncode == 0
    made = Path(first.outputs()["diffs"])
    made.rename(clone / "diffs")
    first.output.unlink()
    job = Job(clone, github_env, diffs="diffs", stacks="", base="")
    assert job.run("Estimate").returncode == 0
    done = job.run("Comment", POST="true", ANNOTATE="false")
    assert done.returncode == 0, done.stderr
    assert "::notice" not in done.stdout
    assert "USD +8.00 a month" in github.comments[0]["body"]


def test_a_stack_that_nobody_knows_ends_the_job_with_2(
    clone: Path, github: FakeGitHub, github_env: dict[str, str]
) -> None:
    job = Job(clone, github_env, stacks="$(touch pwned) huge")
    done = job.run("Estimate")
    assert job.outputs()["code"] == "2"
    assert "neither a file nor a stack" in done.stderr
    assert not list(clone.rglob("pwned"))
    assert job.run("Comment", POST="true", ANNOTATE="true").returncode == 2
    assert github.calls == []


def gitlab_job(clone: Path, gitlab_env: dict[str, str], **more: str) -> Any:
    template = load(CI / "gitlab.yml")[".farebox"]
    script = "\n".join(template["script"])
    values = {name: str(value) for name, value in template["variables"].items()}
    env = {
        **values,
        **gitlab_env,
        "FAREBOX": str(ROOT),
        "FAREBOX_FOLDER": "infra",
        "CI_PROJECT_DIR": str(clone),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base_commit(clone),
        **more,
    }
    return bash(script, clone, env)


def test_the_gitlab_template_comments_and_updates(
    clone: Path, gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    for action in ("created", "unchanged"):
        done = gitlab_job(clone, gitlab_env, FAREBOX_STACKS="small large")
        assert done.returncode == 0, done.stderr
        assert f"comment {action}" in done.stderr
        assert TOKEN not in done.stdout + done.stderr
    (note,) = gitlab.comments
    assert "**+8.00**" in note["body"]
    report = json.loads((clone / "farebox" / "code-quality.json").read_text())
    assert report[0]["location"] == {
        "path": "infra/__main__.py",
        "lines": {"begin": 7},
    }


def test_the_gitlab_template_without_a_token_keeps_the_figures(
    clone: Path, gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    del gitlab_env["GITLAB_TOKEN"]
    more = {"FAREBOX_STACKS": "small", "FAREBOX_FAIL_OVER": "1USD"}
    done = gitlab_job(clone, gitlab_env, **more)
    assert done.returncode == 1, done.stderr
    assert gitlab.calls == []
    assert "more than 1" in (clone / "farebox" / "comment.md").read_text()


def test_the_gitlab_template_has_what_a_job_needs() -> None:
    job = load(CI / "gitlab.yml")[".farebox"]
    assert {"image", "rules", "script", "before_script", "artifacts"} <= set(job)
    assert job["artifacts"]["reports"]["codequality"] == "farebox/code-quality.json"
    estimates = [line for line in job["script"] if "estimate.sh" in line]
    assert all(line.startswith("env -u GITLAB_TOKEN ") for line in estimates)
