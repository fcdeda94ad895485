"""Amazon VPC: NAT gateways, endpoints, VPN and what else a network is charged for.

Source: https://aws.amazon.com/vpc/pricing/
"""

from collections.abc import Iterator

from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, hours, used
from farebox.usage import Usage


def nat_gateway(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A NAT gateway is billed by the hour that it exists and by the GB it processes.

    A private one costs the same. Its Elastic IP is charged on the Elastic IP.
    Source: https://aws.amazon.com/vpc/pricing/ (NAT gateway)
    """
    yield hours(
        resource,
        circumstances,
        "AmazonEC2",
        "NatGateway-Hours",
        "NatGateway",
        description="NAT gateway",
        because="runs all month",
    )
    yield used(
        resource,
        usage,
        "monthly_data_processed_gb",
        "AmazonEC2",
        "NatGateway-Bytes",
        "NatGateway",
        unit="GB",
        description="data processed by the NAT gateway",
    )
