"""One comment a name, found again by its hidden marker and updated in place."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from msgspec import Struct

from farebox.forge.errors import NotAllowed, NotConfigured, NotThere, Uncertain

Action = Literal["created", "updated", "unchanged"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]*(-[A-Za-z0-9._]+)*")
LONGEST_NAME = 60

CREATE_TRIES = 3
DELAY_SECONDS = 2.0


class Comment(Struct, frozen=True):
    """A comment on the forge and who wrote it."""

    id: int
    body: str
    url: str
    author: str
    author_is_bot: bool = False


class Posted(Struct, frozen=True):
    """What became of a comment, and where it stands.

    `others` names the authors of comments with the same marker that were left alone.
    """

    action: Action
    url: str
    others: tuple[str, ...] = ()


class Comments(Protocol):
    """The comments of one pull or merge request."""

    def all(self) -> Iterator[Comment]:
        """Every comment, oldest first, page by page. Raises PostFailed."""

    def is_ours(self, comment: Comment) -> bool:
        """Whether the token's owner wrote it. Raises PostFailed."""

    def create(self, body: str) -> Comment:
        """Add a comment. Raises PostFailed; Uncertain where it may be there."""

    def update(self, comment: Comment, body: str) -> Comment:
        """Replace a comment's text. Raises PostFailed."""


def marker(name: str) -> str:
    """The hidden first line of the comment of that name. Raises NotConfigured."""
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise NotConfigured(
            f"{name[:LONGEST_NAME]!r} cannot name a comment: take letters, digits, "
            f"dots, underscores and single hyphens, {LONGEST_NAME} at most"
        )
    return f"<!-- farebox:{name} -->"


def post(
    comments: Comments,
    mark: str,
    body: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Posted:
    """Create the comment that begins with `mark`, or update ours. Raises PostFailed.

    A comment of another author is left alone, whatever it begins with: its author
    could change the figures in it later. What says the same already is not sent.
    """
    for attempt in range(CREATE_TRIES):
        others: list[str] = []
        for comment in comments.all():
            if not comment.body.lstrip().startswith(mark):
                continue
            if not comments.is_ours(comment):
                others.append(comment.author)
                continue
            if _plain(comment.body) == _plain(body):
                action: Action = "updated" if attempt else "unchanged"
                return Posted(action, comment.url, tuple(others))
            try:
                updated = comments.update(comment, body)
            except (NotAllowed, NotThere):
                # Another token wrote it, or it went just now: a new one instead.
                others.append(comment.author)
                continue
            return Posted("updated", updated.url, tuple(others))
        try:
            created = comments.create(body)
        except Uncertain:
            if attempt + 1 == CREATE_TRIES:
                raise
            sleep(DELAY_SECONDS * 2**attempt)
            continue
        return Posted("created", created.url, tuple(others))
    raise AssertionError("the last try returns or raises")


def _plain(body: str) -> str:
    """The text as it was sent: a forge may change line ends."""
    return body.replace("\r\n", "\n").strip()
