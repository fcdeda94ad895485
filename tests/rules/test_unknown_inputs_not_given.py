"""An input that a rule reads and that is unknown is told, where a case does not give it.

`test_unknown_inputs` makes the inputs of the cases unknown; these were silent in all of
them, as no case gave them.
"""

from typing import Any

import pytest

from farebox.graph import UNKNOWN
from farebox.graph.values import UNKNOWN_TEXT
from farebox.rules.errors import UnknownBlock
from farebox.rules.shapes import block, blocks
from tests.rules.network import resource, statement_of

SUBNETS = ["subnet-a", "subnet-b"]
LUSTRE = {
    "deploymentType": "PERSISTENT_2",
    "storageCapacity": 1200,
    "perUnitStorageThroughput": 125,
}
SILENT_ONCE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("aws:acm/certificate:Certificate", {}, "options"),
    ("aws:ec2/natGateway:NatGateway", {}, "availabilityMode"),
    ("aws:eks/cluster:Cluster", {"version": "1.35"}, "remoteNetworkConfig"),
    ("aws:elasticbeanstalk/environment:Environment", {}, "tier"),
    ("aws:fsx/lustreFileSystem:LustreFileSystem", LUSTRE, "metadataConfiguration"),
    ("aws:lambda/function:Function", {}, "capacityProviderConfig"),
    ("aws:lb/loadBalancer:LoadBalancer", {"subnets": SUBNETS}, "ipAddressType"),
    ("aws:secretsmanager/secret:Secret", {}, "replicas"),
)


@pytest.mark.parametrize(("type_", "inputs", "name"), SILENT_ONCE)
def test_an_unknown_input_that_is_otherwise_left_out_is_told(
    type_: str, inputs: dict[str, Any], name: str
) -> None:
    without = statement_of(resource(type_, **inputs))
    unknown = statement_of(resource(type_, **inputs, **{name: UNKNOWN_TEXT}))
    gaps = {(gap.code, gap.reason) for gap in without.unpriced}
    new = {(gap.code, gap.reason) for gap in unknown.unpriced} - gaps
    assert "unknown-input" in {code for code, _ in new}


@pytest.mark.parametrize("read", [block, blocks])
@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], [{}, UNKNOWN]])
def test_a_block_that_is_unknown_is_not_read_as_none(read: Any, value: Any) -> None:
    with pytest.raises(UnknownBlock):
        read(value)
