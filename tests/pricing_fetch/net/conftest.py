"""A list on a real server, and a transport that asks it without waiting."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
BODY = b"".join(b"%d,a line of a price list\n" % number for number in range(40_000))


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        server.serve("/list", lambda _: Reply(body=BODY))
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def transport(aws: AwsServer, pauses: list[float]) -> Iterator[Transport]:
    one = Transport(
        where=Addresses(aws.url, f"{aws.url}/spot.json", f"{aws.url}/advisor.json"),
        now=lambda: NOW,
        sleep=pauses.append,
        chance=lambda: 1.0,
        patience=Patience(read_seconds=0.5, tries=4),
    )
    yield one
    one.close()
