"""The market's server, a store that a good refresh has filled, and runs of `fare`."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.aws.server import AwsServer
from tests.faults.market import Market
from tests.faults.world import SECRETS, World


@pytest.fixture(scope="session")
def aws() -> Iterator[AwsServer]:
    """The server of all tests of this folder; `world` cleans it."""
    with AwsServer() as server:
        yield server


@pytest.fixture(scope="session")
def market(aws: AwsServer) -> Market:
    """What the server sells; `world` puts it back."""
    return Market(aws)


@pytest.fixture(scope="session")
def good_store(
    aws: AwsServer, market: Market, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder whose store has had one good refresh of everything that is sold."""
    folder = tmp_path_factory.mktemp("good")
    first = World(aws, market, folder / "data", folder / "output")
    assert first.refresh().code == 0
    assert first.usd() == first.usd_as_sold()
    return folder / "data"


@pytest.fixture
def world(
    good_store: Path,
    aws: AwsServer,
    market: Market,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The market as it was at the good refresh, and a copy of that store."""
    aws.heal()
    aws.asked.clear()
    aws.failed.clear()
    market.reset()
    copytree(good_store, tmp_path / "data")
    one = World(aws, market, tmp_path / "data", tmp_path / "output")
    for name, value in one.environ.items():
        monkeypatch.setenv(name, value)
    yield one
    aws.heal()
    said = b"".join(done.encode() for done in one.said)
    kept = b"".join(f.read_bytes() for f in one.data.rglob("*") if f.is_file())
    for secret in SECRETS:
        assert secret.encode() not in said + kept
    assert b"Traceback" not in said
