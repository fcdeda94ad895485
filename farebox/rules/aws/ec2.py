"""Amazon EC2: instances, and single requests for them.

Source: https://aws.amazon.com/ec2/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
)
from farebox.rules.machines.fleets import ZERO, Fleet, fleet_charges, unclear_subnets
from farebox.rules.machines.instances import (
    ANY_TYPE,
    UNKNOWN_TYPE,
    address_charge,
    address_gap,
    attached_charges,
    on_demand_key,
    running_hours,
    tenancy_gap,
)
from farebox.rules.machines.launch import Launch, block_devices
from farebox.rules.machines.places import DEFAULT_VPC, Place, one_place, places_of
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.templates import (
    LAUNCH_CONFIGURATION_TYPES,
    LAUNCH_TEMPLATE_TYPES,
    REFERENCE_KEYS,
    template_of,
)
from farebox.rules.service import Type, free
from farebox.rules.shapes import block, blocks, field, text

EIP_TYPES = frozenset(("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"))

EIP_INPUTS = ("instance", "networkInterface", "instanceId", "networkInterfaceId")
"""Where an Elastic IP or its association says what it belongs to."""

LAUNCHERS = frozenset(
    (
        "aws:autoscaling/group:Group",
        "aws:ec2/fleet:Fleet",
        "aws:ec2/instance:Instance",
        "aws:ec2/spotFleetRequest:SpotFleetRequest",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        "aws:eks/nodeGroup:NodeGroup",
    )
)
"""Types that launch from a template or a configuration and carry its charges."""


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed for each hour it runs, and for what it brings with it.

    Volumes are billed for the whole month, a public address while it runs. Only
    Linux on shared hardware is rated: the image does not tell its system here.
    Source: https://aws.amazon.com/ec2/pricing/on-demand/
    """
    hours, status = running_hours(usage, circumstances)
    launch = _launch(resource, circumstances)
    if isinstance(launch, Gap):
        yield launch
        return
    if launch.market == "spot":
        yield from _on_spot(resource, usage, circumstances, launch)
        return
    gap = tenancy_gap(launch) or _type_gap(launch)
    if gap is not None:
        yield gap
    elif launch.tenancy != "host":
        yield Metered(
            on_demand_key(resource, str(launch.instance_type)),
            hours,
            "Hrs",
            f"{launch.instance_type} on demand",
            "runs all month" if status == "given" else f"runs {hours:f} hours",
            status,
        )
    yield from attached_charges(
        resource, launch, instances=ONE, hours=hours, circumstances=circumstances
    )
    if launch.public_address is not False:
        yield from _address(resource, circumstances, launch, hours)


def spot_instance_request(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A spot request is billed as the one instance that it keeps running.

    Source: https://aws.amazon.com/ec2/spot/pricing/
    """
    launch = _launch(resource, circumstances)
    if isinstance(launch, Gap):
        yield launch
        return
    yield from _on_spot(resource, usage, circumstances, launch)


def launch_template(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A launch template costs nothing: what is launched from it is charged there.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html
    """
    yield _priced_with(resource, circumstances, "launch template")


def launch_configuration(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A launch configuration costs nothing: the groups that use it are charged.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
    """
    yield _priced_with(resource, circumstances, "launch configuration")


def _priced_with(
    resource: Resource, circumstances: Circumstances, what: str
) -> NoCharge:
    graph = circumstances.graph
    users = graph.referrers(resource, LAUNCHERS)
    if not users:
        by_name = circumstances.once("launchers", lambda: _users_by_name(graph))
        users = tuple(by_name.get(resource.urn, ()))
    if not users:
        return NoCharge(f"a {what} alone costs nothing")
    # Engines register in any order; the sentence is the same for all of them.
    names = ", ".join(sorted(user.name for user in users)[:3])
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    return NoCharge(f"a {what}: priced with {names}{more}", "priced-with")


def _users_by_name(graph: ResourceGraph) -> dict[str, list[Resource]]:
    """Urn of a template to the launchers whose blocks name it by a known id or name."""
    found: dict[str, list[Resource]] = {}
    types = LAUNCH_TEMPLATE_TYPES | LAUNCH_CONFIGURATION_TYPES
    for kind in sorted(LAUNCHERS):
        for user in graph.by_type.get(kind, ()):
            for value in _named(user):
                for used in graph.references(user, "", value, types):
                    found.setdefault(used.urn, []).append(user)
    return found


def _named(user: Resource) -> Iterator[str]:
    """The ids and names of templates that a launcher's blocks hold, each once."""
    mixed = block(block(user.input("mixedInstancesPolicy")).get("launchTemplate"))
    specifications = [
        block(user.input("launchTemplate")),
        block(mixed.get("launchTemplateSpecification")),
        {"name": user.input("launchConfiguration")},
    ]
    specifications += [
        block(config.get("launchTemplateSpecification"))
        for config in blocks(user.input("launchTemplateConfigs"))
    ]
    found = (named.get(key) for named in specifications for key in REFERENCE_KEYS)
    yield from dict.fromkeys(name for name in found if isinstance(name, str) and name)


def _launch(resource: Resource, circumstances: Circumstances) -> Launch | Gap:
    """What the resource's own inputs ask for, over its launch template's."""
    volumes, unknowns = block_devices(
        resource,
        resource.input("rootBlockDevice"),
        resource.input("ebsBlockDevices"),
    )
    public = flag(resource.input("associatePublicIpAddress"))
    if resource.input("networkInterfaces") is not None or (
        resource.input("primaryNetworkInterface") is not None
    ):
        # An interface made elsewhere gets no address of AWS's pool at launch.
        public = False
    market = resource.input("instanceMarketOptions")
    own = Launch(
        text(resource.input("instanceType")),
        text(field(market, "marketType")),
        _tenancy(resource),
        flag(resource.input("monitoring")),
        public,
        volumes,
        False,
        unknowns,
    )
    template = resource.input("launchTemplate")
    if template is None:
        return own
    base = template_of(circumstances.graph, resource, "launchTemplate", template)
    return base if isinstance(base, Gap) else own.over(base)


def _tenancy(resource: Resource) -> str | Unknown | None:
    if resource.input("hostId") is not None:
        return "host"
    return text(resource.input("tenancy"))


def _type_gap(launch: Launch) -> Gap | None:
    kind = launch.instance_type
    if isinstance(kind, str):
        return None
    known = launch.requirements or kind is None
    return Gap("unknown-input", ANY_TYPE if known else UNKNOWN_TYPE)


def _on_spot(
    resource: Resource, usage: Usage, circumstances: Circumstances, launch: Launch
) -> Iterator[Charge]:
    gap = _type_gap(launch)
    if gap is not None:
        yield gap
        return
    place = _place(resource, circumstances)
    public = launch.public_address
    if public is not False and _has_elastic_ip(resource, circumstances) is True:
        launch = Launch(public_address=False).over(launch)
    yield from fleet_charges(
        resource,
        usage,
        circumstances,
        Fleet(
            launch=launch,
            pools=(Pool(str(launch.instance_type)),),
            places=(place,),
            capacity=exactly(ONE),
            on_demand_percent=ZERO,
        ),
    )


def _place(resource: Resource, circumstances: Circumstances) -> Place:
    subnet: Any = resource.input("subnetId")
    if subnet is None:
        return DEFAULT_VPC
    places = places_of(circumstances.graph, resource, "subnetId", subnet)
    return one_place(places) if places else DEFAULT_VPC


def _has_elastic_ip(resource: Resource, circumstances: Circumstances) -> bool | Unknown:
    """Whether an Elastic IP takes the place of the address given at launch.

    UNKNOWN where there are fewer of them than instances that they may belong to.
    """
    graph = circumstances.graph
    shared, candidates = 0, 0
    for item in graph.referrers(resource, EIP_TYPES):
        for name in EIP_INPUTS:
            if item.input(name) in (None, ""):
                continue
            of_input = (graph.by_urn.get(u) for u in item.dependencies.get(name, ()))
            count = sum(
                found is not None and found.type == resource.type for found in of_input
            )
            if count <= 1:
                return True
            shared, candidates = shared + 1, max(candidates, count)
    if not shared or shared >= candidates:
        return bool(shared)
    return UNKNOWN


def _address(
    resource: Resource, circumstances: Circumstances, launch: Launch, hours: Decimal
) -> Iterator[Charge]:
    said = launch.public_address
    place = _place(resource, circumstances) if said is None else None
    public = said if place is None else place.public
    elastic = _has_elastic_ip(resource, circumstances)
    if public is False or elastic is True:
        return
    if elastic is UNKNOWN:
        reason = "an Elastic IP may belong to it or to another instance"
        yield address_gap(resource, reason)
        return
    if public is UNKNOWN:
        names = [] if place is None else [place.name]
        yield address_gap(resource, unclear_subnets(names))
        return
    because = "asked for" if place is None else f"{place.name} gives addresses"
    yield address_charge(
        resource,
        addresses=ONE,
        hours=hours,
        because=because,
        usage="assumed" if place is DEFAULT_VPC else "given",
    )


TYPES = {
    "aws:ec2/instance:Instance": Type(
        billed="An instance is billed for each hour it runs, and for what it brings with it.",
        source="https://aws.amazon.com/ec2/pricing/on-demand/",
        rule=instance,
    ),
    "aws:ec2/launchConfiguration:LaunchConfiguration": Type(
        billed="A launch configuration costs nothing: the groups that use it are charged.",
        source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html",
        rule=launch_configuration,
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Type(
        billed="A launch template costs nothing: what is launched from it is charged there.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html",
        rule=launch_template,
    ),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": Type(
        billed="A spot request is billed as the one instance that it keeps running.",
        source="https://aws.amazon.com/ec2/spot/pricing/",
        rule=spot_instance_request,
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
