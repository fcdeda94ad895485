"""Amazon Managed Grafana: a fee for each user of the month.

Source: https://aws.amazon.com/grafana/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_text
from farebox.rules.service import Meter, Type, Use, free

SOURCE = "https://aws.amazon.com/grafana/pricing/"
SERVICE = "AmazonGrafana"


def _users(key: str, usage_type: str, says: str, *, optional: bool = False) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        unit="Users",
        says=says,
        optional=optional,
    )


EDITORS = _users(
    "editors_administrator_licenses", "Grafana:EditorUser", "editors and administrators"
)
VIEWERS = _users("viewer_licenses", "Grafana:ViewerUser", "viewers", optional=True)
FIRST_EDITOR = Meter(
    service=SERVICE,
    usage_type="Grafana:EditorUser",
    unit="Users",
    says="editors and administrators",
)


def workspace(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Users who sign in; each workspace is charged for one editor at least."""
    given = EDITORS.given(usage)
    if given is None:
        yield FIRST_EDITOR.metered(
            resource, ONE, "at least one editor is charged", usage="assumed"
        )
    else:
        least = max(given.quantity, Decimal(1))
        because = given.source or f"{least:f} users as given, at least one"
        yield EDITORS.metered(resource, least, because, usage=given.status)
    yield from VIEWERS.where_given(resource, usage)


def licence(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Plugins of Grafana Enterprise are charged for every user."""
    kind = known_text(resource.input("licenseType"), "licenseType")
    if isinstance(kind, Gap):
        yield kind
    elif kind == "ENTERPRISE":
        reason = "plugins of Grafana Enterprise are charged for each user by the month"
        yield Gap("no-price", reason)
    else:
        yield NoCharge("a free trial costs nothing while it lasts")


TYPES = {
    "aws:grafana/workspace:Workspace": Type(
        billed="A workspace is billed for each user who signs in during the month.",
        source=SOURCE,
        meters=(FIRST_EDITOR,),
        uses=(EDITORS, VIEWERS),
        rule=workspace,
        terraform="aws_grafana_workspace",
        notes="One editor at least is charged; it is assumed where no use is given.",
    ),
    "aws:grafana/licenseAssociation:LicenseAssociation": Type(
        billed="A licence of Grafana Enterprise is billed for each user.",
        source=SOURCE,
        rule=licence,
    ),
}

FREE = free(
    "grafana",
    {
        "a setting or a right of a workspace, whose users are charged": (
            "RoleAssociation WorkspaceApiKey WorkspaceSamlConfiguration "
            "WorkspaceServiceAccount WorkspaceServiceAccountToken"
        )
    },
)
