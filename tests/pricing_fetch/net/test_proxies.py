"""Proxies: the way through one, its credentials, and what is asked without it."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from pricing_fetch.errors import Denied, FetchError, NotAllowed, NotReached
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.proxies import Proxy, proxy_for
from pricing_fetch.net.transport import Transport
from tests.aws import proxy as local
from tests.aws.certificate import self_signed
from tests.aws.server import AwsServer, Reply

HOST = "https://prices.example:8443"
"""A host that only the proxy knows the way to."""
PASSWORD = "not-a-secret:@ß"


def transport(proxy: str, *, base: str = HOST, **more: str) -> Transport:
    environ = {"https_proxy": proxy, **more}
    return Transport(
        where=Addresses(price_list=base),
        environ=environ,
        sleep=lambda _: None,
        patience=Patience(tries=2),
    )


def test_https_goes_through_the_proxy_and_the_origin_is_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AwsServer(tls=self_signed(tmp_path)) as origin:
        origin.serve("/list", lambda _: Reply(body=b"prices"))
        there = f"https://127.0.0.1:{origin.port}"
        with local.Proxy(("127.0.0.1", origin.port)) as proxy:
            asks = transport(proxy.address, base=there)
            # Nobody vouches for the origin, and a proxy does not change that.
            with pytest.raises(NotReached, match="certificate cannot be verified"):
                asks.get(f"{there}/list")
            asks.close()
            assert origin.asked == []
            # Trusted, it is the same way.
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "self-signed.pem"))
            asks = transport(proxy.address, base=there)
            assert asks.get(f"{there}/list").body == b"prices"
            asks.close()
            assert all(
                asked.startswith(f"CONNECT 127.0.0.1:{origin.port} ")
                for asked in proxy.asked
            )
            assert len(proxy.asked) == 2


def test_credentials_go_to_the_proxy_alone_and_into_no_sentence() -> None:
    with local.Proxy(("127.0.0.1", 1), "407 Proxy Authentication Required") as proxy:
        written = f"http://me:not-a-secret%3A%40%C3%9F@{proxy.address}"
        with pytest.raises(Denied) as refused:
            transport(written).get(f"{HOST}/list")
        pair = b64encode(f"me:{PASSWORD}".encode()).decode()
        (asked,) = proxy.asked
        assert f"Proxy-Authorization: Basic {pair}" in asked
        sentence = _whole(refused.value)
        assert f"the proxy http://{proxy.address} asks for a user" in sentence
        assert "not-a-secret" not in sentence
        assert pair not in sentence


def test_a_proxy_that_lets_the_host_not_through_is_not_asked_again() -> None:
    with local.Proxy(("127.0.0.1", 1), "403 Forbidden") as proxy:
        with pytest.raises(Denied, match="does not let this host through"):
            transport(proxy.address).get(f"{HOST}/list")
        assert len(proxy.asked) == 1


def test_a_proxy_that_is_down_is_named_without_its_password() -> None:
    with local.Proxy(("127.0.0.1", 1)) as proxy:
        gone = proxy.address
    with pytest.raises(NotReached) as failed:
        transport(f"http://me:not-a-secret@{gone}").get(f"{HOST}/list")
    sentence = _whole(failed.value)
    assert f"the proxy http://{gone} is not reached, asked 2 times" in sentence
    assert "not-a-secret" not in sentence


def test_plain_http_is_this_machine_and_needs_no_proxy() -> None:
    with AwsServer() as aws:
        aws.serve("/list", lambda _: Reply(body=json.dumps({}).encode()))
        asks = transport("http://127.0.0.1:1", base=aws.url)
        assert asks.get(f"{aws.url}/list").status == 200
        asks.close()


@pytest.mark.parametrize(
    ("exceptions", "goes_through"),
    [
        ("", True),
        ("other.example, prices.example", False),
        (".example", False),
        ("example", False),
        ("*.example", False),
        ("*", False),
        ("prices.example:8443", False),
        ("prices.example:443", True),
        ("ces.example", True),
        ("10.0.0.0/8", True),
    ],
)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_no_proxy_names_hosts_domains_and_networks(
    name: str, exceptions: str, goes_through: bool
) -> None:
    environ = {"HTTPS_PROXY": "http://proxy.example:3128", name: exceptions}
    found = proxy_for(f"{HOST}/list", environ)
    assert found == (Proxy("http://proxy.example:3128") if goes_through else None)


def test_a_network_in_no_proxy_holds_addresses() -> None:
    environ = {"HTTPS_PROXY": "proxy.example:3128", "NO_PROXY": "10.0.0.0/8"}
    assert proxy_for("https://10.1.2.3/list", environ) is None
    assert proxy_for("https://11.1.2.3/list", environ) is not None


@pytest.mark.parametrize(
    "written", ["socks5://me:not-a-secret@127.0.0.1:1", "http://[", "http://a:b:c"]
)
def test_what_is_no_proxy_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(NotAllowed, match="HTTPS_PROXY is no address") as refused:
        transport(written).get(f"{HOST}/list")
    assert "not-a-secret" not in _whole(refused.value)


def _whole(error: FetchError) -> str:
    """The sentence, and all that a traceback would show of its causes."""
    said, cause = "", error.__cause__
    while cause is not None:
        said += f" {cause!r}"
        cause = cause.__cause__
    return f"{error}{said}"
