"""Work grows with the stack, not with its square: doubled input, under 2.6 times the work.

Work is counted in calls of functions, which no other load of a machine changes.
"""

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate
from farebox.reports.statement.explanation import explained, subjects

ON = date(2026, 11, 23)
REGION = "us-east-1"
SMALL = 60
MOST = 2.6


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python's and of C's, a piece of work calls."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def resource(kind: str, name: str, **given: Any) -> Resource:
    return Resource(
        urn=f"urn:{kind}::{name}",
        type=kind,
        name=name,
        region=REGION,
        **{"raw_inputs": {}, **given},
    )


def subnets_behind_unknowns(size: int) -> ResourceGraph:
    """A group in as many subnets as there are, none of whose ids is known yet."""
    subnets = [
        resource(
            "aws:ec2/subnet:Subnet",
            f"subnet-{number}",
            raw_inputs={"availabilityZone": f"us-east-1{'abcdf'[number % 5]}"},
        )
        for number in range(size)
    ]
    group = resource(
        "aws:eks/nodeGroup:NodeGroup",
        "nodes",
        raw_inputs={
            "instanceTypes": ["m7i.large"],
            "scalingConfig": {"desiredSize": 2, "minSize": 2, "maxSize": 2},
            "subnetIds": [UNKNOWN] * size,
        },
        dependencies={"subnetIds": [subnet.urn for subnet in subnets]},
    )
    return ResourceGraph([*subnets, group], project="p", stack="s")


def chained(size: int) -> ResourceGraph:
    """Volumes each of which is the parent of the next, below one component."""
    top = resource("my:index:Top", "top", custom=False)
    made = [top]
    for number in range(size):
        made.append(
            resource(
                "aws:ebs/volume:Volume",
                f"volume-{number}",
                raw_inputs={"size": 10, "type": "gp3"},
                parent=made[-1].urn,
            )
        )
    return ResourceGraph(made, project="p", stack="s")


def misspelt(size: int) -> ResourceGraph:
    """Instances of a type that no book has."""
    return ResourceGraph(
        [
            resource(
                "aws:ec2/instance:Instance",
                f"web-{number}",
                raw_inputs={"instanceType": "m7i.lagre"},
            )
            for number in range(size)
        ],
        project="p",
        stack="s",
    )


def priced(graph: ResourceGraph) -> Statement:
    return estimate(graph, embedded_book(), on=ON)


@pytest.mark.parametrize("made", [subnets_behind_unknowns, chained, misspelt])
def test_an_estimate_grows_with_the_stack(
    made: Callable[[int], ResourceGraph],
) -> None:
    priced(made(2))  # what is made once for all
    once = calls(lambda: priced(made(SMALL)))
    twice = calls(lambda: priced(made(2 * SMALL)))
    assert twice < MOST * once


def test_an_explanation_grows_with_the_resources_that_it_is_of() -> None:
    def work(size: int) -> int:
        statement = priced(chained(size))
        return calls(lambda: explained(statement, subjects(statement)))

    work(2)
    assert work(2 * SMALL) < MOST * work(SMALL)


def test_a_chain_of_parents_leads_to_the_component_at_its_top() -> None:
    graph = chained(5)
    found = {graph.component_of(item) for item in graph.resources if item.custom}
    assert found == {"urn:my:index:Top::top"}


def test_a_chain_of_parents_that_goes_round_has_no_component() -> None:
    one = resource(
        "aws:ebs/volume:Volume", "one", parent="urn:aws:ebs/volume:Volume::two"
    )
    two = resource("aws:ebs/volume:Volume", "two", parent=one.urn)
    graph = ResourceGraph([one, two], project="p", stack="s")
    assert [graph.component_of(item) for item in (one, two)] == [None, None]
