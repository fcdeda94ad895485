"""Rules of a web ACL that cost more than a rule: managed groups, CAPTCHAs, challenges.

Source: https://aws.amazon.com/waf/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.wafv2_meters import Meters
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.shapes import block, field, text

BOT_CONTROL = "AWSManagedRulesBotControlRuleSet"
ACCOUNT_TAKEOVER = "AWSManagedRulesATPRuleSet"
UNKNOWN_FEES = {
    "AWSManagedRulesACFPRuleSet": "prevention of false accounts",
    "AWSManagedRulesAntiDDoSRuleSet": "prevention of floods of requests",
}
"""Managed groups of AWS that have a fee of their own under a key not known here."""


def group_of(rule: Any) -> Any:
    """The managed group that a rule refers to, in an ACL's input or its JSON."""
    return _either(_either(rule, "statement"), "managedRuleGroupStatement")


def _either(value: Any, name: str) -> Any:
    """What a block holds under a name as Pulumi writes it, or as AWS's JSON does."""
    found = field(value, name)
    return field(value, name[0].upper() + name[1:]) if found is None else found


def asks(rule: Any, action: str) -> bool:
    """Whether a rule answers with a CAPTCHA or a challenge."""
    wanted = _either(rule, "action")
    return block(wanted).get(action) is not None or action.title() in block(wanted)


def is_unsure(rule: Any) -> bool:
    """Whether it is not known what a rule answers with."""
    return _either(rule, "action") is UNKNOWN


def managed(
    at: Meters,
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    group: Any,
) -> Iterator[Charge]:
    """The fee and the requests of a managed group that has them."""
    if group in (None, {}, []):
        return
    name, vendor = text(_either(group, "name")), text(_either(group, "vendorName"))
    if UNKNOWN in (group, name, vendor):
        reason = "which managed group a rule refers to is not known before deployment"
        yield Gap("unknown-input", reason)
    elif vendor not in ("AWS", None):
        yield Gap(
            "no-price",
            f"the managed group {name} is sold by {vendor} on AWS Marketplace, at its "
            "own price",
        )
    elif name == BOT_CONTROL:
        yield at.bot_control.all_month(resource, circumstances)
        if "TARGETED" in str(group):
            yield Gap(
                "no-price",
                "targeted inspection by Bot Control is charged by the request (10 USD a "
                "million above the first on AWS's page), under a key that Farebox has "
                "not seen",
            )
        else:
            yield at.bot_requests.charge(resource, usage)
    elif name == ACCOUNT_TAKEOVER:
        yield at.account_takeover.all_month(resource, circumstances)
        yield at.logins.charge(resource, usage)
    elif name in UNKNOWN_FEES:
        yield Gap(
            "no-price",
            f"{UNKNOWN_FEES[name]} ({name}) has a fee and is charged by the request, and "
            "Farebox knows no price for it",
        )
