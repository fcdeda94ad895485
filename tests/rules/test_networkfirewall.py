"""What a firewall says of gateways that its traffic goes through too."""

from farebox.rules.aws.networkfirewall import NAT_IS_LESS
from tests.rules.network import resource, statement_of

FIREWALL = resource(
    "aws:networkfirewall/firewall:Firewall", "wall", subnetMappings=[{"subnetId": "a"}]
)
GATEWAY = resource("aws:ec2/natGateway:NatGateway", "nat", subnetId="a")


def test_a_firewall_beside_a_nat_gateway_says_what_aws_takes_off() -> None:
    assert NAT_IS_LESS in statement_of(FIREWALL, GATEWAY).notes


def test_a_firewall_alone_says_nothing_of_it() -> None:
    assert NAT_IS_LESS not in statement_of(FIREWALL).notes
