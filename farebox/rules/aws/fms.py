"""AWS Firewall Manager: its policies, each for a month and region.

Source: https://aws.amazon.com/firewall-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, free
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/firewall-manager/pricing/"

POLICY = Meter(
    service="AWSFMS",
    usage_type="Policy{kind}",
    operation="{operation}",
    unit="Policy",
    says="Firewall Manager policy",
    per="month",
    because="one policy for a month, in this region",
)
KINDS = {
    "WAF": ("-WAF", "WAF"),
    "WAFV2": ("-WAF", "WAFv2"),
    "SHIELD_ADVANCED": ("-Shield", "Shield"),
    "SECURITY_GROUPS_COMMON": ("-Security-Group", "Common"),
    "SECURITY_GROUPS_CONTENT_AUDIT": ("-Security-Group", "Content-Audit"),
    "SECURITY_GROUPS_USAGE_AUDIT": ("-Security-Group", "Usage-Audit"),
    "NETWORK_FIREWALL": ("-Network-Firewall", "Network-Firewall"),
    "IMPORT_NETWORK_FIREWALL": ("-Network-Firewall", "Network-Firewall"),
    "DNS_FIREWALL": ("-DNS-Firewall", "DNS-Firewall"),
}
"""A policy's type to the ends of its usage type and its operation.

Source: the names that the price list API gave on 2022-09-29.
"""


def policy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One policy; what it makes in the accounts is charged there."""
    kind = text(field(resource.input("securityServicePolicyData"), "type"))
    if kind is UNKNOWN:
        yield Gap("unknown-input", "the policy's type is not known before deployment")
    elif str(kind) not in KINDS:
        yield Gap("no-price", f"Farebox knows no price for policies of the type {kind}")
    else:
        end, operation = KINDS[str(kind)]
        yield POLICY.all_month(resource, circumstances, kind=end, operation=operation)


TYPES = {
    "aws:fms/policy:Policy": Type(
        billed="A policy is billed by the month, in each region that it is in.",
        source=SOURCE,
        meters=(POLICY,),
        rule=policy,
        terraform="aws_fms_policy",
        notes=(
            "With Shield Advanced, policies for WAF and Shield are included, which is "
            "not taken off here."
        ),
        not_modelled=(
            "the web ACLs, firewalls and rules of AWS Config that a policy makes in the "
            "accounts of an organization"
        ),
    )
}

FREE = free(
    "fms",
    {
        "a setting of Firewall Manager, whose policies are charged": (
            "AdminAccount ResourceSet"
        )
    },
)
