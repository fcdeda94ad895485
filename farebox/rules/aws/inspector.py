"""Amazon Inspector: machines, images and functions that it scans.

Source: https://aws.amazon.com/inspector/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import unknown
from farebox.rules.service import Type, Use, free, unpriced
from farebox.rules.shapes import values_of

SOURCE = "https://aws.amazon.com/inspector/pricing/"
SERVICE = "AmazonInspectorV2"


def _use(key: str, usage_type: str, unit: str, says: str) -> Use:
    return Use(key=key, service=SERVICE, usage_type=usage_type, unit=unit, says=says)


INSTANCES = _use("ec2_instances", "EC2-Scanning", "Instance-hr", "instances scanned")
IMAGES = _use(
    "monthly_images",
    "container-image-initial-scan",
    "Resource-assessment",
    "images scanned",
)
RESCANS = _use(
    "monthly_image_rescans",
    "container-image-re-scan",
    "Resource-assessment",
    "images scanned again",
)
FUNCTIONS = _use(
    "lambda_functions", "Lambda-Standard-Scanning", "Hourly", "functions scanned"
)
ASSESSMENTS = Use(
    key="monthly_agent_assessments",
    service="AmazonInspector",
    usage_type="agent-assessments",
    unit="Agent-Assessments",
    says="assessments of an instance",
)


def enabler(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each kind of resource that is scanned, by the hour or by the scan."""
    kinds = resource.input("resourceTypes")
    names = values_of(kinds)
    if kinds is UNKNOWN or UNKNOWN in names:
        yield unknown("resourceTypes")
        return
    hours = circumstances.hours_per_month
    for name in names:
        if name == "EC2":
            yield INSTANCES.charge(resource, usage, factor=hours)
        elif name == "ECR":
            yield IMAGES.charge(resource, usage)
            yield RESCANS.charge(resource, usage)
        elif name == "LAMBDA":
            yield FUNCTIONS.charge(resource, usage, factor=hours)
        else:
            yield Gap(
                "no-price", f"scans of {name} are charged, at a rate of their own"
            )
    if not names:
        yield Gap("unknown-input", "nothing names what it scans (resourceTypes)")


TYPES = {
    "aws:inspector2/enabler:Enabler": Type(
        billed="Inspector is billed by the instance, the image and the function scanned.",
        source=SOURCE,
        uses=(INSTANCES, IMAGES, RESCANS, FUNCTIONS),
        rule=enabler,
        terraform="aws_inspector2_enabler",
        notes="`ec2_instances` and `lambda_functions` are means over the month.",
    ),
    "aws:inspector/assessmentTemplate:AssessmentTemplate": Type(
        billed="Inspector Classic is billed by the assessment of an instance.",
        source=SOURCE,
        uses=(ASSESSMENTS,),
        terraform="aws_inspector_assessment_template",
    ),
}

FREE = free(
    "inspector",
    {"it says what is assessed, which is charged": "AssessmentTarget ResourceGroup"},
) | free(
    "inspector2",
    {
        "a filter or a right; what is scanned is charged": (
            "DelegatedAdminAccount Filter MemberAssociation"
        )
    },
)

UNPRICED = unpriced(
    "inspector2",
    {
        "it turns scans on in other accounts, which are charged there": (
            "OrganizationConfiguration"
        )
    },
)
