"""The ready-made actions, workflows and template: well formed, and safe by their form."""

import json
import re
from typing import Any

import pytest

from tests.forge.jobs import CI, ROOT, load

ESTIMATE = ROOT / "action.yml"
COMMENT = CI / "comment" / "action.yml"
PINNED = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.mark.parametrize("path", [ESTIMATE, COMMENT], ids=["estimate", "comment"])
def test_an_action_has_what_github_requires(path: Any) -> None:
    action = load(path)
    assert {"name", "description", "runs"} <= set(action)
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert step["working-directory"]
        # A branch name like $(curl …) would run; in the environment it is only text.
        assert "${{" not in step["run"]
    page = (ROOT / "docs" / "pull-requests.md").read_text()
    for name, item in action["inputs"].items():
        assert item["description"]
        assert "default" in item
        assert f"| `{name}` |" in page


def test_only_the_comments_action_knows_a_token() -> None:
    assert "github.token" not in ESTIMATE.read_text()
    with_token = [
        step["name"]
        for step in load(COMMENT)["runs"]["steps"]
        if "token" in json.dumps(step).lower()
    ]
    assert with_token == ["Comment"]


WRITING = {"pull-requests": "write"}


@pytest.mark.parametrize("name", ["github.yml", "github-forks.yml"])
def test_a_job_with_a_token_that_writes_runs_nothing_of_the_pull_request(
    name: str,
) -> None:
    workflow = load(CI / name)
    assert workflow["permissions"] == {}
    # YAML 1.1 reads the key `on` as true.
    assert "pull_request_target" not in json.dumps(workflow[True])
    inputs = {
        "OWNER/farebox@COMMIT": load(ESTIMATE)["inputs"],
        "OWNER/farebox/docs/ci/comment@COMMIT": load(COMMENT)["inputs"],
    }
    for job in workflow["jobs"].values():
        uses = [step["uses"] for step in job["steps"]]
        runs_program = "OWNER/farebox@COMMIT" in uses
        assert (job["permissions"].get("pull-requests") == "write") != runs_program
        assert "contents" not in job["permissions"] or runs_program
        if not runs_program:
            actions = [use.partition("@")[0] for use in uses]
            assert actions == [
                "actions/download-artifact",
                "OWNER/farebox/docs/ci/comment",
            ]
        for step in job["steps"]:
            assert "secrets." not in json.dumps(step)
            if step["uses"] in inputs:
                assert set(step.get("with", {})) <= set(inputs[step["uses"]])


def test_the_checkout_keeps_no_token_and_brings_the_base() -> None:
    steps = load(CI / "github.yml")["jobs"]["estimate"]["steps"]
    assert steps[0]["uses"].startswith("actions/checkout@")
    assert steps[0]["with"] == {"fetch-depth": 2, "persist-credentials": False}


def test_every_action_of_others_is_named_by_its_commit() -> None:
    for path in (*CI.glob("*.yml"), *(ROOT / "docs/schedule").glob("*.yml")):
        for use in re.findall(r"uses: (.*)", path.read_text()):
            assert use.startswith("OWNER/farebox") or PINNED.fullmatch(use), use


def test_the_workflow_for_forks_follows_the_first_one() -> None:
    assert load(CI / "github-forks.yml")[True]["workflow_run"]["workflows"] == ["Cost"]
    assert load(CI / "github.yml")["name"] == "Cost"


def test_gitlabs_job_with_the_token_has_nothing_of_the_merge_request() -> None:
    template = load(CI / "gitlab.yml")
    comment = template["farebox-comment"]
    assert comment["environment"] == {"name": "farebox-comment", "action": "access"}
    assert comment["variables"]["GIT_STRATEGY"] == "none"
    assert comment["variables"]["PIP_NO_CACHE_DIR"] == "1"
    assert comment["cache"] == []
    assert "environment" not in template["farebox-estimate"]
    assert template[".farebox"]["inherit"] == {"default": False}
    # The folder of the project holds what the first job left: python -m would run it.
    assert template[".farebox"]["before_script"][0] == "cd /"


def test_no_recipe_names_a_package_that_is_not_published() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*")]
    for path in pages:
        if path.suffix in {".md", ".sh", ".yml"}:
            text = path.read_text()
            assert not re.search(r"pip install [^\n]*(?<![/\w.-])farebox\b", text), (
                path.name
            )


@pytest.mark.parametrize("path", ["docs/ci/gitlab.yml", "docs/schedule/gitlab.yml"])
def test_no_job_on_gitlab_sets_what_the_docs_let_a_pipeline_set(path: str) -> None:
    # GitLab takes a job's own variable before one of the pipeline.
    template = load(ROOT / path)
    page = "pull-requests.md" if "/ci/" in path else "scheduling.md"
    said = set(re.findall(r"`(FAREBOX_[A-Z_]+)`", (ROOT / "docs" / page).read_text()))
    jobs = [job for name, job in template.items() if name != "variables"]
    own = {name for job in jobs for name in job.get("variables", {})}
    assert own & said <= {"FAREBOX_FORGE"}
    assert {"FAREBOX_STACKS", "FAREBOX_REF", "FAREBOX_AS"} <= set(template["variables"])
