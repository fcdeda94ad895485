"""Amazon API Gateway, HTTP and WebSocket: requests, messages and minutes.

Source: https://aws.amazon.com/api-gateway/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.aws.apigateway import SERVICE, SOURCE
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.chunks import chunks_of
from farebox.rules.service import Key, Metric, Type, Use, free
from farebox.rules.shapes import text

KB_PER_REQUEST = Decimal(512)
KB_PER_MESSAGE = Decimal(32)
"""Each 512 KB of a request, and each 32 KB of a message, count as one."""

REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="ApiGatewayHttpRequest",
    unit="Requests",
    says="requests to the HTTP API",
    metrics=(
        Metric(
            namespace="AWS/ApiGateway", names=("Count",), dimensions={"ApiId": "id"}
        ),
    ),
)
REQUEST_SIZE = Key(
    key="request_size_kb",
    says="size of a request; each 512 KB count as one",
    unit="KB",
)
MESSAGES = Use(
    key="monthly_messages",
    service=SERVICE,
    usage_type="ApiGatewayMessage",
    unit="Messages",
    says="messages, sent and received",
    metrics=(
        Metric(
            namespace="AWS/ApiGateway",
            names=("MessageCount",),
            dimensions={"ApiId": "id"},
        ),
    ),
)
MESSAGE_SIZE = Key(
    key="message_size_kb", says="size of a message; each 32 KB count as one", unit="KB"
)
CONNECTED = Use(
    key="monthly_connection_mins",
    service=SERVICE,
    usage_type="ApiGatewayMinute",
    unit="minutes",
    says="minutes of connections",
)


def api(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests of an HTTP API; messages and connected minutes of a WebSocket API."""
    protocol = text(resource.input("protocolType"))
    if protocol == "WEBSOCKET":
        factor = chunks_of(usage, MESSAGE_SIZE, KB_PER_MESSAGE)
        yield MESSAGES.charge(resource, usage, factor=factor)
        yield CONNECTED.charge(resource, usage)
    elif protocol in (None, "HTTP"):
        # An API that is read from a document of OpenAPI names none: it is HTTP.
        factor = chunks_of(usage, REQUEST_SIZE, KB_PER_REQUEST)
        yield REQUESTS.charge(resource, usage, factor=factor)
    else:
        yield Gap("unknown-input", "its protocolType is not known before deployment")


TYPES = {
    "aws:apigatewayv2/api:Api": Type(
        billed=(
            "An HTTP API is billed by the request, 512 KB each; a WebSocket API by the "
            "message, 32 KB each, and by the minute that clients are connected."
        ),
        source=SOURCE,
        uses=(REQUESTS, REQUEST_SIZE, MESSAGES, MESSAGE_SIZE, CONNECTED),
        rule=api,
        terraform="aws_apigatewayv2_api",
        not_modelled="traffic out (the account's)",
    ),
}

FREE = free(
    "apigatewayv2",
    {
        "part of an API, whose requests are charged": (
            "ApiMapping Authorizer Deployment Integration IntegrationResponse Model "
            "Route RouteResponse RoutingRule Stage"
        ),
        "a name of an API is not charged, its certificate is ACM's": "DomainName",
        "a link into a VPC is not charged; its load balancer is": "VpcLink",
    },
)
