"""Lambda@Edge: which functions of the stack a distribution runs, and whether others too.

A function of the stack carries its runs at the edge; the distribution those of functions
that the stack does not have. So none is charged twice.
"""

from collections.abc import Iterator

from msgspec import Struct

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.aws.lambda_meters import FUNCTION
from farebox.rules.charges import Circumstances
from farebox.rules.shapes import blocks

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BEHAVIORS = ("defaultCacheBehavior", "orderedCacheBehaviors", "cacheBehaviors")
ASSOCIATIONS = "lambdaFunctionAssociations"


class EdgeRuns(Struct, frozen=True):
    """Functions of the stack that a distribution runs, may run, and whether others."""

    certain: frozenset[str]
    possible: frozenset[str]
    others: bool


def edge_runs(graph: ResourceGraph, distribution: Resource) -> EdgeRuns:
    """What a distribution runs at the edge, by the urns of the functions."""
    certain: set[str] = set()
    possible: set[str] = set()
    others = False
    for name in BEHAVIORS:
        behind = _functions_behind(graph, distribution, name)
        value = distribution.input(name)
        if value is UNKNOWN:
            possible |= behind
        for behavior in blocks(value):
            associations = behavior.get(ASSOCIATIONS)
            if associations is UNKNOWN:
                possible |= behind
            for association in blocks(associations):
                found = _named(graph, association.get("lambdaArn"), behind)
                certain |= found
                others = others or not found
    return EdgeRuns(frozenset(certain), frozenset(possible), others)


def runs_at_edge(circumstances: Circumstances, function: Resource) -> bool | Unknown:
    """Whether a distribution of the stack runs the function at CloudFront's edge."""
    graph = circumstances.graph
    found = circumstances.once(
        "functions at the edge",
        lambda: [
            edge_runs(graph, each) for each in graph.by_type.get(DISTRIBUTION, ())
        ],
    )
    if any(function.urn in runs.certain for runs in found):
        return True
    return UNKNOWN if any(function.urn in runs.possible for runs in found) else False


def _functions_behind(
    graph: ResourceGraph, distribution: Resource, name: str
) -> frozenset[str]:
    """The functions that the value of an input came from."""
    urns = distribution.dependencies.get(name, ())
    found = (graph.by_urn.get(urn) for urn in urns)
    return frozenset(item.urn for item in found if item and item.type == FUNCTION)


def _named(graph: ResourceGraph, arn: object, behind: frozenset[str]) -> frozenset[str]:
    """The functions of the stack that an association means: by its arn, else all."""
    if not isinstance(arn, str):
        return behind
    name = arn.partition(":function:")[2].partition(":")[0]
    if not name:
        return frozenset()
    return frozenset(
        function.urn
        for function in graph.by_type.get(FUNCTION, ())
        if name in _names(function)
    )


def _names(function: Resource) -> Iterator[object]:
    yield function.id
    yield function.input("name")
