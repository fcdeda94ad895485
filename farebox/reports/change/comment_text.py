"""Texts of a stranger's program inside a comment: they show, and do nothing else.

A name may hold markdown, HTML, a mention, a quick action or characters that turn the
reading direction. In a comment that a bot posts, none of it may work.
"""

import re

from farebox.reports.page.as_markdown import no_commit

LONGEST_NAME = 80
LONGEST_SENTENCE = 400
TAIL = 20
"""Characters of a long name's end that stay."""

MARKUP = re.compile(r"[\\`*_\[\]<>|~&!#@${}]|:(?=\S)|(?<=[wW]{3})\.")
"""What markdown, its link finders, emoji names and formulas look for."""

REFERENCE = re.compile(r"[@#!~%&](?=\w)|\bGH(?=-\d)", re.IGNORECASE)
"""What makes a word a mention, an issue, a merge request, a label or an epic."""

JOINERS = "\u200c\u200d"
"""Invisible, and part of words and emoji: they stay."""


def name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """A name as code: no forge looks for links or mentions in there.

    A long one is cut in its middle: a label ends with how many it stands for.
    """
    if len(text) > longest:
        text = f"{text[: longest - TAIL - 1]}…{text[-TAIL:]}"
    return f"<code>{_encoded(clipped(text, longest))}</code>"


def sentence(text: str, *, longest: int = LONGEST_SENTENCE) -> str:
    """A sentence as text, on one line."""
    apart = REFERENCE.sub("\\g<0>\u200b", no_commit(clipped(text, longest)))
    return _encoded(apart)


def clipped(text: str, longest: int) -> str:
    """The text on one line, at most so many characters, … where it was cut.

    Characters that move the reading direction or the cursor become �.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c in JOINERS else "�" for c in text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def size(text: str) -> int:
    """Characters as a forge counts them at most: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _encoded(text: str) -> str:
    """Markup as character references, which mean nothing to markdown."""
    return MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)
