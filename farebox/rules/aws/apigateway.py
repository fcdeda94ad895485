"""Amazon API Gateway, REST: requests, and the cache of a stage.

Source: https://aws.amazon.com/api-gateway/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.xray import TRACES, traced
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Metric, Type, Use, free
from farebox.rules.shapes import amount

SOURCE = "https://aws.amazon.com/api-gateway/pricing/"
SERVICE = "AmazonApiGateway"

REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="ApiGatewayRequest",
    unit="Requests",
    says="requests to the API",
    metrics=(
        Metric(
            namespace="AWS/ApiGateway", names=("Count",), dimensions={"ApiName": "name"}
        ),
    ),
)
CACHE = Meter(
    service=SERVICE,
    usage_type="ApiGatewayCacheUsage:{size}GB",
    unit="Hrs",
    says="cache of {size} GB",
    per="hour",
    because="the cache exists all month",
)
CACHE_SIZES = {
    Decimal("0.5"): "0.5",
    Decimal("1.6"): "1.55",
    Decimal("6.1"): "6.05",
    Decimal("13.5"): "13.5",
    Decimal("28.4"): "28.4",
    Decimal("58.2"): "58.2",
    Decimal("118"): "118",
    Decimal("237"): "237",
}
"""`cacheClusterSize` to how the price list writes it.

Source: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html
"""


def stage(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A stage is free; its cache is billed by the hour and size, used or not."""
    yield NoCharge("a stage is not charged; requests are, on the API")
    yield from _cache(resource, circumstances)
    yield from traced(resource, usage, resource.input("xrayTracingEnabled"))


def _cache(resource: Resource, circumstances: Circumstances) -> Iterator[Charge]:
    enabled = flag(resource.input("cacheClusterEnabled"))
    if enabled is UNKNOWN:
        yield CACHE.gap(resource, "whether it has a cache is not known yet", size="0.5")
    if not enabled:
        return
    size = amount(resource, resource.input("cacheClusterSize"), "a cacheClusterSize of")
    if size is None or isinstance(size, Unknown):
        reason = "the size of its cache is not known before deployment"
        yield CACHE.gap(resource, reason, size="0.5")
        return
    # A size that AWS does not sell has no price, and the statement says so.
    listed = CACHE_SIZES.get(size, f"{size.normalize():f}")
    yield CACHE.all_month(resource, circumstances, size=listed)


TYPES = {
    "aws:apigateway/restApi:RestApi": Type(
        billed="A REST API is billed by the request.",
        source=SOURCE,
        uses=(REQUESTS,),
        terraform="aws_api_gateway_rest_api",
        notes=(
            "Private APIs cost the same a request, and their endpoints in a VPC by the "
            "hour and by the GB. Twelve-month trials never count."
        ),
        not_modelled="traffic out (the account's), requests that the cache answers (charged too)",
    ),
    "aws:apigateway/stage:Stage": Type(
        billed="A stage is free; its cache is billed by the hour and size, used or not.",
        source=SOURCE,
        meters=(CACHE,),
        uses=(TRACES,),
        rule=stage,
        terraform="aws_api_gateway_stage",
    ),
}

FREE = free(
    "apigateway",
    {
        "part of an API, whose requests are charged": (
            "ApiKey Authorizer BasePathMapping ClientCertificate Deployment "
            "DocumentationPart DocumentationVersion DomainNameAccessAssociation "
            "Integration IntegrationResponse Method MethodResponse MethodSettings "
            "Model RequestValidator Resource Response RestApiPolicy RestApiPut "
            "UsagePlan UsagePlanKey"
        ),
        "a name of an API is not charged, its certificate is ACM's": "DomainName",
        "a link into a VPC is not charged; its load balancer is": "VpcLink",
        "a setting of the account, not charged": "Account",
    },
)
