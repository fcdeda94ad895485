"""What AWS answers to calls, from a price book: for real boto3 clients, over HTTP.

    with AwsServer() as aws:
        serve_calls(aws, PricingApi(book, {"EBS:VolumeUsage.gp3": "1.125"}), Ec2Api(book))

Requests are read and answers written in AWS's own protocols, by botocore's models of the
services: JSON 1.1 (`pricing`, `service-quotas`), EC2's form and XML, REST with JSON
(`savingsplans`). The answers are written by hand in the recorded shapes; the figures are
the book's. A factor moves a price: `{"EBS:VolumeUsage.gp3": "1.125"}` has AWS say
0.09 where the book says 0.08. Factors are by usage type without the region's prefix, or
by `PriceKey`.
"""

from tests.aws.account_api import QuotasApi, SavingsPlansApi
from tests.aws.api import Api
from tests.aws.ec2_api import Ec2Api
from tests.aws.metrics_api import MetricsApi
from tests.aws.pricing_api import PricingApi
from tests.aws.protocols import Refusal, answered, read_call, refused
from tests.aws.server import Asked, AwsServer, Reply

__all__ = [
    "Api",
    "Ec2Api",
    "MetricsApi",
    "PricingApi",
    "QuotasApi",
    "Refusal",
    "SavingsPlansApi",
    "serve_calls",
]


def serve_calls(server: AwsServer, *apis: Api) -> None:
    """Let the server answer these services' calls; `AWS_ENDPOINT_URL` is its url.

    What none of them answers is denied, as to an account without the right.
    """
    by_service = {api.service: api for api in apis}

    def handler(asked: Asked) -> Reply:
        if asked.method != "POST":
            return Reply(404, {}, b"Not Found")
        service, operation, request = read_call(asked)
        api = by_service.get(service)
        try:
            if api is None or operation not in api.operations():
                code = (
                    "UnauthorizedOperation"
                    if service == "ec2"
                    else "AccessDeniedException"
                )
                raise Refusal(code, status=403 if service == "ec2" else 400)
            return answered(service, operation, api.operations()[operation](request))
        except Refusal as refusal:
            return refused(service, refusal)

    server.serve("/", handler)
