"""Rules of a web ACL that cost more than a rule: managed groups, CAPTCHAs, challenges.

Source: https://aws.amazon.com/waf/pricing/
"""

from collections.abc import Iterable, Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.wafv2_meters import Meters
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.shapes import blocks, field, text

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
    if value is None:
        return None
    found = field(value, name)
    return field(value, name[0].upper() + name[1:]) if found is None else found


def answers(
    at: Meters, resource: Resource, usage: Usage, rules: Iterable[Any]
) -> Iterator[Charge]:
    """CAPTCHAs and challenges that rules answer with, each charged by the attempt."""
    said = [action for rule in rules for action in _actions(rule)]
    actions = [action for action in said if action is not UNKNOWN]
    if len(actions) < len(said):
        yield Gap("unknown-input", "what a rule answers with is not known yet")
    if _asks(actions, "captcha"):
        yield at.captchas.charge(resource, usage)
    else:
        yield from at.captchas.where_given(resource, usage)
    if _asks(actions, "challenge"):
        yield Gap(
            "no-price",
            "challenges that the rules answer with are charged each, and Farebox knows "
            "no price for them",
        )


def _asks(actions: Iterable[Any], name: str) -> bool:
    return any(_either(action, name) is not None for action in actions)


def _actions(rule: Any) -> Iterator[Any]:
    """What a rule answers with, and what it makes rules of a group answer with."""
    yield _either(rule, "action")
    statement = _either(rule, "statement")
    if statement is UNKNOWN:
        return
    for name in ("managedRuleGroupStatement", "ruleGroupReferenceStatement"):
        group = _either(statement, name)
        overrides = None if group is UNKNOWN else _either(group, "ruleActionOverrides")
        if overrides is UNKNOWN:
            yield UNKNOWN
        for each in blocks(overrides):
            yield _either(each, "actionToUse")


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
