"""The transport against a real server: what is asked again, and what is refused."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from pricing_fetch.errors import (
    Damaged,
    Denied,
    NotAllowed,
    NotListed,
    NotReached,
    Throttled,
    TooLarge,
)
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply
from tests.pricing_fetch.net.conftest import BODY


def test_an_unchanged_answer_is_asked_for_by_its_etag(
    aws: AwsServer, transport: Transport
) -> None:
    first = transport.get(f"{aws.url}/list")
    again = transport.get(f"{aws.url}/list", etag=first.etag)
    assert (first.status, first.body) == (200, BODY)
    assert (again.status, again.body) == (304, b"")
    assert first.date
    assert again.etag == first.etag


def test_gzip_is_told_by_its_first_bytes_not_by_a_header(
    aws: AwsServer, transport: Transport
) -> None:
    aws.fail("gzip-no-header")
    assert transport.get(f"{aws.url}/list").body == BODY
    aws.serve("/packed", lambda _: Reply(body=BODY, gzip=True))
    assert transport.get(f"{aws.url}/packed").body == BODY


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("server-error", {}),
        ("refuse", {}),
        ("reset", {"after": 100}),
        ("truncate", {"after": 100}),
        ("time-out", {"seconds": 5}),
        ("throttle", {}),
    ],
)
def test_a_passing_fault_is_asked_again_after_a_pause(
    aws: AwsServer,
    transport: Transport,
    pauses: list[float],
    fault: str,
    how: dict[str, Any],
) -> None:
    aws.fail(fault, **how)
    assert transport.get(f"{aws.url}/list").body == BODY
    assert [name for name, _ in aws.failed] == [fault]
    assert len(pauses) == 1


def test_pauses_double_and_the_last_failure_says_so(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("server-error", times=9)
    with pytest.raises(NotReached, match=r"asked 4 times; try again later"):
        transport.get(f"{aws.url}/list")
    assert pauses == [0.5, 1.0, 2.0]
    assert len(aws.asked) == 4


def test_a_pause_is_as_long_as_the_server_asks(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("throttle", retry_after=7)
    transport.get(f"{aws.url}/list")
    # 7 as asked, and up to half a second more, here all of it.
    assert pauses == [7.5]


def test_a_pause_beyond_the_longest_is_not_waited_for(
    aws: AwsServer, transport: Transport, pauses: list[float]
) -> None:
    aws.fail("throttle", retry_after=3600)
    with pytest.raises(Throttled, match="asks to wait 3,600 seconds"):
        transport.get(f"{aws.url}/list")
    assert pauses == []


def test_throttling_that_lasts_is_told_as_such(
    aws: AwsServer, transport: Transport
) -> None:
    aws.fail("throttle", times=9)
    with pytest.raises(Throttled):
        transport.get(f"{aws.url}/list")


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotListed), (403, Denied), (400, NotReached)]
)
def test_a_refusal_is_not_asked_again(
    aws: AwsServer, transport: Transport, status: int, kind: type[Exception]
) -> None:
    aws.serve("/no", lambda _: Reply(status, {}, b"no"))
    with pytest.raises(kind):
        transport.get(f"{aws.url}/no")
    assert len(aws.asked) == 1


def test_a_web_page_is_not_taken_for_prices(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    aws.fail("html", times=2)
    with pytest.raises(Damaged, match="a web page came"):
        transport.get(f"{aws.url}/list")
    with pytest.raises(Damaged, match="a web page came"):
        transport.download(f"{aws.url}/list", tmp_path)


def test_an_answer_beyond_its_limit_is_refused(
    aws: AwsServer, transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(TooLarge):
        transport.get(f"{aws.url}/list", max_bytes=1 << 19)
    with pytest.raises(TooLarge):
        transport.download(f"{aws.url}/list", tmp_path, max_bytes=1 << 19)
    assert list(tmp_path.iterdir()) == []


def test_a_zip_bomb_is_stopped_at_the_limit(
    aws: AwsServer, transport: Transport
) -> None:
    bomb = gzip.compress(bytes(200 << 20), 9)
    assert len(bomb) < 1 << 20
    aws.serve("/bomb", lambda _: Reply(body=bomb))
    with pytest.raises(TooLarge, match="unpacks to more than 16 MiB"):
        transport.get(f"{aws.url}/bomb")


def test_other_hosts_are_never_asked_not_even_by_redirect(
    aws: AwsServer, transport: Transport
) -> None:
    with AwsServer() as other:
        moved = {"Location": f"{other.url}/list"}
        aws.serve("/moved", lambda _: Reply(302, moved))
        with pytest.raises(NotAllowed, match="neither AWS's price host nor a mirror"):
            transport.get(f"{aws.url}/moved")
        assert other.asked == []


def test_a_redirect_on_the_host_is_followed_and_a_circle_ends(
    aws: AwsServer, transport: Transport
) -> None:
    aws.serve("/moved", lambda _: Reply(301, {"Location": "/list"}))
    assert transport.get(f"{aws.url}/moved").body == BODY
    aws.serve("/circle", lambda _: Reply(301, {"Location": "/circle"}))
    with pytest.raises(Damaged, match="in a circle"):
        transport.get(f"{aws.url}/circle")


def test_an_answer_that_drips_ends_at_its_time(aws: AwsServer) -> None:
    seconds = iter(range(0, 10_000, 50))
    transport = Transport(
        where=Addresses(price_list=aws.url), clock=lambda: float(next(seconds))
    )
    aws.fail("slow", size=1000, pause=0.001)
    with pytest.raises(NotReached, match="too slowly"):
        transport.get(f"{aws.url}/list")
