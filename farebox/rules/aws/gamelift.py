"""Amazon GameLift Servers: the instances of a fleet by the hour.

Source: https://aws.amazon.com/gamelift/servers/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import known_text
from farebox.rules.machines.uses import INSTANCES
from farebox.rules.service import Meter, Type, free, unpriced
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/gamelift/servers/pricing/"
BUILDS = frozenset(("aws:gamelift/build:Build",))

SERVERS = Meter(
    service="AmazonGameLift",
    usage_type="BoxUsage:{type}",
    operation="Consume{system}GameLiftInstance",
    unit="Hrs",
    says="game servers on {type}",
)


def fleet(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Instances on demand; one is assumed, for a fleet begins with one and scales."""
    kind = known_text(resource.input("ec2InstanceType"), "ec2InstanceType")
    market = known_text(resource.input("fleetType"), "fleetType", "ON_DEMAND")
    for said in (kind, market):
        if isinstance(said, Gap):
            yield said
            return
    if market == "SPOT":
        yield Gap("no-price", "spot instances of GameLift have prices by the day")
        return
    value = resource.input("buildId")
    found = circumstances.graph.references(resource, "buildId", value, BUILDS)
    system = text(found[0].input("operatingSystem")) if len(found) == 1 else ""
    if system is UNKNOWN:
        reason = "the system of its build is not known before deployment"
        yield SERVERS.gap(resource, reason, type=str(kind), system="Linux")
        return
    given = usage.assumption(INSTANCES.key)
    count = given or exactly(ONE, status="assumed")
    instances: Decimal = circumstances.level.pick(count)
    yield SERVERS.metered(
        resource,
        instances * circumstances.hours_per_month,
        f"{instances:f} instances all month",
        usage=count.status,
        type=str(kind),
        system="Windows" if str(system).startswith("WINDOWS") else "Linux",
    )


TYPES = {
    "aws:gamelift/fleet:Fleet": Type(
        billed="A fleet is billed for its instances by the hour.",
        source=SOURCE,
        meters=(SERVERS,),
        uses=(INSTANCES,),
        rule=fleet,
        terraform="aws_gamelift_fleet",
        notes="One instance is assumed where `instances` does not say how many run.",
    )
}

FREE = free(
    "gamelift",
    {
        "a name, a queue or what servers run; the fleet's instances are charged": (
            "Alias Build GameSessionQueue Script"
        )
    },
)

UNPRICED = unpriced(
    "gamelift",
    {
        "a group's instances are EC2's, with a fee by the hour on top": (
            "GameServerGroup"
        )
    },
)
