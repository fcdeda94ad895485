"""Whatever a document holds, a rule answers or refuses with a sentence of its own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farebox.bill.statement import unaccounted
from farebox.graph.errors import UnreadableDocument
from farebox.graph.values import SECRET_TEXT, UNKNOWN_TEXT
from farebox.rules.errors import EstimateError
from farebox.rules.registry import RULES
from tests.rules.network import resource, statement_of

OURS = (
    "acm",
    "cloudwatch",
    "dlm",
    "ebs",
    "ec2clientvpn",
    "ec2transitgateway",
    "elb",
    "kms",
    "lb",
    "route53",
    "s3",
    "secretsmanager",
    "ssm",
    "vpc",
)
OURS_IN_EC2 = (
    "eip:",
    "encryptionControl:",
    "flowLog:",
    "natGateway:",
    "networkInsightsAnalysis:",
    "trafficMirrorSession:",
    "vpc",
    "vpn",
)
TYPES = sorted(
    token
    for token in RULES
    if token.split(":")[1].split("/")[0] in OURS
    or token.removeprefix("aws:ec2/").startswith(OURS_IN_EC2)
)
INPUT_NAMES = (
    "size type iops throughput volumeId storageTier sourceVolumeId volumeType "
    "policyDetails targetTags schedules createRule retainRule interval count "
    "defaultPolicy resourceTypes state tags loadBalancerType internal subnets "
    "subnetMappings allocationId ipAddressType vpcEndpointType subnetIds "
    "subnetConfigurations logDestinationType tier supportedRegions availabilityMode "
    "availabilityZoneAddresses availabilityZone publicIpv4Pool instance "
    "metricQueries metric period comparisonOperator logGroupClass replicas region "
    "options export customerMasterKeySpec ipAddresses requestInterval "
    "transitGatewayId enableAcceleration createInterval retainInterval "
    "crossRegionCopyRules policyType intervalUnit"
)
NAMES = INPUT_NAMES.split()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.text(max_size=8)
    | st.sampled_from(
        [UNKNOWN_TEXT, SECRET_TEXT, "gp3", "io2", "regional", "Interface"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("type_", TYPES)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
@settings(max_examples=25, deadline=None)
def test_odd_inputs_are_answered_or_refused(type_: str, inputs: dict[str, Any]) -> None:
    it = resource(type_, **inputs)
    volume = resource("aws:ebs/volume:Volume", "v", size=1, tags={"a": "b"})
    try:
        statement = statement_of(it, volume)
    except EstimateError:
        return
    assert not unaccounted([it.urn, volume.urn], statement)
    assert all(line.usd_per_month >= 0 for line in statement.lines)


@pytest.mark.parametrize("type_", TYPES)
def test_a_bare_resource_never_costs_a_silent_nothing(type_: str) -> None:
    try:
        statement = statement_of(resource(type_))
    except EstimateError:
        return
    assert all(
        line.usd_per_month > 0 or "free" in line.because for line in statement.lines
    )
    assert statement.lines or statement.unpriced or statement.free


@pytest.mark.parametrize("name", ["size", "iops", "throughput"])
def test_a_figure_that_no_volume_can_have_is_refused_by_name(name: str) -> None:
    inputs: dict[str, Any] = {"type": "gp3", "size": 10, name: "1e999999999"}
    with pytest.raises(EstimateError, match=f"has an? {name} of|has {name} of"):
        statement_of(resource("aws:ebs/volume:Volume", **inputs))


def test_an_input_that_nests_too_deep_is_one_sentence() -> None:
    size: Any = 1
    for _ in range(3000):
        size = [size]
    with pytest.raises(UnreadableDocument, match="nests its size too deep"):
        statement_of(resource("aws:ebs/volume:Volume", type="gp3", size=size))
