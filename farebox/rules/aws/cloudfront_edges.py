"""What leaves CloudFront's edge locations, by the group of locations that it leaves.

Source: https://aws.amazon.com/cloudfront/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Gap
from farebox.rules.service import Use
from farebox.rules.shapes import field, values_of

SERVICE = "AmazonCloudFront"

EDGES = {
    "us": ("US", "the United States and Mexico"),
    "canada": ("CA", "Canada"),
    "europe": ("EU", "Europe, Israel and Türkiye"),
    "south_africa": ("ZA", "Africa"),
    "middle_east": ("ME", "the Middle East"),
    "south_america": ("SA", "South America"),
    "japan": ("JP", "Japan"),
    "australia": ("AU", "Australia and New Zealand"),
    "asia_pacific": ("AP", "Asia and the Pacific"),
    "india": ("IN", "India"),
}
"""A group of edge locations, as the usage file names it, to its part of usage types."""

CLASS_100 = frozenset(("us", "canada", "europe"))
CLASSES = {
    "PriceClass_100": CLASS_100,
    "PriceClass_200": frozenset(EDGES) - {"south_america", "australia"},
    "PriceClass_All": frozenset(EDGES),
}
"""The groups that a distribution of a price class serves from.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html
"""

COUNTRIES = {
    edge: frozenset(names.split())
    for edge, names in {
        "us": "US MX",
        "canada": "CA",
        "europe": (
            "AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IL IS IT LI LT "
            "LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK TR UA"
        ),
        "south_africa": "BW EG KE MA MZ NA NG TN UG ZA ZM ZW",
        "middle_east": "AE BH JO KW OM QA SA",
        "south_america": "AR BO BR CL CO EC PE PY UY VE",
        "japan": "JP",
        "australia": "AU NZ",
        "asia_pacific": "HK ID KR MY PH SG TH TW VN",
        "india": "IN",
    }.items()
}
"""Countries by the group of edges that is next to most of their people, as a guess."""

CHEAPEST = "us"
"""The group whose rate holds where an edge outside of the price class answers."""


def _by_edge(key: str, suffix: str, unit: str, says: str) -> dict[str, Use]:
    return {
        edge: Use(
            key=f"{key}.{edge}",
            service=SERVICE,
            usage_type=f"{part}-{suffix}",
            unit=unit,
            says=f"{says} {place}",
            region="global",
            optional=True,
        )
        for edge, (part, place) in EDGES.items()
    }


SENT = _by_edge(
    "monthly_data_transfer_to_internet_gb",
    "DataTransfer-Out-Bytes",
    "GB",
    "traffic to the internet from",
)
TO_ORIGIN = _by_edge(
    "monthly_data_transfer_to_origin_gb",
    "DataTransfer-Out-OBytes",
    "GB",
    "traffic to the origin from",
)
HTTP = _by_edge(
    "monthly_http_requests", "Requests-Tier1", "Requests", "HTTP requests to"
)
HTTPS = _by_edge(
    "monthly_https_requests", "Requests-Tier2-HTTPS", "Requests", "HTTPS requests to"
)
KEYS = tuple(use for table in (SENT, TO_ORIGIN, HTTP, HTTPS) for use in table.values())


def traffic(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Bytes and requests of each group of edges that the usage file gives."""
    sent = list(_given(resource, usage, SENT))
    yield from sent or _asked(resource, SENT)
    yield from _given(resource, usage, TO_ORIGIN)
    asked = [
        charge for table in (HTTP, HTTPS) for charge in _given(resource, usage, table)
    ]
    yield from asked or _asked(resource, HTTPS)


def given_traffic(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The same where it is given; nothing is missing where a distribution is off."""
    for table in (SENT, TO_ORIGIN, HTTP, HTTPS):
        yield from _given(resource, usage, table)


def _asked(resource: Resource, table: dict[str, Use]) -> Iterator[Charge]:
    """What is missing where nothing is given: of each group where its countries are.

    Without a list of countries the cheapest group stands for all that it serves from,
    and the others are named.
    """
    countries, served = _countries(resource), _served(resource)
    groups = [edge for edge in EDGES if countries & COUNTRIES[edge]]
    for edge in groups or [CHEAPEST]:
        gap = table[edge].without_use(resource, table[edge].key)
        if edge not in served:
            gap = replace(gap, key=table[CHEAPEST].price_key(resource))
        if not groups:
            others = ", ".join(name for name in served if name != edge)
            reason = f"{gap.reason}; others have rates of their own: {others}"
            gap = replace(gap, reason=reason)
        yield gap


def _countries(resource: Resource) -> frozenset[str]:
    """The countries that alone are answered; none where all are, or where it is open."""
    said: Any = field(resource.input("restrictions"), "geoRestriction")
    if field(said, "restrictionType") != "whitelist":
        return frozenset()
    found = values_of(field(said, "locations"))
    known = [item for item in found if isinstance(item, str)]
    return frozenset(known) if len(known) == len(found) else frozenset()


def _served(resource: Resource) -> list[str]:
    """The groups that the price class serves from, in the order of the usage file."""
    price_class = resource.input("priceClass")
    served = CLASSES.get(str(price_class or "PriceClass_All"), frozenset(EDGES))
    return [edge for edge in EDGES if edge in served]


def _given(resource: Resource, usage: Usage, table: dict[str, Use]) -> Iterator[Charge]:
    """What is given; from outside of the price class at the rate of the cheapest."""
    price_class = resource.input("priceClass")
    served = _served(resource)
    for edge, use in table.items():
        given = use.given(usage)
        if given is None:
            continue
        if price_class is UNKNOWN and edge not in CLASS_100:
            yield Gap(
                "unknown-input",
                f"{use.says}: priceClass is not known before deployment, and it decides "
                "about the rate",
                use.price_key(resource),
                use.unit,
            )
            continue
        rated, because = use, ""
        if edge not in served:
            rated = table[CHEAPEST]
            because = f", at the rate of the cheapest edge of {price_class}"
        yield rated.metered(
            resource,
            given.quantity,
            f"{_figure(given.quantity)} from {EDGES[edge][1]}{because}",
            usage=given.status,
        )


def _figure(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
