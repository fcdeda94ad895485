"""One comment on GitHub and GitLab: posted, found on any page, updated in place."""

from typing import Any

import pytest

from farebox.forge.comment import Comments, Posted, marker, post
from farebox.forge.errors import NotConfigured, Uncertain
from farebox.forge.github import GitHub
from farebox.forge.gitlab import GitLab
from tests.forge.fakes import FakeGitHub, FakeGitLab, Trouble

MARK = marker("farebox")
BODY = f"{MARK}\n## The change\n"
NEWER = f"{MARK}\n## Another change\n"


def posted(comments: Comments, body: str = BODY, mark: str = MARK) -> Posted:
    return post(comments, mark, body, sleep=lambda _: None)


def test_github_gets_one_comment_that_the_next_run_updates(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    assert posted(GitHub(github_env)).action == "created"
    again = posted(GitHub(github_env), NEWER)
    assert again == Posted("updated", "https://github.test/shop/infra/pull/7#c1")
    assert [comment["body"] for comment in github.comments] == [NEWER]


def test_gitlab_gets_one_note_that_the_next_run_updates(
    gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    assert posted(GitLab(gitlab_env)).action == "created"
    again = posted(GitLab(gitlab_env), NEWER)
    page = "https://gitlab.test/shop/infra/-/merge_requests/4#note_1"
    assert again == Posted("updated", page)
    assert [note["body"] for note in gitlab.comments] == [NEWER]


def test_what_says_the_same_is_not_sent_again(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.write(BODY.replace("\n", "\r\n"), github.login, "Bot")
    assert posted(GitHub(github_env)).action == "unchanged"
    assert {call.method for call in github.calls} == {"GET"}


def test_the_comment_is_found_on_a_later_page(
    github: FakeGitHub,
    github_env: dict[str, str],
    gitlab: FakeGitLab,
    gitlab_env: dict[str, str],
) -> None:
    for n in range(5):  # pages hold two: the sixth is on the third page
        github.write(f"remark {n}", "alice")
        gitlab.write(f"remark {n}", "alice")
    github.write(BODY, github.login, "Bot")
    gitlab.write(BODY, gitlab.username)
    assert posted(GitHub(github_env), NEWER).action == "updated"
    assert posted(GitLab(gitlab_env), NEWER).action == "updated"
    assert len(github.comments) == len(gitlab.comments) == 6


def test_several_names_are_several_comments(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    for name in ("farebox", "farebox-2", "tier.100k"):
        mark = marker(name)
        posted(GitHub(github_env), f"{mark}\ntext", mark)
    posted(GitHub(github_env), NEWER)
    assert [c["body"].splitlines()[0] for c in github.comments] == [
        "<!-- farebox:farebox -->",
        "<!-- farebox:farebox-2 -->",
        "<!-- farebox:tier.100k -->",
    ]
    assert github.comments[0]["body"] == NEWER


@pytest.mark.parametrize("name", ["", "a--b", "-a", "a-", "a b", "a>", "é", "x" * 61])
def test_a_name_that_would_break_the_marker_is_refused(name: str) -> None:
    with pytest.raises(NotConfigured, match="cannot name a comment"):
        marker(name)


def test_a_comment_of_another_author_is_left_alone(
    github: FakeGitHub,
    github_env: dict[str, str],
    gitlab: FakeGitLab,
    gitlab_env: dict[str, str],
) -> None:
    github.write(BODY, "mallory")
    gitlab.write(BODY, "mallory")
    for found in (posted(GitHub(github_env), NEWER), posted(GitLab(gitlab_env), NEWER)):
        assert found.action == "created"
        assert found.others == ("mallory",)
    assert [c["body"] for c in github.comments] == [BODY, NEWER]
    assert [c["body"] for c in gitlab.comments] == [BODY, NEWER]
    assert github.made("PATCH") == gitlab.made("PUT") == []


def test_a_comment_of_another_app_that_may_not_be_changed_gets_a_new_one_beside_it(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.write(BODY, "other-app[bot]", "Bot")
    found = posted(GitHub(github_env), NEWER)
    assert (found.action, found.others) == ("created", ("other-app[bot]",))


def test_a_persons_token_knows_its_own_comments(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.is_app, github.login = False, "alice"
    github.write(BODY, "bob")
    github.write(BODY, "alice")
    found = posted(GitHub(github_env), NEWER)
    assert (found.action, found.others) == ("updated", ("bob",))


def test_a_quoted_marker_is_not_the_comment(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.write(f"> {MARK}\nI disagree", github.login, "Bot")
    assert posted(GitHub(github_env)).action == "created"


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("POST", "comments$", status=502, after=True),
        Trouble("POST", "comments$", status=201, body=b"{", cut=True, after=True),
    ],
    ids=["bad gateway", "answer cut off"],
)
def test_a_comment_whose_answer_was_lost_is_not_posted_twice(
    github: FakeGitHub, github_env: dict[str, str], trouble: Trouble
) -> None:
    github.troubles.append(trouble)
    assert posted(GitHub(github_env)).action == "updated"
    assert len(github.comments) == 1
    assert len(github.made("POST")) == 1


def test_a_comment_that_did_not_arrive_is_posted_again(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.troubles.append(Trouble("POST", "comments$", status=500))
    assert posted(GitHub(github_env)).action == "created"
    assert len(github.comments) == 1


def test_a_server_that_never_takes_it_is_given_up(
    github: FakeGitHub, github_env: dict[str, str]
) -> None:
    github.troubles += [Trouble("POST", "comments$", status=500)] * 9
    with pytest.raises(Uncertain, match="answered 500"):
        posted(GitHub(github_env))
    assert len(github.made("POST")) == 3


def test_a_system_note_is_no_comment(
    gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    gitlab.write(BODY, gitlab.username, system=True)
    assert posted(GitLab(gitlab_env)).action == "created"


def test_the_merge_request_of_a_fork_lives_in_the_target_project(
    gitlab: FakeGitLab, gitlab_env: dict[str, str]
) -> None:
    env = gitlab_env | {"CI_PROJECT_ID": "99", "CI_MERGE_REQUEST_PROJECT_ID": "12"}
    assert posted(GitLab(env)).action == "created"


def test_a_workflow_run_finds_the_forks_pull_request_by_branch_and_commit(
    github: FakeGitHub, github_env: dict[str, str], tmp_path: Any
) -> None:
    event = tmp_path / "run.json"
    event.write_text(
        '{"workflow_run": {"head_sha": "' + "b" * 40 + '", "head_branch": "fix",'
        ' "pull_requests": [], "head_repository": {"owner": {"login": "eve"}}}}'
    )
    github.pulls = [
        {"number": 3, "head": {"sha": "c" * 40}},
        {"number": 7, "head": {"sha": "b" * 40}},
    ]
    found = GitHub(github_env | {"GITHUB_EVENT_PATH": str(event)})
    assert found.number == 7
    assert github.calls[-1].query == {"head": ["eve:fix"], "state": ["open"]}


def test_a_workflow_run_of_an_outdated_commit_comments_nowhere(
    github: FakeGitHub, github_env: dict[str, str], tmp_path: Any
) -> None:
    event = tmp_path / "run.json"
    event.write_text('{"workflow_run": {"head_sha": "old", "head_branch": "fix"}}')
    with pytest.raises(NotConfigured, match="any more"):
        GitHub(github_env | {"GITHUB_EVENT_PATH": str(event)})


def test_the_number_comes_from_the_option_the_event_or_the_ref(
    github_env: dict[str, str],
) -> None:
    assert GitHub(github_env, pull=9).number == 9
    assert GitHub(github_env).number == 7
    ref = {"GITHUB_EVENT_PATH": "", "GITHUB_REF": "refs/pull/8/merge"}
    assert GitHub(github_env | ref).number == 8
