"""Route 53 Domains: names that are registered by the year.

Source: https://aws.amazon.com/route53/pricing/ (domain names)
"""

from farebox.rules.service import free, unpriced

FREE = free(
    "route53domains",
    {"a key of a domain that signs its zone": "DelegationSignerRecord"},
)

UNPRICED = unpriced(
    "route53domains",
    {
        "a domain is registered and renewed by the year, at its ending's price": (
            "Domain RegisteredDomain"
        )
    },
)
