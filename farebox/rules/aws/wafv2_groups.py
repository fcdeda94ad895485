"""Rules of a web ACL that cost more than a rule: managed groups, CAPTCHAs, challenges.

Source: https://aws.amazon.com/waf/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.aws.wafv2_meters import Meters
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.shapes import block, field

BOT_CONTROL = "AWSManagedRulesBotControlRuleSet"
ACCOUNT_TAKEOVER = "AWSManagedRulesATPRuleSet"
UNKNOWN_FEES = {
    "AWSManagedRulesACFPRuleSet": "prevention of false accounts",
    "AWSManagedRulesAntiDDoSRuleSet": "prevention of floods of requests",
}
"""Managed groups of AWS that have a fee of their own under a key not known here."""


def group_of(rule: Any) -> Any:
    """The managed group that a rule refers to, in an ACL's input or its JSON."""
    statement = field(rule, "statement") or field(rule, "Statement")
    found = field(statement, "managedRuleGroupStatement")
    return found or field(statement, "ManagedRuleGroupStatement")


def asks(rule: Any, action: str) -> bool:
    """Whether a rule answers with a CAPTCHA or a challenge."""
    wanted = field(rule, "action") or field(rule, "Action")
    return block(wanted).get(action) is not None or action.title() in block(wanted)


def managed(
    at: Meters,
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    group: Any,
) -> Iterator[Charge]:
    """The fee and the requests of a managed group that has them."""
    if not group:
        return
    name = field(group, "name") or field(group, "Name")
    vendor = field(group, "vendorName") or field(group, "VendorName")
    if vendor not in ("AWS", None):
        yield Gap(
            "no-price",
            f"the managed group {name} is sold by {vendor} on AWS Marketplace, at its "
            "own price",
        )
    elif name == BOT_CONTROL:
        yield at.bot_control.all_month(resource, circumstances)
        yield at.bot_requests.charge(resource, usage)
        if "TARGETED" in str(group):
            yield Gap(
                "no-price",
                "targeted inspection by Bot Control is charged by the request, and "
                "Farebox knows no price for it",
            )
    elif name == ACCOUNT_TAKEOVER:
        yield at.account_takeover.all_month(resource, circumstances)
        yield at.logins.charge(resource, usage)
    elif name in UNKNOWN_FEES:
        yield Gap(
            "no-price",
            f"{UNKNOWN_FEES[name]} ({name}) has a fee and is charged by the request, and "
            "Farebox knows no price for it",
        )
