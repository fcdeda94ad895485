"""The public addresses of AWS's prices: a fixed list, unless the user names a mirror."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from pricing_fetch.errors import NotAllowed

PRICE_LIST = "https://pricing.us-east-1.amazonaws.com"
AWS_DOMAINS = ("amazonaws.com", "api.aws", "amazonaws.com.cn")
"""Below these are the addresses that AWS gives its services, private ones too.

Source: https://docs.aws.amazon.com/general/latest/gr/rande.html
"""

SPOT_FEED = "https://website.spot.ec2.aws.a2z.com/spot.json"
SPOT_ADVISOR = "https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json"


class Addresses(Struct, frozen=True):
    """Where the public sources are; `price_list` is a base, the others whole."""

    price_list: str = PRICE_LIST
    spot_feed: str = SPOT_FEED
    spot_advisor: str = SPOT_ADVISOR

    @property
    def origins(self) -> frozenset[str]:
        """Scheme, host and port of every address: nothing else is ever asked."""
        return frozenset(
            origin(url) for url in (self.price_list, self.spot_feed, self.spot_advisor)
        )


def addresses(environ: Mapping[str, str] = os.environ) -> Addresses:
    """AWS's addresses, or the mirrors that the environment names.

    FAREBOX_PRICE_LIST_URL (a base; offers and savings plans are below it),
    FAREBOX_SPOT_FEED_URL and FAREBOX_SPOT_ADVISOR_URL. Raises NotAllowed for one that
    is not https, but for this machine itself, or that holds a password.
    """
    return Addresses(
        price_list=_mirror(environ, "FAREBOX_PRICE_LIST_URL", PRICE_LIST).rstrip("/"),
        spot_feed=_mirror(environ, "FAREBOX_SPOT_FEED_URL", SPOT_FEED),
        spot_advisor=_mirror(environ, "FAREBOX_SPOT_ADVISOR_URL", SPOT_ADVISOR),
    )


def check_endpoint(url: str, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse to sign calls for a place that is neither AWS's nor this machine.

    `AWS_ENDPOINT_URL` and its kin may come from a file of the folder that a stack is in;
    a signed call shows who asks. FAREBOX_AWS_ENDPOINT names another place that may be
    asked, as a base. Raises NotAllowed, for plain http beyond this machine always.
    """
    asked = origin(url)
    host = urlsplit(asked).hostname or ""
    if _is_loopback(host) or any(host.endswith(f".{domain}") for domain in AWS_DOMAINS):
        return
    allowed = environ.get("FAREBOX_AWS_ENDPOINT", "").strip()
    if allowed and origin(allowed) == asked:
        return
    raise NotAllowed(
        f"{shown(url)} is not an address of AWS's (AWS_ENDPOINT_URL, or a profile, names "
        "it), and calls to it would be signed with your credentials; where that is "
        "meant, set FAREBOX_AWS_ENDPOINT to it"
    )


def origin(url: str) -> str:
    """Scheme, host and port of an address: `https://example.test:443`.

    Raises NotAllowed for an address that may not be asked at all.
    """
    parts = _parts(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"


def shown(url: str) -> str:
    """The address for a message or a source: without query, where a token could be."""
    parts = urlsplit(url)
    place = f"{parts.netloc}{parts.path}".rpartition("@")[2]
    return f"{parts.scheme}://{place}"


def _mirror(environ: Mapping[str, str], name: str, standard: str) -> str:
    url = environ.get(name, "").strip()
    if not url:
        return standard
    try:
        _parts(url)
    except NotAllowed as error:
        raise NotAllowed(f"{name}: {error}") from error
    return url


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise NotAllowed("this is no address; write https://host/path") from error
    if "@" in url:
        raise NotAllowed(
            f"{shown(url)}: an address may hold no user or password, for it is kept "
            "beside the prices; let the mirror answer without"
        )
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise NotAllowed(
            f"{shown(url)[:80]!r} is no web address; write https://host/path"
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise NotAllowed(
            f"{shown(url)}: prices are fetched by https only, so that nobody can "
            "change them on the way; plain http is for this machine itself"
        )
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
