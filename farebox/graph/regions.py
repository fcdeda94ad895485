"""Which region holds for a resource: one rule for every reader of a graph."""

from collections.abc import Mapping
from typing import Any

from farebox.graph.resource import UNKNOWN_REGION
from farebox.graph.values import UNKNOWN, clean

REGION_KEY = "aws:region"
"""The key of a stack's config that names the region of the default provider."""


def region_of(
    inputs: Mapping[str, Any],
    provider: str,
    provider_regions: Mapping[str, str | None],
    default: str | None,
) -> str | None:
    """The region of a resource, None where nothing names one.

    Its own `region` input, else its provider's, else `default` (the stack's config,
    else what the user gave). `provider` is a reference, `<urn>::<id>`; a region that
    is not known before deployment is UNKNOWN_REGION.
    """
    own = named_region(inputs)
    if own is not None:
        return own
    urn = provider.rpartition("::")[0]
    of_provider = provider_regions.get(urn) if urn else None
    return of_provider if of_provider is not None else default


def named_region(inputs: Mapping[str, Any]) -> str | None:
    """The region that the inputs of a resource or a provider name themselves."""
    given = inputs.get("region")
    if given is None or given == "":
        return None
    region = clean(given)
    return UNKNOWN_REGION if region is UNKNOWN else str(region)
