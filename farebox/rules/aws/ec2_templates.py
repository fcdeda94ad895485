"""Launch templates and configurations: free, priced with whatever launches from them."""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.machines.templates import (
    LAUNCH_CONFIGURATION_TYPES,
    LAUNCH_TEMPLATE_TYPES,
    REFERENCE_KEYS,
)
from farebox.rules.shapes import block, blocks

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
    specifications += [
        block(item.get("launchTemplateSpecification"))
        for item in blocks(mixed.get("overrides"))
    ]
    found = (named.get(key) for named in specifications for key in REFERENCE_KEYS)
    yield from dict.fromkeys(name for name in found if isinstance(name, str) and name)
