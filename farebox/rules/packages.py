"""Resources that no module of `rules/aws/` declares: what to say of them."""

from farebox.graph import Resource
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE
from farebox.rules.charges import Charge, Gap, NoCharge

FREE_PACKAGES: dict[str, str] = {
    "random": "makes a value, nothing at a provider",
    "tls": "makes a key or a certificate on this machine",
    "command": "runs a command; what it may create is not seen",
    "std": "computes a value",
    "null": "does nothing at a provider",
    "time": "waits or keeps a date",
    "local": "reads or writes a file of this machine",
    "archive": "packs files of this machine",
    "pulumi": "belongs to Pulumi, not to a cloud",
    "pulumi-nodejs": "runs code of the program; what it may create is not seen",
    "pulumi-python": "runs code of the program; what it may create is not seen",
}
"""Pulumi packages whose resources no cloud charges, and why."""


def without_a_rule(resource: Resource) -> Charge:
    """What to say of a resource whose type has no rule and no reason to be free."""
    if resource.operation == "read":
        return NoCharge("read, not created: it belongs to another stack", "data")
    if resource.type == STACK_TYPE:
        return NoCharge("the stack itself", "component")
    if resource.type.startswith(PROVIDER_TYPE_PREFIX):
        return NoCharge("a provider is a connection, not a thing", "component")
    if not resource.custom:
        return NoCharge("a component: its children are priced", "component")
    package = resource.type.partition(":")[0]
    if package in FREE_PACKAGES:
        return NoCharge(FREE_PACKAGES[package], "data")
    if package not in ("aws", "aws-native", "awsx"):
        return Gap(
            "no-rule",
            f"Farebox prices AWS; it does not know what the package {package} costs",
        )
    return Gap("no-rule", f"Farebox has no rule for {resource.type} yet")
