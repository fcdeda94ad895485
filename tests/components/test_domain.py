"""The domain's certificate: what it covers, how it is proven, what is refused."""

from typing import Any

import pytest

from components.arguments import BadArgument
from components.domain import Domain, DomainArgs
from tests.components.harness import TAGS, Program, run

RECORD = "aws:route53/record:Record"


def domain(**more: Any) -> Program:
    args = DomainArgs(domain="hosting.example.com", tags=TAGS, **more)
    return run(lambda: Domain("domain", args))


def test_one_certificate_covers_the_domain_and_every_name_below_it() -> None:
    certificate = domain().one("aws:acm/certificate:Certificate").inputs
    assert certificate["domainName"] == "hosting.example.com"
    assert certificate["subjectAlternativeNames"] == ["*.hosting.example.com"]
    assert certificate["validationMethod"] == "DNS"


def test_what_uses_the_certificate_waits_for_its_validation() -> None:
    made = domain()
    validation = made.one("aws:acm/certificateValidation:CertificateValidation")
    assert validation.inputs == {"certificateArn": "domain-certificate.arn"}
    assert made.outputs["domain"] == {"certificate_arn": "domain-certificate.arn"}
    assert not made.of_type(RECORD)


def test_a_hosted_zone_gets_the_proof_that_acm_asks_for() -> None:
    made = domain(hosted_zone_id="Z0123456789ABCDEFGHIJ")
    record = made.one(RECORD).inputs
    assert record["zoneId"] == "Z0123456789ABCDEFGHIJ"
    assert record["name"] == "_proof.hosting.example.com"
    assert record["records"] == ["_value.acm-validations.aws"]
    validation = made.one("aws:acm/certificateValidation:CertificateValidation")
    assert validation.inputs["validationRecordFqdns"] == ["domain-proof.fqdn"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"domain": "nonsense"},
            "domain is 'nonsense': it must be a lower-case domain",
        ),
        ({"domain": "Hosting.Example.com"}, "lower-case domain name"),
        ({"domain": "a..com"}, "lower-case domain name"),
        ({"hosted_zone_id": "example.com"}, "must be a Route 53 hosted zone id"),
    ],
)
def test_a_bad_domain_is_refused(change: dict[str, Any], sentence: str) -> None:
    args: dict[str, Any] = {"domain": "hosting.example.com"}
    with pytest.raises(BadArgument) as raised:
        DomainArgs(**{**args, **change})
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)
