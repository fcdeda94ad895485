"""GitHub's API: the comments of a pull request, and a check run with annotations.

Sources: https://docs.github.com/en/rest/issues/comments,
https://docs.github.com/en/rest/checks/runs
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from farebox.forge.annotations import MOST_ANNOTATIONS, Annotation
from farebox.forge.api import TIMEOUT_SECONDS, Api, secret_from
from farebox.forge.comment import Comment
from farebox.forge.errors import NotAllowed, NotConfigured, NotThere, PostFailed

PUBLIC_API = "https://api.github.com"
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
PULL_REF = re.compile(r"refs/pull/(\d+)/")
COMMIT = re.compile(r"[0-9a-f]{40,64}")

PAGE_SIZE = 100
MOST_PAGES = 100
"""10,000 comments, four times what GitHub lets a pull request have."""

LONGEST_SUMMARY = 65_535
"""Characters of a check run's summary."""

WAY_OUT = (
    "run it in a pull_request workflow, or give --pull N with GITHUB_REPOSITORY set"
)


class _User(Struct, frozen=True):
    login: str = ""
    type: str = ""


class _Comment(Struct, frozen=True):
    id: int
    body: str | None = ""
    html_url: str = ""
    user: _User | None = None


class _Head(Struct, frozen=True):
    sha: str = ""


class _Pull(Struct, frozen=True):
    number: int
    head: _Head = _Head()


class _Owner(Struct, frozen=True):
    login: str = ""


class _HeadRepository(Struct, frozen=True):
    owner: _Owner = _Owner()


class _WorkflowRun(Struct, frozen=True):
    head_sha: str = ""
    head_branch: str | None = ""
    head_repository: _HeadRepository | None = None
    pull_requests: list[_Pull] = []


class _Event(Struct, frozen=True):
    pull_request: _Pull | None = None
    workflow_run: _WorkflowRun | None = None


class _CheckRun(Struct, frozen=True):
    html_url: str | None = ""


class GitHub:
    """One pull request on GitHub or GitHub Enterprise, from a job's environment."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        pull: int | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Find repository, pull request and token. Raises NotConfigured, PostFailed."""
        token = secret_from(environ, TOKENS)
        if token is None:
            raise NotConfigured(
                "GITHUB_TOKEN is not set; give the step `env: GITHUB_TOKEN: "
                "${{ github.token }}` and the job `permissions: pull-requests: write`"
            )
        repository = environ.get("GITHUB_REPOSITORY", "")
        if not REPOSITORY.fullmatch(repository):
            raise NotConfigured(
                f"GITHUB_REPOSITORY is {repository!r}, not owner/name; {WAY_OUT}"
            )
        self._api = Api(
            "GitHub",
            environ.get("GITHUB_API_URL") or PUBLIC_API,
            {
                "Authorization": "Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            token,
            TOKENS[0],
            timeout_seconds=timeout_seconds,
            sleep=sleep,
        )
        self._repository = f"/repos/{repository}"
        event = _event(environ)
        self.number = pull or self._number(environ, event)
        self._head = _head(event, self.number)
        self._login: str | None = None

    def all(self) -> Iterator[Comment]:
        """Every comment of the pull request, oldest first. Raises PostFailed."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._api.call(
                "GET",
                f"{self._repository}/issues/{self.number}/comments",
                query={"per_page": str(PAGE_SIZE), "page": str(page)},
                what=f"list the comments of pull request {self.number}",
            )
            for comment in answer.read(list[_Comment]):
                yield _comment(comment)
            if 'rel="next"' not in answer.headers.get("link", ""):
                return
        raise PostFailed(
            f"GitHub names ever more pages of comments after {MOST_PAGES}; "
            "is GITHUB_API_URL right?"
        )

    def is_ours(self, comment: Comment) -> bool:
        """Whether the token's owner wrote it. Raises PostFailed.

        A workflow's token may not ask who it is; its comments are a bot's.
        """
        if self._login is None:
            try:
                answer = self._api.call("GET", "/user", what="say whose token it is")
                self._login = answer.read(_User).login
            except (NotAllowed, NotThere):
                self._login = ""
        if self._login:
            return comment.author == self._login
        return comment.author_is_bot

    def create(self, body: str) -> Comment:
        """Add a comment. Raises PostFailed; Uncertain where it may be there."""
        answer = self._api.call(
            "POST",
            f"{self._repository}/issues/{self.number}/comments",
            body={"body": body},
            what=f"comment on pull request {self.number}",
            repeatable=False,
        )
        return _comment(answer.read(_Comment))

    def update(self, comment: Comment, body: str) -> Comment:
        """Replace a comment's text. Raises PostFailed."""
        answer = self._api.call(
            "PATCH",
            f"{self._repository}/issues/comments/{comment.id}",
            body={"body": body},
            what=f"update a comment of pull request {self.number}",
        )
        return _comment(answer.read(_Comment))

    def check_run(
        self, name: str, title: str, summary: str, annotations: Sequence[Annotation]
    ) -> str:
        """Make a finished check run with the annotations; its page. Raises PostFailed.

        GitHub takes 50 annotations a call. Only an app's token may make check runs:
        a workflow's own with `permissions: checks: write`.
        """
        made = self._api.call(
            "POST",
            f"{self._repository}/check-runs",
            body={
                "name": name,
                "head_sha": self._head or self._head_of_pull(),
                "status": "completed",
                "conclusion": "neutral",
                "output": {
                    "title": title[:255],
                    "summary": summary[:LONGEST_SUMMARY],
                    "annotations": [
                        _check_annotation(found)
                        for found in annotations[:MOST_ANNOTATIONS]
                    ],
                },
            },
            what="make a check run",
            repeatable=False,
        )
        return made.read(_CheckRun).html_url or ""

    def _number(self, environ: Mapping[str, str], event: _Event) -> int:
        if event.pull_request is not None:
            return event.pull_request.number
        if event.workflow_run is not None:
            return self._number_of_run(event.workflow_run)
        ref = PULL_REF.match(environ.get("GITHUB_REF", ""))
        if ref is None:
            raise NotConfigured(f"this job belongs to no pull request; {WAY_OUT}")
        return int(ref[1])

    def _number_of_run(self, run: _WorkflowRun) -> int:
        """The pull request whose workflow ended, as GitHub tells it.

        The event leaves forks' pull requests out. A number from the run's artifact
        would be the fork's word; branch and commit in the event are GitHub's.
        """
        if run.pull_requests:
            return run.pull_requests[0].number
        owner = run.head_repository.owner.login if run.head_repository else ""
        answer = self._api.call(
            "GET",
            f"{self._repository}/pulls",
            query={"head": f"{owner}:{run.head_branch}", "state": "open"},
            what="find the pull request of the workflow run",
        )
        for pull in answer.read(list[_Pull]):
            if pull.head.sha == run.head_sha:
                return pull.number
        raise NotConfigured(
            "no open pull request has the commit of the workflow run any more; "
            "a newer run will comment"
        )

    def _head_of_pull(self) -> str:
        answer = self._api.call(
            "GET",
            f"{self._repository}/pulls/{self.number}",
            what=f"read pull request {self.number}",
        )
        return answer.read(_Pull).head.sha


def _comment(found: _Comment) -> Comment:
    user = found.user or _User()
    is_bot = user.type == "Bot"
    return Comment(found.id, found.body or "", found.html_url, user.login, is_bot)


def _event(environ: Mapping[str, str]) -> _Event:
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        return _Event()
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=_Event)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotConfigured(
            f"the event that GITHUB_EVENT_PATH names cannot be read; {WAY_OUT}"
        ) from error


def _head(event: _Event, number: int) -> str:
    """The commit that annotations belong to; not the merge commit of GITHUB_SHA."""
    pull = event.pull_request
    sha = ""
    if pull is not None and pull.number == number:
        sha = pull.head.sha
    elif event.workflow_run is not None:
        sha = event.workflow_run.head_sha
    return sha if COMMIT.fullmatch(sha) else ""


def _check_annotation(found: Annotation) -> dict[str, Any]:
    return {
        "path": found.path,
        "start_line": found.line,
        "end_line": found.line,
        "annotation_level": "notice",
        "title": found.title[:255],
        "message": found.message,
    }
