"""AWS Cloud Map: what is registered, how often it is asked for, and its DNS zones.

Source: https://aws.amazon.com/cloud-map/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.aws.route53 import QUERIES, RECORD_SETS, ZONE, zone
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import Type, Use, free

SOURCE = "https://aws.amazon.com/cloud-map/pricing/"
SERVICE = "AWSCloudMap"

REGISTERED = Use(
    key="registered_instances",
    service=SERVICE,
    usage_type="Cloud-Map-Resources",
    unit="CloudMapResource",
    says="registered instances",
)
ASKED = Use(
    key="monthly_discovery_requests",
    service=SERVICE,
    usage_type="Cloud-Map-DIR-API-Calls",
    unit="CloudMapAPICall",
    says="requests to discover instances",
)


def service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Instances that register themselves, requests, and health checks of instances."""
    yield REGISTERED.charge(resource, usage)
    yield ASKED.charge(resource, usage)
    if resource.input("healthCheckConfig") is not None:
        yield Gap(
            "no-usage",
            "each instance that is registered has a health check of Route 53, which is "
            "charged",
        )


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One instance that the program registers, for the month."""
    yield REGISTERED.metered(resource, ONE, "one instance for a month")


_ZONE = Type(
    billed="A namespace of DNS is a hosted zone of Route 53, and billed as one.",
    source=SOURCE,
    meters=(ZONE,),
    uses=(*QUERIES, RECORD_SETS),
    rule=zone,
    terraform=(
        "aws_service_discovery_private_dns_namespace "
        "aws_service_discovery_public_dns_namespace"
    ),
)

TYPES = {
    "aws:servicediscovery/service:Service": Type(
        billed="Instances that are registered are billed by the month, requests by number.",
        source=SOURCE,
        uses=(REGISTERED, ASKED),
        rule=service,
        terraform="aws_service_discovery_service",
        notes=(
            "Instances that Amazon ECS registers are free: give 0 for them. Those of "
            "`Instance` in the stack are charged there, and do not belong here."
        ),
    ),
    "aws:servicediscovery/instance:Instance": Type(
        billed="An instance that is registered is billed by the month.",
        source=SOURCE,
        meters=(REGISTERED,),
        rule=instance,
        terraform="aws_service_discovery_instance",
    ),
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": _ZONE,
    "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": _ZONE,
}

FREE = free(
    "servicediscovery",
    {"a namespace without DNS is not charged; its instances are": "HttpNamespace"},
)
