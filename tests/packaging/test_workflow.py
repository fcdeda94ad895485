"""The release workflow's own steps run here, as GitHub would: all but signing and uploading.

Each `run` of `.github/workflows/release.yml` is taken from the file and run in a clone that is
tagged, in the order of the jobs, with what the step before left. Actions of others are
not run: what they are given is looked at.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.test_dist import RELEASE, ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
JOBS: dict[str, Any] = WORKFLOW["jobs"]
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""How GitHub runs a step on Linux."""
CONTEXT = {
    "github.server_url": "https://forge.example",
    "github.repository": "example/farebox",
    "github.token": "not-a-token",
}
LONGEST_NOTES = 125_000
"""Characters that GitHub takes as the text of a release."""
GH = """#!/bin/sh
printf '%s\\n' "$@" > "$ASKED"
"""


def filled_in(step: dict[str, Any], context: Mapping[str, str]) -> dict[str, str]:
    """A step's variables with what GitHub would put in for their expressions."""
    expression = re.compile(r"\$\{\{ ([\w.]+) \}\}")
    return {
        name: expression.sub(lambda found: context[found[1]], text)
        for name, text in step.get("env", {}).items()
    }


def run(job: str, folder: Path, tag: str, sources: str = "", **more: str) -> None:
    """Run the job's own steps in a folder; one that fails ends the test with its words."""
    context = CONTEXT | {"vars.SDIST_SOURCES": sources}
    for step in JOBS[job]["steps"]:
        if "run" not in step:
            continue
        done = subprocess.run(
            [*BASH, step["run"]],
            cwd=folder,
            env={
                **os.environ,
                **filled_in(step, context),
                "GITHUB_REF_NAME": tag,
                **more,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{step['run']}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def tag() -> str:
    """The tag of the version that pyproject.toml has."""
    text = (ROOT / "pyproject.toml").read_text()
    [version] = re.findall(r'^version = "([^"]+)"', text, re.M)
    return f"v{version}"


@pytest.fixture(scope="module")
def built(tag: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the job `build` hands on: `dist/` of a tagged clone whose changelog is ready."""
    if not RELEASE.exists():
        reason = "needs what builds a release: make .venv/.release"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    clone = tmp_path_factory.mktemp("release") / "farebox"
    git = (
        "git",
        "-C",
        str(clone),
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
    )
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    sources = index(clone, tmp_path_factory.mktemp("index"))
    changelog = clone / "CHANGELOG.md"
    ready = f"## Unreleased\n\n## {tag[1:]} - 2027-01-04\n"
    changelog.write_text(changelog.read_text().replace("## Unreleased\n", ready, 1))
    subprocess.run([*git, "commit", "-qam", "Ready"], check=True)
    subprocess.run([*git, "tag", tag], check=True)
    # What `make dist` would install first is what is installed here.
    (clone / ".venv").mkdir()
    for name in ("release", "release-runtime"):
        (clone / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    for name in (".python", ".release"):
        (clone / ".venv" / name).touch()
    run("build", clone, tag, sources=sources.as_uri())
    return clone / "dist"


def index(clone: Path, folder: Path) -> Path:
    """An index with made-up sources of what a document needs, which the clone's lock names."""
    project = tomllib.loads((clone / "pyproject.toml").read_text())["project"]
    lock = clone / "requirements.lock"
    for one in project["dependencies"]:
        name = one.partition(">=")[0]
        [pin] = re.findall(rf"^{name}==(\S+)", lock.read_text(), re.M)
        path = folder / name[0] / name / f"{name}-{pin}.tar.gz"
        path.parent.mkdir(parents=True)
        path.write_text(f"the sources of {name}")
        known = sha256(path.read_bytes()).hexdigest()
        line = f"{name}=={pin} \\\n"
        lock.write_text(
            lock.read_text().replace(line, f"{line}    --hash=sha256:{known} \\\n")
        )
    return folder


def test_the_build_job_makes_every_file_that_later_jobs_name(
    built: Path, tag: str
) -> None:
    version = tag[1:]
    assert {path.name for path in built.iterdir()} == {
        f"farebox-{version}-py3-none-any.whl",
        f"farebox-{version}.tar.gz",
        "farebox.cdx.json",
        "farebox.rb",
        "licences.txt",
        "notes.md",
    }
    for job in JOBS.values():
        for step in job["steps"]:
            for name in ("subject-path", "sbom-path"):
                if name in step.get("with", {}):
                    assert list(built.parent.glob(step["with"][name])), step
    notes = (built / "notes.md").read_text()
    assert notes.startswith("### Added\n")
    assert len(notes) <= LONGEST_NOTES
    formula = (built / "farebox.rb").read_text()
    url = f"releases/download/{tag}/farebox-{version}.tar.gz"
    assert f'url "https://forge.example/example/farebox/{url}"' in formula
    assert formula.count('resource "') == 4
    assert formula.count('url "file:///') == 4


def test_only_wheel_and_sdist_go_to_the_index(
    built: Path, tag: str, tmp_path: Path
) -> None:
    (tmp_path / "dist").symlink_to(handed_on(built, tmp_path / "got"))
    run("publish", tmp_path, tag)
    [publish] = [one for one in JOBS["publish"]["steps"] if "packages-dir" in str(one)]
    sent = (tmp_path / publish["with"]["packages-dir"]).iterdir()
    assert sorted(path.name.rpartition(".")[2] for path in sent) == ["gz", "whl"]


def test_the_releases_page_gets_the_notes_and_the_files(
    built: Path, tag: str, tmp_path: Path
) -> None:
    (tmp_path / "dist").symlink_to(handed_on(built, tmp_path / "got"))
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    path = os.pathsep.join((str(gh.parent), os.environ["PATH"]))
    run("page", tmp_path, tag, PATH=path, ASKED=str(tmp_path / "asked"))
    words = (tmp_path / "asked").read_text().splitlines()
    assert words[:4] == ["release", "create", tag, "--verify-tag"]
    notes = words[words.index("--notes-file") + 1]
    assert (tmp_path / notes).read_text().startswith("### Added\n")
    files = [word for word in words if word.startswith("dist/")]
    assert len(files) == 5
    assert "dist/notes.md" not in files


def test_a_tag_that_is_not_the_version_ends_the_build(tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "f")], check=True)
    with pytest.raises(AssertionError, match=r"the tag is v99\.0\.0"):
        run("build", tmp_path / "f", "v99.0.0")


def test_what_is_not_run_here_signs_or_hands_over_and_nothing_else() -> None:
    used = {
        step["uses"].partition("@")[0]
        for job in JOBS.values()
        for step in job["steps"]
        if "uses" in step
    }
    assert used == {
        "actions/attest-build-provenance",
        "actions/attest-sbom",
        "actions/checkout",
        "actions/download-artifact",
        "actions/upload-artifact",
        "pypa/gh-action-pypi-publish",
    }


def handed_on(built: Path, to: Path) -> Path:
    """A copy of what the artifact has, as a job of its own gets it."""
    to.mkdir()
    for path in built.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    return to
