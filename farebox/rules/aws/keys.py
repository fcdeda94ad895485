"""Keys, secrets, parameters and certificates.

Sources: https://aws.amazon.com/kms/pricing/,
https://aws.amazon.com/secrets-manager/pricing/,
https://aws.amazon.com/systems-manager/pricing/ (Parameter Store) and
https://aws.amazon.com/certificate-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.prices import PriceKey
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    hours,
    key_of,
    used,
)
from farebox.rules.shapes import block, blocks, text


def kms_key(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A customer's key is billed by the month and by the requests that use it.

    Requests of asymmetric keys have usage types of their own. Past rotations, which
    cost as much again up to twice, happen after deployment and are not counted.
    Source: https://aws.amazon.com/kms/pricing/
    """
    yield Metered(
        key_of(resource, "awskms", "KMS-Keys"),
        ONE,
        "Keys",
        "KMS key",
        "one key for a month",
    )
    spec = str(resource.input("customerMasterKeySpec") or "SYMMETRIC_DEFAULT")
    usage_type = "KMS-Requests"
    if spec == "RSA_2048":
        usage_type = "KMS-Requests-Asymmetric-RSA_2048"
    elif spec.startswith(("RSA", "ECC")):
        usage_type = "KMS-Requests-Asymmetric"
    yield used(
        resource,
        usage,
        "monthly_requests",
        "awskms",
        usage_type,
        unit="Requests",
        description="requests to the key",
    )


def secret(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A secret, and each replica of it, is billed by the month and by API requests.

    Source: https://aws.amazon.com/secrets-manager/pricing/
    """
    service, usage_type = "AWSSecretsManager", "AWSSecretsManager-Secrets"
    yield Metered(
        key_of(resource, service, usage_type),
        ONE,
        "Secrets",
        "secret",
        "one secret for a month",
    )
    for replica in blocks(resource.input("replicas")):
        region = text(replica.get("region"))
        if isinstance(region, str):
            yield Metered(
                PriceKey(service, region, usage_type),
                ONE,
                "Secrets",
                f"replica of the secret in {region}",
                "one replica for a month",
            )
        else:
            yield Gap("unknown-input", "the region of a replica is not known")
    yield used(
        resource,
        usage,
        "monthly_requests",
        service,
        "AWSSecretsManagerAPIRequest",
        unit="API Requests",
        description="requests for the secret",
    )


def parameter(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A standard parameter is free; an advanced one is billed by the hour.

    Source: https://aws.amazon.com/systems-manager/pricing/ (Parameter Store)
    """
    tier = text(resource.input("tier"))
    if tier in (None, "Standard"):
        yield NoCharge("standard parameters are not charged")
    elif tier == "Advanced":
        yield hours(
            resource,
            circumstances,
            "AWSSystemsManager",
            "PS-Advanced-Param-Tier1",
            description="advanced parameter",
            because="stored all month",
        )
    else:
        yield Gap(
            "unknown-input",
            "whether the parameter becomes an advanced one, which is charged, is known "
            "only after deployment",
            key_of(resource, "AWSSystemsManager", "PS-Advanced-Param-Tier1"),
            "Hrs",
        )


def certificate(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A public certificate for AWS services is free; private and exportable are not.

    Source: https://aws.amazon.com/certificate-manager/pricing/
    """
    export = block(resource.input("options")).get("export")
    if resource.input("certificateAuthorityArn") is not None:
        yield Gap(
            "no-price",
            "a certificate of a private authority is charged, and Farebox knows no "
            "price for it",
        )
    elif export == "ENABLED" or export is UNKNOWN:
        yield Gap(
            "no-price",
            "an exportable certificate is charged by the domain when it is issued, and "
            "Farebox knows no price for it",
        )
    else:
        yield NoCharge("public certificates for AWS services are not charged")
