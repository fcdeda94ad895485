"""The page of what goes wrong quotes sentences that the code has, and every code."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from farebox.bill.statement import FreeCode, GapCode

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/gaps.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "farebox").rglob("*.py"), *(ROOT / "pricing_fetch").rglob("*.py")]


def sentences(source: str) -> list[str]:
    """The texts of a module; what a text puts in is `…`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = (
                one.value if isinstance(one, ast.Constant) else "…"
                for one in node.values
            )
            found.append("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def test_the_errors_are_quoted_as_the_code_says_them() -> None:
    table = PAGE.partition("## Errors")[2]
    quoted = re.findall(r"^\| `([^`]+)`", table, re.M)
    assert len(quoted) > 10
    known = [text for path in SOURCES for text in sentences(path.read_text("utf-8"))]
    for sentence in quoted:
        parts = [re.escape(part.strip()) for part in sentence.split("…")]
        pattern = re.compile(".*".join(parts), re.S)
        assert any(pattern.search(text) for text in known), sentence


@pytest.mark.parametrize("code", [*get_args(GapCode), *get_args(FreeCode)])
def test_every_code_says_what_to_do(code: str) -> None:
    assert f"| `{code}` |" in PAGE
