"""AWS Directory Service: controllers by the hour, and accounts that share them.

Source: https://aws.amazon.com/directoryservice/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_amount, known_text, unknown
from farebox.rules.service import Key, Meter, Type, free, unpriced

SOURCE = "https://aws.amazon.com/directoryservice/pricing/"
SERVICE = "AWSDirectoryService"

CONTROLLERS = Decimal(2)
"""Controllers of a Microsoft AD for which no number is said, and its least.

Source: https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_deploy_additional_dcs.html
"""

DIRECTORIES = frozenset(("aws:directoryservice/directory:Directory",))


def _meter(usage_type: str, says: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=usage_type,
        operation="Hourly",
        unit="Hrs",
        says=says,
        per="hour",
    )


MICROSOFT = _meter("{edition}MicrosoftAD-DC-Usage", "domain controllers")
SIMPLE = _meter("{size}", "directory")
SHARED = _meter("{edition}SharedMsftAD-Usage", "directory shared with another account")
MORE = Key(
    key="additional_domain_controllers",
    says="domain controllers beside the two, where the inputs do not tell",
    unit="controllers",
)
ACCOUNTS = Key(
    key="shared_accounts",
    says="accounts outside of the stack that share the directory",
    unit="accounts",
)


def directory(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each controller of a Microsoft AD by the hour; other directories as a whole."""
    kind = known_text(resource.input("type"), "type", "SimpleAD")
    if isinstance(kind, Gap):
        yield kind
        return
    if kind == "MicrosoftAD":
        yield from _microsoft(resource, usage, circumstances)
        return
    size = known_text(resource.input("size"), "size", "Small")
    if isinstance(size, Gap):
        yield size
        return
    name = (
        "Large-ADConnector-Usage" if kind == "ADConnector" else "Large-SimpleAD-Usage"
    )
    if size == "Small":
        name = "Small-Directory-Usage"
    yield SIMPLE.all_month(
        resource, circumstances, because=f"{kind}, {size.lower()}", size=name
    )


def _edition(resource: Resource) -> str | Gap:
    """How the usage types of an edition begin: those of Standard with `Std-`."""
    said = known_text(resource.input("edition"), "edition", "Enterprise")
    if isinstance(said, Gap):
        return said
    return "Std-" if said == "Standard" else ""


def _microsoft(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    edition = _edition(resource)
    count = known_amount(
        resource,
        resource.input("desiredNumberOfDomainControllers"),
        "desiredNumberOfDomainControllers",
        CONTROLLERS,
    )
    given = MORE.given(usage)
    if given is not None:
        count = CONTROLLERS + given.quantity
    if isinstance(edition, Gap) or isinstance(count, Gap):
        gap = edition if isinstance(edition, Gap) else count
        assert isinstance(gap, Gap)
        yield gap
        return
    yield MICROSOFT.all_month(
        resource,
        circumstances,
        count=count,
        because=f"{count:f} controllers",
        edition=edition,
    )
    accounts = ACCOUNTS.given(usage)
    if accounts is not None:
        yield SHARED.metered(
            resource,
            accounts.quantity * circumstances.hours_per_month,
            accounts.source or f"{accounts.quantity:f} accounts as given",
            usage=accounts.status,
            edition=edition,
        )


def shared_directory(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Another account that shares a Microsoft AD is charged by the hour, for its owner."""
    value = resource.input("directoryId")
    graph = circumstances.graph
    found = graph.references(resource, "directoryId", value, DIRECTORIES)
    if len(found) != 1:
        yield unknown("the directory that is shared")
        return
    edition = _edition(found[0])
    if isinstance(edition, Gap):
        yield edition
        return
    yield SHARED.all_month(
        resource, circumstances, because="one account", edition=edition
    )


TYPES = {
    "aws:directoryservice/directory:Directory": Type(
        billed=(
            "A Microsoft AD is billed for each controller by the hour, others by the "
            "hour of their size."
        ),
        source=SOURCE,
        meters=(MICROSOFT, SIMPLE, SHARED),
        uses=(MORE, ACCOUNTS),
        rule=directory,
        terraform="aws_directory_service_directory",
    ),
    "aws:directoryservice/sharedDirectory:SharedDirectory": Type(
        billed="A directory that is shared is billed by the hour for each account.",
        source=SOURCE,
        meters=(SHARED,),
        rule=shared_directory,
        terraform="aws_directory_service_shared_directory",
    ),
}

FREE = free(
    "directoryservice",
    {
        "a setting or a right of a directory, whose controllers are charged": (
            "ConditionalForwader ConditionalForwarder IpRoute IpRoutesExclusive "
            "LogService LogSubscription RadiusSettings SharedDirectoryAccepter Trust"
        )
    },
) | free("directoryservicedata", {"a user of a directory, which is charged": "User"})

UNPRICED = unpriced(
    "directoryservice",
    {
        "controllers in another region are charged there, at that region's price": (
            "ServiceRegion"
        )
    },
)
