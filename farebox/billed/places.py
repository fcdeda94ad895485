"""Where a charge of a bill stands in an estimate: the lines of the same key.

Both use AWS's own keys, but a bill writes them with more or less in them: an operation
where the price list has none, no region on data transfer, another product's name on it.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from farebox.bill.statement import LineItem
from farebox.billed.charges import Charge
from farebox.prices.aliases import usual_name
from farebox.prices.prefixes import ALSO, REGION_PREFIX
from farebox.prices.values import GLOBAL

TRANSFER = "AWSDataTransfer"
SENT = re.compile(r"DataTransfer-|-(In|Out)-(ABytes|Bytes|OBytes)")
"""Usage types of data transfer, which a bill may file under the sender's product."""

LISTS_TOO = "AmazonEC2"
"""The service under which price lists have traffic between zones as well."""

HOME = "us-east-1"
_REGION_OF = {prefix: region for region, prefix in REGION_PREFIX.items()} | {
    also.removesuffix("-"): region for region, also in ALSO.items()
}
_BY_NAME = re.compile(rf"({'|'.join(map(re.escape, REGION_PREFIX))})-")


class Key(Struct, frozen=True):
    """A charge's key as bill and estimate share it, without a region's prefix."""

    service: str
    region: str
    usage_type: str


Place = tuple[str, Key]
"""The urn of a resource, empty for the account, and a key."""


def key_of_line(line: LineItem) -> Key:
    """The shared key of an estimate's line."""
    key = line.key
    return Key(
        key.service, key.region, usual_name(key.service, key.region, key.usage_type)
    )


def region_of(usage_type: str) -> str:
    """The region that a usage type's prefix names; us-east-1 often has none."""
    named = _BY_NAME.match(usage_type)
    if named:
        return named[1]
    return _REGION_OF.get(usage_type.partition("-")[0], HOME)


def keys_of_charge(charge: Charge) -> Iterator[Key]:
    """The shared keys that a bill's charge may have, the likeliest first."""
    services = [charge.service]
    if charge.service != TRANSFER and SENT.search(charge.usage_type):
        services.append(TRANSFER)
    if charge.service == TRANSFER:
        services.append(LISTS_TOO)
    region = charge.region
    if region in ("", GLOBAL):
        regions = [region_of(charge.usage_type), GLOBAL]
    else:
        regions = [region, GLOBAL]
    for service in services:
        for each in regions:
            yield Key(service, each, usual_name(service, each, charge.usage_type))


def key_of_charge(charge: Charge) -> Key:
    """The likeliest shared key of a bill's charge."""
    return next(keys_of_charge(charge))


class Lines:
    """The lines of a statement by resource and shared key."""

    def __init__(self, lines: Iterable[LineItem]) -> None:
        self.places: dict[Place, list[LineItem]] = {}
        self.of_key: dict[Key, list[Place]] = {}
        for line in lines:
            place = (line.subject.urn or "", key_of_line(line))
            if place not in self.places:
                self.of_key.setdefault(place[1], []).append(place)
            self.places.setdefault(place, []).append(line)

    def at(self, urn: str, charge: Charge) -> Place | None:
        """The place of a resource's lines whose operation the charge's can be."""
        for key in keys_of_charge(charge):
            if self._fits((urn, key), charge):
                return urn, key
        return None

    def like(self, charge: Charge) -> list[Place]:
        """All places that have the charge's key, whoever's they are."""
        for key in keys_of_charge(charge):
            found = [p for p in self.of_key.get(key, ()) if self._fits(p, charge)]
            if found:
                return found
        return []

    def _fits(self, place: Place, charge: Charge) -> bool:
        """An operation that the price list leaves empty is any on the bill."""
        said = ("", charge.operation)
        return any(line.key.operation in said for line in self.places.get(place, ()))
