"""What AWS WAF counts of a web ACL, by where the ACL works: a region, or CloudFront.

Usage types: those that the price list API named on 2022-09-29, and the feed of 2025-10.
Those of ACLs for CloudFront begin with `Global-` and belong to no region.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from msgspec import Struct

from farebox.rules.service import Key, Meter, Use

SERVICE = "awswaf"

WAF_GROUP_RULES = Key(
    key="rule_group_rules",
    says="rules inside groups of one's own that are not in the stack",
)
MANAGED_RULES = Key(
    key="managed_rule_group_rules",
    says="rules inside managed groups",
    unused="AWS charges a managed group as one rule, whatever is inside",
)
CAPACITY = Key(
    key="web_acl_capacity_units",
    says="capacity units of the ACL's rules, where AWS has not told them yet",
)

INCLUDED_UNITS, UNITS_A_TIER = Decimal(1500), Decimal(500)
LAST_TIER = 8


def tier_of(units: Decimal) -> str:
    """The tier of requests for an ACL of so many capacity units: 1 up to 1,500."""
    above = max(units - INCLUDED_UNITS, Decimal(0)) / UNITS_A_TIER
    return str(1 + int(above.to_integral_value(ROUND_CEILING)))


class Meters(Struct, frozen=True):
    """The meters of ACLs that work in one place."""

    acl: Meter
    rule: Meter
    bot_control: Meter
    account_takeover: Meter
    requests: Use
    bot_requests: Use
    logins: Use
    captchas: Use

    def meters(self) -> Iterable[Meter]:
        """Those that count what exists."""
        return self.acl, self.rule, self.bot_control, self.account_takeover

    def uses(self) -> Iterable[Use]:
        """Those that the usage file fills."""
        return (
            self.requests,
            self.bot_requests,
            self.logins,
            self.captchas,
        )


def _meters(start: str, region: Literal["", "global"]) -> Meters:
    def exists(usage_type: str, says: str, because: str = "") -> Meter:
        return Meter(
            service=SERVICE,
            usage_type=f"{start}{usage_type}",
            unit="Month",
            says=says,
            region=region,
            per="month",
            because=because,
        )

    def used(key: str, usage_type: str, says: str, unit: str = "Request") -> Use:
        return Use(
            key=key,
            service=SERVICE,
            usage_type=f"{start}{usage_type}",
            unit=unit,
            says=says,
            region=region,
        )

    return Meters(
        acl=exists("WebACLV2", "web ACL", "one ACL for a month"),
        rule=exists("RuleV2", "rules of the web ACL"),
        bot_control=exists("AMR-BotControl", "Bot Control", "one ACL that has it"),
        account_takeover=exists(
            "AMR-ATP", "account takeover prevention", "one ACL that has it"
        ),
        requests=used("monthly_requests", "RequestV2-Tier{tier}", "requests inspected"),
        bot_requests=used(
            "monthly_bot_control_requests",
            "AMR-BotControl-Request",
            "requests that Bot Control inspects",
        ),
        logins=used(
            "monthly_login_attempts",
            "AMR-ATP-Login",
            "login attempts that account takeover prevention inspects",
        ),
        captchas=used(
            "monthly_captcha_attempts",
            "CaptchaAttempted",
            "CAPTCHA attempts",
            "Attempt",
        ),
    )


LARGE_BODIES = Use(
    key="monthly_large_body_requests",
    service=SERVICE,
    usage_type="RequestV2-{size}KB",
    unit="Request",
    says="requests with bodies above the free size",
)
"""Of ACLs in a region; under which name CloudFront's have it has not been seen."""

REGIONAL = _meters("", "")
CLOUDFRONT = _meters("Global-", "global")
