"""AWS WAF Classic: web ACLs, their rules and requests, for CloudFront and in a region.

Source: https://aws.amazon.com/waf/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.wafv2_meters import WAF_GROUP_RULES
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import values_of

SOURCE = "https://aws.amazon.com/waf/pricing/"
SERVICE = "awswaf"
GLOBAL_MODULE = "aws:waf/"

ACLS = {
    where: Meter(
        service=SERVICE,
        usage_type="WebACL",
        unit="month",
        says="classic web ACL",
        region=where,
        per="month",
        because="one ACL for a month",
    )
    for where in ("", "global")
}
RULES = {
    where: Meter(
        service=SERVICE,
        usage_type="Rule",
        unit="month",
        says="rules of the classic web ACL",
        region=where,
    )
    for where in ("", "global")
}
REQUESTS = {
    where: Use(
        key="monthly_requests",
        service=SERVICE,
        usage_type="Request",
        unit="Request",
        says="requests inspected",
        region=where,
    )
    for where in ("", "global")
}


def web_acl(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One ACL, each rule that it has, and its requests."""
    where = "global" if resource.type.startswith(GLOBAL_MODULE) else ""
    yield ACLS[where].all_month(resource, circumstances)
    rules = resource.input("rules")
    inside = WAF_GROUP_RULES.given(usage)
    if rules is UNKNOWN:
        yield RULES[where].gap(resource, "how many rules it has is not known yet")
    elif count := Decimal(len(values_of(rules))):
        yield RULES[where].metered(resource, count, f"{count} rules for a month")
    if inside is not None:
        yield RULES[where].metered(
            resource, inside.quantity, "rules of groups as given", usage=inside.status
        )
    yield REQUESTS[where].charge(resource, usage)


_ACL = Type(
    billed="A classic web ACL is billed by the month, by the rule, and by the request.",
    source=SOURCE,
    meters=(*ACLS.values(), *RULES.values()),
    uses=(REQUESTS[""], WAF_GROUP_RULES),
    rule=web_acl,
    terraform="aws_waf_web_acl aws_wafregional_web_acl",
    notes=(
        "ACLs of the module `waf` are CloudFront's, with the region `global`; those of "
        "`wafregional` are the region's. A group counts as one rule; "
        "`rule_group_rules` adds the rules inside it."
    ),
)

TYPES = {"aws:waf/webAcl:WebAcl": _ACL, "aws:wafregional/webAcl:WebAcl": _ACL}

_PARTS = {
    "a part of rules, which are charged on each ACL that has them": (
        "ByteMatchSet GeoMatchSet IpSet RateBasedRule RegexMatchSet RegexPatternSet "
        "Rule RuleGroup SizeConstraintSet SqlInjectionMatchSet XssMatchSet"
    )
}
FREE = (
    free("waf", _PARTS)
    | free("wafregional", _PARTS)
    | free(
        "wafregional",
        {
            "a link between an ACL and what it protects; the ACL is charged": (
                "WebAclAssociation"
            )
        },
    )
)
