"""The fakes, the environment of a job that talks to them, and a sleep that is counted."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.quote.change import ChangeRequest, compare_targets
from farebox.reports.change.diff_json import diff_json
from tests.forge.changes import BASE_PREVIEW, HEAD_PREVIEW
from tests.forge.fakes import HEAD_SHA, TOKEN, FakeGitHub, FakeGitLab, serving

CI_NAMES = ("GITHUB_", "GITLAB_", "CI_", "GH_", "RUNNER_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of a real job or proxy."""
    import os

    for name in list(os.environ):
        if name.startswith(CI_NAMES) or name.lower().endswith("_proxy") or name == "CI":
            monkeypatch.delenv(name)


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """A fake GitHub."""
    fake = FakeGitHub()
    with serving(fake):
        yield fake


@pytest.fixture
def gitlab() -> Iterator[FakeGitLab]:
    """A fake GitLab."""
    fake = FakeGitLab()
    with serving(fake):
        yield fake


@pytest.fixture
def github_env(github: FakeGitHub, tmp_path: Path) -> dict[str, str]:
    """The environment of a pull_request job."""
    event = tmp_path / "event.json"
    pull = {"number": 7, "head": {"sha": HEAD_SHA}}
    event.write_text(json.dumps({"action": "opened", "pull_request": pull}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": "shop/infra",
        "GITHUB_API_URL": github.url,
        "GITHUB_EVENT_PATH": str(event),
    }


@pytest.fixture
def gitlab_env(gitlab: FakeGitLab) -> dict[str, str]:
    """The environment of a merge request pipeline's job."""
    return {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": f"{gitlab.url}/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "4",
        "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.test/shop/infra",
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder `infra` in a repository, with base and head previews."""
    made = tmp_path / "infra"
    made.mkdir()
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(made)
    (made / "base.json").write_bytes(BASE_PREVIEW)
    (made / "head.json").write_bytes(HEAD_PREVIEW)
    return made


@pytest.fixture
def diff_file(folder: Path) -> str:
    """The diff of both as JSON, as `fare diff` writes it."""
    asked = ChangeRequest(
        targets=("base.json", "head.json"),
        base_ref=None,
        sides=False,
        usage=None,
        region=None,
        hours=Decimal(730),
        users=None,
        prices="embedded",
        base_prices=None,
        head_prices=None,
        on=date(2026, 11, 23),
        free_tier="include",
        on_demand_fallback=False,
    )
    (folder / "diff.json").write_bytes(diff_json(compare_targets(asked).diff))
    return "diff.json"
