"""EC2 Image Builder: free itself; the machines that build are charged.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/what-is-image-builder.html
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, metered_use
from farebox.rules.machines.instances import on_demand_key
from farebox.rules.machines.uses import ON_DEMAND_HOURS
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Type, Use, free
from farebox.rules.shapes import values_of

SOURCE = "https://docs.aws.amazon.com/imagebuilder/latest/userguide/what-is-image-builder.html"

INFRASTRUCTURES = frozenset(
    ("aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",)
)

BUILD_HOURS = Key(
    key="monthly_build_hrs",
    says="hours of machines that build and test images in the month",
    unit="hours",
)
SNAPSHOTS = Use(
    key="storage_gb",
    service="AmazonEC2",
    usage_type="EBS:SnapshotUsage",
    unit="GB-Mo",
    says="snapshots of the images that are kept",
)


def builds(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours of the machine that its infrastructure names first, and kept images."""
    tell_of_folder(resource, circumstances, "Builds of images", "/aws/imagebuilder/")
    name = "infrastructureConfigurationArn"
    found = circumstances.graph.references(
        resource, name, resource.input(name), INFRASTRUCTURES
    )
    types = values_of(found[0].input("instanceTypes")) if len(found) == 1 else []
    kind = types[0] if types and types[0] is not UNKNOWN else None
    hours = BUILD_HOURS.given(usage)
    if hours is None:
        key = on_demand_key(resource, kind) if isinstance(kind, str) else None
        reason = "machines that build: no monthly_build_hrs is given"
        yield Gap("no-usage", reason, key, "Hrs", BUILD_HOURS.key)
    elif not isinstance(kind, str):
        yield Gap("unknown-input", "which machine builds the images is not known")
    else:
        key = on_demand_key(resource, kind)
        yield metered_use(key, hours, "Hrs", f"{kind} that builds images")
    yield SNAPSHOTS.charge(resource, usage)


_BUILT = Type(
    billed="Image Builder is free; machines that build and kept images are billed.",
    source=SOURCE,
    meters=(ON_DEMAND_HOURS,),
    uses=(BUILD_HOURS, SNAPSHOTS),
    rule=builds,
    terraform="aws_imagebuilder_image aws_imagebuilder_image_pipeline",
)

TYPES = {
    "aws:imagebuilder/image:Image": _BUILT,
    "aws:imagebuilder/imagePipeline:ImagePipeline": _BUILT,
}

FREE = free(
    "imagebuilder",
    {
        "it says how images are made; what makes them is charged": (
            "Component ContainerRecipe DistributionConfiguration ImageRecipe "
            "InfrastructureConfiguration LifecyclePolicy Workflow"
        )
    },
)
