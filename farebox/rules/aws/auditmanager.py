"""AWS Audit Manager, Security Lake and IAM Access Analyzer: what is assessed and kept.

Source: https://aws.amazon.com/audit-manager/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_text
from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/audit-manager/pricing/"
ANALYZER_SOURCE = "https://aws.amazon.com/iam/access-analyzer/pricing/"

ASSESSED = Use(
    key="monthly_resource_assessments",
    service="auditmanager",
    usage_type="Resource-Assessment-Collected",
    unit="Resource-Assessments",
    says="resources assessed",
)


def analyzer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Access from outside costs nothing; unused and internal access are charged."""
    kind = known_text(resource.input("type"), "type", "ACCOUNT")
    if isinstance(kind, Gap):
        yield kind
    elif kind.endswith("UNUSED_ACCESS"):
        reason = "unused access is charged for each role and user by the month"
        yield Gap("no-price", reason)
    elif kind.endswith("INTERNAL_ACCESS"):
        reason = "internal access is charged for each resource watched by the month"
        yield Gap("no-price", reason)
    else:
        yield NoCharge("findings of access from outside cost nothing")


TYPES = {
    "aws:auditmanager/assessment:Assessment": Type(
        billed="An assessment is billed by the resource that it assesses.",
        source=SOURCE,
        uses=(ASSESSED,),
        terraform="aws_auditmanager_assessment",
    ),
    "aws:accessanalyzer/analyzer:Analyzer": Type(
        billed="An analyzer of unused or internal access is billed; others are free.",
        source=ANALYZER_SOURCE,
        rule=analyzer,
        terraform="aws_accessanalyzer_analyzer",
    ),
}

FREE = (
    free(
        "auditmanager",
        {
            "a form, a report or a right; what is assessed is charged": (
                "AccountRegistration AssessmentDelegation AssessmentReport Control "
                "Framework FrameworkShare OrganizationAdminAccountRegistration"
            )
        },
    )
    | free("accessanalyzer", {"a filter of findings": "ArchiveRule"})
    | free(
        "securitylake",
        {"who reads the lake pays nothing for it": "Subscriber SubscriberNotification"},
    )
)

UNPRICED = unpriced(
    "securitylake",
    {
        "what the lake takes in and turns into one form is charged by the GB": (
            "AwsLogSource CustomLogSource DataLake"
        )
    },
)
