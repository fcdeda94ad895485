"""AWS Private Certificate Authority: authorities by the month, and certificates.

Source: https://aws.amazon.com/private-ca/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_flag, known_text
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/private-ca/pricing/"
SERVICE = "AWSCertificateManager"

AUTHORITY = Meter(
    service=SERVICE,
    usage_type="PaidPrivateCA",
    unit="month",
    says="private authority",
    per="month",
    because="exists all month, used or not",
)
ISSUED = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="PrivateCertificatesIssued",
    unit="Certificates",
    says="certificates issued",
)
STATUS = Use(
    key="monthly_ocsp_queries",
    service=SERVICE,
    usage_type="OCSPPerQuery",
    unit="Queries",
    says="queries of a certificate's status",
)


def authority(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An authority of the general mode by the month; short-lived ones cost less."""
    mode = known_text(resource.input("usageMode"), "usageMode", "GENERAL_PURPOSE")
    if isinstance(mode, Gap):
        yield AUTHORITY.gap(resource, mode.reason)
        return
    if mode == "SHORT_LIVED_CERTIFICATE":
        yield Gap(
            "no-price",
            "an authority of short-lived certificates, and each of them, has a rate of "
            "its own",
        )
    else:
        yield AUTHORITY.all_month(resource, circumstances)
        yield ISSUED.charge(resource, usage)
    said = field(resource.input("revocationConfiguration"), "ocspConfiguration")
    enabled = known_flag(field(said, "enabled"), "ocspConfiguration.enabled")
    if isinstance(enabled, Gap):
        yield STATUS.gap(resource, enabled.reason)
    elif enabled:
        yield STATUS.charge(resource, usage)


TYPES = {
    "aws:acmpca/certificateAuthority:CertificateAuthority": Type(
        billed="An authority is billed by the month, and by the certificate it issues.",
        source=SOURCE,
        meters=(AUTHORITY,),
        uses=(ISSUED, STATUS),
        rule=authority,
        terraform="aws_acmpca_certificate_authority",
    )
}

FREE = free(
    "acmpca",
    {
        "certificates are given with the authority that issues them": "Certificate",
        "a right, or the authority's own certificate": (
            "CertificateAuthorityCertificate Permission Policy"
        ),
    },
)
