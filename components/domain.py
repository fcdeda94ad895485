"""A certificate for a domain and all names below it, proven through DNS."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arguments import require, require_tags, tags_of

DOMAIN = re.compile(r"(?=.{4,251}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
DOMAIN_SOURCE = (
    "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"
)
ZONE = re.compile(r"Z[A-Z0-9]{1,31}")


def require_domain(argument: str, domain: str) -> None:
    """Raise BadArgument unless it is a domain name that ACM would take."""
    require(
        bool(DOMAIN.fullmatch(domain)),
        argument,
        domain,
        "must be a lower-case domain name such as hosting.example.com",
        DOMAIN_SOURCE,
    )


def require_hosted_zone(argument: str, zone_id: str | None) -> None:
    """Raise BadArgument unless it is absent or the id of a Route 53 zone."""
    require(
        zone_id is None or bool(ZONE.fullmatch(zone_id)),
        argument,
        zone_id,
        "must be a Route 53 hosted zone id such as Z0123456789ABCDEFGHIJ",
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainArgs:
    """The domain, and its Route 53 zone where that is in this account.

    Without a zone the deployment waits until somebody has made the DNS record that
    the ACM console shows.
    """

    domain: str
    hosted_zone_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no domain."""
        require_domain("domain", self.domain)
        require_hosted_zone("hosted_zone_id", self.hosted_zone_id)
        require_tags("tags", self.tags)


class Domain(pulumi.ComponentResource):
    """A public certificate, which is free and renews itself, and its validation.

    Output: `certificate_arn`, known once the certificate may be used.
    """

    certificate_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Ask for the certificate; `name` starts the names of everything in it."""
        super().__init__("passepartout:hosting:Domain", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"],
            validation_method="DNS",
            tags=tags_of(args.tags, "Domain"),
            opts=child,
        )
        proofs = []
        if args.hosted_zone_id is not None:
            # One record proves the domain and its wildcard.
            proof = certificate.domain_validation_options.apply(_proof)
            record = aws.route53.Record(
                f"{name}-proof",
                zone_id=args.hosted_zone_id,
                name=proof["name"],
                type=proof["type"],
                records=[proof["value"]],
                ttl=300,
                opts=child,
            )
            proofs.append(record.fqdn)
        validation = aws.acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=proofs or None,
            opts=child,
        )
        self.certificate_arn = validation.certificate_arn
        self.register_outputs({"certificate_arn": self.certificate_arn})


def _proof(options: Sequence[Any] | None) -> dict[str, str]:
    """The DNS record that ACM wants to see; a simulated deployment knows none."""
    if not options:
        return {"name": "", "type": "CNAME", "value": ""}
    first = options[0]
    return {
        "name": first.resource_record_name,
        "type": first.resource_record_type,
        "value": first.resource_record_value,
    }
