"""Amazon VPC Lattice: services by the hour, what they carry, and shared resources.

The price list's names of these charges have not been seen: they are `no-price`.

Source: https://aws.amazon.com/vpc/lattice/pricing/
"""

from farebox.rules.service import Type, free

SOURCE = "https://aws.amazon.com/vpc/lattice/pricing/"

TYPES = {
    "aws:vpclattice/service:Service": Type(
        billed="A service is billed by the hour, by the GB, and by requests above the free.",
        source=SOURCE,
        no_price=(
            "a service is charged by the hour (0.025 USD in us-east-1), by the GB (0.025) "
            "and by requests above 300,000 an hour, under keys that Farebox has not seen"
        ),
        terraform="aws_vpclattice_service",
    ),
    "aws:vpclattice/resourceConfiguration:ResourceConfiguration": Type(
        billed="A resource that is shared is billed by the hour, its traffic by the GB.",
        source=SOURCE,
        no_price=(
            "a shared resource is charged by the hour for each association and by the "
            "GB, under keys that Farebox has not seen"
        ),
        terraform="aws_vpclattice_resource_configuration",
    ),
    "aws:vpclattice/serviceNetworkResourceAssociation:ServiceNetworkResourceAssociation": Type(
        billed="A resource in a network of services is billed by the hour.",
        source=SOURCE,
        no_price=(
            "a resource that is associated with a network of services is charged by the "
            "hour, under a key that Farebox has not seen"
        ),
        terraform="aws_vpclattice_service_network_resource_association",
    ),
}

FREE = free(
    "vpclattice",
    {
        "a setting of services, which are charged by the hour and by what they carry": (
            "AccessLogSubscription AuthPolicy DomainVerification Listener ListenerRule "
            "ResourcePolicy ServiceNetwork ServiceNetworkServiceAssociation "
            "ServiceNetworkVpcAssociation TargetGroup TargetGroupAttachment"
        ),
        "a way to resources in a network; what it carries is charged on them": (
            "ResourceGateway"
        ),
    },
)
