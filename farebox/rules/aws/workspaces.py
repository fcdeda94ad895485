"""Amazon WorkSpaces and AppStream: desktops and applications that are streamed.

Source: https://aws.amazon.com/workspaces/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, by_program
from farebox.rules.known import known_amount, known_text
from farebox.rules.machines.instances import running_hours
from farebox.rules.machines.uses import RUNNING_HOURS
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/workspaces/pricing/"
WEB_SOURCE = "https://aws.amazon.com/workspaces/secure-browser/pricing/"
STREAM_SOURCE = "https://aws.amazon.com/appstream2/pricing/"
STREAM = "AmazonAppStream"

STREAMING = Meter(
    service=STREAM,
    usage_type="{size}{linux}-{kind}",
    operation="Streaming:001",
    unit="Hrs",
    says="{size}, streaming",
)
STOPPED = Meter(
    service=STREAM,
    usage_type="StoppedInstance-fl",
    operation="StoppedInstance",
    unit="Hrs",
    says="instances that wait, stopped",
)
USERS = Use(
    key="monthly_users",
    service=STREAM,
    usage_type="Win-User",
    operation="RDS CAL",
    unit="Users",
    says="users of Windows in the month",
    optional=True,
)
STREAM_HOURS = Key(
    key="monthly_streaming_hrs",
    says="hours that users stream in the month, of all instances together",
    unit="hours",
)
WEB_USERS = Use(
    key="monthly_active_users",
    service="AmazonWorkSpacesWeb",
    usage_type="WORKSPACES-WEB-ST",
    unit="Users",
    says="users of the month",
)


def workspace(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A desktop by the month, or by the month and the hour; no list names its bundle."""
    said = resource.input("workspaceProperties")
    size = known_text(field(said, "computeTypeName"), "computeTypeName", "VALUE")
    mode = known_text(field(said, "runningMode"), "runningMode", "ALWAYS_ON")
    if isinstance(size, Gap) or isinstance(mode, Gap):
        gap = size if isinstance(size, Gap) else mode
        assert isinstance(gap, Gap)
        yield gap
        return
    how = "by the month" if mode == "ALWAYS_ON" else "by the month and the hour"
    yield Gap(
        "no-price",
        f"a desktop of the kind {size} is charged {how}, by its bundle and its volumes, "
        "and Farebox knows no price for it",
    )


def _linux(resource: Resource) -> str | Gap:
    """What usage types of Amazon Linux have in their middle, by the image's name."""
    which = "imageArn" if resource.input("imageName") is None else "imageName"
    name = known_text(resource.input(which), which, "")
    if isinstance(name, Gap):
        return name
    return "-al" if "Linux" in name else ""


def fleet(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Instances all month, or stopped until somebody streams, or by use alone."""
    size = known_text(resource.input("instanceType"), "instanceType")
    kind = known_text(resource.input("fleetType"), "fleetType", "ON_DEMAND")
    linux = _linux(resource)
    capacity = resource.input("computeCapacity")
    count = known_amount(
        resource, field(capacity, "desiredInstances"), "desiredInstances", ONE
    )
    for said in (size, kind, count, linux):
        if isinstance(said, Gap):
            yield said
            return
    assert isinstance(count, Decimal)
    parts = {"size": str(size), "linux": str(linux)}
    month = circumstances.hours_per_month
    if kind == "ALWAYS_ON":
        because = f"{count:f} instances all month"
        yield STREAMING.metered(
            resource,
            count * month,
            because,
            usage=by_program(field(capacity, "desiredInstances")),
            kind="fl",
            **parts,
        )
    else:
        yield from _by_use(resource, usage, count * month, str(kind), parts)
    yield from USERS.where_given(resource, usage)


def _by_use(
    resource: Resource, usage: Usage, most: Decimal, kind: str, parts: dict[str, str]
) -> Iterator[Charge]:
    """What streams, and, on demand, what waits for the rest of the month."""
    given = STREAM_HOURS.given(usage)
    end = "elfl" if kind == "ELASTIC" else "fl"
    key = STREAMING.price_key(resource, kind=end, **parts)
    if given is None:
        reason = "streaming depends on use, and no monthly_streaming_hrs is given"
        yield Gap("no-usage", reason, key, "Hrs", STREAM_HOURS.key)
        waiting = most
    else:
        because = given.source or f"{given.quantity:f} hours a month as given"
        yield STREAMING.metered(
            resource, given.quantity, because, usage=given.status, kind=end, **parts
        )
        waiting = max(most - given.quantity, Decimal(0))
    if kind != "ELASTIC":
        because = "the hours in which nobody streams"
        yield STOPPED.metered(resource, waiting, because, usage="assumed")


def image_builder(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A builder of images by the hour that it runs."""
    size = known_text(resource.input("instanceType"), "instanceType")
    if isinstance(size, Gap):
        yield size
        return
    linux = _linux(resource)
    if isinstance(linux, Gap):
        yield linux
        return
    hours, status = running_hours(usage, circumstances)
    because = "runs all month" if status == "given" else f"runs {hours:f} hours"
    yield STREAMING.metered(
        resource,
        hours,
        because,
        usage=status,
        size=size,
        linux=linux,
        kind="ib",
    )


TYPES = {
    "aws:workspaces/workspace:Workspace": Type(
        billed="A desktop is billed by the month, or by the month and the hour.",
        source=SOURCE,
        rule=workspace,
        terraform="aws_workspaces_workspace",
    ),
    "aws:workspacesweb/portal:Portal": Type(
        billed="A portal is billed for each user of the month.",
        source=WEB_SOURCE,
        uses=(WEB_USERS,),
        terraform="aws_workspacesweb_portal",
    ),
    "aws:appstream/fleet:Fleet": Type(
        billed=(
            "A fleet is billed for its instances by the hour, less for those that wait, "
            "and for each user of Windows."
        ),
        source=STREAM_SOURCE,
        meters=(STREAMING, STOPPED),
        uses=(STREAM_HOURS, USERS),
        rule=fleet,
        terraform="aws_appstream_fleet",
    ),
    "aws:appstream/imageBuilder:ImageBuilder": Type(
        billed="A builder of images is billed by the hour that it runs.",
        source=STREAM_SOURCE,
        meters=(STREAMING,),
        uses=(RUNNING_HOURS,),
        rule=image_builder,
        terraform="aws_appstream_image_builder",
    ),
}

FREE = (
    free(
        "workspaces",
        {
            "a setting or a name of desktops, which are charged": (
                "ConnectionAlias Directory IpGroup WebBrowserSettings "
                "WebNetworkSettings WebUserSettings"
            )
        },
    )
    | free(
        "workspacesweb",
        {
            "a setting of a portal, whose users are charged": (
                "BrowserSettings BrowserSettingsAssociation DataProtectionSettings "
                "DataProtectionSettingsAssociation IdentityProvider IpAccessSettings "
                "IpAccessSettingsAssociation NetworkSettings NetworkSettingsAssociation "
                "SessionLogger SessionLoggerAssociation TrustStore TrustStoreAssociation "
                "UserAccessLoggingSettings UserAccessLoggingSettingsAssociation "
                "UserSettings UserSettingsAssociation"
            )
        },
    )
    | free(
        "appstream",
        {
            "a setting or a user of fleets, which are charged": (
                "DirectoryConfig FleetStackAssociation Stack User UserStackAssociation"
            )
        },
    )
)

UNPRICED = unpriced(
    "workspaces", {"desktops of a pool are charged by the hour and the user": "Pool"}
)
