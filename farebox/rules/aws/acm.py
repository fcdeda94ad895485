"""AWS Certificate Manager: certificates.

Source: https://aws.amazon.com/certificate-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, free
from farebox.rules.shapes import block


def certificate(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Who issues the certificate, and whether it may leave AWS, decides."""
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


TYPES = {
    "aws:acm/certificate:Certificate": Type(
        billed=(
            "A public certificate for AWS services is free; private and exportable are "
            "not."
        ),
        source="https://aws.amazon.com/certificate-manager/pricing/",
        rule=certificate,
        notes="Certificates of a private authority and exportable ones are `no-price`.",
    )
}

FREE = free("acm", {"checking a certificate is not charged": "CertificateValidation"})
