"""AWS Elastic Beanstalk: free itself; what its environments launch is charged.

Source: https://aws.amazon.com/elasticbeanstalk/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import USED, public_ipv4
from farebox.rules.aws.elb import CLASSIC_BYTES, CLASSIC_HOURS, HOURS
from farebox.rules.aws.elb_capacity import (
    APPLICATION_UNIT,
    CAPACITY,
    KEYS,
    NETWORK_UNITS,
    capacity,
)
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import (
    known_amount,
    known_blocks,
    known_flag,
    known_text,
    unknown,
)
from farebox.rules.machines.fleets import Fleet, fleet_charges
from farebox.rules.machines.launch import ROOT_LABEL, Launch, LaunchVolume
from farebox.rules.machines.places import DEFAULT_VPC, Place
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.uses import GROUP_KEYS, INSTANCE_METERS
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.service import Type, free
from farebox.rules.shapes import amount, text

SOURCE = "https://aws.amazon.com/elasticbeanstalk/pricing/"

LEAST, MOST = ONE, Decimal(4)
"""Instances of an environment that names none.

Source: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

BALANCERS = {
    "application": ("Application", ("ALB", "LCU"), APPLICATION_UNIT),
    "network": ("Network", ("NLB", "NLCU"), NETWORK_UNITS["TCP"]),
}
"""Balancers of the newer kinds: how they and their units are called, and a unit."""

VPC = "aws:ec2:vpc"
CONFIGURATION = "aws:autoscaling:launchconfiguration"
ENVIRONMENT = "aws:elasticbeanstalk:environment"


class _Options:
    """The option settings of an environment, by namespace and name."""

    def __init__(self, found: list[dict[str, object]]) -> None:
        self._values = {
            (str(item.get("namespace")), str(item.get("name"))): item.get("value")
            for item in found
        }

    def of(self, namespace: str, name: str) -> object:
        """The value of an option; None where the environment does not set it."""
        return self._values.get((namespace, name))

    def has(self, namespace: str) -> bool:
        """Whether any option of a namespace is set."""
        return any(space == namespace for space, _ in self._values)


LOGGED = (
    ("cloudwatch:logs", "StreamLogs"),
    ("cloudwatch:logs:health", "HealthStreamingEnabled"),
)
"""Settings by which an environment writes logs into groups that it makes itself.

Source: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudwatchlogs.html
"""


def environment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Instances from the least to the most, and the load balancer before them."""
    found = known_blocks(resource.input("settings"), "settings")
    if isinstance(found, Gap):
        yield found
        return
    if any(UNKNOWN in (item.get("namespace"), item.get("name")) for item in found):
        yield unknown("which of its settings one is")
        return
    options = _Options(found)
    single = known_text(
        options.of(ENVIRONMENT, "EnvironmentType"), "EnvironmentType", "LoadBalanced"
    )
    if isinstance(single, Gap):
        yield single
        return
    alone = single == "SingleInstance"
    yield from _instances(resource, usage, circumstances, options, alone)
    tier = resource.input("tier")
    if tier is UNKNOWN:
        yield unknown("tier")
    elif not alone and tier != "Worker":
        yield from _balancer(resource, usage, circumstances, options)
    for space, name in LOGGED:
        said = options.of(f"aws:elasticbeanstalk:{space}", name)
        if flag(said) not in (None, False):
            yield Gap(
                "no-usage", f"logs of {name} are charged by CloudWatch, by the GB"
            )
    if options.has("aws:rds:dbinstance"):
        yield Gap(
            "no-rule",
            "the database that its settings ask for is not priced here: make it a "
            "resource of its own",
        )


def _instances(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    options: _Options,
    alone: bool,
) -> Iterator[Charge]:
    kind = _kind(options)
    size = _size(resource, usage, options, alone)
    if isinstance(kind, Gap) or isinstance(size, Gap):
        gap = kind if isinstance(kind, Gap) else size
        assert isinstance(gap, Gap)
        yield gap
        return
    if flag(options.of("aws:ec2:instances", "EnableSpot")) not in (None, False):
        yield Gap("no-price", "its share of spot instances is not read")
        return
    fleet = Fleet(
        launch=_launch(resource, options),
        pools=(Pool(kind),),
        places=_places(options),
        capacity=size,
    )
    yield from fleet_charges(resource, usage, circumstances, fleet)


def _kind(options: _Options) -> str | Gap:
    """The instance type that is named; several leave the choice to AWS."""
    many = options.of("aws:ec2:instances", "InstanceTypes")
    said = many if many is not None else options.of(CONFIGURATION, "InstanceType")
    if said is None:
        reason = "nothing names its instance type, so AWS chooses one by the region"
        return Gap("unknown-input", f"{reason}: set InstanceTypes")
    names = known_text(said, "InstanceTypes")
    if isinstance(names, Gap):
        return names
    return names.split(",")[0].strip()


def _size(
    resource: Resource, usage: Usage, options: _Options, alone: bool
) -> Assumption | Gap:
    given = usage.assumption("instances")
    if given is not None and (given.is_range or alone):
        return given
    if alone:
        return exactly(ONE)
    group = "aws:autoscaling:asg"
    least = known_amount(resource, options.of(group, "MinSize"), "MinSize", LEAST)
    most = known_amount(resource, options.of(group, "MaxSize"), "MaxSize", MOST)
    if isinstance(least, Gap):
        return least
    if isinstance(most, Gap):
        return most
    likely = least if given is None else given.likely
    status = "given" if given is None else given.status
    return Assumption(
        min(least, likely), likely, max(most, likely), "instances", status=status
    )


def _launch(resource: Resource, options: _Options) -> Launch:
    """Root volume, monitoring and address, where options tell them."""
    gib = amount(resource, options.of(CONFIGURATION, "RootVolumeSize"), "a root of")
    kind = text(options.of(CONFIGURATION, "RootVolumeType"))
    volumes: tuple[LaunchVolume, ...] = ()
    if gib is not None:
        spec = VolumeSpec(str(kind or "gp3"), gib, label=ROOT_LABEL)
        volumes = (LaunchVolume("/dev/xvda", spec, "given" if kind else "assumed"),)
    return Launch(
        public_address=flag(options.of(VPC, "AssociatePublicIpAddress")),
        volumes=volumes,
    )


def _places(options: _Options) -> tuple[Place, ...]:
    subnets = options.of(VPC, "Subnets")
    if subnets is None:
        return (DEFAULT_VPC,)
    if subnets is UNKNOWN or not isinstance(subnets, str):
        return (Place(name="its subnets"),)
    return tuple(Place(name=name.strip()) for name in subnets.split(","))


def _balancer(
    resource: Resource, usage: Usage, circumstances: Circumstances, options: _Options
) -> Iterator[Charge]:
    """The hours of the balancer, what it processes, and its addresses."""
    kind = known_text(
        options.of(ENVIRONMENT, "LoadBalancerType"), "LoadBalancerType", "classic"
    )
    shared = known_flag(
        options.of(ENVIRONMENT, "LoadBalancerIsShared"), "LoadBalancerIsShared"
    )
    for said in (kind, shared):
        if isinstance(said, Gap):
            yield said
            return
    if shared is True:
        return
    known = BALANCERS.get(str(kind))
    if known is None:
        yield CLASSIC_HOURS.all_month(resource, circumstances)
        yield CLASSIC_BYTES.charge(resource, usage)
    else:
        name, short, unit = known
        yield HOURS.all_month(resource, circumstances, kind=name, name=str(kind))
        yield capacity(
            resource, usage, circumstances, unit, kind=name, name=short, note=""
        )
    yield from _addresses(resource, circumstances, options)


def _addresses(
    resource: Resource, circumstances: Circumstances, options: _Options
) -> Iterator[Charge]:
    """One address in each zone that an internet-facing balancer serves."""
    scheme = known_text(options.of(VPC, "ELBScheme"), "ELBScheme", "public")
    subnets = options.of(VPC, "ELBSubnets")
    if isinstance(scheme, Gap):
        yield USED.gap(resource, scheme.reason)
    elif scheme == "internal":
        return
    elif not isinstance(subnets, str):
        reason = (
            "public IPv4 addresses: in how many zones its balancer is, ELBSubnets says"
        )
        yield USED.gap(resource, reason)
    else:
        zones = len([name for name in subnets.split(",") if name.strip()])
        because = f"{zones} zones of an internet-facing balancer, one address each"
        yield public_ipv4(resource, circumstances, Decimal(zones), because)


TYPES = {
    "aws:elasticbeanstalk/environment:Environment": Type(
        billed="Beanstalk is free; its instances and its load balancer are billed.",
        source=SOURCE,
        meters=(*INSTANCE_METERS, HOURS, CAPACITY, CLASSIC_HOURS, USED),
        uses=(*GROUP_KEYS, *KEYS, CLASSIC_BYTES),
        rule=environment,
        terraform="aws_elastic_beanstalk_environment",
        notes=(
            "Read are the settings EnvironmentType, InstanceTypes, InstanceType, "
            "MinSize, MaxSize, RootVolumeSize, RootVolumeType, LoadBalancerType, Subnets, "
            "ELBSubnets, ELBScheme and AssociatePublicIpAddress; the least instances are likely."
        ),
        not_modelled="settings of a configuration template, logs that it streams",
    )
}

FREE = free(
    "elasticbeanstalk",
    {
        "a name, a version or a form; what environments launch is charged": (
            "Application ApplicationVersion ConfigurationTemplate"
        )
    },
)
