"""No network is found out once, and quickly; a server that refuses is a network."""

import socket
import time
from collections.abc import Callable

import pytest

from pricing_fetch.errors import NotReached
from pricing_fetch.net.reach import check_network

URLS = ("https://prices.test", "https://spot.test/spot.json")


def fails(error: Exception) -> Callable[[str, int, float], None]:
    def connect(host: str, port: int, seconds: float) -> None:
        raise error

    return connect


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name is not found"),
        (OSError(101, "Network is unreachable"), "network is unreachable"),
        (TimeoutError(), "no answer"),
    ],
)
def test_without_a_network_it_is_one_sentence_that_names_the_hosts(
    error: Exception, said: str
) -> None:
    with pytest.raises(NotReached, match=said) as raised:
        check_network(URLS, environ={}, connect=fails(error))
    assert "none of prices.test, spot.test can be reached" in str(raised.value)


def test_a_server_that_refuses_is_reached() -> None:
    check_network(URLS, environ={}, connect=fails(ConnectionRefusedError(111, "no")))


def test_one_place_that_answers_is_enough() -> None:
    def connect(host: str, port: int, seconds: float) -> None:
        if host == "prices.test":
            raise socket.gaierror(-2, "Name or service not known")

    check_network(URLS, environ={}, connect=connect)


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def connect(host: str, port: int, seconds: float) -> None:
        time.sleep(2)

    began = time.monotonic()
    with pytest.raises(NotReached, match=r"no answer within 0\.1 s"):
        check_network(URLS, environ={}, seconds=0.1, connect=connect)
    assert time.monotonic() - began < 1


def test_behind_a_proxy_it_is_the_proxy_that_must_be_there() -> None:
    seen: list[tuple[str, int]] = []

    def connect(host: str, port: int, seconds: float) -> None:
        seen.append((host, port))

    environ = {"HTTPS_PROXY": "http://proxy.test:3128"}
    check_network(URLS, environ=environ, connect=connect)
    assert seen == [("proxy.test", 3128)]


def test_nothing_to_reach_is_no_failure() -> None:
    check_network((), environ={})
