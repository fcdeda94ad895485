"""Certificates with addresses of their own, which several distributions may share.

Source: https://aws.amazon.com/cloudfront/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.rules.aws.cloudfront_edges import SERVICE
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import Key, Meter
from farebox.rules.shapes import field

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
MULTITENANT = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
CERTIFICATES = frozenset(
    (
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:iam/serverCertificate:ServerCertificate",
    )
)

DEDICATED_IP = Meter(
    service=SERVICE,
    usage_type="SSL-Cert-Custom",
    unit="Certificates",
    says="certificate with dedicated addresses",
    region="global",
    per="month",
    because="one certificate, however many distributions have it",
)
CERTIFICATE_COUNT = Key(
    key="custom_ssl_certificates",
    says="certificates with dedicated addresses, where it is not one a distribution",
)


def certificate(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Addresses of its own for a certificate, which several distributions may share."""
    block = resource.input("viewerCertificate")
    method = field(block, "sslSupportMethod")
    count = CERTIFICATE_COUNT.given(usage)
    if count is not None:
        yield DEDICATED_IP.metered(
            resource, count.quantity, "certificates as given", usage=count.status
        )
    elif method is UNKNOWN:
        yield DEDICATED_IP.gap(
            resource,
            "viewerCertificate.sslSupportMethod is not known before deployment",
        )
    elif method == "static-ip":
        yield Gap(
            "no-price",
            "static addresses for a certificate have a price that AWS tells on request",
        )
    elif method == "vip" and _is_first(resource, circumstances):
        known = _certificate_of(circumstances.graph, resource, block) != resource.urn
        yield DEDICATED_IP.metered(
            resource,
            ONE,
            DEDICATED_IP.because if known else "a certificate that no other one has",
            usage="given" if known else "assumed",
        )


def _is_first(resource: Resource, circumstances: Circumstances) -> bool:
    """Whether no distribution before this one pays for the same certificate."""
    graph = circumstances.graph
    paid = circumstances.once("cloudfront certificates", lambda: _paying(graph))
    return resource.urn in paid


def _paying(graph: ResourceGraph) -> frozenset[str]:
    found: dict[str, str] = {}
    for type_ in (DISTRIBUTION, MULTITENANT):
        for item in graph.by_type.get(type_, ()):
            block = item.input("viewerCertificate")
            if field(block, "sslSupportMethod") == "vip":
                found.setdefault(_certificate_of(graph, item, block), item.urn)
    return frozenset(found.values())


def _certificate_of(graph: ResourceGraph, item: Resource, block: Any) -> str:
    """The certificate's id, or the one that it can mean; else the distribution's own."""
    for name in ("iamCertificateId", "acmCertificateArn"):
        value = field(block, name)
        if isinstance(value, str) and value:
            return value
        if value is UNKNOWN:
            meant = graph.references(item, "viewerCertificate", UNKNOWN, CERTIFICATES)
            if len(meant) == 1:
                return meant[0].urn
    return item.urn
