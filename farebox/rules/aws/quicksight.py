"""Amazon QuickSight: authors and readers by the month, and SPICE by the GB.

Source: https://aws.amazon.com/quicksight/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_text
from farebox.rules.service import Meter, Type, Use, free

SOURCE = "https://aws.amazon.com/quicksight/pricing/"
SERVICE = "AmazonQuickSight"

AUTHOR = Meter(
    service=SERVICE,
    usage_type="QS-User-Enterprise-Month",
    unit="User-Month",
    says="author",
    per="month",
    because="a user for a month",
)
SPICE = Use(
    key="spice_gb",
    service=SERVICE,
    usage_type="QS-Enterprise-SPICE",
    unit="GB-Mo",
    says="data in SPICE beyond what authors bring",
    optional=True,
)


def subscription(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The account costs nothing by itself, but a fee for generative features."""
    edition = known_text(resource.input("edition"), "edition", "ENTERPRISE")
    if isinstance(edition, Gap):
        yield edition
        return
    charged = list(SPICE.where_given(resource, usage))
    if edition == "ENTERPRISE_AND_Q":
        charged.append(Gap("no-price", "the account has a fee by the month for Q"))
    yield from charged
    if not charged:
        yield NoCharge("an account is charged for its users and what SPICE holds")


def user(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An author by the month; readers and users of Pro have rates of their own."""
    role = known_text(resource.input("userRole"), "userRole")
    if isinstance(role, Gap):
        yield role
    elif role in ("AUTHOR", "ADMIN", "RESTRICTED_AUTHOR"):
        yield AUTHOR.all_month(resource, circumstances)
    else:
        yield Gap(
            "no-price",
            f"a user with the role {role} is charged by the month or the session, and "
            "Farebox knows no price for it",
        )


TYPES = {
    "aws:quicksight/accountSubscription:AccountSubscription": Type(
        billed="An account is billed for its users, and for SPICE beyond what they bring.",
        source=SOURCE,
        uses=(SPICE,),
        rule=subscription,
        terraform="aws_quicksight_account_subscription",
    ),
    "aws:quicksight/user:User": Type(
        billed="An author is billed by the month.",
        source=SOURCE,
        meters=(AUTHOR,),
        rule=user,
        terraform="aws_quicksight_user",
    ),
}

FREE = free(
    "quicksight",
    {
        "what users make or may do; the users and SPICE are charged": (
            "AccountSettings Analysis CustomPermissions Dashboard DataSet DataSource "
            "Folder FolderMembership Group GroupMembership IamPolicyAssignment Ingestion "
            "IpRestriction KeyRegistration Namespace RefreshSchedule "
            "RoleCustomPermission RoleMembership Template TemplateAlias Theme "
            "UserCustomPermission VpcConnection"
        )
    },
)
