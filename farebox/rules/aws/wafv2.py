"""AWS WAF: web ACLs, their rules, what they inspect and the fees of managed groups.

Source: https://aws.amazon.com/waf/pricing/
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.wafv2_groups import answers, group_of, managed
from farebox.rules.aws.wafv2_logs import LOGS, logging
from farebox.rules.aws.wafv2_meters import (
    CAPACITY,
    CLOUDFRONT,
    LARGE_BODIES,
    LAST_TIER,
    MANAGED_RULES,
    REGIONAL,
    WAF_GROUP_RULES,
    Meters,
    tier_of,
)
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import Type, free
from farebox.rules.shapes import (
    amount,
    blocks,
    field,
    holds_unknown,
)

SOURCE = "https://aws.amazon.com/waf/pricing/"


def _place(resource: Resource) -> Meters | None:
    """The meters of the resource's scope; None where the scope is not known."""
    scope = resource.input("scope")
    if scope is UNKNOWN:
        return None
    return CLOUDFRONT if scope == "CLOUDFRONT" else REGIONAL


def _unknown_scope() -> Gap:
    return Gap("unknown-input", "scope is not known before deployment")


def _rules(resource: Resource) -> list[Any] | Unknown:
    """The rules of an ACL or a group: blocks, or those of its JSON."""
    for name in ("rules", "ruleJson", "rulesJson"):
        value = resource.input(name)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return UNKNOWN
        if isinstance(value, list) and value:
            return list(value)
        if blocks(value):
            return list(blocks(value))
    return []


def web_acl(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One ACL, each of its rules, its requests, and what managed groups ask for."""
    at = _place(resource)
    if at is None:
        yield _unknown_scope()
        return
    yield at.acl.all_month(resource, circumstances)
    rules = _rules(resource)
    if isinstance(rules, Unknown):
        yield at.rule.gap(resource, "how many rules it has is not known yet")
        rules = []
    yield from _counted(at, resource, usage, len(rules))
    yield _requests(at, resource, usage)
    yield from _large_bodies(at, resource, usage)
    for rule in rules:
        yield from managed(at, resource, usage, circumstances, group_of(rule))
    yield from answers(at, resource, usage, rules)


def _counted(
    at: Meters, resource: Resource, usage: Usage, count: int
) -> Iterator[Charge]:
    """Rules and references to groups; rules of groups outside, where they are given."""
    if count:
        yield at.rule.metered(
            resource, Decimal(count), f"{count} rule{'s' if count > 1 else ''}"
        )
    inside = WAF_GROUP_RULES.given(usage)
    if inside is not None:
        yield at.rule.metered(
            resource, inside.quantity, "rules of groups as given", usage=inside.status
        )


def _requests(at: Meters, resource: Resource, usage: Usage) -> Charge:
    """Requests at the rate of the ACL's capacity, which its rules add up to."""
    units = amount(resource, resource.output("capacity"), "a capacity of")
    given = CAPACITY.given(usage)
    if given is not None:
        units = given.quantity
    if not isinstance(units, Decimal):
        return at.requests.charge(resource, usage, tier="1")
    tier = tier_of(units)
    if int(tier) > LAST_TIER:
        return Gap("no-price", "AWS sells no web ACL of more than 5,000 capacity units")
    return at.requests.charge(resource, usage, tier=tier)


def _large_bodies(at: Meters, resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Bodies above 16 KB, where the ACL is to look at more of them."""
    config = resource.input("associationConfig")
    bodies = blocks(field(config, "requestBodies"))
    limits = [
        field(body, "defaultSizeInspectionLimit")
        for each in bodies
        for body in each.values()
    ]
    if holds_unknown(field(config, "requestBodies")) or UNKNOWN in limits:
        yield Gap("unknown-input", "associationConfig is not known before deployment")
    sizes = [str(limit).removeprefix("KB_") for limit in limits]
    for size in ("64", "48", "32"):
        if size not in sizes:
            continue
        if at is CLOUDFRONT:
            yield Gap(
                "no-price",
                f"looking at bodies of {size} KB is charged by the request, and Farebox "
                "knows no price for CloudFront's",
            )
        else:
            yield LARGE_BODIES.charge(resource, usage, size=size)
        return


def rule_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each rule inside a group of one's own; the reference to it is the ACL's rule."""
    at = _place(resource)
    rules = _rules(resource)
    if at is None:
        yield _unknown_scope()
    elif isinstance(rules, Unknown):
        yield at.rule.gap(resource, "how many rules it has is not known yet")
    else:
        count = len(rules)
        yield at.rule.metered(
            resource, Decimal(count), f"{count} rule{'s' if count != 1 else ''} inside"
        )
        yield from answers(at, resource, usage, rules)


def _of_acl(resource: Resource, circumstances: Circumstances) -> Meters | None:
    """The meters of the ACL that a rule outside of it belongs to."""
    arn = resource.input("webAclArn")
    found = circumstances.graph.references(resource, "webAclArn", arn, (WEB_ACL,))
    if len(found) == 1:
        return _place(found[0])
    if isinstance(arn, str) and ":wafv2:" in arn:
        return CLOUDFRONT if ":global/" in arn else REGIONAL
    return None


def one_rule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A rule, or a reference to a group, that is added to an ACL from outside."""
    at = _of_acl(resource, circumstances)
    if at is None:
        yield Gap("unknown-input", "the scope of its web ACL is not known")
        return
    yield at.rule.metered(resource, ONE, "one rule for a month")
    managed_group, reference, statement = (
        resource.input(name)
        for name in ("managedRuleGroup", "ruleGroupReference", "statement")
    )
    if UNKNOWN in (managed_group, reference, statement):
        yield Gap("unknown-input", "what the rule is is not known before deployment")
        return
    if statement is None:
        statement = {
            "managedRuleGroupStatement": managed_group,
            "ruleGroupReferenceStatement": reference,
        }
    rule = {"action": resource.input("action"), "statement": statement}
    yield from managed(at, resource, usage, circumstances, group_of(rule))
    yield from answers(at, resource, usage, (rule,))


WEB_ACL = "aws:wafv2/webAcl:WebAcl"
_METERS = (*REGIONAL.meters(), *CLOUDFRONT.meters())
_USES = (*REGIONAL.uses(),)
_FEES = (REGIONAL.bot_requests, REGIONAL.logins, REGIONAL.captchas)

TYPES = {
    WEB_ACL: Type(
        billed="A web ACL is billed by the month, by the rule, and by the request.",
        source=SOURCE,
        meters=(*_METERS, *CLOUDFRONT.uses()),
        uses=(*_USES, LARGE_BODIES, WAF_GROUP_RULES, MANAGED_RULES, CAPACITY),
        rule=web_acl,
        terraform="aws_wafv2_web_acl",
        notes="""
Each entry of `rules` is a rule, a reference to a group too. The rules inside a group of
one's own are charged on the group; `rule_group_rules` is for groups outside of the stack.
Requests cost more for each 500 capacity units above 1,500; the units are AWS's answer, or
the usage file's, else the lowest rate is taken. ACLs of the scope `CLOUDFRONT` have the
region `global`.
""",
        not_modelled=(
            "what Shield Advanced takes off, targeted Bot Control, fraud control but for "
            "account takeover (`no-price`), monetization of bots"
        ),
    ),
    "aws:wafv2/ruleGroup:RuleGroup": Type(
        billed="Each rule inside a group of one's own is billed by the month.",
        source=SOURCE,
        meters=(REGIONAL.rule, CLOUDFRONT.rule, CLOUDFRONT.captchas),
        uses=(REGIONAL.captchas,),
        rule=rule_group,
        notes="CAPTCHAs are given where the rule is that answers with them.",
        terraform="aws_wafv2_rule_group",
    ),
    "aws:wafv2/webAclRule:WebAclRule": Type(
        billed="A rule is billed by the month, with the fees of a managed group.",
        source=SOURCE,
        meters=(*_METERS, *CLOUDFRONT.uses()),
        uses=_FEES,
        rule=one_rule,
    ),
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation": Type(
        billed="A reference to a group is billed as a rule, with the group's own fees.",
        source=SOURCE,
        meters=(*_METERS, *CLOUDFRONT.uses()),
        uses=_FEES,
        rule=one_rule,
        terraform="aws_wafv2_web_acl_rule_group_association",
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Type(
        billed="Logs of an ACL are billed by the GB, as vended logs.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(LOGS,),
        rule=logging,
        terraform="aws_wafv2_web_acl_logging_configuration",
    ),
}

FREE = free(
    "wafv2",
    {
        "a part of rules, which are charged on the ACL": "IpSet RegexPatternSet",
        "a link between an ACL and what it protects; the ACL is charged": (
            "WebAclAssociation"
        ),
        "a key for the scripts of CAPTCHAs, whose attempts are charged": "ApiKey",
    },
)
