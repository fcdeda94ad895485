"""GitLab's API: the notes of a merge request.

Source: https://docs.gitlab.com/api/notes/#merge-requests
"""

import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from msgspec import Struct

from farebox.forge.api import TIMEOUT_SECONDS, Api, secret_from
from farebox.forge.comment import Comment
from farebox.forge.errors import NotConfigured, PostFailed

PUBLIC_API = "https://gitlab.com/api/v4"
TOKENS = ("GITLAB_TOKEN",)
PAGE_SIZE = 100
MOST_PAGES = 100

NO_TOKEN = (
    "GITLAB_TOKEN is not set; store a project access token with the scope api and the "
    "role Reporter in a masked CI/CD variable of that name (CI_JOB_TOKEN may not write "
    "notes)"
)
WAY_OUT = "run it in a merge request pipeline, or give --pull N with CI_PROJECT_ID set"


class _Author(Struct, frozen=True):
    username: str = ""


class _Note(Struct, frozen=True):
    id: int
    body: str | None = ""
    author: _Author = _Author()
    system: bool = False


class GitLab:
    """One merge request on GitLab, from a job's environment."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        pull: int | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Find project, merge request and token. Raises NotConfigured."""
        token = secret_from(environ, TOKENS)
        if token is None:
            raise NotConfigured(NO_TOKEN)
        # In a fork's pipeline the first is where the merge request lives.
        project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get(
            "CI_PROJECT_ID", ""
        )
        number = environ.get("CI_MERGE_REQUEST_IID", "") if pull is None else str(pull)
        if not project:
            raise NotConfigured(f"CI_PROJECT_ID is not set; {WAY_OUT}")
        if not (number.isascii() and number.isdecimal()):
            raise NotConfigured(f"this job belongs to no merge request; {WAY_OUT}")
        self.number = int(number)
        self._notes = (
            f"/projects/{quote(project, safe='')}/merge_requests/{number}/notes"
        )
        self._page = (
            f"{environ.get('CI_MERGE_REQUEST_PROJECT_URL', '')}"
            f"/-/merge_requests/{number}#note_"
        )
        self._me: str | None = None
        self._api = Api(
            "GitLab",
            environ.get("CI_API_V4_URL") or PUBLIC_API,
            {"PRIVATE-TOKEN": "{token}"},
            token,
            TOKENS[0],
            timeout_seconds=timeout_seconds,
            sleep=sleep,
        )

    def all(self) -> Iterator[Comment]:
        """Every note that a person or a bot wrote, oldest first. Raises PostFailed."""
        page = "1"
        for _ in range(MOST_PAGES):
            answer = self._api.call(
                "GET",
                self._notes,
                query={
                    "per_page": str(PAGE_SIZE),
                    "page": page,
                    "order_by": "created_at",
                    "sort": "asc",
                },
                what=f"list the notes of merge request {self.number}",
            )
            for note in answer.read(list[_Note]):
                if not note.system:
                    yield self._comment(note)
            page = answer.headers.get("x-next-page", "").strip()
            if not page.isdecimal():
                return
        raise PostFailed(
            f"GitLab names ever more pages of notes after {MOST_PAGES}; "
            "is CI_API_V4_URL right?"
        )

    def is_ours(self, comment: Comment) -> bool:
        """Whether the token's owner wrote it. Raises PostFailed."""
        if self._me is None:
            answer = self._api.call("GET", "/user", what="say whose token it is")
            self._me = answer.read(_Author).username
        return comment.author == self._me

    def create(self, body: str) -> Comment:
        """Add a note. Raises PostFailed; Uncertain where it may be there."""
        answer = self._api.call(
            "POST",
            self._notes,
            body={"body": body},
            what=f"comment on merge request {self.number}",
            repeatable=False,
        )
        return self._comment(answer.read(_Note))

    def update(self, comment: Comment, body: str) -> Comment:
        """Replace a note's text. Raises PostFailed."""
        answer = self._api.call(
            "PUT",
            f"{self._notes}/{comment.id}",
            body={"body": body},
            what=f"update a note of merge request {self.number}",
        )
        return self._comment(answer.read(_Note))

    def _comment(self, note: _Note) -> Comment:
        return Comment(
            note.id,
            note.body or "",
            f"{self._page}{note.id}" if self._page.startswith("http") else "",
            note.author.username,
        )
