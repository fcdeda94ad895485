"""Which region holds for a resource: one rule for every reader of a graph.

What the document names counts, in this order: the resource's own `region`, its
provider's, the stack's config, the resource's own ARN or zone, and those of its
provider's other resources where they agree. Where nothing names one a person's choice
holds: `--region`, else the environment's `AWS_REGION`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from farebox.graph.outputs import NOTHING_TOLD, Told
from farebox.graph.resource import UNKNOWN_REGION
from farebox.graph.values import SECRET_TEXT, UNKNOWN, clean
from farebox.graph.zones import region_of_zone_id

REGION_KEY = "aws:region"
"""The key of a stack's config that names the region of the default provider."""

ENVIRONMENT = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Where AWS's tools, and Pulumi's provider, find a region that nothing else names."""

REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+")
ZONE = re.compile(rf"({REGION.pattern})(?:[a-z]|-[a-z].*)")
"""`us-east-1a`, or a local zone as `us-east-1-bos-1a`."""


class EnvironmentRegion(str):
    """A region that a variable of the environment names, and no option."""

    variable: str


def environment_region(environment: Mapping[str, str]) -> EnvironmentRegion | None:
    """The region of the environment; None where it names none, or nonsense."""
    for variable in ENVIRONMENT:
        value = environment.get(variable, "")
        if REGION.fullmatch(value):
            found = EnvironmentRegion(value)
            found.variable = variable
            return found
    return None


class Facts(Struct, gc=False):
    """What one resource says of where it is, beside a `region` of its own."""

    provider: str
    identity: str
    inputs: Mapping[str, Any]
    told: Told

    def region(self) -> str | None:
        """The region of its ARN, else of its zone; None where neither names one."""
        for text in (self.told.arn, self.identity):
            region = _region_of_arn(text)
            if region:
                return region
        listed = self.inputs.get("availabilityZones")
        zones = [self.told.availability_zone, self.inputs.get("availabilityZone")]
        for zone in [*zones, *(listed if isinstance(listed, list) else ())]:
            match = ZONE.fullmatch(zone) if isinstance(zone, str) else None
            if match:
                return match[1]
        zone_ids = (
            self.told.availability_zone_id,
            self.inputs.get("availabilityZoneId"),
        )
        known = (region_of_zone_id(z) for z in zone_ids if isinstance(z, str))
        return next(filter(None, known), None)


class Regions:
    """The regions of one document's resources, and what to tell of them.

    `provider_regions` are by the urns of providers. `facts` are those of all resources;
    they are gone through only where nothing else names a region. `choice` is the
    person's.
    """

    def __init__(
        self,
        provider_regions: Mapping[str, str | None],
        config: Mapping[str, str],
        choice: str | None,
        facts: Iterable[Facts],
    ) -> None:
        self._provider_regions = provider_regions
        named = config.get(REGION_KEY) or None
        self._secret = named == SECRET_TEXT
        self._config = None if self._secret else named
        self._choice = choice
        self._facts = facts
        self._of_providers: dict[str, str | None] | None = None
        self._named: dict[str, str] = {}
        self._from_facts: set[str] = set()
        self._by_choice = 0

    def of(
        self, provider: str, identity: str, inputs: Mapping[str, Any], told: Told | None
    ) -> str | None:
        """The region of a resource, None where nothing names one.

        `provider` is a reference, `<urn>::<id>`. A region that is not known before
        deployment is UNKNOWN_REGION.
        """
        alike = told is None and "region" not in inputs
        if alike and provider in self._named:
            return self._named[provider]
        urn = provider_urn(provider)
        named = named_region(inputs) or self._provider_regions.get(urn)
        if named is None and told is not None:
            named = named_region({"region": told.region})
        named = named or self._config
        if named is not None:
            if alike:
                # The same for all of a provider's, and looked up once.
                self._named[provider] = named
            return named
        return self._otherwise(Facts(urn, identity, inputs, told or NOTHING_TOLD))

    def _otherwise(self, facts: Facts) -> str | None:
        found = facts.region() or self._agreed(facts.provider)
        if found is not None:
            self._from_facts.add(found)
            return found
        if self._choice is not None:
            self._by_choice += 1
            # A plain text: what is written as JSON takes no other.
            return str(self._choice)
        return UNKNOWN_REGION if self._secret else None

    def _agreed(self, provider: str) -> str | None:
        """The one region that a provider's resources name; None where they differ."""
        if self._of_providers is None:
            found: dict[str, set[str]] = {}
            for facts in self._facts:
                region = facts.region()
                if region is not None:
                    found.setdefault(facts.provider, set()).add(region)
            self._of_providers = {
                urn: regions.pop() if len(regions) == 1 else None
                for urn, regions in found.items()
            }
        return self._of_providers.get(provider)

    def notes(self) -> Iterator[str]:
        """What a reader must know of regions that are not named as such."""
        if self._from_facts:
            yield (
                "No provider and no config names a region: ARNs and zones of the "
                f"document do, {', '.join(sorted(self._from_facts))}."
            )
        if self._by_choice and isinstance(self._choice, EnvironmentRegion):
            yield (
                f"Nothing in the document names the region of {self._by_choice} "
                f"resources: {self._choice.variable} of the environment does, "
                f"{self._choice}."
            )


def provider_urn(provider: str) -> str:
    """The urn in a reference to a provider; empty where there is none."""
    return provider.rpartition("::")[0]


def named_region(inputs: Mapping[str, Any]) -> str | None:
    """The region that the inputs of a resource or a provider name themselves."""
    given = inputs.get("region")
    if given is None or given == "":
        return None
    region = clean(given)
    return UNKNOWN_REGION if region is UNKNOWN else str(region)


def _region_of_arn(text: Any) -> str | None:
    """The fourth part of an ARN; None for no ARN, or one of a global service."""
    if not isinstance(text, str) or not text.startswith("arn:"):
        return None
    parts = text.split(":", 5)
    region = parts[3] if len(parts) == 6 else ""
    return region if REGION.fullmatch(region) else None
