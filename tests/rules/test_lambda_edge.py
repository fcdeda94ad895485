"""A run at the edge is charged once: on the function, or where the stack has none."""

from typing import Any

import pytest

from farebox.graph.values import UNKNOWN_TEXT
from tests.casebook import frozen_book, statement_of

FUNCTION = "aws:lambda/function:Function"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:headers:3"
BOOK = frozen_book()


def charged(associations: Any, *, depends: bool, behavior: Any = None) -> list[str]:
    """The resources that the statement charges for runs at the edge, by name."""
    inputs = behavior or {"lambdaFunctionAssociations": associations}
    site: dict[str, Any] = {
        "type": DISTRIBUTION,
        "name": "site",
        "inputs": {"enabled": True, "defaultCacheBehavior": inputs},
    }
    if depends:
        site["dependencies"] = {"defaultCacheBehavior": [f"{FUNCTION}::headers"]}
    function = {"type": FUNCTION, "name": "headers", "inputs": {"name": "headers"}}
    statement = statement_of({"resources": [function, site]}, BOOK)
    return [
        entry.subject.name
        for entry in statement.unpriced
        if entry.key and entry.key.usage_type == "Lambda-Edge-Request"
    ]


@pytest.mark.parametrize(
    ("arn", "depends"), [(UNKNOWN_TEXT, True), (ARN, True), (ARN, False)]
)
def test_a_function_of_the_stack_carries_its_runs(arn: str, depends: bool) -> None:
    assert charged([{"lambdaArn": arn}], depends=depends) == ["headers"]


@pytest.mark.parametrize(
    "arn", ["arn:aws:lambda:us-east-1:123456789012:function:other:1", UNKNOWN_TEXT]
)
def test_a_distribution_carries_those_of_others(arn: str) -> None:
    assert charged([{"lambdaArn": arn}], depends=False) == ["site"]


def test_both_carry_their_own() -> None:
    other = "arn:aws:lambda:us-east-1:123456789012:function:other:1"
    found = charged([{"lambdaArn": ARN}, {"lambdaArn": other}], depends=False)
    assert sorted(found) == ["headers", "site"]


def test_without_associations_nothing_runs_at_the_edge() -> None:
    assert charged([], depends=True) == []


def test_an_unknown_behavior_says_nothing_of_the_function_for_certain() -> None:
    # The function may run there or not: neither is charged as if it were known.
    assert charged(None, depends=True, behavior=UNKNOWN_TEXT) == []
