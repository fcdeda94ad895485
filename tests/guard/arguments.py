"""What Pulumi hands to a policy pack, made of its own classes."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
)
from pulumi_policy.proxy import unknown_checking_proxy

from tests.guard.stacks import STACK, urn

AWS = "pulumi:providers:aws"
DEFAULT = f"urn:pulumi:dev::shop::{AWS}::default_7_51_1"


def provider(region: Any = "us-east-1", at: str = DEFAULT) -> PolicyProviderResource:
    """A provider as it comes with each of its resources."""
    props = unknown_checking_proxy({"region": region})
    return PolicyProviderResource(AWS, props, at, at.rpartition("::")[2])


def options(parent: str | None) -> PolicyResourceOptions:
    """The options of a resource that has none."""
    no_timeouts = PolicyCustomTimeouts(0, 0, 0)
    return PolicyResourceOptions(False, [], None, [], no_timeouts, [], parent)


class Given:
    """One resource as both calls show it: its inputs first, its outputs at the end."""

    def __init__(
        self,
        type_: str,
        name: str,
        /,
        inputs: Mapping[str, Any] | None = None,
        *,
        outputs: Mapping[str, Any] | None = None,
        by: PolicyProviderResource | None = None,
        parent: str | None = STACK,
        at: str | None = None,
    ) -> None:
        inputs = dict(inputs or {})
        self.urn = at or urn(type_, name)
        self.parent = parent
        opts = options(parent)
        self.args = ResourceValidationArgs(
            type_, unknown_checking_proxy(inputs), self.urn, name, opts, by, {}
        )
        known = unknown_checking_proxy({**inputs, **(outputs or {})})
        self.at_end = PolicyResource(
            type_, known, self.urn, name, opts, by, None, [], {}
        )


def stack(
    *given: Given, needs: Mapping[str, Mapping[str, Sequence[str]]] | None = None
) -> list[PolicyResource]:
    """All resources at the end; `needs` are the urns behind inputs, by urn."""
    by_urn = {item.urn: item.at_end for item in given}
    for item in given:
        found = item.at_end
        found.parent = by_urn.get(item.parent or "")
        for name, urns in (needs or {}).get(item.urn, {}).items():
            found.property_dependencies[name] = [
                by_urn[other] for other in urns if other in by_urn
            ]
    return list(by_urn.values())


ITSELF = Given("pulumi:pulumi:Stack", "shop-dev", parent=None, at=STACK)
