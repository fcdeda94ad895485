"""AWS Shield Advanced: the subscription, and what protected resources send.

Source: https://aws.amazon.com/shield/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use, free

SOURCE = "https://aws.amazon.com/shield/pricing/"
SERVICE = "AWSShield"
SUBSCRIPTION_TYPE = "aws:shield/subscription:Subscription"

FEE = Meter(
    service=SERVICE,
    usage_type="Shield-Monthly-Fee",
    unit="Month",
    says="Shield Advanced",
    region="global",
    per="month",
    because="one subscription of the organization, for a year at least",
)
_KEY = "monthly_data_transfer_out_gb"
SENT = Use(
    key=_KEY,
    service=SERVICE,
    usage_type="DataTransfer-Shield-Bytes",
    operation="{kind}",
    unit="GB",
    says="traffic out of the protected resource",
)
SENT_GLOBALLY = Use(
    key=_KEY,
    service=SERVICE,
    usage_type="Global-DataTransfer-Shield-Bytes",
    operation="{kind}",
    unit="GB",
    says="traffic out of the protected resource",
    region="global",
)

KINDS = {
    "aws:cloudfront/distribution:Distribution": "CloudFrontDistribution",
    "aws:globalaccelerator/accelerator:Accelerator": "GlobalAccelerator",
    "aws:lb/loadBalancer:LoadBalancer": "LoadBalancing",
    "aws:alb/loadBalancer:LoadBalancer": "LoadBalancing",
    "aws:elb/loadBalancer:LoadBalancer": "LoadBalancing",
    "aws:ec2/eip:Eip": "ShieldProtectionEIP",
    "aws:route53/zone:Zone": "",
}
"""A type that can be protected to the operation of its traffic; none for a zone's."""

IN_ARN = {
    ":cloudfront:": "CloudFrontDistribution",
    ":globalaccelerator:": "GlobalAccelerator",
    ":elasticloadbalancing:": "LoadBalancing",
    ":eip-allocation/": "ShieldProtectionEIP",
    ":route53:": "",
}
GLOBAL_KINDS = frozenset(("CloudFrontDistribution", "GlobalAccelerator"))


def protection(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Traffic of what is protected, at the rate of its kind."""
    graph = circumstances.graph
    arn = resource.input("resourceArn")
    found = graph.references(resource, "resourceArn", arn, KINDS)
    kinds = {KINDS[item.type] for item in found}
    kinds |= {kind for part, kind in IN_ARN.items() if part in str(arn)}
    if not graph.by_type.get(SUBSCRIPTION_TYPE):
        circumstances.note(
            "Protections of Shield Advanced need its subscription, 3,000 USD a month "
            "for an organization, which is not in this stack."
        )
    if len(kinds) != 1:
        yield Gap("unknown-input", "what is protected is not known before deployment")
        return
    kind = kinds.pop()
    if not kind:
        yield NoCharge("no traffic of a hosted zone is charged by Shield Advanced")
    elif kind in GLOBAL_KINDS:
        yield SENT_GLOBALLY.charge(resource, usage, kind=kind)
    else:
        yield SENT.charge(resource, usage, kind=kind)


TYPES = {
    SUBSCRIPTION_TYPE: Type(
        billed="Shield Advanced is billed by the month, once for an organization.",
        source=SOURCE,
        meters=(FEE,),
        terraform="aws_shield_subscription",
        notes=(
            "The fee binds for a year. Where another account of the organization pays "
            "it already, it is not paid again: leave the resource out."
        ),
    ),
    "aws:shield/protection:Protection": Type(
        billed="A protection is billed by the GB that the protected resource sends.",
        source=SOURCE,
        meters=(SENT_GLOBALLY,),
        uses=(SENT,),
        rule=protection,
        terraform="aws_shield_protection",
        notes=(
            "The traffic itself is charged besides. The web ACLs and the first 1,500 "
            "capacity units that Shield Advanced includes are not taken off."
        ),
    ),
}

FREE = free(
    "shield",
    {
        "a setting of Shield Advanced, whose subscription is charged": (
            "ApplicationLayerAutomaticResponse DrtAccessLogBucketAssociation "
            "DrtAccessRoleArnAssociation ProactiveEngagement ProtectionGroup "
            "ProtectionHealthCheckAssociation"
        )
    },
)
