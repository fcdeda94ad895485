"""Every compute type of pulumi-aws has a rule or a reason to be free."""

import importlib.util
import re
from pathlib import Path

import pytest

from farebox.rules.registry import FREE, RULES

TOKEN = re.compile(r"__init__\(\s*'(aws:[^']+)'|type_=\"(aws:[^\"]+)\"")

COMPUTE_OF_EC2 = (
    "ami Ami; amiCopy AmiCopy; amiFromInstance AmiFromInstance; "
    "amiLaunchPermission AmiLaunchPermission; "
    "allowedImagesSettings AllowedImagesSettings; "
    "availabilityZoneGroup AvailabilityZoneGroup; "
    "capacityBlockReservation CapacityBlockReservation; "
    "capacityReservation CapacityReservation; dedicatedHost DedicatedHost; "
    "defaultCreditSpecification DefaultCreditSpecification; fleet Fleet; "
    "imageBlockPublicAccess ImageBlockPublicAccess; instance Instance; "
    "instanceMetadataDefaults InstanceMetadataDefaults; keyPair KeyPair; "
    "launchConfiguration LaunchConfiguration; launchTemplate LaunchTemplate; "
    "placementGroup PlacementGroup; serialConsoleAccess SerialConsoleAccess; "
    "spotDatafeedSubscription SpotDatafeedSubscription; "
    "spotFleetRequest SpotFleetRequest; spotInstanceRequest SpotInstanceRequest"
)


def types_of_module(module: str) -> set[str]:
    """The type tokens that a module of pulumi-aws registers, aliases too."""
    spec = importlib.util.find_spec("pulumi_aws")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / module
    found: set[str] = set()
    for path in folder.glob("*.py"):
        for pair in TOKEN.findall(path.read_text()):
            found.update(token for token in pair if token)
    return found


@pytest.mark.parametrize(
    ("module", "at_least"), [("autoscaling", 8), ("autoscalingplans", 1), ("eks", 9)]
)
def test_every_type_of_the_module_is_charged_or_free(
    module: str, at_least: int
) -> None:
    types = types_of_module(module)

    assert len(types) >= at_least
    assert [t for t in sorted(types) if (t in RULES) == (t in FREE)] == []


def test_every_compute_type_of_ec2_is_charged_or_free() -> None:
    pairs = (pair.split() for pair in COMPUTE_OF_EC2.split("; "))
    types = {f"aws:ec2/{file}:{name}" for file, name in pairs}

    assert types <= types_of_module("ec2")
    assert [t for t in sorted(types) if (t in RULES) == (t in FREE)] == []
