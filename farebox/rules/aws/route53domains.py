"""Route 53 Domains: a domain is paid for by the year.

Source: https://aws.amazon.com/route53/pricing/ (domain registration)
"""

from farebox.rules.service import Type, free

SOURCE = "https://aws.amazon.com/route53/pricing/"

_DOMAIN = Type(
    billed="A domain is billed by the year, at the price of its ending.",
    source=SOURCE,
    no_price=(
        "a domain is paid for by the year when it is registered or renewed, at the price "
        "of its ending, which stands in a list of its own"
    ),
    terraform="aws_route53domains_registered_domain aws_route53domains_domain",
)

TYPES = {
    "aws:route53domains/domain:Domain": _DOMAIN,
    "aws:route53domains/registeredDomain:RegisteredDomain": _DOMAIN,
}

FREE = free(
    "route53domains",
    {"a record at the registry, which costs nothing": "DelegationSignerRecord"},
)
