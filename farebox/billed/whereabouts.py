"""In which account and region a thing is, as far as its ARN or its charge says.

Names of groups, clusters and databases are the same in every account and region of a
company: one that is elsewhere is another thing.
"""

from msgspec import Struct

from farebox.billed.charges import Charge
from farebox.billed.places import TRANSFER
from farebox.prices.values import GLOBAL


class InPlace(Struct, frozen=True):
    """An account and a region; empty where they are not known."""

    account: str = ""
    region: str = ""


NOWHERE = InPlace()


def place_of(arn: str, account: str = "") -> InPlace:
    """What an ARN says of itself; for other names only the account is known."""
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return InPlace(account)
    return InPlace(parts[4] or account, parts[3])


def billed_in(charge: Charge) -> InPlace:
    """Where what was billed is; data transfer's region may be the other end's."""
    said = place_of(charge.resource, charge.account)
    elsewhere = charge.service == TRANSFER or charge.region == GLOBAL
    region = said.region or ("" if elsewhere else charge.region)
    return InPlace(charge.account, region)


def can_be(one: InPlace, other: InPlace) -> bool:
    """Whether two may be one place: what is not known fits."""
    return all(
        "" in (mine, yours) or mine == yours
        for mine, yours in ((one.account, other.account), (one.region, other.region))
    )
