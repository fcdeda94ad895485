"""Amazon EC2: instances, and single requests for them.

Source: https://aws.amazon.com/ec2/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.assumptions import exactly
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.ec2_templates import launch_configuration, launch_template
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
)
from farebox.rules.machines.extras import Running, extra_charges
from farebox.rules.machines.fleets import ZERO, Fleet, fleet_charges
from farebox.rules.machines.instances import (
    ANY_TYPE,
    UNKNOWN_TYPE,
    attached_charges,
    on_demand_key,
    region_fee,
    running_hours,
    tenancy_gap,
)
from farebox.rules.machines.launch import DEDICATED, Launch
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.single import (
    has_elastic_ip,
    launch_of_instance,
    own_address,
    place_of_instance,
    state_of,
    zone_of_instance,
)
from farebox.rules.machines.systems import (
    LINUX,
    named,
    system_given,
    tell_of_guess,
)
from farebox.rules.machines.uses import INSTANCE_KEYS, INSTANCE_METERS
from farebox.rules.service import Type, free


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed for each hour it runs, and for what it brings with it.

    Volumes are billed for the whole month, a public address while it runs. It is taken
    for Linux on shared hardware unless its inputs tell another system or tenancy.
    Source: https://aws.amazon.com/ec2/pricing/on-demand/
    """
    hours, status = running_hours(usage, circumstances)
    given = system_given(resource, usage)
    launch = launch_of_instance(resource, circumstances)
    if isinstance(launch, Gap):
        yield launch
        return
    tell_of_guess(circumstances, given or launch.operation)
    if given is not None:
        launch = replace(launch, operation=given)
    apart = zone_of_instance(resource, launch).apart()
    if apart:
        yield Gap("no-price", apart)
        return
    state = state_of(resource, circumstances) if status == "given" else None
    if state is UNKNOWN:
        yield Gap("unknown-input", "whether it runs or is stopped is not known")
    if state is not None:
        yield from _stopped(resource, usage, circumstances, launch)
    elif launch.market == "spot":
        yield from _on_spot(resource, usage, circumstances, launch)
    else:
        yield from _on_demand(resource, usage, circumstances, launch, hours, status)


def _on_demand(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    launch: Launch,
    hours: Decimal,
    status: UsageStatus,
) -> Iterator[Charge]:
    """Its hours, what its options add to them, and what it brings with it."""
    gap = tenancy_gap(launch) or _type_gap(launch)
    kind, operation = str(launch.instance_type), launch.operation or LINUX
    if gap is not None:
        yield gap
    elif launch.tenancy != "host":
        yield Metered(
            on_demand_key(resource, kind, operation, launch.tenancy),
            hours,
            "Hrs",
            f"{kind} on demand{named(operation)}",
            "runs all month" if status == "given" else f"runs {hours:f} hours",
            status,
        )
        if launch.tenancy == DEDICATED:
            yield from region_fee(resource, circumstances)
    running = Running(kind, ONE, hours, operation)
    yield from extra_charges(resource, usage, circumstances, launch.extras, running)
    yield from attached_charges(
        resource, launch, usage, instances=ONE, hours=hours, circumstances=circumstances
    )
    yield from own_address(resource, circumstances, launch, hours)


def spot_instance_request(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A spot request is billed as the one instance that it keeps running.

    Source: https://aws.amazon.com/ec2/spot/pricing/
    """
    launch = launch_of_instance(resource, circumstances)
    if isinstance(launch, Gap):
        yield launch
        return
    yield from _on_spot(resource, usage, circumstances, launch)


def _type_gap(launch: Launch) -> Gap | None:
    kind = launch.instance_type
    if isinstance(kind, str):
        return None
    known = launch.requirements or kind is None
    return Gap("unknown-input", ANY_TYPE if known else UNKNOWN_TYPE)


def _stopped(
    resource: Resource, usage: Usage, circumstances: Circumstances, launch: Launch
) -> Iterator[Charge]:
    """A stopped instance pays for its volumes; an address given at launch is gone.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html
    """
    circumstances.note(
        f"{resource.name} is stopped: its volumes are charged, its hours are not"
    )
    at_rest = replace(launch, monitoring=False, public_address=False)
    counted = [v for v in at_rest.volumes if not v.elsewhere]
    if at_rest.root() is not None and not counted and not at_rest.unknowns:
        yield NoCharge("it is stopped: its volumes are charged by themselves")
    yield from attached_charges(
        resource, at_rest, usage, instances=ONE, hours=ZERO, circumstances=circumstances
    )


def _on_spot(
    resource: Resource, usage: Usage, circumstances: Circumstances, launch: Launch
) -> Iterator[Charge]:
    gap = _type_gap(launch)
    if gap is not None:
        yield gap
        return
    public = launch.public_address
    if public is not False and has_elastic_ip(resource, circumstances) is True:
        launch = replace(launch, public_address=False)
    yield from fleet_charges(
        resource,
        usage,
        circumstances,
        Fleet(
            launch=launch,
            pools=(Pool(str(launch.instance_type)),),
            places=(place_of_instance(launch),),
            capacity=exactly(ONE),
            on_demand_percent=ZERO,
        ),
    )


TYPES = {
    "aws:ec2/instance:Instance": Type(
        billed="An instance is billed for each hour it runs, and for what it brings with it.",
        source="https://aws.amazon.com/ec2/pricing/on-demand/",
        meters=INSTANCE_METERS,
        uses=INSTANCE_KEYS,
        rule=instance,
        terraform="aws_instance",
    ),
    "aws:ec2/launchConfiguration:LaunchConfiguration": Type(
        billed="A launch configuration costs nothing: the groups that use it are charged.",
        source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html",
        rule=launch_configuration,
        terraform="aws_launch_configuration",
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Type(
        billed="A launch template costs nothing: what is launched from it is charged there.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html",
        rule=launch_template,
        terraform="aws_launch_template",
    ),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": Type(
        billed="A spot request is billed as the one instance that it keeps running.",
        source="https://aws.amazon.com/ec2/spot/pricing/",
        meters=INSTANCE_METERS,
        uses=INSTANCE_KEYS,
        rule=spot_instance_request,
        terraform="aws_spot_instance_request",
    ),
}

FREE = free(
    "ec2",
    {
        "a setting of the account or region, or a name: nothing runs": (
            "AllowedImagesSettings AvailabilityZoneGroup DefaultCreditSpecification "
            "ImageBlockPublicAccess InstanceMetadataDefaults SerialConsoleAccess "
            "KeyPair PlacementGroup AmiLaunchPermission SnapshotCreateVolumePermission"
        ),
        "registering an image is not charged; the snapshots behind it are": "Ami",
        "the feed is not charged; the objects that it writes are S3's": (
            "SpotDatafeedSubscription"
        ),
    },
) | free(
    "ec2transitgateway",
    {
        "an Instance Connect endpoint and an instance's state are not charged": (
            "InstanceConnectEndpoint InstanceState"
        )
    },
)
