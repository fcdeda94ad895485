"""The proxy that a request goes through: HTTPS_PROXY and NO_PROXY, in both spellings.

Only https goes through a proxy, by CONNECT, so that the origin's certificate is verified
as without one: plain http is for this machine itself. What the user writes before the
`@` goes to the proxy and nowhere else.
"""

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from urllib3.exceptions import ProxyError

from pricing_fetch.errors import Denied, NotAllowed
from pricing_fetch.net.answers import NotYet

NAMES = ("https_proxy", "HTTPS_PROXY")
EXCEPTIONS = ("no_proxy", "NO_PROXY")


class Proxy(Struct, frozen=True):
    """A proxy: its address without credentials, and the header that carries those."""

    url: str
    authorization: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What is sent to the proxy itself."""
        if not self.authorization:
            return {}
        return {"Proxy-Authorization": self.authorization}


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy of an address, or None. Raises NotAllowed for one that cannot be used."""
    parts = urlsplit(url)
    text = _first(environ, NAMES)
    if not text or parts.scheme != "https":
        return None
    if _is_excepted(parts.hostname or "", parts.port, _first(environ, EXCEPTIONS)):
        return None
    return _read(text)


def check_way(name: str, proxy: Proxy, error: ProxyError) -> None:
    """Raise for what the proxy says to CONNECT: Denied, or NotYet."""
    said = str(error)
    if " failed: 407" in said:
        raise Denied(
            f"{name}: the proxy {proxy.url} asks for a user and a password; write them "
            "into HTTPS_PROXY as http://user:password@host:port"
        ) from error
    if " failed: 40" in said:
        raise Denied(
            f"{name}: the proxy {proxy.url} does not let this host through; ask for "
            "it, or name the host in NO_PROXY if it is reached without"
        ) from error
    what = "opens no way" if " failed: " in said else "is not reached"
    raise NotYet(f"{name}: the proxy {proxy.url} {what}") from error


def _read(text: str) -> Proxy:
    """A proxy as it is written: `http://user:password@proxy.example:3128`."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in ("http", "https"):
        # The text is not repeated: it may hold a password.
        raise NotAllowed(
            "HTTPS_PROXY is no address of a proxy that is known here; write "
            "http://proxy.example:3128, or unset it"
        )
    shown = f"[{host}]" if ":" in host else host
    at = f":{port}" if port is not None else ""
    authorization = ""
    if parts.username is not None or parts.password is not None:
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        pair = b64encode(f"{user}:{password}".encode()).decode("ascii")
        authorization = f"Basic {pair}"
    return Proxy(f"{parts.scheme}://{shown}{at}", authorization)


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of the names that is set, lower case first, as curl takes them."""
    return next((environ[name].strip() for name in names if environ.get(name)), "")


def _is_excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Whether NO_PROXY names the host: `*`, a domain, an address or a network."""
    for one in exceptions.replace(",", " ").split():
        name, _, at = one.rpartition(":") if one.count(":") == 1 else (one, "", "")
        if at and at != str(port or 443):
            continue
        name = name.lower().removeprefix("*").removeprefix(".")
        if not name and one.startswith("*"):
            return True
        if name and (host == name or host.endswith(f".{name}")):
            return True
        if _is_inside(host, name.strip("[]")):
            return True
    return False


def _is_inside(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
