"""Amazon SageMaker: endpoints, notebooks, spaces, training and features.

Source: https://aws.amazon.com/sagemaker/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_amount, known_text
from farebox.rules.machines.instances import running_hours
from farebox.rules.machines.uses import RUNNING_HOURS
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/sagemaker/pricing/"
SERVICE = "AmazonSageMaker"

NOTEBOOK_GIB = Decimal(5)
SPACE_GIB = Decimal(5)
"""GiB of a notebook, and of a space, for which nothing is said.

Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html
"""

FREE_APPS = frozenset(("JupyterServer", "Canvas", "TensorBoard", "RStudioServerPro"))
"""Kinds of apps that are no machine of their own, or have other rates."""

HOURS = Meter(
    service=SERVICE,
    usage_type="{kind}{type}",
    operation="RunInstance",
    unit="Hrs",
    says="{type}",
)
DISK = Meter(
    service=SERVICE,
    usage_type="{kind}:VolumeUsage.{disk}",
    operation="CreateVolume-Gp2",
    unit="GB-Mo",
    says="ML storage",
    per="month",
)
HOME = Use(
    key="storage_gb",
    service="AmazonEFS",
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="home directories of the domain's users",
)
FEATURE_USES = tuple(
    Use(
        key=key,
        service=SERVICE,
        usage_type=f"FeatureStore:{name}",
        unit=unit,
        says=says,
    )
    for key, name, unit, says in (
        (
            "monthly_write_units",
            "WriteRequestUnits",
            "WriteRequestUnits",
            "writes, 1 KB each",
        ),
        (
            "monthly_read_units",
            "ReadRequestUnits",
            "ReadRequestUnits",
            "reads, 4 KB each",
        ),
        ("storage_gb", "TimedAndPITRStorage", "GB-Mo", "features stored online"),
    )
)


def notebook(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A notebook's machine while it runs, and its disk all month."""
    tell_of_folder(
        resource, circumstances, "Notebooks", "/aws/sagemaker/NotebookInstances"
    )
    yield from _machine(
        resource, usage, circumstances, resource.input("instanceType"), "Notebk:"
    )
    said = resource.input("volumeSize")
    yield _disk(resource, circumstances, said, NOTEBOOK_GIB, kind="Notebk", disk="gp2")


def app(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An app's machine while it runs; the server of Studio itself is free."""
    kind = known_text(resource.input("appType"), "appType")
    if isinstance(kind, Gap):
        yield kind
        return
    size = known_text(
        field(resource.input("resourceSpec"), "instanceType"), "instanceType", "system"
    )
    if not isinstance(size, Gap) and size == "system":
        yield NoCharge("an app without a machine of its own is not charged")
    elif kind in FREE_APPS:
        yield Gap("no-price", f"apps of the kind {kind} have rates of their own")
    else:
        yield from _machine(resource, usage, circumstances, size, f"Studio:{kind}-")


def _machine(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    said: object,
    kind: str,
) -> Iterator[Charge]:
    size = said if isinstance(said, Gap) else known_text(said, "instanceType")
    if isinstance(size, Gap):
        yield HOURS.gap(resource, size.reason, kind=kind, type="")
        return
    hours, status = running_hours(usage, circumstances)
    because = "runs all month" if status == "given" else f"runs {hours:f} hours"
    yield HOURS.metered(resource, hours, because, usage=status, kind=kind, type=size)


def _disk(
    resource: Resource,
    circumstances: Circumstances,
    said: object,
    default: Decimal | None,
    *,
    kind: str,
    disk: str,
    count: Decimal = ONE,
) -> Charge:
    gib = known_amount(resource, said, "volume size", default)
    if isinstance(gib, Gap):
        return DISK.gap(resource, gib.reason, kind=kind, disk=disk)
    usage: UsageStatus = "assumed" if said is None else "given"
    return DISK.metered(
        resource,
        gib * count,
        f"{gib:f} GiB for a month",
        usage=usage,
        kind=kind,
        disk=disk,
    )


def space(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The disk of a space; its machine is an app's, and is charged there."""
    storage = field(resource.input("spaceSettings"), "spaceStorageSettings")
    said = field(field(storage, "ebsStorageSettings"), "ebsVolumeSizeInGb")
    yield _disk(resource, circumstances, said, SPACE_GIB, kind="Studio", disk="gp3")


def feature_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The online store by reads, writes and GB; the offline store is in S3."""
    online = resource.input("onlineStoreConfig")
    kind = known_text(field(online, "storageType"), "storageType", "Standard")
    mode = known_text(
        field(resource.input("throughputConfig"), "throughputMode"),
        "throughputMode",
        "OnDemand",
    )
    for said in (kind, mode):
        if isinstance(said, Gap):
            yield said
            return
    if online is None or field(online, "enableOnlineStore") is False:
        yield NoCharge("it has no online store; what is offline is stored in S3")
    elif field(online, "enableOnlineStore") is UNKNOWN:
        yield Gap("unknown-input", "whether it has an online store is not known")
    elif kind != "Standard" or mode != "OnDemand":
        yield Gap(
            "no-price", "an online store in memory or provisioned has other rates"
        )
    else:
        for use in FEATURE_USES:
            yield use.charge(resource, usage)


TYPES = {
    "aws:sagemaker/notebookInstance:NotebookInstance": Type(
        billed="A notebook is billed by the hour that it runs, and by its GB-months.",
        source=SOURCE,
        meters=(HOURS, DISK),
        uses=(RUNNING_HOURS,),
        rule=notebook,
        terraform="aws_sagemaker_notebook_instance",
        notes="Without `monthly_hrs` it runs all month.",
    ),
    "aws:sagemaker/app:App": Type(
        billed="An app is billed for its machine by the hour that it runs.",
        source=SOURCE,
        meters=(HOURS,),
        uses=(RUNNING_HOURS,),
        rule=app,
        terraform="aws_sagemaker_app",
    ),
    "aws:sagemaker/space:Space": Type(
        billed="A space is billed for its disk by the GB-month.",
        source=SOURCE,
        meters=(DISK,),
        rule=space,
        terraform="aws_sagemaker_space",
    ),
    "aws:sagemaker/domain:Domain": Type(
        billed="A domain is billed for the home directories that it keeps in EFS.",
        source=SOURCE,
        uses=(HOME,),
        terraform="aws_sagemaker_domain",
    ),
    "aws:sagemaker/featureGroup:FeatureGroup": Type(
        billed="Features online are billed by reads, writes and the GB-month.",
        source=SOURCE,
        uses=FEATURE_USES,
        rule=feature_group,
        terraform="aws_sagemaker_feature_group",
    ),
}

FREE = free(
    "sagemaker",
    {
        "a description or a right; what runs by it is charged": (
            "Algorithm AppImageConfig CodeRepository DataQualityJobDefinition "
            "EndpointConfiguration FlowDefinition Hub HubContentReference HumanTaskUI "
            "Image ImageVersion Model ModelCard ModelCardExportJob ModelPackageGroup "
            "ModelPackageGroupPolicy NotebookInstanceLifecycleConfiguration Pipeline "
            "Project ServicecatalogPortfolioStatus StudioLifecycleConfig UserProfile "
            "Workforce Workteam"
        )
    },
)

UNPRICED = unpriced(
    "sagemaker",
    {
        "devices of Edge Manager are charged by the month": "Device DeviceFleet",
        "a server of MLflow is charged by the hour of its size": (
            "MlflowApp MlflowTrackingServer"
        ),
    },
)
