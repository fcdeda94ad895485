"""Usage types that AWS spells otherwise in one region: the spellings, in one table.

A rule names a charge once, as most regions spell it. Where a region's list has another
name for the same charge, a look-up of the usual name must find the listed one, a refresh
must know the row for the rule's, and a missing price must be told in the list's words.
"""

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices.prefixes import with_prefix, without_prefix
from farebox.prices.values import PriceKey

_NAMES_OF_2022 = (
    "the usage types that the price list API named on 2022-09-29, as "
    "alanwsmith/aws-price-list-api-values.alanwsmith.com@6a9fb66c keeps them"
)


class Alias(Struct, frozen=True):
    """One charge of one region: how its list spells it, and how all others do.

    Both are without the region's prefix. `source` says where the listed name stands.
    """

    service: str
    region: str
    listed: str
    usual: str
    source: str


ALIASES = (
    Alias(
        *("AWSQueueService", "us-east-1", "Requests-RBP", "Requests-Tier1"),
        source=f"{_NAMES_OF_2022}; price-list row of 2026-09-11",
    ),
    Alias(
        *("AWSQueueService", "us-east-1", "Requests-FIFO-RBP", "Requests-FIFO-Tier1"),
        source=f"{_NAMES_OF_2022}; price-list row of 2026-09-11",
    ),
    Alias(
        "AWSSecretsManager",
        "eu-west-1",
        "AWSSecretsManager-APIRequests",
        "AWSSecretsManagerAPIRequest",
        source=_NAMES_OF_2022,
    ),
    Alias(
        "AmazonRDS",
        "us-east-1",
        "RDS:IO2-PIOPS-Storage",
        "RDS:PIOPS-Storage-IO2",
        source="price-list row of 2026-07-28; another project's rows have the usual one",
    ),
    Alias(
        "AWSSecretsManager",
        "ap-southeast-1",
        "AWSSecretsManager-Secret",
        "AWSSecretsManager-Secrets",
        source=f"{_NAMES_OF_2022}; price-list row of 2026-09-11",
    ),
    Alias(
        *("AmazonRDS", "us-east-1", "RDS:IO2-PIOPS-Storage", "RDS:PIOPS-Storage-IO2"),
        source="price-list row of 2026-07-28; the other spelling stands on bills of 2026",
    ),
)
"""Every such charge of a service that is rated here; of 25 regions no other differs."""

_USUAL = {(a.service, a.region, a.listed): a.usual for a in ALIASES}
_LISTED = {(a.service, a.region, a.usual): a.listed for a in ALIASES}
_NAMES = frozenset(name for a in ALIASES for name in (a.listed, a.usual))


def usual_name(service: str, region: str, usage_type: str) -> str:
    """The usage type without prefix, under the name that a rule has for it."""
    bare = without_prefix(usage_type, region)
    if bare in _NAMES:
        return _USUAL.get((service, region, bare), bare)
    return bare


def listed_name(service: str, region: str, bare: str) -> str:
    """The usage type as the region's list spells it, still without prefix."""
    return _LISTED.get((service, region, bare), bare) if bare in _NAMES else bare


def bare_key(key: PriceKey) -> PriceKey:
    """The key under its one name: without the region's prefix, as rules spell it."""
    usage_type = usual_name(key.service, key.region, key.usage_type)
    return key if usage_type == key.usage_type else replace(key, usage_type=usage_type)


BY_REGION_NAME = frozenset(("awskms",))
"""Services whose usage types begin with the region's own name, as on the bill."""


def billed_key(key: PriceKey) -> PriceKey:
    """The key as the region's bill has it: its own spelling, and its prefix."""
    bare = without_prefix(key.usage_type, key.region)
    listed = listed_name(key.service, key.region, bare)
    usage_type = key.usage_type if listed == bare else listed
    if key.service not in BY_REGION_NAME:
        usage_type = with_prefix(usage_type, key.region)
    return key if usage_type == key.usage_type else replace(key, usage_type=usage_type)
