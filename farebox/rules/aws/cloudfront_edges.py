"""What leaves CloudFront's edge locations, by the group of locations that it leaves.

Source: https://aws.amazon.com/cloudfront/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Gap
from farebox.rules.service import Use

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
    yield from sent or [SENT[CHEAPEST].charge(resource, usage)]
    yield from _given(resource, usage, TO_ORIGIN)
    asked = [
        charge for table in (HTTP, HTTPS) for charge in _given(resource, usage, table)
    ]
    yield from asked or [HTTPS[CHEAPEST].charge(resource, usage)]


def given_traffic(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The same where it is given; nothing is missing where a distribution is off."""
    for table in (SENT, TO_ORIGIN, HTTP, HTTPS):
        yield from _given(resource, usage, table)


def _given(resource: Resource, usage: Usage, table: dict[str, Use]) -> Iterator[Charge]:
    """What is given; from outside of the price class at the rate of the cheapest."""
    price_class = resource.input("priceClass")
    served = CLASSES.get(str(price_class or "PriceClass_All"), frozenset(EDGES))
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
