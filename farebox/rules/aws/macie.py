"""Amazon Macie: buckets that it watches, and GB that it looks through.

Source: https://aws.amazon.com/macie/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_text
from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/macie/pricing/"
SERVICE = "AmazonMacie"
HOURS_PER_DAY = Decimal(24)

BUCKETS = Use(
    key="buckets",
    service=SERVICE,
    usage_type="PaidDataInventoryEvaluation",
    unit="Bucket-days",
    says="buckets watched",
)


def _discovery(optional: bool) -> Use:
    return Use(
        key="monthly_scanned_gb",
        service=SERVICE,
        usage_type="SensitiveDataDiscovery",
        unit="GB",
        says="objects looked through",
        optional=optional,
    )


AUTOMATED = _discovery(True)


def account(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Every bucket of the account by the day, and what is looked through by itself."""
    status = known_text(resource.input("status"), "status", "ENABLED")
    if isinstance(status, Gap):
        yield status
    elif status == "PAUSED":
        yield NoCharge("Macie is paused")
    else:
        days = circumstances.hours_per_month / HOURS_PER_DAY
        yield BUCKETS.charge(resource, usage, factor=days)
        yield from AUTOMATED.where_given(resource, usage)


TYPES = {
    "aws:macie2/account:Account": Type(
        billed="Macie is billed for each bucket of the account by the day.",
        source=SOURCE,
        uses=(BUCKETS, AUTOMATED),
        rule=account,
        terraform="aws_macie2_account",
    ),
    "aws:macie2/classificationJob:ClassificationJob": Type(
        billed="A job is billed by the GB that it looks through.",
        source=SOURCE,
        uses=(_discovery(False),),
        terraform="aws_macie2_classification_job",
    ),
}

FREE = free(
    "macie2",
    {
        "a setting or a right; what is looked through is charged": (
            "ClassificationExportConfiguration InvitationAccepter Member "
            "OrganizationAdminAccount"
        )
    },
) | free(
    "macie",
    {
        "it says what is looked for, which costs nothing": (
            "CustomDataIdentifier FindingsFilter"
        )
    },
)

UNPRICED = unpriced(
    "macie2",
    {
        "it turns Macie on in other accounts, which are charged there": (
            "OrganizationConfiguration"
        )
    },
)
