"""A value that is not known never takes a default without a word.

In each case one value after another is made unknown, drawn with the case's name as the
seed. Where lines change, the statement must say that something is not known or given.
"""

from collections import Counter
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from farebox.bill.statement import Statement
from farebox.graph.errors import UnreadableDocument
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.errors import EstimateError
from tests.casebook import case_files, frozen_book, load, statement_of
from tests.rules.test_odd_shapes import places

BOOK = frozen_book()
DRAWS = 6

SAID_ELSEWHERE = {
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        "blockDeviceMappings",
    ): "a root is assumed",
    ("aws:ec2/launchTemplate:LaunchTemplate", "imageId"): "an image means Linux",
    ("aws:ec2/launchTemplate:LaunchTemplate", "updateDefaultVersion"): "the newest",
    (
        "aws:ec2/instance:Instance",
        "getPasswordData",
    ): "a hint of Windows, no input of it",
    (
        "aws:ec2/instance:Instance",
        "ebsBlockDevices",
    ): "which disk it is, counted by itself",
    ("aws:ec2/instance:Instance", "launchTemplate"): "the template's newest version",
    ("aws:ec2/instance:Instance", "capacityReservationSpecification"): "fills none",
    (
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "deviceName",
    ): "counted as another disk",
    ("aws:ec2/capacityReservation:CapacityReservation", "availabilityZone"): "any zone",
    ("aws:autoscaling/group:Group", "launchTemplate"): "the template's newest version",
    ("aws:ec2/fleet:Fleet", "launchTemplateConfigs"): "the template's newest version",
    ("aws:ec2/spotFleetRequest:SpotFleetRequest", "launchTemplateConfigs"): "as above",
    (
        "aws:ec2/subnet:Subnet",
        "availabilityZone",
    ): "a zone of the region, no Local Zone",
    ("aws:ec2/subnet:Subnet", "availabilityZoneId"): "a zone of the region",
    (
        "aws:ebs/volume:Volume",
        "availabilityZone",
    ): "a zone of the region, no Local Zone",
    ("aws:cloudfront/distribution:Distribution", "viewerCertificate"): "one of its own",
    ("aws:lb/loadBalancer:LoadBalancer", "subnetMappings"): "a public address each",
    (
        "aws:ecs/cluster:Cluster",
        "name",
    ): "names are given where a cluster is found by one",
    ("aws:ecs/cluster:Cluster", "settings"): "names of settings are fixed texts",
    (
        "aws:ecs/service:Service",
        "capacityProviderStrategies",
    ): "a provider of the stack",
    ("kubernetes:networking.k8s.io/v1:IngressClass", "metadata"): "classes have names",
    ("kubernetes:networking.k8s.io/v1:IngressClass", "spec"): "controllers are texts",
}
"""Inputs whose unknown value has a stated meaning, by type, and which."""


def lines(statement: Statement) -> Counter[tuple[str, str, str]]:
    return Counter(
        (line.subject.name, line.key.usage_type, f"{line.quantity:f}")
        for line in statement.lines
    )


def gaps(statement: Statement) -> Counter[tuple[str, str, str]]:
    return Counter(
        (gap.subject.name, gap.code, gap.reason) for gap in statement.unpriced
    )


def identities(item: dict[str, Any]) -> set[str]:
    """The texts by which other resources of a case refer to this one."""
    inputs, outputs = item.get("inputs", {}), item.get("outputs", {})
    found = (
        item.get("id"),
        inputs.get("name"),
        outputs.get("arn"),
        outputs.get("name"),
    )
    return {text for text in found if isinstance(text, str) and text}


def made_unknown(case: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    """The case with one value unknown, with what it depended on as a preview tells it."""
    found = deepcopy(case)
    block: Any = found["resources"]
    for key in place[:-1]:
        block = block[key]
    before = str(block[place[-1]])
    block[place[-1]] = UNKNOWN_TEXT
    own = found["resources"][place[0]]
    urns = [
        f"{item['type']}::{item['name']}"
        for item in case["resources"]
        if item is not case["resources"][place[0]]
        and any(text in before for text in identities(item))
    ]
    if urns:
        own.setdefault("dependencies", {}).setdefault(place[2], []).extend(urns)
    return found


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_an_unknown_value_is_a_gap_or_changes_nothing(path: Path) -> None:
    case = load(path)
    known = statement_of(case, BOOK)
    every = [
        (number, "inputs", *place)
        for number, item in enumerate(case["resources"])
        for place in places(item.get("inputs", {}))
        if (item["type"], place[0]) not in SAID_ELSEWHERE
    ]
    for place in Random(path.stem).sample(every, min(DRAWS, len(every))):
        try:
            statement = statement_of(made_unknown(case, place), BOOK)
        except (EstimateError, UnreadableDocument):
            continue
        if lines(statement) != lines(known):
            said = gaps(statement) - gaps(known)
            of = case["resources"][place[0]]["type"]
            assert said, f"{of} {place[2:]} changes a figure without a word"
