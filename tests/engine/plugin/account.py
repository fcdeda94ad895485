"""What the stand-in remembers of an account: the networks that it made."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from tests.engine.plugin.answers import zone_ids
from tests.engine.plugin.schema import Failure
from tests.engine.plugin.wire import is_unknown

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


class Account:
    """VPCs and subnets by id, as far as this run of the plugin has seen them."""

    def __init__(self) -> None:
        self._vpcs: dict[str, ipaddress.IPv4Network] = {}
        self._subnets: dict[str, tuple[str, ipaddress.IPv4Network]] = {}

    def add(self, token: str, own_id: str, inputs: Mapping[str, Any]) -> None:
        """Remembers a network."""
        if not inputs.get("cidrBlock"):
            return
        if token == VPC:
            self._vpcs[own_id] = ipaddress.IPv4Network(inputs["cidrBlock"])
        if token == SUBNET:
            network = ipaddress.IPv4Network(inputs["cidrBlock"])
            self._subnets[own_id] = (inputs["vpcId"], network)

    def remove(self, own_id: str) -> None:
        """Forgets a network."""
        self._vpcs.pop(own_id, None)
        self._subnets.pop(own_id, None)

    def refuses(self, token: str, inputs: Mapping[str, Any]) -> str | None:
        """Why AWS would not make the resource beside what there is; None if it would.

        Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        """
        if token != SUBNET or not inputs.get("cidrBlock"):
            return None
        wanted = ipaddress.IPv4Network(inputs["cidrBlock"])
        whole = self._vpcs.get(inputs["vpcId"])
        if whole is not None and not wanted.subnet_of(whole):
            return f"InvalidSubnet.Range: {wanted} is not in the VPC's {whole}"
        for vpc, other in self._subnets.values():
            if vpc == inputs["vpcId"] and other.overlaps(wanted):
                return f"InvalidSubnet.Conflict: {wanted} overlaps {other}"
        return None


def check_zone(inputs: Mapping[str, Any], region: str) -> Iterator[Failure]:
    """A zone is one of the region's."""
    zones = zone_ids(region)
    for name, known in (
        ("availabilityZone", zones.keys()),
        ("availabilityZoneId", zones.values()),
    ):
        value = inputs.get(name)
        if value is not None and not is_unknown(value) and value not in known:
            reason = f"{value!r} is no zone of {region}: {', '.join(known)}"
            yield Failure(name, reason)
