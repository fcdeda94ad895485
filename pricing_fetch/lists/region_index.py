"""`region_index.json`: where AWS's newest list of each region lies, and its version.

A few KB, read before anything large: when the version in the address is the one of the
last delivery, nothing needs to be downloaded.
"""

import json
import re
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from pricing_fetch.errors import Damaged, Denied, NotListed, NotSold
from pricing_fetch.net.hosts import shown
from pricing_fetch.net.transport import Transport

_NAME = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_PUBLISHED = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)


class ListedFile(Struct, frozen=True):
    """One list that can be downloaded: the address of its CSV and its version.

    `dated` says whether the address itself leads to that version and no other.
    """

    url: str
    version: str
    dated: bool = True

    def read_as(self, reading: int) -> str:
        """The version for a store to remember, with the revision of its reader."""
        return f"{self.version} reading {reading}"


class RegionIndex(Struct, frozen=True):
    """What an index says: when it was published, and each region's list."""

    name: str
    published: str
    paths: dict[str, str]

    def path(self, region: str) -> str:
        """The path of the region's list. Raises NotSold, naming near regions."""
        found = self.paths.get(region)
        if found is None:
            near = get_close_matches(region, self.paths, n=3, cutoff=0.6)
            instead = ", ".join(near) if near else f"{len(self.paths)} others"
            raise NotSold(
                f"{self.name} has no list for {region!r}; it has {instead}: check the "
                "region, or leave the service out for it"
            )
        return found


def read_index(
    transport: Transport, kind: str, code: str, known: tuple[str, ...]
) -> RegionIndex:
    """The index of a service's offers (`offers`) or of a plan (`savingsPlan`).

    `known` are codes to name where AWS knows none such. Raises FetchError.
    """
    if not _NAME.fullmatch(code):
        raise NotListed(
            f"{code!r} is no service code; write it as AWS does, such as AmazonEC2"
        )
    url = f"{transport.addresses.price_list}/{kind}/v1.0/aws/{code}/current/region_index.json"
    try:
        answer = transport.get(url)
    except (NotListed, Denied) as error:
        near = get_close_matches(code, known, n=2, cutoff=0.6)
        if code in known or (isinstance(error, Denied) and not near):
            raise
        instead = f"; did you mean {' or '.join(near)}?" if near else ""
        raise NotListed(f"AWS has no price list {code!r}{instead}") from error
    name = shown(url)
    try:
        document = json.loads(answer.body)
        published = document["publicationDate"]
        paths = _paths(document["regions"])
    except (
        *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
    ) as error:
        raise Damaged(
            f"{name}: not an index of price lists as AWS writes it; nothing was fetched"
        ) from error
    if not isinstance(published, str) or not _PUBLISHED.fullmatch(published):
        raise Damaged(f"{name}: no publication date that can be read")
    return RegionIndex(name, published, paths)


def listed(
    transport: Transport, index: RegionIndex, region: str, kind: str, code: str
) -> ListedFile:
    """The region's list that the index names; its CSV lies beside its JSON.

    Raises NotSold, and Damaged for a path that leads anywhere else, such as to the list
    of another region.
    """
    path = index.path(region)
    shape = rf"/{kind}/v1\.0/aws/{code}/([0-9A-Za-z]+)/{re.escape(region)}/index\.json"
    match = re.fullmatch(shape, path, re.ASCII)
    if match is None:
        raise Damaged(
            f"{index.name}: names the list {path[:120]!r}, which is not its own"
        )
    csv = path.removesuffix(".json") + ".csv"
    return ListedFile(transport.addresses.price_list + csv, match[1])


def listed_whole(transport: Transport, index: RegionIndex, code: str) -> ListedFile:
    """A service's newest list of all regions together.

    Its address has no version; the index was published with it, so the digits of that
    date stand for one.
    """
    match = _PUBLISHED.fullmatch(index.published)
    assert match is not None, "an index is read with its date"
    url = f"{transport.addresses.price_list}/offers/v1.0/aws/{code}/current/index.csv"
    return ListedFile(url, "".join(match.groups()), dated=False)


def _paths(regions: Any) -> dict[str, str]:
    """Offers have an object by region, savings plans an array."""
    if isinstance(regions, dict):
        found = {key: str(one["currentVersionUrl"]) for key, one in regions.items()}
    else:
        found = {str(one["regionCode"]): str(one["versionUrl"]) for one in regions}
    if not found:
        raise ValueError("no region")
    return found
