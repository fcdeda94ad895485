"""AWS Secrets Manager: secrets by the month, and the requests to them.

Source: https://aws.amazon.com/secrets-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.prices import PriceKey
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import blocks, text

SERVICE = "AWSSecretsManager"

SECRET = Meter(
    service=SERVICE,
    usage_type="AWSSecretsManager-Secrets",
    unit="Secrets",
    says="secret",
    per="month",
    because="one secret for a month",
)
REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="AWSSecretsManagerAPIRequest",
    unit="API Requests",
    says="requests for the secret",
)


def secret(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The secret, each replica in the replica's own region, and the requests."""
    yield SECRET.all_month(resource, circumstances)
    for replica in blocks(resource.input("replicas")):
        region = text(replica.get("region"))
        if isinstance(region, str):
            yield Metered(
                PriceKey(SERVICE, region, SECRET.usage_type),
                ONE,
                SECRET.unit,
                f"replica of the secret in {region}",
                "one replica for a month",
            )
        else:
            yield Gap("unknown-input", "the region of a replica is not known")
    yield REQUESTS.charge(resource, usage)


TYPES = {
    "aws:secretsmanager/secret:Secret": Type(
        billed=(
            "A secret, and each replica of it, is billed by the month and by API requests."
        ),
        source="https://aws.amazon.com/secrets-manager/pricing/",
        meters=(SECRET,),
        uses=(REQUESTS,),
        rule=secret,
        terraform="aws_secretsmanager_secret",
        notes="A replica has the price of its own region.",
    )
}

FREE = free(
    "secretsmanager",
    {
        "part of a secret, which is charged as a whole": (
            "SecretPolicy SecretRotation SecretVersion Tag"
        )
    },
)
