"""From errors to exit codes: the only place that does it.

Exit codes: 0 done; 1 a check that the user asked for did not hold; 2 bad input or
usage; 3 something outside failed: a price source or the price store, so that the result
would be older or smaller than asked, or the forge, so that a comment was not posted; 70
a defect of Farebox, with its details in a file (`defects`); 130 interrupted.
"""

import sys

from farebox.errors import FareboxError, OutsideFailed

CHECK_FAILED = 1
BAD_INPUT = 2
NOT_REACHED = 3


class BadInput(FareboxError):
    """What was asked for on the command line cannot be done; the sentence says why."""


class CheckFailed(Exception):
    """A check that the user asked for did not hold; the sentence says which."""


def exit_code_of(error: FareboxError) -> int:
    """The exit code of an error: 3 where a price source or the store failed, else 2."""
    return NOT_REACHED if isinstance(error, OutsideFailed) else BAD_INPUT


def tell(sentence: str, *, exit_code: int, as_json: bool) -> None:
    """Write the error to standard error, as JSON where the user asked for JSON."""
    if as_json:
        from msgspec.json import encode

        from farebox.reports.page.as_json import plain

        document = {"schema": "farebox.error/1", "error": sentence, "exit": exit_code}
        text = plain(encode(document)).decode()
    else:
        text = f"fare: {one_line(sentence)}"
    print(text, file=sys.stderr)


def shortfall_code(shortfall: str, *, as_json: bool) -> int:
    """The exit code after the figures: 3, with the sentence, where live prices lack."""
    if not shortfall:
        return 0
    tell(shortfall, exit_code=NOT_REACHED, as_json=as_json)
    return NOT_REACHED


def remark(*sentences: str) -> None:
    """Write notes to standard error, beside the figures."""
    for sentence in sentences:
        print(f"fare: note: {one_line(sentence)}", file=sys.stderr)


def one_line(sentence: str) -> str:
    """The sentence without what a document's names could do to a terminal."""
    sentence = " ".join(sentence.split())
    if sentence.isprintable():
        return sentence
    return "".join(c if c.isprintable() else "�" for c in sentence)
