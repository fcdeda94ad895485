"""Work grows with the stack, not with its square: doubled input, under 2.6 times the work.

Work is counted in calls of functions, which no other load of a machine changes.
"""

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from farebox.bill.assumptions import exactly
from farebox.bill.statement import Statement
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.rating.estimate import estimate
from farebox.reports.page.fitting import clip, fitted, paragraph
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


def overridden(size: int) -> ResourceGraph:
    """A spot group that may launch as many types as there are overrides."""
    kinds = [f"{family}.large" for family in ("r6a", "r6i", "m7i", "m6a", "c6i")]
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate", "lt", id="lt", raw_inputs={}
    )
    group = resource(
        "aws:autoscaling/group:Group",
        "group",
        raw_inputs={
            "minSize": 5,
            "maxSize": 5,
            "availabilityZones": ["us-east-1a"],
            "mixedInstancesPolicy": {
                "instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0},
                "launchTemplate": {
                    "launchTemplateSpecification": {"launchTemplateId": "lt"},
                    "overrides": [
                        {"instanceType": kinds[n % 5].replace("large", f"{n}xlarge")}
                        for n in range(size)
                    ],
                },
            },
        },
    )
    return ResourceGraph([template, group], project="p", stack="s")


def alike(size: int) -> ResourceGraph:
    """Buckets whose requests go through one list's tiers and free allowances together."""
    return ResourceGraph(
        [resource("aws:s3/bucket:Bucket", f"bucket-{n}") for n in range(size)],
        project="p",
        stack="s",
    )


def of_one_name(size: int) -> ResourceGraph:
    """Templates that share a name, and a group that means any of them."""
    templates = [
        resource(
            "aws:ec2/launchTemplate:LaunchTemplate",
            f"lt-{n}",
            raw_inputs={"name": "lt", "instanceType": "m7i.large"},
        )
        for n in range(size)
    ]
    group = resource(
        "aws:autoscaling/group:Group",
        "group",
        raw_inputs={
            "minSize": 1,
            "maxSize": 1,
            "availabilityZones": ["us-east-1a"],
            "launchTemplate": {"name": "lt", "version": "$Latest"},
        },
    )
    return ResourceGraph([*templates, group], project="p", stack="s")


def priced(graph: ResourceGraph) -> Statement:
    return estimate(graph, embedded_book(), on=ON)


@pytest.mark.parametrize(
    "made",
    [subnets_behind_unknowns, chained, misspelt, overridden, alike, of_one_name],
)
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


def test_tiers_of_a_price_are_walked_and_not_searched() -> None:
    """A usage file gives every bucket some storage: one list's tiers for all of them."""
    figure = exactly(Decimal(30_000))
    usage = UsageFile(
        resources=[Entry("bucket-*", {"standard": {"storage_gb": figure}})]
    )

    def work(size: int) -> int:
        graph = alike(size)
        return calls(lambda: estimate(graph, embedded_book(), usage, on=ON))

    work(2)
    assert work(2 * SMALL) < MOST * work(SMALL)


@pytest.mark.parametrize(
    "text", ["word " * 400, "w" * 2000, "字" * 1000, "e\u0301" * 1000], ids=len
)
def test_a_wide_text_is_measured_once(text: str) -> None:
    def work(times: int) -> int:
        said = text * times
        return calls(lambda: (paragraph(said, 80), clip(said, 60), fitted(said, 40)))

    work(1)
    assert work(8) < MOST * work(4)


def test_patterns_that_match_many_resources_are_tried_once_each() -> None:
    figure = exactly(Decimal(5))

    def work(size: int) -> int:
        entries = [
            Entry(f"bucket-{n}*", {"standard": {"storage_gb": figure}})
            for n in range(9)
        ]
        usage, graph = UsageFile(resources=entries), alike(size)
        return calls(lambda: estimate(graph, embedded_book(), usage, on=ON))

    work(2)
    assert work(2 * SMALL) < MOST * work(SMALL)
