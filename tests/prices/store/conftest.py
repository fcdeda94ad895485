"""Every test of the store runs on SQLite and on a real PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    with postgres_server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be made that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "farebox" / "prices.sqlite")
    started: PostgresServer = request.getfixturevalue("server")
    return started.fresh_database()
