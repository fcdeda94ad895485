"""GitHub's and GitLab's comment APIs on 127.0.0.1: they keep, page, check and fail."""

import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

MARK = uuid4().hex
"""In every token of this process: another test beside it has other ones."""
TOKEN = f"tok-3n-Secret_{MARK}"
HEAD_SHA = "a" * 40
PAGE = 2
"""Comments a page at most, whatever is asked: pages must be followed."""


@dataclass
class Trouble:
    """What the fake answers instead, once, to a method and path.

    `after` does the work first: the answer is lost, the comment is there.
    """

    method: str
    path: str
    status: int = 200
    body: bytes = b'{"message": "no"}'
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang_seconds: float = 0
    after: bool = False


@dataclass
class Call:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


class Fake(ABC):
    """What both fakes share: comments, calls, troubles and the server's thread."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.troubles: list[Trouble] = []
        self.url = ""
        self.next_id = 1

    @abstractmethod
    def answer(self, call: Call) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of a request."""

    def trouble_for(self, method: str, path: str) -> Trouble | None:
        """The next scripted trouble that fits, taken off the list."""
        for trouble in self.troubles:
            if trouble.method == method and re.search(trouble.path, path):
                self.troubles.remove(trouble)
                return trouble
        return None

    def made(self, method: str) -> list[Call]:
        """The requests with that method."""
        return [call for call in self.calls if call.method == method]

    def page(self, call: Call) -> tuple[list[dict[str, Any]], int]:
        """The page that was asked for, and the number of the next one or 0."""
        number = int(call.query.get("page", ["1"])[0])
        size = min(PAGE, int(call.query.get("per_page", ["30"])[0]))
        end = number * size
        following = number + 1 if end < len(self.comments) else 0
        return self.comments[end - size : end], following


class FakeGitHub(Fake):
    """Issue comments, pull requests and check runs of shop/infra."""

    def __init__(self) -> None:
        super().__init__()
        self.check_runs: list[dict[str, Any]] = []
        self.login = "github-actions[bot]"
        self.is_app = True
        self.pulls: list[dict[str, Any]] = [{"number": 7, "head": {"sha": HEAD_SHA}}]

    def write(self, body: str, login: str, type_: str = "User") -> dict[str, Any]:
        """Put a comment there."""
        comment = {
            "id": self.next_id,
            "body": body,
            "html_url": f"https://github.test/shop/infra/pull/7#c{self.next_id}",
            "user": {"login": login, "type": type_},
        }
        self.next_id += 1
        self.comments.append(comment)
        return comment

    def answer(self, call: Call) -> tuple[int, dict[str, str], Any]:
        """As https://docs.github.com/en/rest describes."""
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {}, {"message": "Bad credentials"}
        if call.path == "/user":
            if self.is_app:
                return 403, {}, {"message": "Resource not accessible by integration"}
            return 200, {}, {"login": self.login, "type": "User"}
        path = call.path.removeprefix("/repos/shop/infra")
        if path == "/issues/7/comments":
            return self._listed(call) if call.method == "GET" else self._created(call)
        if found := re.fullmatch(r"/issues/comments/(\d+)", path):
            return self._updated(call, int(found[1]))
        if path == "/pulls":
            return 200, {}, self.pulls
        if path == "/pulls/7":
            return 200, {}, self.pulls[0]
        if path == "/check-runs":
            return self._check_run(call)
        return 404, {}, {"message": "Not Found"}

    def _listed(self, call: Call) -> tuple[int, dict[str, str], Any]:
        found, following = self.page(call)
        link = f'<{self.url}{call.path}?page={following}>; rel="next"'
        return 200, {"Link": link} if following else {}, found

    def _created(self, call: Call) -> tuple[int, dict[str, str], Any]:
        if len(call.body["body"]) > 65_536:
            errors = [{"message": "body is too long (maximum is 65536 characters)"}]
            return 422, {}, {"message": "Validation Failed", "errors": errors}
        bot = "Bot" if self.is_app else "User"
        return 201, {}, self.write(call.body["body"], self.login, bot)

    def _updated(self, call: Call, number: int) -> tuple[int, dict[str, str], Any]:
        for comment in self.comments:
            if comment["id"] == number:
                if comment["user"]["login"] != self.login:
                    return 403, {}, {"message": "Must have admin rights"}
                comment["body"] = call.body["body"]
                return 200, {}, comment
        return 404, {}, {"message": "Not Found"}

    def _check_run(self, call: Call) -> tuple[int, dict[str, str], Any]:
        if len(call.body["output"]["annotations"]) > 50:
            return 422, {}, {"message": "Invalid request: more than 50 annotations"}
        self.check_runs.append(call.body)
        return 201, {}, {"id": 1, "html_url": "https://github.test/runs/1"}


class FakeGitLab(Fake):
    """Notes of merge request 4 of project 12."""

    def __init__(self) -> None:
        super().__init__()
        self.username = "project_12_bot"

    def write(
        self, body: str, username: str, *, system: bool = False
    ) -> dict[str, Any]:
        """Put a note there."""
        note = {
            "id": self.next_id,
            "body": body,
            "author": {"id": 5, "username": username},
            "system": system,
        }
        self.next_id += 1
        self.comments.append(note)
        return note

    def answer(self, call: Call) -> tuple[int, dict[str, str], Any]:
        """As https://docs.gitlab.com/api/notes/ describes."""
        if call.headers.get("private-token") != TOKEN:
            return 401, {}, {"message": "401 Unauthorized"}
        if call.path == "/api/v4/user":
            return 200, {}, {"id": 5, "username": self.username}
        notes = "/api/v4/projects/12/merge_requests/4/notes"
        if call.path == notes:
            if call.method == "GET":
                found, following = self.page(call)
                return 200, {"X-Next-Page": str(following or "")}, found
            return 201, {}, self.write(call.body["body"], self.username)
        for note in self.comments:
            if call.path == f"{notes}/{note['id']}" and call.method == "PUT":
                if note["author"]["username"] != self.username:
                    return 403, {}, {"message": "403 Forbidden"}
                note["body"] = call.body["body"]
                return 200, {}, note
        return 404, {}, {"message": {"error": "404 Not found"}}


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Tests print nothing."""

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", "0"))
            raw = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(raw) if raw else None
            call = Call(self.command, parts.path, parse_qs(parts.query), headers, body)
            fake.calls.append(call)
            trouble = fake.trouble_for(call.method, call.path)
            if trouble is None or trouble.after:
                status, sent, answer = fake.answer(call)
                data = json.dumps(answer).encode()
            if trouble is not None:
                status, sent, data = trouble.status, trouble.headers, trouble.body
                time.sleep(trouble.hang_seconds)
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            cut = trouble is not None and trouble.cut
            self.send_header("Content-Length", str(len(data) + (50 if cut else 0)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815

    return Handler


@contextmanager
def serving(fake: Fake) -> Iterator[None]:
    """The fake behind a port of this machine, for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
