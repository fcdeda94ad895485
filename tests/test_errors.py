"""One root of errors: what is the user's to mend is a sentence, never a traceback."""

import ast
from pathlib import Path

import pytest

from farebox import FareboxError
from farebox.bill.usage_file import UsageError
from farebox.cli.errors import BAD_INPUT, NOT_REACHED, CheckFailed, exit_code_of
from farebox.forge.errors import PostFailed
from farebox.graph.errors import UnreadableDocument
from farebox.prices.errors import StoreFailed, UnknownBook
from pricing_fetch.errors import Denied, FetchError, NotReached

ROOT = Path(__file__).parent.parent


def test_every_error_of_the_package_hangs_below_one_root() -> None:
    roots = {
        node.name
        for path in (ROOT / "farebox").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(base, ast.Name)
            and base.id in ("Exception", "RuntimeError", "ValueError", "OSError")
            for base in node.bases
        )
    }
    # A check that did not hold is an answer, not an error: it ends with exit code 1.
    # A type that two modules declare is a defect of ours, which no input can make.
    allowed = {FareboxError.__name__, CheckFailed.__name__, "DeclaredTwice"}
    assert roots <= allowed


@pytest.mark.parametrize("error", [FetchError, NotReached, Denied, StoreFailed])
def test_a_source_or_a_store_that_failed_ends_with_3(error: type[FareboxError]) -> None:
    assert exit_code_of(error("no connection")) == NOT_REACHED


@pytest.mark.parametrize(
    "error", [UsageError, UnreadableDocument, UnknownBook, PostFailed]
)
def test_what_the_user_can_mend_ends_with_2(error: type[FareboxError]) -> None:
    assert exit_code_of(error("a key that nothing reads")) == BAD_INPUT
