"""An input that is not known before deployment is not one that is not given."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from farebox.graph import UNKNOWN
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.shapes import or_default
from tests.rules.network import resource, statement_of

RULES = Path(__file__).parents[2] / "farebox" / "rules"
READERS = frozenset(("input", "asked", "output", "get", "text", "amount", "field"))


def defaults_of(source: str) -> Iterator[int]:
    """Lines where what is read of a document is left for a default by `or`.

    UNKNOWN is false, so `text(x) or "bursting"` prices what is not known as bursting.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.Or):
            continue
        first, last = node.values[0], node.values[-1]
        if not isinstance(first, ast.Call) or not isinstance(last, ast.Constant):
            continue
        called = first.func
        name = called.attr if isinstance(called, ast.Attribute) else ""
        name = called.id if isinstance(called, ast.Name) else name
        of_usage = isinstance(called, ast.Attribute) and name == "text"
        if name in READERS and not of_usage and last.value not in ("", None, False):
            yield node.lineno


@pytest.mark.parametrize(
    "path", sorted(RULES.rglob("*.py")), ids=lambda path: str(path.relative_to(RULES))
)
def test_a_rule_does_not_take_what_is_unknown_for_its_default(path: Path) -> None:
    lines = list(defaults_of(path.read_text()))
    assert not lines, f"use or_default (farebox/rules/shapes.py) in lines {lines}"


def test_a_default_by_or_is_found() -> None:
    assert list(defaults_of('a = text(r.input("x")) or "bursting"')) == [1]
    assert list(defaults_of('a = usage.text("x") or "standard"')) == []


def test_a_default_holds_for_what_is_not_given_alone() -> None:
    assert or_default(None, "SSD") == "SSD"
    assert or_default("", "SSD") == "SSD"
    assert or_default("HDD", "SSD") == "HDD"
    assert or_default(UNKNOWN, "SSD") is UNKNOWN


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "logGroupClass"),
        ("aws:ec2/flowLog:FlowLog", "logDestinationType"),
        ("aws:efs/fileSystem:FileSystem", "throughputMode"),
        ("aws:fsx/lustreFileSystem:LustreFileSystem", "deploymentType"),
        ("aws:fsx/windowsFileSystem:WindowsFileSystem", "storageType"),
        ("aws:kms/key:Key", "customerMasterKeySpec"),
    ],
)
def test_an_unknown_kind_is_a_gap_and_not_the_usual_kind(type_: str, name: str) -> None:
    statement = statement_of(resource(type_, **{name: UNKNOWN_TEXT}))
    assert any(
        entry.code == "unknown-input" and name in entry.reason
        for entry in statement.unpriced
    )
