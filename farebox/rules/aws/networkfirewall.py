"""AWS Network Firewall: endpoints by the hour in each zone, and what they inspect.

Source: https://aws.amazon.com/network-firewall/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.listed import Listed, listed
from farebox.rules.machines.places import SUBNET_TYPES
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import blocks, field, text, values_of

SOURCE = "https://aws.amazon.com/network-firewall/pricing/"
SERVICE = "AWSNetworkFirewall"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
NAT_IS_LESS = (
    "For each hour and GB of a firewall's endpoint AWS takes off an hour and a GB of a NAT "
    "gateway that the traffic goes through too. What is shown is without that."
)
POLICY_TYPE = "aws:networkfirewall/firewallPolicy:FirewallPolicy"

ENDPOINT = Meter(
    service=SERVICE,
    usage_type="Endpoint-Hour",
    unit="Hours",
    says="firewall endpoints",
    per="hour",
)
INSPECTED = Use(
    key="monthly_data_processed_gb",
    service=SERVICE,
    usage_type="Traffic-GB-Processed",
    unit="GB",
    says="traffic that the firewall processes",
)
LOGS = Use(
    key="monthly_data_ingested_gb",
    service="AmazonCloudWatch",
    usage_type="{kind}-Bytes",
    unit="GB",
    says="logs of the firewall",
)
THREATS = ":aws-managed:stateful-rulegroup/AttackInfrastructure"
"""A group of rules that AWS charges for; its other managed groups are free.

Source: https://docs.aws.amazon.com/network-firewall/latest/developerguide/aws-managed-rule-groups-atd.html
"""
LOG_KINDS = {"CloudWatchLogs": "VendedLog", "S3": "S3-Egress"}


def firewall(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An endpoint in each subnet, or in each zone of a transit gateway; the traffic."""
    endpoints = _endpoints(resource, circumstances)
    if not endpoints.count:
        yield ENDPOINT.gap(
            resource,
            "how many endpoints the firewall has is not known before deployment"
            f"{endpoints.unsaid()}",
        )
    else:
        count = endpoints.count
        yield ENDPOINT.all_month(
            resource,
            circumstances,
            count=Decimal(count),
            because=f"{count} endpoint{'s' if count > 1 else ''} all month",
        )
    yield INSPECTED.charge(resource, usage)
    if circumstances.graph.by_type.get(NAT_GATEWAY):
        circumstances.note(NAT_IS_LESS)
    policy = resource.input("firewallPolicyArn")
    found = circumstances.graph.references(
        resource, "firewallPolicyArn", policy, (POLICY_TYPE,)
    )
    if policy is UNKNOWN and not found:
        yield Gap("unknown-input", "whether its policy inspects TLS is not known")
    for item in found:
        yield from _asked_of(item.input("firewallPolicy"))


def _asked_of(policy: Any) -> Iterator[Gap]:
    """What a policy asks for that costs more than the endpoint and its traffic."""
    if field(policy, "tlsInspectionConfigurationArn") is not None:
        yield Gap(
            "no-price",
            "inspection of TLS is charged by the endpoint's hour and by the GB, and "
            "Farebox knows no price for it",
        )
    groups = values_of(field(policy, "statefulRuleGroupReferences"))
    if any(THREATS in str(field(group, "resourceArn")) for group in groups):
        yield Gap(
            "no-price",
            "AWS's active threat defense is charged by the GB beside the traffic, and "
            "Farebox knows no price for it",
        )


def _endpoints(resource: Resource, circumstances: Circumstances) -> Listed:
    zones = resource.input("availabilityZoneMappings")
    if zones is not None:
        return listed(circumstances.graph, resource, "availabilityZoneMappings", ())
    return listed(circumstances.graph, resource, "subnetMappings", SUBNET_TYPES)


def logging(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The GB delivered, by where they go."""
    wanted = field(resource.input("loggingConfiguration"), "logDestinationConfigs")
    kinds = {text(each.get("logDestinationType")) for each in blocks(wanted)}
    if wanted is UNKNOWN or UNKNOWN in kinds:
        yield Gap("unknown-input", "where the logs go is not known before deployment")
    elif len(kinds) == 1 and (kind := LOG_KINDS.get(str(next(iter(kinds))))):
        yield LOGS.charge(resource, usage, kind=kind)
    else:
        yield Gap(
            "no-usage",
            "logs are charged by the GB where they go, and they go to several places or "
            "to Firehose",
        )


TYPES = {
    "aws:networkfirewall/firewall:Firewall": Type(
        billed="A firewall is billed by the hour in each zone, and by the GB it processes.",
        source=SOURCE,
        meters=(ENDPOINT,),
        uses=(INSPECTED,),
        rule=firewall,
        terraform="aws_networkfirewall_firewall",
        notes=(
            "For each hour and GB of an endpoint AWS takes off an hour and a GB of a NAT "
            "gateway behind it. That is not done here; a note of the statement says so."
        ),
        not_modelled="TLS inspection and active threat defense (`no-price`)",
    ),
    "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation": Type(
        billed="A further endpoint of a firewall is billed by the hour, at a lower rate.",
        source=SOURCE,
        no_price=(
            "a further endpoint of a firewall is charged by the hour and by the GB, and "
            "Farebox knows no price for it"
        ),
    ),
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": Type(
        billed="Logs of a firewall are billed by the GB, as vended logs.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(LOGS,),
        rule=logging,
        terraform="aws_networkfirewall_logging_configuration",
    ),
}

FREE = free(
    "networkfirewall",
    {
        "a setting of firewalls, whose endpoints and traffic are charged": (
            "FirewallPolicy FirewallTransitGatewayAttachmentAccepter ResourcePolicy "
            "RuleGroup"
        ),
        "inspection of TLS is charged on the firewall whose policy has it": (
            "TlsInspectionConfiguration"
        ),
    },
)

UNPRICED = unpriced(
    "networkfirewall",
    {
        "whether AWS charges for watching containers is not known": "ContainerAssociation"
    },
)
