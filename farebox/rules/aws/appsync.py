"""AWS AppSync: queries, updates in real time, minutes of connections, caches.

Source: https://aws.amazon.com/appsync/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.xray import TRACES, traced
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.chunks import chunks_of
from farebox.rules.service import Key, Meter, Metric, Type, Use, free
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/appsync/pricing/"
SERVICE = "AWSAppSync"
KB_PER_UPDATE = Decimal(5)
"""Each 5 KB of an update that a client receives count as one."""

QUERIES = Use(
    key="monthly_queries",
    service=SERVICE,
    usage_type="GraphQLInvocation",
    unit="Requests",
    says="queries and changes of data",
    metrics=(
        Metric(
            namespace="AWS/AppSync",
            names=("Requests",),
            dimensions={"GraphQLAPIId": "id"},
        ),
    ),
)
UPDATES = Use(
    key="monthly_real_time_updates",
    service=SERVICE,
    usage_type="GraphQLNotification",
    unit="Notifications",
    says="updates that clients receive in real time",
    optional=True,
)
UPDATE_SIZE = Key(
    key="update_size_kb", says="size of an update; each 5 KB count as one", unit="KB"
)
CONNECTED = Use(
    key="monthly_connection_mins",
    service=SERVICE,
    usage_type="ConnectionDuration",
    unit="minutes",
    says="minutes of connections in real time",
    optional=True,
)
CACHE = Meter(
    service=SERVICE,
    usage_type="AppSyncCacheUsage:{size}GB",
    unit="Hrs",
    says="cache of {size} GB",
    per="hour",
    because="the cache exists all month",
)
CACHE_SIZES = {
    "SMALL": "1.55",
    "MEDIUM": "3.22",
    "LARGE": "12.3",
    "XLARGE": "25.05",
    "LARGE_2X": "50.47",
    "LARGE_4X": "101.38",
    "LARGE_8X": "203.26",
    "LARGE_12X": "317.77",
    "T2_SMALL": "1.55",
    "T2_MEDIUM": "3.22",
    "R4_LARGE": "12.3",
    "R4_XLARGE": "25.05",
    "R4_2XLARGE": "50.47",
    "R4_4XLARGE": "101.38",
    "R4_8XLARGE": "203.26",
}
"""Types of caches, the old names too, to the memory by which the list names them.

Source: https://docs.aws.amazon.com/appsync/latest/APIReference/API_ApiCache.html
"""


def graphql_api(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Queries; updates and connections where clients subscribe; traces where asked."""
    yield QUERIES.charge(resource, usage)
    if UPDATES.given(usage) is not None:
        factor = chunks_of(usage, UPDATE_SIZE, KB_PER_UPDATE)
        yield UPDATES.charge(resource, usage, factor=factor)
    yield from CONNECTED.where_given(resource, usage)
    yield from traced(resource, usage, resource.input("xrayEnabled"))


def api_cache(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cache is billed by the hour and its memory, used or not."""
    kind = text(resource.input("type"))
    if kind is None or kind is UNKNOWN:
        yield CACHE.gap(resource, "the type of the cache is not known yet", size="1.55")
    else:
        size = CACHE_SIZES.get(str(kind), str(kind))
        yield CACHE.all_month(resource, circumstances, size=size)


TYPES = {
    "aws:appsync/graphQLApi:GraphQLApi": Type(
        billed=(
            "A GraphQL API is billed by the query, by the update that clients receive in "
            "real time, 5 KB each, and by the minute that they are connected."
        ),
        source=SOURCE,
        uses=(QUERIES, UPDATES, UPDATE_SIZE, CONNECTED, TRACES),
        rule=graphql_api,
        terraform="aws_appsync_graphql_api",
        notes=(
            "Updates and connections are charged where the file gives them: whether "
            "clients subscribe is not in the document."
        ),
        not_modelled="traffic out (the account's)",
    ),
    "aws:appsync/apiCache:ApiCache": Type(
        billed="A cache is billed by the hour and its memory.",
        source=SOURCE,
        meters=(CACHE,),
        rule=api_cache,
        terraform="aws_appsync_api_cache",
    ),
    "aws:appsync/api:Api": Type(
        billed="An Event API is charged by the operation and the minute of connections.",
        source=SOURCE,
        no_price=(
            "its operations and minutes of connections are charged, and Farebox knows no "
            "price for them"
        ),
        terraform="aws_appsync_api",
    ),
}

FREE = free(
    "appsync",
    {
        "part of an API, whose queries are charged": (
            "ApiKey ChannelNamespace DataSource DomainName DomainNameApiAssociation "
            "Function Resolver SourceApiAssociation Type"
        )
    },
)
