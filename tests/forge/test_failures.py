"""A forge that refuses, stalls or answers nonsense: a sentence each, never a token."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from farebox.forge.api import Api, Secret
from farebox.forge.comment import marker, post
from farebox.forge.errors import (
    ForgeError,
    NotAllowed,
    NotConfigured,
    NotThere,
    PostFailed,
    Uncertain,
)
from farebox.forge.github import GitHub
from farebox.forge.gitlab import GitLab
from tests.forge.fakes import TOKEN, FakeGitHub, FakeGitLab, Trouble

MARK = marker("farebox")
LIST = "comments$|notes$"


class Slept:
    """A sleep that only counts."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def slept() -> Slept:
    """How long a client would have slept."""
    return Slept()


def attempt(env: dict[str, str], slept: Slept, timeout_seconds: float = 5) -> str:
    comments = GitHub(env, timeout_seconds=timeout_seconds, sleep=slept)
    return post(comments, MARK, f"{MARK}\ntext", sleep=slept).action


def says_no_token(error: BaseException) -> str:
    """The message, after a look for the token in it and in all that it came from."""
    seen: BaseException | None = error
    while seen is not None:
        for text in (str(seen), repr(seen), repr(seen.args)):
            assert TOKEN not in text
            assert "3n-Secret" not in text
        seen = seen.__cause__
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize(
    ("trouble", "kind", "part"),
    [
        (Trouble("POST", LIST, 401), NotAllowed, "wrong or has expired"),
        (Trouble("POST", LIST, 403), NotAllowed, "may not do this"),
        (Trouble("POST", LIST, 404), NotThere, "no such place"),
        (Trouble("POST", LIST, 422), PostFailed, "understood and refused"),
        (Trouble("POST", LIST, 301), PostFailed, "redirect"),
        (Trouble("POST", LIST, 418), PostFailed, "answered 418"),
        (Trouble("GET", LIST, 200, b"<html>"), PostFailed, "login page"),
        (Trouble("GET", LIST, 200, b'{"no": "list"}'), PostFailed, "login page"),
        (Trouble("GET", LIST, 200, b'[{"id": "x"}]'), PostFailed, "login page"),
        (Trouble("GET", LIST, 200, b"\xff\xfe"), PostFailed, "login page"),
    ],
)
def test_a_refusal_is_one_sentence_with_the_way_out(
    github: FakeGitHub,
    github_env: dict[str, str],
    slept: Slept,
    trouble: Trouble,
    kind: type[ForgeError],
    part: str,
) -> None:
    github.troubles.append(trouble)
    with pytest.raises(kind, match=part) as caught:
        attempt(github_env, slept)
    assert says_no_token(caught.value).startswith("GitHub, asked to ")
    assert slept.seconds == []


def test_the_forges_own_words_are_passed_on_without_the_token(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    words = f'{{"message": "bad\\n::error::{TOKEN} or {quote(TOKEN)}"}}'
    github.troubles.append(Trouble("POST", LIST, 403, words.encode()))
    with pytest.raises(NotAllowed) as caught:
        attempt(github_env, slept)
    assert "(bad ::error::*** or ***)" in says_no_token(caught.value)


def test_gitlabs_words_may_be_an_object(
    gitlab: FakeGitLab, gitlab_env: dict[str, str], slept: Slept
) -> None:
    words = b'{"message": {"note": ["is too long"]}}'
    gitlab.troubles.append(Trouble("POST", LIST, 400, words))
    with pytest.raises(PostFailed, match="is too long"):
        post(GitLab(gitlab_env, sleep=slept), MARK, "text", sleep=slept)


def test_a_comment_that_is_too_long_is_refused_with_the_forges_reason(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    comments = GitHub(github_env, sleep=slept)
    with pytest.raises(PostFailed, match="too long"):
        post(comments, MARK, f"{MARK}\n" + "x" * 66_000, sleep=slept)


def test_a_rate_limit_is_waited_for_as_asked(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles.append(Trouble("POST", LIST, 429, headers={"Retry-After": "7"}))
    github.troubles.append(Trouble("GET", LIST, 403, headers={"Retry-After": "3"}))
    assert attempt(github_env, slept) == "created"
    assert slept.seconds == [3, 7]
    assert len(github.comments) == 1


def test_a_rate_limit_that_names_no_time_is_backed_off_from(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles += [Trouble("GET", LIST, 429), Trouble("GET", LIST, 429)]
    assert attempt(github_env, slept) == "created"
    assert slept.seconds == [1, 2]


@pytest.mark.parametrize(
    ("status", "headers", "part"),
    [
        (429, {"Retry-After": "3600"}, "wait 3,600 seconds"),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "in some minutes"),
        (
            403,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795608000"},
            "after 2026-11-25 12:00 UTC",
        ),
    ],
)
def test_a_long_rate_limit_is_not_waited_for(
    github: FakeGitHub,
    github_env: dict[str, str],
    slept: Slept,
    status: int,
    headers: dict[str, str],
    part: str,
) -> None:
    # 1795608000 = 1767225600 (2026-01-01) + 328.5 days of 86400 = 2026-11-25 12:00
    github.troubles.append(Trouble("GET", LIST, status, headers=headers))
    with pytest.raises(PostFailed, match=part) as caught:
        attempt(github_env, slept)
    assert "too many requests" in says_no_token(caught.value)
    assert slept.seconds == []


def test_a_rate_limit_without_end_is_given_up_after_four_tries(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles += [Trouble("GET", LIST, 429, headers={"Retry-After": "1"})] * 9
    with pytest.raises(PostFailed, match="too many requests"):
        attempt(github_env, slept)
    assert len(github.calls) == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_tried_again(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept, status: int
) -> None:
    github.troubles.append(Trouble("GET", LIST, status, b"<html>oops</html>"))
    assert attempt(github_env, slept) == "created"
    assert slept.seconds == [1]


def test_a_server_that_stays_down_is_given_up(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles += [Trouble("GET", LIST, 503)] * 9
    with pytest.raises(Uncertain, match="again and again"):
        attempt(github_env, slept)
    assert slept.seconds == [1, 2, 4]


def test_a_stall_ends_at_the_time_out_and_is_tried_again(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles.append(Trouble("GET", LIST, hang_seconds=1))
    assert attempt(github_env, slept, timeout_seconds=0.2) == "created"


def test_a_stall_without_end_is_a_sentence(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles += [Trouble("GET", LIST, hang_seconds=0.4)] * 4
    with pytest.raises(Uncertain, match=r"within 0\.1 seconds") as caught:
        attempt(github_env, slept, timeout_seconds=0.1)
    says_no_token(caught.value)


def test_a_list_that_was_cut_off_is_read_again(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    github.troubles.append(Trouble("GET", LIST, body=b"[", cut=True))
    assert attempt(github_env, slept) == "created"


def test_nobody_at_the_address_is_a_sentence(
    github_env: dict[str, str], slept: Slept
) -> None:
    env = github_env | {"GITHUB_API_URL": "http://127.0.0.1:1"}
    with pytest.raises(Uncertain, match="could not be reached") as caught:
        attempt(env, slept)
    says_no_token(caught.value)


def test_pages_without_end_are_refused(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    endless = Trouble("GET", LIST, 200, b"[]", {"Link": '<x>; rel="next"'})
    github.troubles += [endless] * 101
    with pytest.raises(PostFailed, match="ever more pages"):
        attempt(github_env, slept)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_TOKEN": f"{TOKEN}\nX-Evil: 1"}, "characters that no token has"),
        ({"GITHUB_TOKEN": f"{TOKEN}é"}, "characters that no token has"),
        ({"GITHUB_REPOSITORY": "shop"}, "not owner/name"),
        ({"GITHUB_REPOSITORY": "shop/infra/../.."}, "not owner/name"),
        ({"GITHUB_EVENT_PATH": ""}, "no pull request"),
        ({"GITHUB_EVENT_PATH": "nowhere.json"}, "cannot be read"),
        ({"GITHUB_API_URL": "http://github.test"}, "in the clear"),
        ({"GITHUB_API_URL": "file:///etc/passwd"}, "in the clear"),
        ({"GITHUB_API_URL": "https://[x"}, "in the clear"),
        ({"GITHUB_API_URL": "https://me:pw@github.test"}, "a user or a query"),
    ],
)
def test_a_github_job_that_cannot_post_says_why(
    github_env: dict[str, str], change: dict[str, str], part: str
) -> None:
    with pytest.raises(NotConfigured, match=part) as caught:
        GitHub(github_env | change)
    says_no_token(caught.value)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"GITLAB_TOKEN": "", "CI_JOB_TOKEN": TOKEN}, "CI_JOB_TOKEN may not"),
        ({"CI_PROJECT_ID": ""}, "CI_PROJECT_ID is not set"),
        ({"CI_MERGE_REQUEST_IID": ""}, "no merge request"),
        ({"CI_MERGE_REQUEST_IID": "4/../5"}, "no merge request"),
        ({"CI_API_V4_URL": "ftp://gitlab.test"}, "in the clear"),
    ],
)
def test_a_gitlab_job_that_cannot_post_says_why(
    gitlab_env: dict[str, str], change: dict[str, str], part: str
) -> None:
    with pytest.raises(NotConfigured, match=part) as caught:
        GitLab(gitlab_env | change)
    says_no_token(caught.value)


def test_a_token_is_sent_in_the_header_and_nowhere_else(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    attempt(github_env, slept)
    for call in github.calls:
        sent: Any = (call.path, call.query, call.body)
        assert TOKEN not in str(sent)
        assert call.headers["authorization"] == f"Bearer {TOKEN}"


def test_a_redirect_is_not_followed_with_the_token(
    github: FakeGitHub, github_env: dict[str, str], slept: Slept
) -> None:
    there = {"Location": f"{github.url}/elsewhere"}
    github.troubles.append(Trouble("GET", LIST, 302, headers=there))
    with pytest.raises(PostFailed, match="redirect"):
        attempt(github_env, slept)
    assert [call.path for call in github.calls if "elsewhere" in call.path] == []


def test_a_token_shows_in_no_repr() -> None:
    secret = Secret(TOKEN)
    api = Api("GitHub", "https://github.test", {}, secret, "GITHUB_TOKEN")
    shown = f"{secret!r} {secret} {[secret]} {api!r} {vars(api)}"
    assert TOKEN not in shown
    assert base64.b64encode(TOKEN.encode()).decode() not in shown
